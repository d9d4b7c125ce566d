import { isAscii, isUtf8 } from "node:buffer";

/** A record longer than this is refused: nothing that a sensor writes comes near it. */
export const MAX_LINE = 8 * 1024 * 1024;
const EXCERPT = 200;
const NEWLINE = 10;
const RETURN = 13;

export interface LineSplitterOptions {
  /** Longest line accepted, bytes. */
  maxLength?: number;
  /** Where the first byte handed in stands in the file: 0 unless a tail goes on in the middle. */
  offset?: number;
  /** Number of the line that starts there, from 1. */
  line?: number;
}

/**
 * Cuts bytes into lines, pull style: `push` a block, then `next()` until it says false, then the next block; `end()` once at the end.
 *
 * A line is decoded as UTF-8, or as Latin-1 when it is not valid UTF-8. `\n` ends a line, a `\r` before it is dropped, NUL bytes stay.
 * A line longer than `maxLength` is skipped to its end and reported by `problem` with its first 200 characters in `text`.
 * Blocks are copied where a line goes over their end, so the caller may reuse its buffer once `next()` has said false.
 * Memory: at most `maxLength` bytes of an unfinished line and the block in hand. Cost: about 0.2 µs a line.
 */
export class LineSplitter {
  /** The line that `next()` moved to, without its line end. */
  text = "";
  /** Its number, from 1. */
  line: number;
  /** Its first byte in the file. */
  offset: number;
  /** Its length in bytes with its line end. */
  bytes = 0;
  /** Why this line is no record, or undefined. */
  problem: string | undefined;

  readonly #max: number;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #ascii = true;
  #ended = false;
  #carry: Buffer[] = [];
  #carried = 0;
  #nextLine: number;
  #nextOffset: number;

  constructor(options: LineSplitterOptions = {}) {
    this.#max = options.maxLength ?? MAX_LINE;
    this.#nextOffset = options.offset ?? 0;
    this.#nextLine = options.line ?? 1;
    this.line = this.#nextLine;
    this.offset = this.#nextOffset;
  }

  /** First byte that no line handed out covers: where a tail goes on after a restart, together with `resumeLine`. */
  get resumeOffset(): number {
    return this.#nextOffset;
  }

  get resumeLine(): number {
    return this.#nextLine;
  }

  push(block: Buffer): void {
    this.#block = block;
    this.#at = 0;
    this.#ascii = isAscii(block);
  }

  /** No more bytes come: `next()` hands out what stands after the last line end as a line. */
  end(): void {
    this.#ended = true;
  }

  next(): boolean {
    const block = this.#block;
    const start = this.#at;
    if (start < block.length) {
      const end = block.indexOf(NEWLINE, start);
      if (end >= 0) {
        this.#at = end + 1;
        if (this.#carried === 0) this.#take(block, start, end, this.#ascii, 1);
        else this.#takeCarried(block.subarray(start, end), 1);
        return true;
      }
      this.#at = block.length;
      this.#keep(block.subarray(start));
    }
    if (this.#ended && this.#carried > 0) {
      this.#takeCarried(undefined, 0);
      return true;
    }
    return false;
  }

  #keep(part: Buffer): void {
    this.#carried += part.length;
    if (this.#carried <= this.#max) this.#carry.push(Buffer.from(part));
    else this.#carry = [this.#excerpt(part)];
  }

  /** Start of what was carried and of `part`, copied: all that is kept of a line that is too long. */
  #excerpt(part: Buffer): Buffer {
    return Buffer.from(Buffer.concat([...this.#carry, part.subarray(0, EXCERPT)]).subarray(0, EXCERPT));
  }

  #takeCarried(last: Buffer | undefined, ending: number): void {
    const part = last ?? Buffer.alloc(0);
    const length = this.#carried + part.length;
    if (length > this.#max) this.#problem(this.#excerpt(part), length, ending);
    else {
      const whole = Buffer.concat([...this.#carry, part]);
      this.#take(whole, 0, whole.length, isAscii(whole), ending);
    }
    this.#carry = [];
    this.#carried = 0;
  }

  #take(block: Buffer, start: number, end: number, ascii: boolean, ending: number): void {
    const length = end - start;
    if (length > this.#max) {
      this.#problem(block.subarray(start, Math.min(end, start + EXCERPT)), length, ending);
      return;
    }
    const stop = length > 0 && block[end - 1] === RETURN ? end - 1 : end;
    this.text = ascii ? block.toString("latin1", start, stop) : decode(block.subarray(start, stop));
    this.problem = undefined;
    this.#advance(length + ending);
  }

  #problem(excerpt: Buffer, length: number, ending: number): void {
    this.text = decode(excerpt.subarray(0, EXCERPT));
    this.problem = `line of ${length} bytes is longer than the ${this.#max} accepted`;
    this.#advance(length + ending);
  }

  #advance(bytes: number): void {
    this.line = this.#nextLine++;
    this.offset = this.#nextOffset;
    this.bytes = bytes;
    this.#nextOffset += bytes;
  }
}

function decode(bytes: Buffer): string {
  return bytes.toString(!isAscii(bytes) && isUtf8(bytes) ? "utf8" : "latin1");
}
