import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are missing; returns the topmost one that it made, undefined when all were there. Throws what the file system throws.
 * Not `mkdirSync(..., { recursive: true })`: that one tries for ever where a file system refuses new names with "no such file" (/proc, some mounts).
 */
export function makeFolder(folder: string, mode?: number): string | undefined {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at);
  for (const at of missing) {
    try {
      if (mode === undefined) mkdirSync(at);
      else mkdirSync(at, { mode });
    } catch (error) {
      // Somebody else made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  return missing[0];
}

/** Throws when the folder neither is there nor could be made; leaves nothing behind. */
export function couldMakeFolder(folder: string): void {
  const top = makeFolder(folder);
  if (top === undefined) return;
  for (let at = resolve(folder); ; at = dirname(at)) {
    rmdirSync(at);
    if (at === top) return;
  }
}
