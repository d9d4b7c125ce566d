import type { MailDetail, MailSummary } from "../client/types.ts";
import { plain } from "./plain.ts";

const regions = new Intl.DisplayNames("en", { type: "region", fallback: "code" });
const languages = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

/** Name of a country by its ISO code; "unknown" for none. */
export function country(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : "unknown";
}

export function language(code: string): string {
  return /^[a-z]{2,3}$/.test(code) ? (languages.of(code) ?? code) : "unknown";
}

export const INDICATORS: Readonly<Record<string, string>> = {
  newSender: "New sender",
  unusualReader: "Unusual for this reader",
  unusualPlace: "Unusual place or software",
  unexpectedAttachment: "Unexpected attachment",
  unexpectedLink: "Unexpected link",
  strangeDomain: "Domain drawn by lot",
  domainAge: "Age of domain",
  pretence: "Pretence",
  inducement: "Inducement",
  concealment: "Concealment",
};

/** What Wonted advises. Nothing is held while it only watches. */
export const VERDICTS = { hold: "Hold", banner: "Warn", deliver: "Deliver" } as const;

/** Tags that say the worst; they lead. */
const GRAVE = new Set([
  "Multistage Payload",
  "Phishing Link",
  "Phishing Attachment",
  "Credential Harvesting",
  "Cloud Platform Abuse",
  "Lookalike Domain",
  "Forged Address",
  "VIP Impersonation",
  "User Impersonation",
  "Brand Impersonation",
  "Department Impersonation",
  "Internal IT Impersonation",
  "Email Account Takeover",
  "Extortion",
]);
const DULL = new Set([
  "Narrow Distribution",
  "Wide Distribution",
  "Low Mailing History",
  "Moderate Mailing History",
  "High Mailing History",
  "Unknown Correspondent",
]);

export function isGrave(tag: string): boolean {
  return GRAVE.has(tag);
}

/** Gravest first, then in their own order; those that every second mail bears last. */
export function byGravity(tags: readonly string[]): string[] {
  const rank = (tag: string): number => (GRAVE.has(tag) ? 0 : DULL.has(tag) ? 2 : 1);
  return [...tags].sort((a, b) => rank(a) - rank(b));
}

/** Who wrote it, from where. */
export function whoWrote(mail: MailDetail): string {
  const own = /^P-\d+$/.test(mail.sender);
  const name = mail.senderName.trim() === "" ? "" : ` named “${plain(mail.senderName, 60)}”`;
  const who = own
    ? `Our ${mail.sender}`
    : mail.tags.includes("First Time Contact") || mail.tags.includes("No Association")
      ? `A stranger${name}`
      : `${plain(mail.senderName.trim() || mail.sender, 60)}, known here,`;
  const { author, connection } = mail.places;
  if (author !== "" && connection !== "" && author !== connection) return `${who} wrote in ${country(author)} through a server in ${country(connection)}`;
  if (author !== "" || connection !== "") return `${who} wrote ${author === "" ? "through a server " : ""}in ${country(author || connection)}`;
  return `${who} wrote to ${mail.readerCount === 1 ? "one person" : `${mail.readerCount} people`}`;
}

/** What is strange in it, in a few words; "" when nothing is. */
export function whatIsStrange(mail: MailDetail): string {
  const deep = deepest(mail.stages);
  const hidden = deep.includes("qr");
  const inside = deep.find((s) => s === "document" || s === "archive" || s === "page" || s === "nested-mail");
  const words = { document: "a document", archive: "an archive", page: "a page", "nested-mail": "an attached mail" } as const;
  if (hidden && inside !== undefined) return `with a link hidden in a QR code in ${words[inside as keyof typeof words]}`;
  if (hidden) return "with a link hidden in a QR code";
  if (mail.verdict === "deliver") return "";
  if (mail.rule !== "") return plain(mail.rule, 120);
  const top = mail.indicators.toSorted((a, b) => b.score - a.score)[0];
  return top === undefined ? "" : plain((top.says[0] ?? INDICATORS[top.name] ?? top.name).replace(/\.$/, "").toLowerCase(), 120);
}

/** The longest way through its layers. */
export function deepest(stages: readonly (readonly string[])[]): readonly string[] {
  return stages.reduce<readonly string[]>((best, s) => (weight(s) > weight(best) ? s : best), []);
}

function weight(stages: readonly string[]): number {
  return stages.length + (stages.includes("qr") ? 10 : 0);
}

export function readersOf(mail: MailSummary): string {
  const shown = mail.readers.slice(0, 3).join(", ");
  const more = mail.readerCount - Math.min(3, mail.readers.length);
  return more > 0 ? `${shown} and ${more} more` : shown;
}
