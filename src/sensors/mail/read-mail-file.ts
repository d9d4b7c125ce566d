import { createReadStream } from "node:fs";
import { opendir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { MAIL_LIMITS } from "../../parsers/mail/limits.ts";
import { MailSplitter, type RawMail } from "./mail-splitter.ts";
import { timeOfFromLine, timeOfHeaders } from "./recognise-mail.ts";

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
  const packed = first[0] === 0x1f && first[1] === 0x8b;
  // A pipeline ends both when either fails or the reader has had enough.
  const bytes: AsyncIterable<Buffer> = packed ? pipeline(source, createGunzip(), () => undefined) : source;
  const most = packed ? Math.max(UNPACKED_AT_LEAST, (await stat(file)).size * MAIL_LIMITS.archiveRatio) : Number.POSITIVE_INFINITY;
  const splitter = new MailSplitter(file);
  let unpacked = 0;
  for await (const chunk of bytes) {
    unpacked += chunk.length;
    if (unpacked > most) throw new Error(`gzip file unpacks to more than ${MAIL_LIMITS.archiveRatio} times its size: what came before was read`);
    yield* splitter.push(chunk);
  }
  yield* splitter.end();
}

/** Messages of a mailbox file that is not packed, from the byte where one begins, up to `to`. Memory: one message cut at 64 MiB. */
export async function* readMbox(file: string, from: number, index: number, to: number): AsyncIterable<RawMail> {
  if (to <= from) return;
  const splitter = new MailSplitter(file, from, index);
  for await (const chunk of createReadStream(file, { start: from, end: to - 1, highWaterMark: 262_144 })) yield* splitter.push(chunk as Buffer);
  yield* splitter.end();
}

async function firstBytes(file: string): Promise<Buffer> {
  for await (const chunk of createReadStream(file, { end: 1 })) return chunk as Buffer;
  return Buffer.alloc(0);
}

/** A message, and the time by which it is merged: topmost Received, else the From line, else Date; undefined when it bears none. */
export interface TimedMail extends RawMail {
  time: number | undefined;
  fromTime: number | undefined;
}

/** A packed file may unpack to this whatever its size. */
const UNPACKED_AT_LEAST = 1_000_000_000;
/** Bytes of messages that wait so that earlier ones behind them come first. */
const WINDOW_BYTES = 67_108_864;
const WINDOW_MESSAGES = 20_000;

/**
 * The messages of `readMailFile` in the order of their times, as far as a window of 64 MiB or 20,000 messages can put it right: a mailbox file of that size comes
 * out sorted, and in a larger one a message that is further out of order than that comes where it stands (the merge counts it as late). One without a time
 * comes at once. Memory: the window and one message.
 */
export async function* readMailInOrder(path: string, window = { bytes: WINDOW_BYTES, messages: WINDOW_MESSAGES }): AsyncIterable<TimedMail> {
  // Sorted, latest first, so that the earliest is popped.
  const waiting: (TimedMail & { time: number })[] = [];
  let held = 0;
  let trouble: { error: unknown } | undefined;
  const mails = readMailFile(path)[Symbol.asyncIterator]();
  for (;;) {
    const next = await mails.next().catch((error: unknown) => {
      // What came before a damaged place is given out first.
      trouble = { error };
      return { done: true as const, value: undefined };
    });
    if (next.done === true) break;
    const mail = next.value;
    const fromTime = timeOfFromLine(mail.fromLine);
    const time = timeOfHeaders(mail.bytes, fromTime);
    if (time === undefined) {
      yield { ...mail, time, fromTime };
      continue;
    }
    let low = 0;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((waiting[middle] as { time: number }).time > time) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, { ...mail, time, fromTime });
    held += mail.bytes.length;
    while (waiting.length > 1 && (held > window.bytes || waiting.length > window.messages)) {
      const first = waiting.pop() as TimedMail;
      held -= first.bytes.length;
      yield first;
    }
  }
  for (let first = waiting.pop(); first !== undefined; first = waiting.pop()) yield first;
  if (trouble !== undefined) throw trouble.error;
}
