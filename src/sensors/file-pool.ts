import { type FileHandle, open } from "node:fs/promises";

/**
 * Few open files for many readers: the handle used least recently is closed when there are more than `max`, and opened again when needed.
 * For readers that take turns (one read at a time in all).
 */
export class FilePool {
  readonly #max: number;
  readonly #open = new Map<string, FileHandle>();

  constructor(max = 64) {
    this.#max = max;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Bytes read at `position`; 0 at the end. Throws what the disk throws. */
  async read(path: string, buffer: Buffer, position: number): Promise<number> {
    const handle = await this.#handle(path);
    return (await handle.read(buffer, 0, buffer.length, position)).bytesRead;
  }

  async #handle(path: string): Promise<FileHandle> {
    let handle = this.#open.get(path);
    if (handle === undefined) handle = await open(path, "r");
    else this.#open.delete(path);
    this.#open.set(path, handle);
    if (this.#open.size > this.#max)
      for (const oldest of this.#open.keys()) {
        await this.close(oldest);
        break;
      }
    return handle;
  }

  async close(path: string): Promise<void> {
    const handle = this.#open.get(path);
    this.#open.delete(path);
    await handle?.close();
  }

  async closeAll(): Promise<void> {
    for (const path of [...this.#open.keys()]) await this.close(path);
  }
}
