import { closeSync, openSync, readSync } from "node:fs";
import { constants, createGunzip, type Gunzip, gunzipSync } from "node:zlib";
import type { FilePool } from "./file-pool.ts";

/** A file's bytes, decompressed, block by block. */
export interface FileBytes {
  /** The next block, valid until the next call; undefined at the end. Throws what the disk throws, and a gzip error after all that could be read. */
  read(): Promise<Buffer | undefined>;
  /** Bytes of the file on disk taken so far. */
  readonly taken: number;
  close(): Promise<void>;
}

/** Files up to this size are read whole in one go: for the many small logs of a quiet network the machinery of streams costs ten times the work. */
const SMALL = 65_536;
/** Most that a small gzip file may expand to before it is handled as a stream. */
const SMALL_EXPANDED = 4 * 1024 * 1024;

/** @param size of the file on disk, as far as known */
export function openBytes(path: string, gzip: boolean, size: number, pool: FilePool, blockSize: number): FileBytes {
  if (size <= SMALL) return new SmallBytes(path, gzip, () => largeBytes(path, gzip, pool, blockSize));
  return largeBytes(path, gzip, pool, blockSize);
}

function largeBytes(path: string, gzip: boolean, pool: FilePool, blockSize: number): FileBytes {
  return gzip ? new GzipBytes(path, pool, blockSize) : new PlainBytes(path, pool, blockSize);
}

/** Falls back to `large` when the file has grown meanwhile or expands too far. */
class SmallBytes implements FileBytes {
  readonly #path: string;
  readonly #gzip: boolean;
  readonly #large: () => FileBytes;
  #instead: FileBytes | undefined;
  #taken = 0;
  #started = false;
  #error: unknown;

  constructor(path: string, gzip: boolean, large: () => FileBytes) {
    this.#path = path;
    this.#gzip = gzip;
    this.#large = large;
  }

  get taken(): number {
    return this.#instead?.taken ?? this.#taken;
  }

  async read(): Promise<Buffer | undefined> {
    if (!this.#started) {
      this.#started = true;
      const bytes = readWhole(this.#path);
      const block = bytes === undefined ? undefined : this.#gzip ? this.#gunzip(bytes) : bytes;
      if (block === undefined) this.#instead = this.#large();
      else {
        this.#taken = bytes?.length ?? 0;
        if (block.length > 0) return block;
      }
    }
    if (this.#instead !== undefined) return this.#instead.read();
    if (this.#error !== undefined) throw this.#error;
    return undefined;
  }

  /** What the bytes expand to; of a damaged file as much as there is, and the error for later. */
  #gunzip(bytes: Buffer): Buffer | undefined {
    try {
      return gunzipSync(bytes, { maxOutputLength: SMALL_EXPANDED });
    } catch (error) {
      if (isCode(error, "ERR_BUFFER_TOO_LARGE") || !isCode(error, "Z_BUF_ERROR")) return undefined;
      this.#error = error;
      try {
        return gunzipSync(bytes, { maxOutputLength: SMALL_EXPANDED, finishFlush: constants.Z_SYNC_FLUSH });
      } catch {
        return undefined;
      }
    }
  }

  async close(): Promise<void> {
    await this.#instead?.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

const scratch = Buffer.allocUnsafeSlow(SMALL + 1);

/** Undefined when it is not small any more. */
function readWhole(path: string): Buffer | undefined {
  const handle = openSync(path, "r");
  try {
    let length = 0;
    for (;;) {
      const read = readSync(handle, scratch, length, scratch.length - length, length);
      length += read;
      if (length > SMALL) return undefined;
      if (read === 0) return Buffer.from(scratch.subarray(0, length));
    }
  } finally {
    closeSync(handle);
  }
}

class PlainBytes implements FileBytes {
  taken = 0;
  readonly #path: string;
  readonly #pool: FilePool;
  readonly #buffer: Buffer;

  constructor(path: string, pool: FilePool, blockSize: number) {
    this.#path = path;
    this.#pool = pool;
    this.#buffer = Buffer.allocUnsafe(blockSize);
  }

  async read(): Promise<Buffer | undefined> {
    const length = await this.#pool.read(this.#path, this.#buffer, this.taken);
    this.taken += length;
    return length === 0 ? undefined : this.#buffer.subarray(0, length);
  }

  close(): Promise<void> {
    return this.#pool.close(this.#path);
  }
}

/**
 * Decompresses in steps of one output block, so that a file that expands a thousandfold costs no more memory than another.
 * A stream handled by hand and not by `pipe` or `for await`: those throw away what was decompressed before an error.
 */
class GzipBytes implements FileBytes {
  taken = 0;
  readonly #path: string;
  readonly #pool: FilePool;
  readonly #blockSize: number;
  readonly #unzip: Gunzip;
  #writing = false;
  #ending = false;
  #ended = false;
  #error: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(path: string, pool: FilePool, blockSize: number) {
    this.#path = path;
    this.#pool = pool;
    this.#blockSize = blockSize;
    this.#unzip = createGunzip({ chunkSize: blockSize });
    this.#unzip.on("readable", () => this.#wake());
    this.#unzip.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    this.#unzip.on("error", (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const block = this.#error === undefined ? (this.#unzip.read() as Buffer | null) : null;
      if (block !== null) return block;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      const awake = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (!this.#writing && !this.#ending) await this.#feed();
      await awake;
    }
  }

  async #feed(): Promise<void> {
    const piece = Buffer.allocUnsafe(Math.min(this.#blockSize, 65_536));
    const length = await this.#pool.read(this.#path, piece, this.taken);
    if (length === 0) {
      this.#ending = true;
      this.#unzip.end();
      return;
    }
    this.taken += length;
    this.#writing = true;
    this.#unzip.write(piece.subarray(0, length), () => {
      this.#writing = false;
      this.#wake();
    });
  }

  async close(): Promise<void> {
    this.#unzip.destroy();
    await this.#pool.close(this.#path);
  }
}
