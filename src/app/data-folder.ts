import { existsSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "../base/result.ts";

/** The folder, if a platform has kept its data there: a command that only reads makes no empty one. Throws CodedError `data-missing` (exit code 2). */
export function requireDataFolder(dir: string): string {
  if (!existsSync(join(dir, "events.duckdb")))
    throw new CodedError("data-missing", `${dir}: no platform has kept its data there`, { exitCode: 2, hint: "Name the folder with --data DIR." });
  return dir;
}
