import type { Letter, LetterLink } from "../../lanes/email/letter.ts";

const KEPT = /^(from|reply-to|subject|content-[a-z-]+|mime-version)\s*:/i;
const RECEIVERS = /^(to|cc|delivered-to|x-original-to|envelope-to|x-envelope-to|x-rcpt-to|x-receiver|apparently-to)\s*:/i;

export interface Stripped {
  /** The message with nothing of its receiver's machinery in the headers. */
  bytes: Buffer;
  recipients: string[];
  year: number;
}

/** Keeps From, Reply-To, Subject and what is needed to decode; everything that the receiving side wrote goes. */
export function stripHeaders(raw: Buffer): Stripped {
  const text = raw.toString("latin1").replace(/^From [^\n]*\n/, "");
  const end = /\r?\n\r?\n/.exec(text);
  const cut = end?.index ?? text.length;
  const headers = text
    .slice(0, cut)
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/);
  const recipients = new Set<string>();
  for (const header of headers) {
    if (!RECEIVERS.test(header)) continue;
    for (const [address] of header.matchAll(/[\w.+-]+@[\w.-]+/g)) if (recipients.size < 50) recipients.add(address.toLowerCase());
  }
  const date = headers.find((h) => /^date:/i.test(h)) ?? "";
  const kept = headers.filter((h) => KEPT.test(h)).join("\n");
  return {
    bytes: Buffer.from(`${kept}\n\n${text.slice(cut + (end?.[0].length ?? 0))}`, "latin1"),
    recipients: [...recipients],
    year: Number(/\b(19|20)\d\d\b/.exec(date)?.[0] ?? 0),
  };
}

/** A pattern of the recipients' addresses in plain, URL-encoded and base64 form; undefined without recipients. */
function maskOf(recipients: readonly string[]): RegExp | undefined {
  const forms = recipients.flatMap((address) => {
    const encoded = Buffer.from(address, "latin1").toString("base64").replace(/=+$/, "");
    return [address, address.replace("@", "%40"), encoded];
  });
  if (forms.length === 0) return undefined;
  return new RegExp(forms.map((f) => `${f.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}={0,2}`).join("|"), "gi");
}

/** Every message the same way: list rewriting undone, list machinery cut, recipients masked. */
export function canonicalLetter(letter: Letter, recipients: readonly string[]): Letter {
  const mask = maskOf(recipients);
  const clean = (text: string): string => (mask === undefined ? text : text.replace(mask, ""));
  const via = /\s+via\s+[^@]*$/i;
  const rewritten = via.test(letter.name) && letter.replyTo !== "";
  const links: LetterLink[] = letter.links
    .filter((l) => !/listinfo|mailman|\blists?\.[a-z0-9-]+\.[a-z]+/i.test(l.href))
    .map((l) => ({ ...l, href: clean(l.href), text: clean(l.text) }));
  return {
    ...letter,
    name: clean(letter.name).replace(via, "").trim(),
    address: clean(rewritten ? letter.replyTo : letter.address) === "" ? "someone@recipient.example" : rewritten ? letter.replyTo : letter.address,
    replyTo: rewritten ? "" : letter.replyTo,
    subject: untagged(clean(letter.subject)),
    text: withoutListFooter(clean(letter.text)),
    links,
  };
}

function untagged(subject: string): string {
  return subject.replace(/^\s*((?:(?:re|fwd?|aw|sv|wg|rv|enc)\s*:\s*)*)\[[^\]]{1,40}\]\s*/i, "$1").trim();
}

function withoutListFooter(text: string): string {
  const cut = text
    .replaceAll("\r", "")
    .replace(/\n(_{20,}|-{20,})\s*\n[\s\S]{0,1200}$/, (tail) => (/mailing list|unsubscribe|sponsored|listinfo|to leave/i.test(tail) ? "\n" : tail));
  return cut.replace(/\n[^\n]*(mailing list|listinfo|\blists?\.[a-z]+\.[a-z]+)[^\n]*/gi, "\n");
}
