import type { MailVerdict } from "../../schema/mail.ts";

/** What names a message may carry that the mail responses know (respond/mail-kinds.ts). */
export type MailAction = "hold" | "junk" | "banner" | "lock-links";

/** Somebody hides where a link leads, or it asks for a log-in: whoever finds the message all the same should not get there. */
const LINKS: ReadonlySet<string> = new Set([
  "Multistage Payload",
  "Phishing Link",
  "Suspicious Link",
  "Credential Harvesting",
  "Cloud Platform Abuse",
  "Lookalike Domain",
  "Brand Impersonation",
]);
/** Not strange enough to be kept away, and nothing that a reader should meet in the inbox. */
const JUNK: ReadonlySet<string> = new Set(["Lookalike Domain", "Forged Address", "Spam"]);

/**
 * What the verdict asks for, mildest last: one delivery (`hold`, else `junk`, else none), a `banner` on whatever is acted on and still reaches somebody, and `lock-links` where the
 * message leads somewhere and its tags speak of that (tiers of api-compat 1.9). Nothing for what is delivered.
 */
export function actionsOf(verdict: MailVerdict, tags: readonly string[], links: number): MailAction[] {
  if (verdict === "deliver") return [];
  const actions: MailAction[] = verdict === "hold" ? ["hold"] : tags.some((t) => JUNK.has(t)) ? ["junk", "banner"] : ["banner"];
  if (links > 0 && tags.some((t) => LINKS.has(t))) actions.push("lock-links");
  return actions;
}
