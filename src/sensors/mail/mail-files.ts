import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { parseMailDate } from "../../parsers/mail/received.ts";

export const MAIL_KINDS = ["eml", "mbox"] as const;
export type MailKindOfFile = (typeof MAIL_KINDS)[number];

/** Bytes of one message and where they stood. */
export interface MailBytes {
  bytes: Buffer;
  /** Its place in a mailbox file, from 1; undefined for a file of one message. */
  ordinal: number | undefined;
  offset: number;
  /** Time of the mailbox file's From line, ms. */
  fromTime: number | undefined;
  /** Topmost Received, else `fromTime`, else Date; undefined when it bears no time. */
  time: number | undefined;
}

/** A gzipped mailbox unpacks to at most this. */
const MOST_BYTES = 2_000_000_000;
const HEAD = 65_536;
const KNOWN =
  /^(received|from|to|cc|subject|date|message-id|mime-version|return-path|delivered-to|content-type|reply-to|dkim-signature|x-[\w-]+|authentication-results|arc-[\w-]+|sender|references|in-reply-to|list-[\w-]+|user-agent|received-spf|thread-[\w-]+|x-mailer|importance)$/i;
const FROM_LINE = /^From \S+.*\d{4}/;

/**
 * What a file is by its start: a message (headers of mail at once, two of them such as mail has), a mailbox file (a From line, then such headers), or
 * neither. Maildir keeps one message a file, so it needs nothing of its own.
 */
export function looksLikeMail(head: Buffer): MailKindOfFile | undefined {
  const lines = head
    .subarray(0, 16_384)
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .split(/\r?\n/, 200);
  const mbox = FROM_LINE.test(lines[0] ?? "");
  let known = 0;
  const names = new Set<string>();
  for (const line of lines.slice(mbox ? 1 : 0)) {
    if (line === "") break;
    if (/^[ \t]/.test(line) && names.size > 0) continue;
    const name = /^>?([!-9;-~]{1,60}):/.exec(line)?.[1]?.toLowerCase();
    if (name === undefined) return undefined;
    names.add(name);
    if (KNOWN.test(name)) known++;
  }
  const says = ["from", "received", "message-id", "subject", "date", "return-path"].filter((n) => names.has(n)).length;
  if (known < 2 || says < 2) return undefined;
  return mbox ? "mbox" : "eml";
}

/** Time by which messages are merged, from the first headers alone. */
export function timeOfHeaders(bytes: Buffer, fromTime: number | undefined): number | undefined {
  const text = bytes.subarray(0, HEAD).toString("latin1");
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const headers = text
    .slice(0, end)
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/);
  const received = headers.find((h) => /^received:/i.test(h));
  const semicolon = received?.lastIndexOf(";") ?? -1;
  const arrived = received === undefined || semicolon < 0 ? undefined : parseMailDate(received.slice(semicolon + 1));
  if (arrived !== undefined) return arrived;
  if (fromTime !== undefined) return fromTime;
  const date = headers.find((h) => /^date:/i.test(h));
  return date === undefined ? undefined : parseMailDate(date.slice(5));
}

/**
 * Messages of a file in the order of their times (those without one first). Memory: the file once, at most 2 GB unpacked; a larger one throws RangeError.
 * A mailbox file is cut at lines `From ` that follow an empty line and bear a year (mboxrd's `>From ` stays text).
 */
export async function readMailFile(path: string, kind: MailKindOfFile, gzip: boolean): Promise<MailBytes[]> {
  const raw = await readFile(path);
  const bytes = gzip ? gunzipSync(raw, { maxOutputLength: MOST_BYTES }) : raw;
  if (kind === "eml") return [{ bytes, ordinal: undefined, offset: 0, fromTime: undefined, time: timeOfHeaders(bytes, undefined) }];
  const starts = fromLines(bytes);
  const out = starts.map((offset, i): MailBytes => {
    const lineEnd = bytes.indexOf(10, offset);
    const line = bytes.subarray(offset, lineEnd < 0 ? bytes.length : lineEnd).toString("latin1");
    const fromTime = parseMailDate(line.replace(/^From \S+\s*/, ""));
    const message = bytes.subarray(lineEnd < 0 ? bytes.length : lineEnd + 1, starts[i + 1] ?? bytes.length);
    return { bytes: message, ordinal: i + 1, offset, fromTime, time: timeOfHeaders(message, fromTime) };
  });
  return out.sort((a, b) => (a.time ?? 0) - (b.time ?? 0) || (a.ordinal ?? 0) - (b.ordinal ?? 0));
}

function fromLines(bytes: Buffer): number[] {
  const out: number[] = [];
  for (let at = bytes.indexOf("From "); at >= 0; at = bytes.indexOf("From ", at + 5)) {
    const fresh = at === 0 || (bytes[at - 1] === 10 && (bytes[at - 2] === 10 || (bytes[at - 2] === 13 && bytes[at - 3] === 10)));
    if (!fresh) continue;
    const end = bytes.indexOf(10, at);
    if (FROM_LINE.test(bytes.subarray(at, end < 0 ? at + 200 : Math.min(end, at + 200)).toString("latin1"))) out.push(at);
  }
  return out;
}
