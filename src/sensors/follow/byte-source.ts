import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { contentId } from "../../base/hash.ts";

/** Bytes before the reading place that must still be the same, or the file was truncated and has grown again. More than most records: those of one log often end alike. */
export const ANCHOR = 1_024;

/** What stood right before a place in a file, so that it can be told from a file that was replaced. */
export interface Anchor {
  length: number;
  hash: string;
}

export const NO_ANCHOR: Anchor = { length: 0, hash: "" };

export function anchorOf(bytes: Buffer): Anchor {
  return bytes.length === 0 ? NO_ANCHOR : { length: bytes.length, hash: contentId(bytes.toString("latin1")) };
}

export type ReadOutcome =
  /** `block` is valid until the next read. Empty at the end of what is there now; `ended` when no more can come. */
  | { kind: "bytes"; block: Buffer; ended: boolean }
  /** The file is shorter than what was read, or holds something else there. */
  | { kind: "truncated" }
  | { kind: "damaged"; reason: string };

export interface ByteSource {
  read(): Promise<ReadOutcome>;
  close(): Promise<void>;
}

/** A growing file from `offset` on. */
export class PlainSource implements ByteSource {
  readonly #handle: FileHandle;
  readonly #buffer: Buffer;
  #offset: number;
  /** Until the first read only length and hash are known. */
  #first: Anchor | undefined;
  #anchor: Buffer = Buffer.alloc(0);

  private constructor(handle: FileHandle, buffer: Buffer, offset: number, anchor: Anchor) {
    this.#handle = handle;
    this.#buffer = buffer;
    this.#offset = offset;
    this.#first = anchor;
  }

  /** @param buffer may be shared by sources that are read one after the other; holds at least ANCHOR bytes and a few more */
  static async open(path: string, buffer: Buffer, offset: number, anchor: Anchor): Promise<{ source: PlainSource; inode: number; size: number }> {
    const handle = await open(path, "r");
    const { ino, size } = await handle.stat();
    return { source: new PlainSource(handle, buffer, offset, anchor), inode: ino, size };
  }

  async read(): Promise<ReadOutcome> {
    const first = this.#first;
    const known = first?.length ?? this.#anchor.length;
    const buffer = this.#buffer;
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#offset - known);
    if (bytesRead < known) return { kind: "truncated" };
    if (first !== undefined) {
      if (anchorOf(buffer.subarray(0, known)).hash !== first.hash) return { kind: "truncated" };
      this.#anchor = Buffer.from(buffer.subarray(0, known));
      this.#first = undefined;
    } else if (known > 0 && buffer.compare(this.#anchor, 0, known, 0, known) !== 0) return { kind: "truncated" };
    const block = buffer.subarray(known, bytesRead);
    if (block.length > 0) {
      this.#offset += block.length;
      this.#anchor = Buffer.from(buffer.subarray(Math.max(0, bytesRead - ANCHOR), bytesRead));
    }
    return { kind: "bytes", block, ended: false };
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** A finished gzip file from the decompressed `offset` on: what stands before it is decompressed and thrown away. */
export class GzipSource implements ByteSource {
  readonly #unzip: Gunzip;
  readonly #blocks: AsyncIterator<Buffer>;
  readonly #stop: () => void;
  #skip: number;

  constructor(path: string, offset: number) {
    this.#skip = offset;
    const file = createReadStream(path, { highWaterMark: 262_144 });
    this.#unzip = createGunzip({ chunkSize: 65_536 });
    file.on("error", (error) => this.#unzip.destroy(error));
    file.pipe(this.#unzip);
    this.#blocks = this.#unzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.#stop = () => {
      file.destroy();
      this.#unzip.destroy();
    };
  }

  async read(): Promise<ReadOutcome> {
    try {
      for (;;) {
        const next = await this.#blocks.next();
        if (next.done === true) return { kind: "bytes", block: Buffer.alloc(0), ended: true };
        if (this.#skip >= next.value.length) {
          this.#skip -= next.value.length;
          continue;
        }
        const block = next.value.subarray(this.#skip);
        this.#skip = 0;
        return { kind: "bytes", block, ended: false };
      }
    } catch (error) {
      return { kind: "damaged", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  async close(): Promise<void> {
    // An unread error of a destroyed stream must not end the process.
    this.#unzip.on("error", () => undefined);
    this.#stop();
  }
}
