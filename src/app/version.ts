import { readFileSync } from "node:fs";

/** Version of the package; read from package.json, which stands beside src and beside dist alike. */
export const VERSION: string = findVersion();

function findVersion(): string {
  for (const up of ["../../package.json", "../../../package.json"]) {
    try {
      const text = readFileSync(new URL(up, import.meta.url), "utf8");
      const parsed = JSON.parse(text) as { name?: string; version?: string };
      if (parsed.name === "wonted" && parsed.version !== undefined) return parsed.version;
    } catch {
      // Not here: the packed program stands one folder deeper than the checkout's.
    }
  }
  return "unknown";
}
