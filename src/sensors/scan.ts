import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, matchesGlob, sep } from "node:path";

/** A file that belongs to a source now. */
export interface SeenFile {
  path: string;
  dev: number;
  inode: number;
  size: number;
  /** ms since the epoch, with a fraction. */
  mtime: number;
  gzip: boolean;
  /** Rotated relative of a source that is one file: `eve.json.1`, `eve.json-20260101.gz`. */
  sibling: boolean;
}

export interface ScanResult {
  files: SeenFile[];
  /** Path to reason, for what could not be looked into. */
  problems: Map<string, string>;
}

const MAX_DEPTH = 12;
const MAX_FILES = 100_000;
const GLOB = /[*?[\]{}]/;

/**
 * Lists the files of a source: a folder (walked to 12 levels), a glob (`**` allowed) or one file with its rotated relatives.
 * The source's own path and folders below are resolved anew each time, so a symlink such as Zeek's `current` is followed where it points now.
 * Links to files count as the file. Bound: 100,000 files, what is beyond is named as a problem.
 */
export async function scanSource(source: string): Promise<ScanResult> {
  const out: ScanResult = { files: [], problems: new Map() };
  if (GLOB.test(source)) {
    const base = globBase(source);
    await walk(base, base, out, new Set(), 0, (path) => matchesGlob(path, source));
    return out;
  }
  const root = await tried(source, out, () => stat(source));
  if (root === undefined) {
    // The file may be away for a moment in a rotation; its relatives are there.
    await siblings(source, out);
    return out;
  }
  if (root.isDirectory()) {
    const real = await tried(source, out, () => realpath(source));
    if (real !== undefined) await walk(source, real, out, new Set(), 0, () => true);
    return out;
  }
  await add(source, out, false);
  await siblings(source, out);
  return out;
}

/** The folder that a watcher of the source would watch. */
export function watchedFolder(source: string, isFolder: boolean): string {
  if (GLOB.test(source)) return globBase(source);
  return isFolder ? source : dirname(source);
}

function globBase(glob: string): string {
  const parts: string[] = [];
  for (const part of glob.split(sep).slice(0, -1)) {
    if (GLOB.test(part)) break;
    parts.push(part);
  }
  const base = parts.join(sep);
  return base === "" ? (glob.startsWith(sep) ? sep : ".") : base;
}

async function siblings(source: string, out: ScanResult): Promise<void> {
  const folder = dirname(source);
  const name = basename(source);
  const entries = await tried(folder, out, () => readdir(folder));
  for (const entry of entries ?? []) {
    if (entry.startsWith(`${name}.`) || entry.startsWith(`${name}-`)) await add(join(folder, entry), out, true);
  }
}

async function walk(shown: string, real: string, out: ScanResult, above: ReadonlySet<string>, depth: number, wanted: (path: string) => boolean): Promise<void> {
  if (depth > MAX_DEPTH || above.has(real)) return;
  const entries = await tried(shown, out, () => readdir(real, { withFileTypes: true }));
  if (entries === undefined) return;
  const here = new Set(above).add(real);
  for (const entry of entries) {
    if (out.files.length >= MAX_FILES) {
      out.problems.set(shown, `more than ${MAX_FILES} files: the rest is not read`);
      return;
    }
    const path = join(shown, entry.name);
    if (entry.isFile()) {
      if (wanted(path)) await add(path, out, false);
    } else if (entry.isDirectory()) await walk(path, join(real, entry.name), out, here, depth + 1, wanted);
    else if (entry.isSymbolicLink()) {
      const target = await tried(path, out, () => stat(path));
      if (target?.isDirectory()) {
        const resolved = await tried(path, out, () => realpath(path));
        if (resolved !== undefined) await walk(path, resolved, out, here, depth + 1, wanted);
      } else if (target?.isFile() && wanted(path)) await add(path, out, false);
    }
  }
}

async function add(path: string, out: ScanResult, sibling: boolean): Promise<void> {
  const info = await tried(path, out, () => stat(path));
  if (info?.isFile() !== true) return;
  out.files.push({ path, dev: info.dev, inode: info.ino, size: info.size, mtime: info.mtimeMs, gzip: path.endsWith(".gz"), sibling });
}

/** What vanished between listing and looking is no problem: that is what rotation looks like. */
async function tried<T>(path: string, out: ScanResult, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code !== "ENOENT" && code !== "ENOTDIR") out.problems.set(path, reasonOf(error));
    return undefined;
  }
}

export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return "no permission to read it";
  if (code === "ENOENT") return "it is not there";
  return error instanceof Error ? error.message : String(error);
}
