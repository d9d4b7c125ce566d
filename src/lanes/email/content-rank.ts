import { TailRank } from "../../stats/tail-rank.ts";
import type { EvidenceGroup } from "./evidence/features.ts";
import { EVIDENCE_GROUPS, FEATURE_NAMES, FEATURES } from "./evidence/features.ts";
import { MAIL_KINDS, type MailKind } from "./evidence/kind.ts";

/** What is believed of honest mail's content scores before any was seen: middle and spread of a logistic distribution, in log-odds, by kind of mail. */
const BELIEF: Readonly<Record<MailKind, { middle: number; spread: number }>> = {
  conversation: { middle: -4.4, spread: 0.45 },
  letter: { middle: -4.2, spread: 0.55 },
  notice: { middle: -3.6, spread: 0.7 },
  bulk: { middle: -4, spread: 0.9 },
};
/** The belief counts as this many messages. */
const BELIEVED = 200;
const REMEMBERED = 5_000;

/**
 * Content scores as tail ranks among honest mail of this organisation and of the same kind of mail; what is believed beforehand counts as 200 messages.
 * Out: nats, larger = stranger. Memory: 40 kB a kind.
 */
export class ContentRank {
  readonly #whole = new Map<MailKind, TailRank>();
  readonly #groups = new Map<string, TailRank>();

  constructor() {
    for (const kind of MAIL_KINDS) {
      const rank = new TailRank(REMEMBERED);
      const { middle, spread } = BELIEF[kind];
      const values = Array.from({ length: BELIEVED }, (_, i) => {
        const p = (i + 0.5) / BELIEVED;
        return middle + spread * Math.log(p / (1 - p));
      });
      rank.load(values);
      this.#whole.set(kind, rank);
      for (const group of Object.keys(EVIDENCE_GROUPS)) this.#groups.set(`${kind}.${group}`, groupBelief());
    }
  }

  nats(kind: MailKind, score: number): number {
    return this.#whole.get(kind)?.scoreOne(score) ?? 0;
  }

  groupNats(kind: MailKind, group: EvidenceGroup, score: number): number {
    return score <= 0 ? 0 : (this.#groups.get(`${kind}.${group}`)?.scoreOne(score) ?? 0);
  }

  learn(kind: MailKind, score: number, groups: Readonly<Record<EvidenceGroup, number>>): void {
    this.#whole.get(kind)?.learnOne(score);
    for (const [group, value] of Object.entries(groups)) this.#groups.get(`${kind}.${group}`)?.learnOne(value);
  }

  save(): unknown {
    const rows = (map: ReadonlyMap<string, TailRank>): [string, number[]][] => [...map].map(([name, rank]) => [name, rank.save()]);
    return { whole: rows(this.#whole), groups: rows(this.#groups) };
  }

  load(saved: unknown): void {
    const s = saved as { whole: [MailKind, number[]][]; groups: [string, number[]][] };
    for (const [kind, values] of s.whole) this.#whole.get(kind)?.load(values);
    for (const [name, values] of s.groups) this.#groups.get(name)?.load(values);
  }
}

/** Honest mail shows nothing in most groups, a little in some. */
function groupBelief(): TailRank {
  const rank = new TailRank(REMEMBERED);
  rank.load(Array.from({ length: BELIEVED }, (_, i) => Math.max(0, -0.6 * Math.log(1 - (i + 0.5) / BELIEVED) - 0.6)));
  return rank;
}

/** Weighted evidence of each group: what the indicators show. */
export function groupScores(evidence: ArrayLike<number>, weights: readonly number[]): Record<EvidenceGroup, number> {
  const out = { who: 0, link: 0, trick: 0, lure: 0, attachment: 0, talk: 0 };
  FEATURE_NAMES.forEach((name, j) => {
    out[FEATURES[name].group] += (weights[j] ?? 0) * (evidence[j] ?? 0);
  });
  return out;
}
