import { parseMailDate } from "../../parsers/mail/received.ts";

export const MAIL_KINDS = ["eml", "mbox"] as const;
export type MailKindOfFile = (typeof MAIL_KINDS)[number];

const HEAD = 65_536;
const KNOWN =
  /^(received|from|to|cc|subject|date|message-id|mime-version|return-path|delivered-to|content-type|reply-to|dkim-signature|x-[\w-]+|authentication-results|arc-[\w-]+|sender|references|in-reply-to|list-[\w-]+|user-agent|received-spf|thread-[\w-]+|x-mailer|importance)$/i;
/** A mailbox file's line before a message (RFC 4155): sender, then a date with time and year; prose that begins with "From" has none. */
export const FROM_LINE = /^From \S.*\d{1,2}:\d{2}(?::\d{2})?\b.*\b(?:19|20)\d\d\b/;

/** A body that is in parts, or is a message: nothing but mail begins so. */
const MIME = /^content-type:\s*(?:multipart|message)\//i;

/**
 * What a file is by its start: a message (headers of mail at once, two of them such as mail has, or one that says it is in parts; a line that is no header is
 * borne where three are), a mailbox file (a From line, then such headers), or neither. Maildir keeps one message a file, so it needs nothing of its own.
 */
export function looksLikeMail(head: Buffer): MailKindOfFile | undefined {
  const lines = head
    .subarray(0, 16_384)
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .split(/\r?\n/, 200);
  const mbox = FROM_LINE.test(lines[0] ?? "");
  let known = 0;
  let broken = 0;
  let parts = false;
  const names = new Set<string>();
  for (const line of lines.slice(mbox ? 1 : 0)) {
    if (line === "") break;
    if (/^[ \t]/.test(line) && names.size > 0) continue;
    const name = /^>?([!-9;-~]{1,60}):/.exec(line)?.[1]?.toLowerCase();
    if (name === undefined) {
      if (++broken > 1) return undefined;
      continue;
    }
    if (MIME.test(line)) parts = true;
    names.add(name);
    if (KNOWN.test(name)) known++;
  }
  if (mbox) return known < 1 ? undefined : "mbox";
  const says = ["from", "received", "message-id", "subject", "date", "return-path"].filter((n) => names.has(n)).length;
  if (broken > 0) return known >= 3 && says >= 2 ? "eml" : undefined;
  return parts || (known >= 2 && says >= 2) ? "eml" : undefined;
}

/** Time by which messages are merged, from the first headers alone: topmost Received, else the mailbox file's From line, else Date. */
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

/** Epoch milliseconds of a mailbox file's `From ` line; undefined when it has no date that can be read. */
export function timeOfFromLine(line: string | undefined): number | undefined {
  return line === undefined ? undefined : parseMailDate(line.replace(/^From \S*\s*/, "").replace(/^.*?\s((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b)/, "$1"));
}
