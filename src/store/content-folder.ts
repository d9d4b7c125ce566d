import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface ContentFile {
  /** Relative to the folder, with `/`. */
  path: string;
  /** As shown in faults. */
  file: string;
  text: string;
}

export interface ContentFault {
  file: string;
  line: number;
  reason: string;
}

const MAX_BYTES = 262_144;

/**
 * Reads every regular file below a folder of content whose name ends as asked, in order of path. Symbolic links are refused (S14):
 * content comes from people who may not read the rest of this machine through us. A folder that is absent holds nothing.
 */
export function readContentFolder(folder: string, extension: string): { files: ContentFile[]; faults: ContentFault[] } {
  const files: ContentFile[] = [];
  const faults: ContentFault[] = [];
  let root: string;
  try {
    root = realpathSync(folder);
  } catch {
    return { files, faults };
  }
  const entries = readdirSync(root, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (entry.isDirectory() || !entry.name.endsWith(extension)) continue;
    const full = join(entry.parentPath, entry.name);
    const path = relative(root, full).split(sep).join("/");
    const text = readRegularFile(full);
    if (typeof text === "string") files.push({ path, file: join(folder, path), text });
    else faults.push({ file: join(folder, path), line: 1, reason: text.reason });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, faults };
}

function readRegularFile(path: string): string | { reason: string } {
  let fd: number;
  try {
    // A FIFO would make the open wait for ever without O_NONBLOCK.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { reason: code === "ELOOP" ? "is a symbolic link, which content may not be" : (error as Error).message };
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return { reason: "is not a regular file" };
    if (stat.size > MAX_BYTES) return { reason: "is larger than 256 kB" };
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}
