import type { Random } from "../../base/random.ts";
import { type Evidence, FEATURE_NAMES, FEATURES, noEvidence } from "../../lanes/email/evidence/features.ts";
import type { MailLookups } from "../../lanes/email/evidence/lookups.ts";
import { viewOf } from "../../lanes/email/evidence/view.ts";
import { whoEvidence } from "../../lanes/email/evidence/who-evidence.ts";
import type { MailRow } from "../mail/corpus.ts";

/** Features that speak of the sender, not of the text. */
const OF_SENDER: ReadonlySet<string> = new Set([
  ...FEATURE_NAMES.filter((name) => FEATURES[name].group === "who" && !name.startsWith("brandIn")),
  "brandInName",
  "nameInMailbox",
  "nameIsDomain",
  "personName",
  // Inducements that count for more because of where they come from.
  "lureAtFreeMail",
  "lureReplyFree",
  "telephoneCall",
]);

/** Features that speak of the subject: a mail that keeps its thread's subject does not bring the text's own. */
const OF_SUBJECT: ReadonlySet<string> = new Set(["brandInSubject", "oddSubject", "subjectAddress", "subjectNumber", "lureInSubject", "fakeReply"]);

/** What a sender's name and address alone say. */
export function senderEvidence(name: string, address: string, lookups: MailLookups): Evidence {
  const view = viewOf({ name, address, replyTo: "", subject: "", text: "", html: undefined, links: [], attachments: [], codes: [] }, lookups);
  const evidence = noEvidence();
  whoEvidence(view, evidence);
  return evidence;
}

/** The text of one message sent by another: its own evidence, the sender's exchanged; undefined = its own sender's. With `keepsSubject` the text's own subject stays out. */
export function evidenceWith(text: MailRow, sender: Evidence | undefined, keepsSubject = false): Float64Array {
  return Float64Array.from(FEATURE_NAMES, (name, j) =>
    keepsSubject && OF_SUBJECT.has(name) ? 0 : sender !== undefined && OF_SENDER.has(name) ? sender[name] : (text.evidence[j] ?? 0),
  );
}

/** Whole campaigns of phish, so that the same text seldom comes twice. */
export class TextPool {
  readonly #groups: MailRow[][];
  readonly #random: Random;

  constructor(rows: readonly MailRow[], random: Random) {
    const byGroup = new Map<number, MailRow[]>();
    for (const row of rows) byGroup.set(row.group, [...(byGroup.get(row.group) ?? []), row]);
    this.#groups = [...byGroup.values()];
    this.#random = random;
  }

  get size(): number {
    return this.#groups.length;
  }

  draw(): MailRow {
    const group = this.#groups[Math.floor(this.#random() * this.#groups.length)] as MailRow[];
    return group[Math.floor(this.#random() * group.length)] as MailRow;
  }
}
