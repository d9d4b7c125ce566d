import { glob, open, readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { CodedError } from "../base/result.ts";
import { isRecordKind } from "../parsers/record-parser.ts";
import { captureKeyOf, fileKeyOf, uniqueKey } from "./file-identity.ts";
import { firstTimeOf } from "./first-time.ts";
import { timeOfHeaders } from "./mail/recognise-mail.ts";
import { type InputKind, SNIFF_BYTES, sniff } from "./sniff.ts";

/** One file to read. */
export interface Input {
  /** Where it is opened: no symbolic links in it. */
  path: string;
  /** As the operator sees it: the PATH named, and the way down from there. */
  file: string;
  kind: InputKind;
  gzip: boolean;
  /** Size on disk now: for progress. */
  bytes: number;
  source: string;
  fileKey: string;
  /** Earliest time among the first records, ms; left out, the merge looks itself. -Infinity: not known, to be opened at once. */
  firstTime?: number;
}

export interface Skipped {
  path: string;
  reason: string;
}

export interface Discovered {
  /** By `file`, in code unit order: the same tree gives the same order everywhere. */
  inputs: Input[];
  skipped: Skipped[];
}

/** What of the disk is used; tests hand in one that refuses. */
export interface Disk {
  realpath(path: string): Promise<string>;
  stat(path: string): Promise<{ isFile(): boolean; isDirectory(): boolean; size: number }>;
  list(path: string): Promise<{ name: string; isDirectory(): boolean; isFile(): boolean; isSymbolicLink(): boolean }[]>;
  head(path: string, bytes: number): Promise<Buffer>;
}

export const realDisk: Disk = {
  realpath: (path) => realpath(path),
  stat: (path) => stat(path),
  list: (path) => readdir(path, { withFileTypes: true }),
  async head(path, bytes) {
    const handle = await open(path, "r");
    try {
      const buffer = Buffer.alloc(bytes);
      let length = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, length, bytes - length, length);
        length += bytesRead;
        if (bytesRead === 0 || length === bytes) return buffer.subarray(0, length);
      }
    } finally {
      await handle.close();
    }
  },
};

export interface DiscoverOptions {
  /** Id of the source that the files belong to. It is part of every event's id. */
  source?: string;
  disk?: Disk;
}

/**
 * Finds what to read under PATHs: a file, a folder with all below it, or a pattern (`*`, `?`, `**`). A PATH that exists is never a pattern.
 * A PATH named that cannot be read, matches nothing, or is a file of no known type throws CodedError with exit code 2.
 * What is found below a folder or by a pattern and cannot be read or is unknown or empty is listed in `skipped`.
 * Symbolic links: followed in the PATH itself; below it they are listed as skipped, so no loop and no way out of the folder exists.
 * A file reached twice is read once. Memory: a record per file. Cost: one read of 16 KiB per file.
 */
export async function discover(paths: readonly string[], options: DiscoverOptions = {}): Promise<Discovered> {
  const finder = new Finder(options.source ?? "files", options.disk ?? realDisk);
  for (const path of paths) await finder.named(path);
  return finder.result();
}

class Finder {
  readonly #source: string;
  readonly #disk: Disk;
  readonly #inputs: Input[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #seen = new Set<string>();

  constructor(source: string, disk: Disk) {
    this.#source = source;
    this.#disk = disk;
  }

  async named(path: string): Promise<void> {
    const real = await this.#disk.realpath(path).catch((error: unknown) => error);
    if (typeof real === "string") return this.#exact(path, real);
    if (!/[*?]/.test(path)) throw unreadable(path, real);
    const matches: string[] = [];
    for await (const match of glob(path)) matches.push(match);
    if (matches.length === 0) throw new CodedError("input-unreadable", `${path}: no file matches`, { exitCode: 2 });
    for (const match of matches.sort(byText)) await this.#found(match);
  }

  async #exact(path: string, real: string): Promise<void> {
    const about = await this.#disk.stat(real).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (about.isDirectory()) {
      await this.#folder(path, real, (error) => {
        throw unreadable(path, error);
      });
      return;
    }
    if (!about.isFile()) throw new CodedError("input-unreadable", `${path}: neither a file nor a folder`, { exitCode: 2 });
    const reason = await this.#file(path, real, about.size).catch((error: unknown) => {
      throw unreadable(path, error);
    });
    if (reason !== undefined) throw new CodedError("input-unknown", `${path}: ${reason}`, { exitCode: 2 });
  }

  /** Something that a pattern matched. */
  async #found(path: string): Promise<void> {
    try {
      const real = await this.#disk.realpath(path);
      const about = await this.#disk.stat(real);
      if (about.isDirectory()) await this.#folder(path, real, (error) => this.#skip(path, messageOf(error)));
      else if (about.isFile()) await this.#inside(path, real);
      else this.#skip(path, "neither a file nor a folder");
    } catch (error) {
      this.#skip(path, messageOf(error));
    }
  }

  async #folder(path: string, real: string, refused: (error: unknown) => void): Promise<void> {
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    const entries = await this.#disk.list(real).catch((error: unknown) => {
      refused(error);
      return [];
    });
    for (const entry of [...entries].sort((a, b) => byText(a.name, b.name))) {
      const below = join(path, entry.name);
      const realBelow = join(real, entry.name);
      if (entry.isSymbolicLink()) this.#skip(below, "symbolic link inside a folder: name it as a PATH to have it read");
      else if (entry.isDirectory()) await this.#folder(below, realBelow, (error) => this.#skip(below, messageOf(error)));
      else if (entry.isFile()) await this.#inside(below, realBelow);
      else this.#skip(below, "neither a file nor a folder");
    }
  }

  async #inside(path: string, real: string): Promise<void> {
    try {
      const { size } = await this.#disk.stat(real);
      const reason = await this.#file(path, real, size);
      if (reason !== undefined) this.#skip(path, reason);
    } catch (error) {
      this.#skip(path, messageOf(error));
    }
  }

  /** Takes the file in, or says why not. */
  async #file(path: string, real: string, size: number): Promise<string | undefined> {
    if (this.#seen.has(real)) return undefined;
    this.#seen.add(real);
    if (size === 0) return "zero bytes";
    const bytes = await this.#disk.head(real, SNIFF_BYTES);
    const found = sniff(bytes, path);
    if (found === undefined) return "no known type";
    const { kind, gzip, head } = found;
    const key = isRecordKind(kind) ? (fileKeyOf(this.#source, head, true) ?? captureKeyOf(this.#source, head)) : captureKeyOf(this.#source, head);
    const input: Input = { path: real, file: path, kind, gzip, bytes: size, source: this.#source, fileKey: key };
    if (isRecordKind(kind)) input.firstTime = firstTimeOf(head, kind, input);
    else if (kind === "eml") input.firstTime = timeOfHeaders(head, undefined) ?? Number.NEGATIVE_INFINITY;
    this.#inputs.push(input);
    return undefined;
  }

  #skip(path: string, reason: string): void {
    this.#skipped.push({ path, reason });
  }

  result(): Discovered {
    const inputs = this.#inputs.sort((a, b) => byText(a.file, b.file));
    const taken = new Set<string>();
    for (const input of inputs) input.fileKey = uniqueKey(input.fileKey, input.file, taken);
    return { inputs, skipped: this.#skipped.sort((a, b) => byText(a.path, b.path)) };
  }
}

function unreadable(path: string, cause: unknown): CodedError {
  return new CodedError("input-unreadable", `${path}: ${messageOf(cause)}`, { exitCode: 2, cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ELOOP: "symbolic links in a circle",
  ENOTDIR: "a part of the path is no folder",
  EMFILE: "too many open files",
};

function messageOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (code === "" ? String(error) : `cannot be read (${code})`);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
