import { createHash } from "node:crypto";

/** Header lines that mail programs change while a message lies in a mailbox. */
const CHANGING =
  /^(?:status|x-status|x-uid|x-uidl|x-imap|x-imapbase|x-keywords|content-length|lines|x-mozilla-[\w-]+|x-evolution[\w-]*|x-gmail-labels|x-dovecot-[\w-]+):/i;
const MOST = 262_144;

/**
 * Which message it is, wherever it lies now: 48 bits of SHA-256 over its headers without those that mailbox programs change; where no server wrote a Received line,
 * over the start of the body too. The same message in two folders, or in a mailbox file that was written anew, is one. Two deliveries of it are two.
 * Chance of taking one new message for a known one: 1 in 500 million with 500,000 known; a sender cannot aim, since the receiver's own lines are in it.
 */
export function mailIdentity(bytes: Buffer): number {
  const text = bytes.toString("latin1", 0, Math.min(bytes.length, MOST));
  const end = /\r?\n\r?\n/.exec(text);
  const headers = text.slice(0, end?.index ?? text.length).replace(/\r\n/g, "\n");
  const kept: string[] = [];
  let skipping = false;
  for (const line of headers.split("\n")) {
    if (/^[ \t]/.test(line)) {
      if (!skipping) kept.push(line);
      continue;
    }
    skipping = CHANGING.test(line);
    if (!skipping) kept.push(line);
  }
  const hash = createHash("sha256").update(kept.join("\n"), "latin1");
  if (end !== null && !/^received:/im.test(headers)) hash.update(text.slice(end.index, end.index + 65_536).replace(/\s+/g, " "), "latin1");
  return hash.digest().readUIntBE(0, 6);
}
