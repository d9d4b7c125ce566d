import type { ContentRank } from "../../baseline/mail/content-rank.ts";
import type { MailFacts, MailSignals } from "../../baseline/mail/mail-facts.ts";
import type { Behaviour, MailRule } from "../../baseline/mail/mail-rules.ts";
import type { MailIndicator } from "../../schema/mail.ts";
import { unusualFromP } from "../../schema/score.ts";
import { groupScores } from "./content-rank.ts";
import { type EvidenceGroup, FEATURE_NAMES, FEATURES } from "./evidence/features.ts";
import type { MailKind } from "./evidence/kind.ts";

const INDICATORS: readonly MailIndicator["name"][] = [
  "newSender",
  "unusualReader",
  "unusualPlace",
  "unexpectedAttachment",
  "unexpectedLink",
  "strangeDomain",
  "domainAge",
  "pretence",
  "inducement",
  "concealment",
];

const OF_GROUP: Readonly<Partial<Record<EvidenceGroup, MailIndicator["name"]>>> = {
  who: "pretence",
  link: "unexpectedLink",
  trick: "concealment",
  lure: "inducement",
  attachment: "unexpectedAttachment",
};

export interface IndicatorDetails {
  linkDomain: string;
  linkDomainMails: number;
  places: { domain: string; connection: string; author: string };
  facts: MailFacts;
}

/** Which indicator a directed rule belongs to. */
function indicatorOf(rule: MailRule, { registeredDays }: MailFacts): MailIndicator["name"] {
  // First sight stands for an age that no registry tells; beside a registry's word it says that the sender is new to us and no more.
  if (/registered/.test(rule) || (/young/.test(rule) && registeredDays === undefined)) return "domainAge";
  if (/look-alike|name of own|known name|department/.test(rule)) return "pretence";
  if (/^link to a domain/.test(rule)) return "unexpectedLink";
  if (/behind a code/.test(rule)) return "unexpectedAttachment";
  if (/country|software|another program|network|unsigned|author elsewhere/.test(rule)) return "unusualPlace";
  return "newSender";
}

/**
 * Ten indicators with scores of their own (E35): each the larger of what the evidence of its group weighs among honest mail of this kind, and of what the
 * rarest of its rules weighs here. 40 = one in a hundred, 75 = one in ten thousand.
 */
export function indicatorsOf(
  evidence: ArrayLike<number> | undefined,
  weights: readonly number[],
  kind: MailKind,
  rank: ContentRank,
  behaviour: Behaviour,
  signals: MailSignals,
  natsOfRule: (rule: MailRule) => number,
  details: IndicatorDetails,
): MailIndicator[] {
  const found = new Map<MailIndicator["name"], { nats: number; says: string[] }>();
  const at = (name: MailIndicator["name"]): { nats: number; says: string[] } => {
    const entry = found.get(name) ?? { nats: 0, says: [] };
    found.set(name, entry);
    return entry;
  };
  for (const name of INDICATORS) at(name);
  if (evidence !== undefined) {
    const groups = groupScores(evidence, weights);
    for (const [group, name] of Object.entries(OF_GROUP) as [EvidenceGroup, MailIndicator["name"]][]) {
      const entry = at(name);
      entry.nats = Math.max(entry.nats, rank.groupNats(kind, group, groups[group]));
      FEATURE_NAMES.forEach((feature, j) => {
        if (FEATURES[feature].group === group && (evidence[j] ?? 0) > 0) entry.says.push(`${capital(FEATURES[feature].says)}.`);
      });
    }
  }
  for (const rule of behaviour.fired) {
    const entry = at(indicatorOf(rule, details.facts));
    const nats = natsOfRule(rule);
    if (nats > entry.nats) entry.nats = nats;
    if (nats > 1.5) entry.says.push(`${capital(rule)}.`);
  }
  if (signals.lookalike >= 2) at("pretence").says.push(`The domain looks like ${signals.lookalikeOf}.`);
  const { places } = details;
  if (signals.authorElsewhere) at("unusualPlace").says.push(`Written in ${places.author}, sent through a server in ${places.connection}.`);
  if (details.linkDomain !== "" && details.linkDomainMails === 0) {
    at("unexpectedLink").says.push(`No mail seen here ever led to ${details.linkDomain}.`);
  }
  readerOf(signals, at("unusualReader"));
  namesOf(details.facts, signals, at("strangeDomain"));
  ageOf(details.facts, signals, at("domainAge"));
  return [...found].map(([name, { nats, says }]) => ({ name, score: Math.round(unusualFromP(Math.exp(-nats))), says: [...new Set(says)].slice(0, 12) }));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const NEW_TO = ["", "to this reader", "to this reader's whole department", "to the organisation"] as const;

/** What this mail is against what its reader usually gets. He is not named: people are shown by pseudonyms. */
function readerOf({ reader }: MailSignals, at: { nats: number; says: string[] }): void {
  if (reader.reader === "") return;
  at.nats = reader.nats;
  if (reader.nats <= 0.5) return;
  at.says.push(
    `The sender is new ${NEW_TO[reader.newness]}, whose reader had ${reader.asNew} of ${reader.received} mails from senders as new.`,
    `Of mails from senders as new, ${shareOf(reader.nats)} went to readers as little used to them.`,
  );
}

function namesOf(facts: MailFacts, signals: MailSignals, at: { nats: number; says: string[] }): void {
  at.nats = signals.name;
  if (signals.name === 0) return;
  if (facts.drawnName > 0 && signals.fromDomain === 0)
    at.says.push(`The name ${facts.domain} looks drawn by lot, as ${shareOf(facts.drawnName)} names seen here do.`);
  if (facts.drawnLink > 0) at.says.push(`A link's name looks drawn by lot, as ${shareOf(facts.drawnLink)} names seen here do.`);
}

function ageOf(facts: MailFacts, signals: MailSignals, at: { says: string[] }): void {
  const days = (n: number): string => (n === 0 ? "on the mail's own day" : n === 1 ? "the day before" : `${n} days before`);
  if (facts.registeredDays !== undefined) at.says.push(`The sender's domain was registered ${days(facts.registeredDays)}, says its registry.`);
  else if (signals.fromDomain === 0 && !facts.own) at.says.push("When the sender's domain was registered is not known, which counts for nothing.");
  if (facts.linkRegisteredDays !== undefined) at.says.push(`A link's domain was registered ${days(facts.linkRegisteredDays)}, says its registry.`);
}

function shareOf(nats: number): string {
  const one = Math.exp(nats);
  return one >= 1_000 ? "fewer than one in a thousand" : one < 3 ? `${Math.round(100 / one)} in 100` : `one in ${Math.round(one)}`;
}
