import { createGunzip, type Gunzip } from "node:zlib";
import type { FilePool } from "./file-pool.ts";

/** A file's bytes, decompressed, block by block. */
export interface FileBytes {
  /** The next block, valid until the next call; undefined at the end. Throws what the disk throws, and a gzip error after all that could be read. */
  read(): Promise<Buffer | undefined>;
  /** Bytes of the file on disk taken so far. */
  readonly taken: number;
  close(): Promise<void>;
}

export function openBytes(path: string, gzip: boolean, pool: FilePool, blockSize: number): FileBytes {
  return gzip ? new GzipBytes(path, pool, blockSize) : new PlainBytes(path, pool, blockSize);
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
