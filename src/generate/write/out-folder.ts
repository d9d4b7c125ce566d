import { closeSync, existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { CodedError } from "../../base/result.ts";

/** Where everything is written until it is whole. */
const PART = ".part";
const FLUSH_AT = 1 << 18;

interface OpenFile {
  descriptor: number;
  pending: string[];
  length: number;
}

/**
 * A folder that is either whole or not there: files are written below `.part` and moved up at the end, and whatever fails takes everything away.
 * Memory: 256 KiB a file that is open.
 */
export class OutFolder {
  readonly #dir: string;
  readonly #made: boolean;
  readonly #open = new Map<string, OpenFile>();
  #bytes = 0;
  #ended = false;

  /** Throws CodedError `generate-out` when the folder holds anything or cannot be made. */
  constructor(dir: string) {
    this.#dir = dir;
    let made = false;
    try {
      if (existsSync(dir)) {
        if (readdirSync(dir).length > 0)
          throw new CodedError("generate-out", `${dir}: is not empty`, { exitCode: 2, hint: "Name a folder that is empty or does not exist." });
      } else made = mkdirSync(dir, { recursive: true }) !== undefined;
      mkdirSync(join(dir, PART));
    } catch (error) {
      if (error instanceof CodedError) throw error;
      throw new CodedError("generate-out", `${dir}: cannot be written: ${(error as Error).message}`, { exitCode: 2, cause: error });
    }
    this.#made = made;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds text to a file, which is begun with `head` when it is new. Throws CodedError `generate-write` when the disk refuses. */
  append(file: string, text: string, head?: () => string): void {
    let open = this.#open.get(file);
    if (open === undefined) {
      open = { descriptor: this.#guard(() => this.#create(file)), pending: [], length: 0 };
      this.#open.set(file, open);
      if (head !== undefined) this.#add(open, head());
    }
    this.#add(open, text);
  }

  /** A file of its own. */
  file(file: string, bytes: Buffer | string): void {
    this.#guard(() => {
      const descriptor = this.#create(file);
      try {
        this.#write(descriptor, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
      } finally {
        closeSync(descriptor);
      }
    });
  }

  /** Writes out and closes the files for which `which` holds; `foot` is added at their end. */
  close(which: (file: string) => boolean, foot?: (file: string) => string): void {
    for (const [file, open] of this.#open) {
      if (!which(file)) continue;
      if (foot !== undefined) this.#add(open, foot(file));
      this.#flush(open);
      closeSync(open.descriptor);
      this.#open.delete(file);
    }
  }

  /** Everything is written: it moves to its place. */
  finish(): void {
    this.close(() => true);
    this.#guard(() => {
      for (const name of readdirSync(join(this.#dir, PART))) renameSync(join(this.#dir, PART, name), join(this.#dir, name));
      rmSync(join(this.#dir, PART), { recursive: true });
    });
    this.#ended = true;
  }

  /** Takes away what was written, and the folder if it was made for this. */
  abandon(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const open of this.#open.values()) closeSync(open.descriptor);
    this.#open.clear();
    if (this.#made) rmSync(this.#dir, { recursive: true, force: true });
    else for (const name of readdirSync(this.#dir)) rmSync(join(this.#dir, name), { recursive: true, force: true });
  }

  #create(file: string): number {
    const path = join(this.#dir, PART, file);
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "wx");
  }

  #add(open: OpenFile, text: string): void {
    open.pending.push(text);
    open.length += text.length;
    if (open.length >= FLUSH_AT) this.#flush(open);
  }

  #flush(open: OpenFile): void {
    if (open.pending.length === 0) return;
    const bytes = Buffer.from(open.pending.join(""));
    open.pending = [];
    open.length = 0;
    this.#guard(() => this.#write(open.descriptor, bytes));
  }

  #write(descriptor: number, bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    this.#bytes += bytes.length;
  }

  #guard<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === "ENOSPC" || code === "EDQUOT" ? "the disk is full" : message;
      throw new CodedError("generate-write", `${this.#dir}: ${why}; what was written is taken away again`, { exitCode: 2, cause: error });
    }
  }
}
