import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";

/**
 * The most frequent values of a stream in a fixed number of slots (Metwally, Agrawal, El Abbadi 2005).
 *
 * In: a value. Out of `scoreOne`: its count, an over-estimate by at most `error(value)`; 0 when it holds no slot. Every value seen
 * more than total/slots times holds one. Memory: slots x (text + 16 B). Cost: 50 ns known, O(slots) when one is pushed out.
 * Depends on order. Source: the paper; merging as in Agarwal et al., Mergeable Summaries (2012): counts of both, keep the largest.
 */
export class SpaceSaving implements Estimator<string> {
  readonly #slots: number;
  readonly #counts = new Map<string, { count: number; error: number }>();

  constructor(settings: { slots?: number } = {}) {
    this.#slots = settings.slots ?? 64;
  }

  learnOne(value: string, weight = 1): void {
    if (!(weight > 0)) return;
    const entry = this.#counts.get(value);
    if (entry !== undefined) {
      entry.count += weight;
      return;
    }
    if (this.#counts.size < this.#slots) {
      this.#counts.set(value, { count: weight, error: 0 });
      return;
    }
    let victim = "";
    let least = Number.POSITIVE_INFINITY;
    for (const [key, slot] of this.#counts) {
      if (slot.count < least) {
        least = slot.count;
        victim = key;
      }
    }
    this.#counts.delete(victim);
    this.#counts.set(value, { count: least + weight, error: least });
  }

  scoreOne(value: string): number {
    return this.#counts.get(value)?.count ?? 0;
  }

  error(value: string): number {
    return this.#counts.get(value)?.error ?? 0;
  }

  /** Values with their counts, most frequent first; equal counts by text. */
  top(count = this.#slots): { value: string; count: number }[] {
    return [...this.#counts]
      .map(([value, slot]) => ({ value, count: slot.count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, count);
  }

  merge(other: Estimator<string>): void {
    if (!(other instanceof SpaceSaving)) throw new TypeError("slots merge with slots");
    for (const [value, slot] of other.#counts) {
      const own = this.#counts.get(value);
      if (own === undefined) this.#counts.set(value, { ...slot });
      else {
        own.count += slot.count;
        own.error += slot.error;
      }
    }
    const keep = new Set(this.top().map((entry) => entry.value));
    for (const value of [...this.#counts.keys()]) if (!keep.has(value)) this.#counts.delete(value);
  }

  save(): Uint8Array {
    const out = stateWriter("space-saving", 1);
    out.u32(this.#counts.size);
    for (const [value, slot] of this.#counts) {
      out.text(value);
      out.f64(slot.count);
      out.f64(slot.error);
    }
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "space-saving", 1, (reader) => {
      const size = reader.u32();
      const entries: [string, { count: number; error: number }][] = [];
      for (let i = 0; i < size; i++) entries.push([reader.text(), { count: reader.f64(), error: reader.f64() }]);
      this.#counts.clear();
      for (const [value, slot] of entries) this.#counts.set(value, slot);
    });
  }
}
