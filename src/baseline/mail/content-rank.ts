import { TailRank } from "../../stats/tail-rank.ts";

/** What is believed of honest mail's content scores before any was seen: middle and spread of a logistic distribution, in log-odds, by kind of mail. */
export type ContentBelief = Readonly<Record<string, { middle: number; spread: number }>>;

/** The belief counts as this many messages. */
const BELIEVED = 200;
const REMEMBERED = 5_000;

/**
 * Content scores as tail ranks among honest mail of this organisation and of the same kind of mail; what is believed beforehand counts as 200 messages.
 * Groups of evidence are ranked apart. Out: nats, larger = stranger. Memory: 40 kB a kind and group.
 */
export class ContentRank {
  readonly #whole = new Map<string, TailRank>();
  readonly #groups = new Map<string, TailRank>();

  constructor(belief: ContentBelief, groups: readonly string[]) {
    for (const [kind, { middle, spread }] of Object.entries(belief)) {
      const rank = new TailRank(REMEMBERED);
      rank.load(
        Array.from({ length: BELIEVED }, (_, i) => {
          const p = (i + 0.5) / BELIEVED;
          return middle + spread * Math.log(p / (1 - p));
        }),
      );
      this.#whole.set(kind, rank);
      for (const group of groups) this.#groups.set(`${kind}.${group}`, groupBelief());
    }
  }

  nats(kind: string, score: number): number {
    return this.#whole.get(kind)?.scoreOne(score) ?? 0;
  }

  groupNats(kind: string, group: string, score: number): number {
    return score <= 0 ? 0 : (this.#groups.get(`${kind}.${group}`)?.scoreOne(score) ?? 0);
  }

  learn(kind: string, score: number, groups: Readonly<Record<string, number>>): void {
    this.#whole.get(kind)?.learnOne(score);
    for (const [group, value] of Object.entries(groups)) this.#groups.get(`${kind}.${group}`)?.learnOne(value);
  }

  save(): unknown {
    const rows = (map: ReadonlyMap<string, TailRank>): [string, number[]][] => [...map].map(([name, rank]) => [name, rank.save()]);
    return { whole: rows(this.#whole), groups: rows(this.#groups) };
  }

  load(saved: unknown): void {
    const s = saved as { whole: [string, number[]][]; groups: [string, number[]][] };
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
