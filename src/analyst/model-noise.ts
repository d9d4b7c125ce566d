import { DAY } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import { FadedHistogram, type SavedHistogram } from "./faded-histogram.ts";

const HALF_LIFE_DAYS = 14;
/** Share of the day's attention that what one kind of alert says by itself may take, all kinds together: the rest is for what several agree on. */
const SHARE = 0.5;
/** The root of a Poisson count spreads by a half (Anscombe): so much of it may be chance, and the first few of a kind are heard. */
const DOUBT = 0.5;
/** A level that rises by less than this has risen. */
const RISEN = 1 + 1e-6;
/** Entities remembered per kind within a day, and kinds. */
const MOST_TODAY = 10_000;
const MOST_KINDS = 2_000;

interface KindRate {
  scores: FadedHistogram;
  last: number;
  day: number;
  /** Score counted today, by entity: a repeat on the same day counts once, with its highest score. */
  today: Map<string, number>;
}

export interface SavedNoise {
  model: string;
  scores: SavedHistogram;
  day: number;
  today: [string, number][];
  last?: number;
}

/** What speaks: a model, and of a model that tells things apart the thing (one title of a product's detections may be daily noise, another not). */
export function kindOf(alert: Pick<Alert, "model" | "apart">): string {
  return alert.apart === undefined ? alert.model : `${alert.model}\u0000${alert.apart}`;
}

/** Two kinds that speak of one entity: they agree, or always come together. */
export function pairKind(a: string, b: string): string {
  return a < b ? `${a}\u0001${b}` : `${b}\u0001${a}`;
}

/**
 * What speaks so often in this organisation that its word alone means little. Kinds are counted once an entity and day. All kinds share a part of the
 * day's attention: each may take as much as every other (the level to which water fills vessels of different sizes), so that a seldom one is always heard
 * and a frequent one only at scores that it seldom reaches, in an office of forty as in one of four thousand. A kind is noisy at a score when it came
 * at that score or above more often than the level by more than chance does: the first few are heard.
 * Whoever floods one kind silences that one alone. 1 kB a kind and 50 B an entity of the day; at most 2,000 kinds, the longest silent forgotten first.
 * Cost: some 50 ns a kind and alert.
 */
export class ModelNoise {
  readonly #kinds = new Map<string, KindRate>();
  /** Days that are counted, faded as the counts are: the histogram's own clock begins with its kind, this one with the organisation. */
  readonly #clock = new FadedHistogram(HALF_LIFE_DAYS);
  #now = Number.NEGATIVE_INFINITY;

  /** Entity-days a day at this score or above. */
  rate(kind: string, score: number): number {
    return this.#count(kind, score) / this.#clock.days;
  }

  isNoisy(kind: string, score: number, budget: number): boolean {
    const surely = Math.max(0, Math.sqrt(this.#count(kind, score)) - DOUBT) ** 2 / Math.max(1, this.#clock.days);
    return surely > 0 && surely > this.level(budget * SHARE);
  }

  /** Entity-days a day that each kind may have, so that all together have at most `room`; infinite while they have less. */
  level(room: number): number {
    const days = Math.max(1, this.#clock.days);
    // Water that rises: whoever stays below the level leaves what it does not need to the rest.
    for (let level = room / Math.max(1, this.#kinds.size); ; ) {
      let left = room;
      let above = 0;
      for (const { scores } of this.#kinds.values()) {
        const rate = scores.totalAt(this.#now) / days;
        if (rate <= level) left -= rate;
        else above++;
      }
      if (above === 0) return Number.POSITIVE_INFINITY;
      const next = left / above;
      if (!(next > level * RISEN)) return level;
      level = next;
    }
  }

  /** Event time moves on without an alert. */
  watch(time: number): void {
    this.#clock.watch(time);
    if (time <= this.#now) return;
    this.#now = time;
  }

  learn(kind: string, alert: Pick<Alert, "score" | "time" | "entity">): void {
    this.watch(alert.time);
    const known = this.#kinds.get(kind) ?? { scores: new FadedHistogram(HALF_LIFE_DAYS), last: alert.time, day: 0, today: new Map<string, number>() };
    // Last in the order of the map = spoke last.
    this.#kinds.delete(kind);
    this.#kinds.set(kind, known);
    known.last = Math.max(known.last, alert.time);
    const day = Math.floor(alert.time / DAY);
    if (day > known.day) {
      known.day = day;
      known.today.clear();
    }
    const before = known.today.get(alert.entity.id);
    if (before !== undefined && before >= alert.score) return;
    if (before !== undefined) known.scores.add(alert.time, before, -1);
    known.scores.add(alert.time, alert.score);
    if (known.today.size < MOST_TODAY) known.today.set(alert.entity.id, alert.score);
    if (this.#kinds.size <= MOST_KINDS) return;
    const oldest = this.#kinds.keys().next().value;
    if (oldest !== undefined) this.#kinds.delete(oldest);
  }

  #count(kind: string, score: number): number {
    const known = this.#kinds.get(kind);
    if (known === undefined) return 0;
    known.scores.watch(this.#now);
    return known.scores.count(score);
  }

  save(): { clock: SavedHistogram; kinds: SavedNoise[] } {
    return {
      clock: this.#clock.save(),
      kinds: [...this.#kinds].map(([model, m]) => ({ model, scores: m.scores.save(), day: m.day, today: [...m.today], last: m.last })),
    };
  }

  /** States of the first form were a list of kinds; their clock is the oldest of theirs. */
  load(saved: { clock?: SavedHistogram; kinds: readonly SavedNoise[] }): void {
    this.#kinds.clear();
    this.#now = Number.NEGATIVE_INFINITY;
    for (const { model, scores, day, today, last } of saved.kinds) {
      const histogram = new FadedHistogram(HALF_LIFE_DAYS);
      histogram.load(scores);
      this.#kinds.set(model, { scores: histogram, last: last ?? scores.last, day, today: new Map(today) });
      this.#now = Math.max(this.#now, scores.last);
    }
    const firsts = saved.kinds.map((k) => k.scores.first).filter((t) => t >= 0);
    this.#clock.load(saved.clock ?? { bins: [], first: firsts.length === 0 ? -1 : Math.min(...firsts), last: Number.isFinite(this.#now) ? this.#now : -1 });
    if (saved.clock !== undefined) this.#now = Math.max(this.#now, saved.clock.last);
  }
}
