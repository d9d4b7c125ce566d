import type { NetEvent } from "../schema/event.ts";
import type { FileRow } from "./event-batch.ts";

/** Entries and characters beyond which the table forgets and starts anew: the same text then gets a second code, which readers allow for. */
const MAX_ENTRIES = 262_144;
const MAX_CHARS = 33_554_432;

/**
 * Numbers for texts that repeat, and for files. Codes are given here, on the packing thread, and are never used again for another text;
 * one text may own several. Memory: about 100 B an entry plus its characters, at most some 100 MB. Cost: one Map look-up, 50-100 ns.
 * Codes are uint32: after 4.29 billion different texts the store must be made anew.
 */
export class TextCodes {
  #next: number;
  #nextFile: number;
  #chars = 0;
  #codes = new Map<string, number>();
  #files = new Map<string, number>();
  #newTexts: string[] = [];
  #newFiles: FileRow[] = [];
  #lastFile: { source: string; fileKey: string; path: string; sensor: string; code: number } | undefined;
  /** Counts the times that everything was forgotten, so that caches of codes know. */
  generation = 0;

  constructor(nextText: number, nextFile: number) {
    this.#next = nextText;
    this.#nextFile = nextFile;
  }

  get next(): number {
    return this.#next;
  }

  code(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.#next++;
    this.#codes.set(text, code);
    this.#chars += text.length;
    this.#newTexts.push(text);
    return code;
  }

  file(event: NetEvent): number {
    const last = this.#lastFile;
    if (last !== undefined && last.fileKey === event.fileKey && last.path === event.file && last.source === event.source) return last.code;
    const key = `${event.source}\u0000${event.fileKey}\u0000${event.file}`;
    let code = this.#files.get(key);
    if (code === undefined) {
      code = this.#nextFile++;
      this.#files.set(key, code);
      this.#newFiles.push({ source: event.source, fileKey: event.fileKey, path: event.file, sensor: event.sensor });
    }
    this.#lastFile = { source: event.source, fileKey: event.fileKey, path: event.file, sensor: event.sensor, code };
    return code;
  }

  /** What was learned since the last call. To be called between batches only: it is where the table may forget. */
  take(): { firstText: number; texts: string[]; firstFile: number; files: FileRow[] } {
    const out = {
      firstText: this.#next - this.#newTexts.length,
      texts: this.#newTexts,
      firstFile: this.#nextFile - this.#newFiles.length,
      files: this.#newFiles,
    };
    this.#newTexts = [];
    this.#newFiles = [];
    if (this.#codes.size > MAX_ENTRIES || this.#chars > MAX_CHARS || this.#files.size > MAX_ENTRIES) this.forget();
    return out;
  }

  forget(): void {
    this.#codes = new Map();
    this.#files = new Map();
    this.#lastFile = undefined;
    this.#chars = 0;
    this.generation++;
  }
}
