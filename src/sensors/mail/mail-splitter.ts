import { MAIL_LIMITS } from "../../parsers/mail/limits.ts";
import { FROM_LINE } from "./recognise-mail.ts";

/** One message as it lies in a file. */
export interface RawMail {
  /** Cut at MAIL_LIMITS.messageBytes. */
  bytes: Buffer;
  /** Bytes of the whole message. */
  size: number;
  file: string;
  /** From 1; in a mailbox file the message's number, else 1. */
  index: number;
  /** Of the message's first byte in the (unpacked) file. */
  offset: number;
  /** Where the next message begins in the (unpacked) file. */
  end: number;
  /** `file`, or `file#n` in a mailbox file: the name by which contract files call it. */
  ref: string;
  /** The mailbox file's own line before the message, without its line end. */
  fromLine: string | undefined;
}

const LF = 10;
/** Longest line that is looked at as a whole for `From `; longer ones are no separators. */
const LINE = 998;

/** Cuts a stream into messages at `From ` lines that follow an empty line and look like one with a date. */
export class MailSplitter {
  readonly #file: string;
  #mbox: boolean | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #pieces: Buffer[] = [];
  #kept = 0;
  #size = 0;
  #index = 0;
  #offset = 0;
  #start = 0;
  #fromLine: string | undefined;
  #afterEmpty = true;
  readonly #inside: boolean;

  /** @param from where in the (unpacked) file the bytes begin @param index messages before that */
  constructor(file: string, from = 0, index = 0) {
    this.#file = file;
    this.#offset = from;
    this.#start = from;
    this.#index = index;
    this.#inside = from > 0;
    if (this.#inside) this.#mbox = true;
  }

  *push(chunk: Buffer): Iterable<RawMail> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = Buffer.alloc(0);
    if (this.#mbox === undefined) {
      if (bytes.length < 5) {
        this.#rest = bytes;
        return;
      }
      this.#mbox = /^(?:\s{0,4})From /.test(bytes.toString("latin1", 0, 16));
    }
    if (!this.#mbox) {
      this.#keep(bytes);
      this.#offset += bytes.length;
      return;
    }
    let at = 0;
    // What was not a line is kept in one piece; only lines that begin with `From ` or `>` are looked at.
    let plain = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(LF, at);
      if (end < 0) break;
      const line = end - at <= LINE && (bytes[at] === 70 || bytes[at] === 62) ? bytes.toString("latin1", at, end).replace(/\r$/, "") : "";
      if (this.#afterEmpty && FROM_LINE.test(line)) {
        this.#keep(bytes.subarray(plain, at));
        yield* this.#finish(this.#offset + at);
        this.#fromLine = line;
        this.#start = this.#offset + at;
        plain = end + 1;
      } else if (/^>+From /.test(line)) {
        this.#keep(bytes.subarray(plain, at));
        plain = at + 1;
      }
      this.#afterEmpty = end === at || (end === at + 1 && bytes[at] === 13);
      at = end + 1;
    }
    this.#keep(bytes.subarray(plain, at));
    this.#offset += at;
    const tail = bytes.subarray(at);
    if (tail.length > LINE) {
      // A line without end: nothing in it can be a separator.
      this.#keep(tail);
      this.#offset += tail.length;
      this.#afterEmpty = false;
    } else this.#rest = tail;
  }

  *end(): Iterable<RawMail> {
    this.#keep(this.#rest);
    this.#offset += this.#rest.length;
    this.#rest = Buffer.alloc(0);
    yield* this.#finish(this.#offset);
  }

  #keep(bytes: Buffer): void {
    this.#size += bytes.length;
    const room = MAIL_LIMITS.messageBytes - this.#kept;
    if (room <= 0 || bytes.length === 0) return;
    // A copy, so that a small message does not hold the whole read buffer.
    const piece = Buffer.from(bytes.subarray(0, room));
    this.#pieces.push(piece);
    this.#kept += piece.length;
  }

  *#finish(end: number): Iterable<RawMail> {
    const bytes = Buffer.concat(this.#pieces);
    const size = this.#size;
    this.#pieces = [];
    this.#kept = 0;
    this.#size = 0;
    // The end of a message that was given out before it was whole.
    if (this.#inside && this.#fromLine === undefined) return;
    if (size === 0 || (this.#fromLine === undefined && this.#mbox === true && bytes.toString("latin1").trim() === "")) return;
    this.#index++;
    yield {
      bytes,
      size,
      file: this.#file,
      index: this.#index,
      offset: this.#start,
      end,
      ref: this.#mbox === true ? `${this.#file}#${this.#index}` : this.#file,
      fromLine: this.#fromLine,
    };
  }
}
