import { createReadStream } from "node:fs";
import { opendir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { MAIL_LIMITS } from "../../parsers/mail/limits.ts";
import { parseMailDate } from "../../parsers/mail/received.ts";

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
  /** `file`, or `file#n` in a mailbox file: the name by which contract files call it. */
  ref: string;
  /** The mailbox file's own line before the message, without its line end. */
  fromLine: string | undefined;
}

const HEADER =
  /^(?:from|to|subject|received|return-path|delivered-to|message-id|date|mime-version|x-[\w-]+|content-type|reply-to|sender|dkim-signature|authentication-results|arc-[\w-]+|list-[\w-]+):/i;
const FROM_LINE = /^From \S.*\d{1,2}:\d{2}(?::\d{2})?\b.*\b(?:19|20)\d\d\b/;

/** What the start of a file looks like: a mailbox file, one message, or no mail. Two of the usual headers among the first lines make a message. */
export function looksLikeMail(head: Buffer): "mbox" | "eml" | undefined {
  const lines = head
    .subarray(0, 16_384)
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .split(/\r\n|\n|\r/);
  let at = 0;
  while (lines[at]?.trim() === "" && at < 5) at++;
  const mbox = FROM_LINE.test(lines[at] ?? "");
  let headers = 0;
  for (const line of lines.slice(at + (mbox || /^From /.test(lines[at] ?? "") ? 1 : 0), at + 40)) {
    if (/^[ \t]/.test(line)) continue;
    if (line === "" || !/^[!-9;-~]+\s*:/.test(line)) break;
    if (HEADER.test(line)) headers++;
  }
  return headers < (mbox ? 1 : 2) ? undefined : mbox ? "mbox" : "eml";
}

/** Epoch milliseconds of a mailbox file's `From ` line; undefined when it has no date that can be read. */
export function timeOfFromLine(line: string | undefined): number | undefined {
  const date = /^From \S*\s+(?:.*?\s)??((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*)$/.exec(line ?? "")?.[1];
  return date === undefined ? undefined : parseMailDate(date);
}

/** True for a folder with Maildir's three (cur, new, tmp). */
export async function isMaildir(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return ["cur", "new", "tmp"].every((name) => names.includes(name));
}

/**
 * The messages of a file: one of an .eml, all of a mailbox file (mboxo, mboxrd: RFC 4155 and its quoting; `>From ` loses one mark, which is exact for mboxrd and
 * what most readers do for mboxo), all of a Maildir folder (cur, then new, in order of name). Packed with gzip or not. Streams: memory is one message cut at
 * 64 MiB plus a read buffer, however large the file. Throws what the file system throws.
 */
export async function* readMailFile(path: string): AsyncIterable<RawMail> {
  if ((await stat(path)).isDirectory()) {
    for (const inner of ["cur", "new"]) {
      const names: string[] = [];
      for await (const entry of await opendir(join(path, inner))) if (entry.isFile() && !entry.name.startsWith(".")) names.push(entry.name);
      for (const name of names.sort()) yield* readStream(join(path, inner, name));
    }
    return;
  }
  yield* readStream(path);
}

async function* readStream(file: string): AsyncIterable<RawMail> {
  const source = createReadStream(file, { highWaterMark: 262_144 });
  const first = await firstBytes(file);
  const bytes: AsyncIterable<Buffer> = first[0] === 0x1f && first[1] === 0x8b ? source.pipe(createGunzip()) : source;
  const splitter = new Splitter(file);
  for await (const chunk of bytes) yield* splitter.push(chunk);
  yield* splitter.end();
}

async function firstBytes(file: string): Promise<Buffer> {
  for await (const chunk of createReadStream(file, { end: 1 })) return chunk as Buffer;
  return Buffer.alloc(0);
}

const LF = 10;
/** Longest line that is looked at as a whole for `From `; longer ones are no separators. */
const LINE = 998;

/** Cuts a stream into messages at `From ` lines that follow an empty line and look like one with a date. */
class Splitter {
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

  constructor(file: string) {
    this.#file = file;
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
        yield* this.#finish();
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
    this.#rest = Buffer.alloc(0);
    yield* this.#finish();
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

  *#finish(): Iterable<RawMail> {
    const bytes = Buffer.concat(this.#pieces);
    const size = this.#size;
    this.#pieces = [];
    this.#kept = 0;
    this.#size = 0;
    if (size === 0 || (this.#fromLine === undefined && this.#mbox === true && bytes.toString("latin1").trim() === "")) return;
    this.#index++;
    yield {
      bytes,
      size,
      file: this.#file,
      index: this.#index,
      offset: this.#start,
      ref: this.#mbox === true ? `${this.#file}#${this.#index}` : this.#file,
      fromLine: this.#fromLine,
    };
  }
}
