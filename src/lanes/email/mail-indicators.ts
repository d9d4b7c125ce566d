import type { ContentRank } from "../../baseline/mail/content-rank.ts";
import type { MailSignals } from "../../baseline/mail/mail-facts.ts";
import type { Behaviour, MailRule } from "../../baseline/mail/mail-rules.ts";
import type { MailIndicator } from "../../schema/mail.ts";
import { unusualFromP } from "../../schema/score.ts";
import { groupScores } from "./content-rank.ts";
import { type EvidenceGroup, FEATURE_NAMES, FEATURES } from "./evidence/features.ts";
import type { MailKind } from "./evidence/kind.ts";

const OF_GROUP: Readonly<Partial<Record<EvidenceGroup, MailIndicator["name"]>>> = {
  who: "pretence",
  link: "unexpectedLink",
  trick: "concealment",
  lure: "inducement",
  attachment: "unexpectedAttachment",
};

/** Which indicator a directed rule belongs to. */
function indicatorOf(rule: MailRule): MailIndicator["name"] {
  if (/look-alike|name of own|known name|department/.test(rule)) return "pretence";
  if (/^link to a domain/.test(rule)) return "unexpectedLink";
  if (/behind a code/.test(rule)) return "unexpectedAttachment";
  if (/country|software|network|unsigned|author elsewhere/.test(rule)) return "unusualPlace";
  return "newSender";
}

/**
 * Seven indicators with scores of their own (E35): each the larger of what the evidence of its group weighs among honest mail of this kind, and of what the
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
  details: { linkDomain: string; linkDomainMails: number; places: { domain: string; connection: string; author: string } },
): MailIndicator[] {
  const found = new Map<MailIndicator["name"], { nats: number; says: string[] }>();
  const at = (name: MailIndicator["name"]): { nats: number; says: string[] } => {
    const entry = found.get(name) ?? { nats: 0, says: [] };
    found.set(name, entry);
    return entry;
  };
  for (const name of ["newSender", "unusualPlace", "unexpectedAttachment", "unexpectedLink", "pretence", "inducement", "concealment"] as const) at(name);
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
    const entry = at(indicatorOf(rule));
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
  return [...found].map(([name, { nats, says }]) => ({ name, score: Math.round(unusualFromP(Math.exp(-nats))), says: [...new Set(says)].slice(0, 12) }));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
