import type { EdgeHour } from "../../baseline/population/edge-watch.ts";
import { hourVector } from "../../baseline/population/population-view.ts";
import { CountedRandom } from "../../stats/counted-random.ts";
import { DecayedHistograms } from "../../stats/decayed-histograms.ts";
import { BatchForest } from "./batch-forest.ts";

/** Another method for hours of entities: gets the same numbers as ours, scores an hour, then learns it. Larger = stranger. */
export interface UnitMethod {
  readonly name: string;
  close(hours: readonly EdgeHour[]): number[];
}

const WIDTH = 12;
const COUNTS = 6;

function groupOf(hour: EdgeHour): 0 | 1 {
  return hour.own ? 0 : 1;
}

/** Fitted anew every seven days to the last 20,000 vectors of the group, as it is run in practice. */
class WeeklyForest implements UnitMethod {
  readonly name = "isolation forest";
  readonly #random: CountedRandom;
  readonly #rows: number[][][] = [[], []];
  readonly #fitted: (BatchForest | undefined)[] = [undefined, undefined];
  #week = -1;

  constructor(seed: number) {
    this.#random = new CountedRandom(seed);
  }

  close(hours: readonly EdgeHour[]): number[] {
    const week = Math.floor((hours[0]?.hour ?? 0) / 168);
    if (week !== this.#week) {
      this.#week = week;
      for (const g of [0, 1]) this.#fit(g);
    }
    return hours.map((hour) => {
      const g = groupOf(hour);
      const vector = Array.from(hourVector(hour));
      this.#rows[g]?.push(vector);
      return this.#fitted[g]?.score(vector) ?? 0;
    });
  }

  #fit(g: number): void {
    const rows = this.#rows[g] ?? [];
    if (rows.length <= 500) return;
    if (rows.length > 20_000) rows.splice(0, rows.length - 20_000);
    this.#fitted[g] = new BatchForest(rows, this.#random);
  }
}

class Hbos implements UnitMethod {
  readonly name = "HBOS";
  readonly #groups = [new DecayedHistograms({ width: WIDTH }), new DecayedHistograms({ width: WIDTH })];

  close(hours: readonly EdgeHour[]): number[] {
    const scores = hours.map((hour) => this.#groups[groupOf(hour)]?.scoreOne(hourVector(hour)) ?? 0);
    for (const hour of hours) this.#groups[groupOf(hour)]?.learnOne(hourVector(hour));
    return scores;
  }
}

/** Distance of six ln counts from the entity's own mean, in its own deviations, two hours of its group lent to the young; the sum of those above. */
class ZScore implements UnitMethod {
  readonly name = "z-score";
  readonly #own = new Map<number, Float64Array>();
  readonly #group = [new Float64Array(1 + 2 * COUNTS), new Float64Array(1 + 2 * COUNTS)];

  close(hours: readonly EdgeHour[]): number[] {
    const scores = hours.map((hour) => this.#score(hour));
    for (const hour of hours) {
      const own = this.#own.get(hour.key) ?? new Float64Array(1 + 2 * COUNTS);
      this.#own.set(hour.key, own);
      learnMoments(own, hour);
      learnMoments(this.#group[groupOf(hour)] ?? own, hour);
    }
    return scores;
  }

  #score(hour: EdgeHour): number {
    const group = this.#group[groupOf(hour)] ?? new Float64Array(1 + 2 * COUNTS);
    const own = this.#own.get(hour.key);
    const n = own?.[0] ?? 0;
    let sum = 0;
    for (let i = 0; i < COUNTS; i++) {
      const lent = group[1 + i] ?? 0;
      const lentVariance = Math.max(0.05, (group[1 + COUNTS + i] ?? 0) / Math.max(1, group[0] ?? 0));
      const mean = ((own?.[1 + i] ?? 0) * n + 2 * lent) / (n + 2);
      const variance = ((own?.[1 + COUNTS + i] ?? 0) + 2 * lentVariance) / (n + 2);
      sum += Math.max(0, (Math.log1p(hour.counts[i] ?? 0) - mean) / Math.sqrt(variance));
    }
    return sum;
  }
}

/** Welford's running count, means and squared deviations. */
function learnMoments(at: Float64Array, hour: EdgeHour): void {
  const n = (at[0] ?? 0) + 1;
  at[0] = n;
  for (let i = 0; i < COUNTS; i++) {
    const y = Math.log1p(hour.counts[i] ?? 0);
    const off = y - (at[1 + i] ?? 0);
    at[1 + i] = (at[1 + i] ?? 0) + off / n;
    at[1 + COUNTS + i] = (at[1 + COUNTS + i] ?? 0) + off * (y - (at[1 + i] ?? 0));
  }
}

/** The rarest peer either way, and nothing else. */
class RarityRule implements UnitMethod {
  readonly name = "rarity rule";

  close(hours: readonly EdgeHour[]): number[] {
    return hours.map((hour) => Math.max(hour.rarity[0], hour.rarity[1]));
  }
}

/** The know-nothing control: the largest count of a minute of any edge, source or destination on an edge that touches it. */
class MinuteCounter implements UnitMethod {
  readonly name = "control: minute counter";

  close(hours: readonly EdgeHour[]): number[] {
    return hours.map((hour) => hour.counter);
  }
}

export function unitMethods(seed: number): UnitMethod[] {
  return [new WeeklyForest(seed), new Hbos(), new ZScore(), new RarityRule(), new MinuteCounter()];
}
