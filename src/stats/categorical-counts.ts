import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";

/**
 * P of a value at the level of a population, Kneser-Ney continuation: `entities` distinct entities used this value, `uses` is the sum of
 * that over all values, `values` how many distinct values there are, `below` P one level up. In (0, 1).
 */
export function continuation(entities: number, uses: number, values: number, below: number): number {
  return Math.max(entities - 0.5, 0) / (uses + 1) + ((1 + 0.5 * values) / (uses + 1)) * below;
}

/** Values never met that the top level keeps room for. */
const UNSEEN = 50;

/** P at the top level, the organisation: nothing above it but the values nobody has met yet. */
export function topContinuation(entities: number, uses: number, values: number): number {
  return (Math.max(entities - 0.5, 0) + (1 + 0.5 * values) / (values + UNSEEN)) / (uses + 1);
}

/** P of a value for one entity: what it does itself, and with its rate of novelty what its population does. */
export function entityProbability(own: number, total: number, novelty: number, population: number): number {
  const p = total > 0 ? (1 - novelty) * (own / total) + novelty * population : population;
  return Math.min(1, Math.max(1e-12, p));
}

/**
 * Counts of values with back-off to a flat unseen mass: the top level of the rarity model by itself.
 *
 * In: a value. Out: -ln P(value), nats in (0, 28], larger = rarer. Memory one map entry a distinct value, at most `capacity`
 * (default 4,096; the least counted is dropped). Cost 50 ns. Independent of order while below capacity.
 * Source: Kneser and Ney (1995); learning.md §4.4.
 */
export class CategoricalCounts implements Estimator<string> {
  readonly #counts = new Map<string, number>();
  readonly #capacity: number;
  #total = 0;

  constructor(settings: { capacity?: number } = {}) {
    this.#capacity = settings.capacity ?? 4_096;
  }

  count(value: string): number {
    return this.#counts.get(value) ?? 0;
  }

  learnOne(value: string, weight = 1): void {
    if (!(weight > 0)) return;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + weight);
    this.#total += weight;
    if (this.#counts.size > this.#capacity) this.#dropLeast();
  }

  scoreOne(value: string): number {
    return -Math.log(Math.min(1, topContinuation(this.count(value), this.#total, this.#counts.size)));
  }

  merge(other: Estimator<string>): void {
    if (!(other instanceof CategoricalCounts)) throw new TypeError("counts merge with counts");
    for (const [value, count] of other.#counts) this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
    this.#total += other.#total;
    while (this.#counts.size > this.#capacity) this.#dropLeast();
  }

  save(): Uint8Array {
    const out = stateWriter("categorical-counts", 1);
    out.f64(this.#total);
    out.u32(this.#counts.size);
    for (const [value, count] of this.#counts) {
      out.text(value);
      out.f64(count);
    }
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "categorical-counts", 1, (reader) => {
      const total = reader.f64();
      const size = reader.u32();
      const entries: [string, number][] = [];
      for (let i = 0; i < size; i++) entries.push([reader.text(), reader.f64()]);
      this.#total = total;
      this.#counts.clear();
      for (const [value, count] of entries) this.#counts.set(value, count);
    });
  }

  #dropLeast(): void {
    let least = Number.POSITIVE_INFINITY;
    let victim: string | undefined;
    for (const [value, count] of this.#counts) {
      if (count < least) {
        least = count;
        victim = value;
      }
    }
    if (victim !== undefined) this.#counts.delete(victim);
  }
}
