import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Paths of the repository's own files, from its root: what git knows or would add; without git (an unpacked archive) everything but what is made. */
export function ownFiles(root: string): string[] {
  try {
    const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return listed
      .split("\0")
      .filter((path) => path !== "" && existsSync(join(root, path)))
      .sort();
  } catch {
    return walk(root, "");
  }
}

const MADE = new Set(["node_modules", "dist", "data", "coverage", ".git"]);

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !MADE.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? walk(root, join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}
