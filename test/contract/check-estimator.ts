import { expect, test } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { Estimator } from "../../src/stats/estimator.ts";

export interface EstimatorCase<Value> {
  name: string;
  /** With settings under which merging two shards is exact: no fading by count. */
  make(): Estimator<Value>;
  /** A value of ordinary life; `i` counts up, so that times can. */
  usual(random: () => number, i: number): Value;
  /** A value that must score higher (or, with `strangeIsLower`, lower) than usual ones. `i` goes on after the usual ones. */
  strange(random: () => number, i: number): Value;
  strangeIsLower?: boolean;
  /** Values that no sensor should send: not a number, infinite, negative, empty. */
  hostile: readonly Value[];
  /** Learning in any order gives the same scores. */
  independentOfOrder: boolean;
  /** Shards: "random" = any split; "stretches" = the later half after the earlier; "same-time" = both at the same moments (sums of rates). */
  /** "drawn": merging draws from both by lot, so that it is only as good as one, not the same. */
  shards: "random" | "stretches" | "drawn";
  /** Most microseconds that a value may cost to learn and score, generous for a busy machine. */
  microseconds: number;
  /** Share of pairs (strange, usual) that are ranked right, at least. Chance is 0.5. */
  betterThanChance: number;
  tolerance?: number;
}

const USUAL = 400;

/** The contract of src/stats: every estimator passes every one of these. */
export function checkEstimator<Value>(c: EstimatorCase<Value>): void {
  const usualValues = (seed: number): Value[] => {
    const random = seededRandom(seed);
    return Array.from({ length: USUAL }, (_, i) => c.usual(random, i));
  };
  const strangeValues = (seed: number): Value[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 60 }, (_, i) => c.strange(random, USUAL + i));
  };
  const probes = (): Value[] => {
    const random = seededRandom(99);
    return Array.from({ length: 60 }, (_, i) => c.usual(random, USUAL + i)).concat(strangeValues(98));
  };
  const learned = (values: readonly Value[]): Estimator<Value> => {
    const estimator = c.make();
    for (const value of values) estimator.learnOne(value);
    return estimator;
  };
  const shareRight = (estimator: Estimator<Value>): number => {
    const sign = c.strangeIsLower === true ? -1 : 1;
    const random = seededRandom(12);
    const usual = Array.from({ length: 60 }, (_, i) => sign * estimator.scoreOne(c.usual(random, USUAL + i)));
    const strange = strangeValues(13).map((value) => sign * estimator.scoreOne(value));
    let right = 0;
    for (const s of strange) for (const u of usual) right += s > u ? 1 : s === u ? 0.5 : 0;
    return right / (usual.length * strange.length);
  };
  const scores = (estimator: Estimator<Value>): number[] => probes().map((value) => estimator.scoreOne(value));

  test(`${c.name}: the same values give the same scores, and scoring learns nothing`, () => {
    const a = learned(usualValues(1));
    const before = a.save();
    const first = scores(a);
    expect(scores(a)).toEqual(first);
    expect(a.save()).toEqual(before);
    expect(scores(learned(usualValues(1)))).toEqual(first);
  });

  test(`${c.name}: a saved state scores the same bit for bit, and goes on the same`, () => {
    const a = learned(usualValues(2));
    const b = c.make();
    expect(b.load(a.save())).toEqual({ ok: true, value: undefined });
    expect(scores(b)).toEqual(scores(a));
    const random = seededRandom(3);
    for (let i = 0; i < 50; i++) {
      const value = c.usual(random, USUAL + i);
      a.learnOne(value);
      b.learnOne(value);
    }
    expect(scores(b)).toEqual(scores(a));
    expect(b.save()).toEqual(a.save());
  });

  test(`${c.name}: cut or foreign bytes are refused with a code and change nothing`, () => {
    const a = learned(usualValues(4));
    const bytes = a.save();
    const before = scores(a);
    for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 97))) {
      const result = a.load(bytes.slice(0, length));
      expect(result.ok, `a state cut to ${length} of ${bytes.length} bytes`).toBe(false);
    }
    expect(a.load(new TextEncoder().encode("something else altogether, and longer than a header"))).toMatchObject({ ok: false });
    expect(scores(a)).toEqual(before);
  });

  test(`${c.name}: hostile values neither throw nor spoil the scores`, () => {
    const a = learned(usualValues(5));
    for (const value of c.hostile) {
      expect(Number.isFinite(a.scoreOne(value)), `score of ${String(value)}`).toBe(true);
      a.learnOne(value);
      a.learnOne(value, Number.NaN);
      a.learnOne(value, 0);
    }
    for (const score of scores(a)) expect(Number.isFinite(score)).toBe(true);
  });

  test(`${c.name}: weight 0 learns nothing`, () => {
    const a = learned(usualValues(6));
    const before = a.save();
    for (const value of strangeValues(7)) a.learnOne(value, 0);
    expect(a.save()).toEqual(before);
  });

  if (c.independentOfOrder) {
    test(`${c.name}: order does not matter`, () => {
      const values = usualValues(8);
      const a = scores(learned(values));
      const b = scores(learned([...values].reverse()));
      for (let i = 0; i < a.length; i++) expect(b[i]).toBeCloseTo(a[i] ?? Number.NaN, 6);
    });
  }

  if (c.shards === "drawn") {
    test(`${c.name}: two shards merged tell strange from usual as one does`, () => {
      const values = usualValues(9);
      const a = learned(values.filter((_, i) => i % 2 === 0));
      const b = learned(values.filter((_, i) => i % 2 === 1));
      const kept = b.save();
      a.merge(b);
      expect(b.save()).toEqual(kept);
      expect(shareRight(a)).toBeGreaterThanOrEqual(c.betterThanChance);
    });
  }

  const exactly = (name: string, run: () => void): void => {
    if (c.shards !== "drawn") test(name, run);
  };
  exactly(`${c.name}: two shards merged are one`, () => {
    const values = usualValues(9);
    const random = seededRandom(10);
    const half = values.length / 2;
    const left = c.shards === "stretches" ? values.slice(0, half) : [];
    const right = c.shards === "stretches" ? values.slice(half) : [];
    if (c.shards === "random") for (const value of values) (random() < 0.5 ? left : right).push(value);
    const a = learned(left);
    const b = learned(right);
    const kept = b.save();
    a.merge(b);
    expect(b.save()).toEqual(kept);
    const one = scores(learned(values));
    const merged = scores(a);
    const tolerance = c.tolerance ?? 1e-6;
    for (let i = 0; i < one.length; i++)
      expect(Math.abs((merged[i] ?? Number.NaN) - (one[i] ?? Number.NaN)), `probe ${i}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(one[i] ?? 0)));
  });

  test(`${c.name}: better than chance at telling strange from usual`, () => {
    expect(shareRight(learned(usualValues(11)))).toBeGreaterThanOrEqual(c.betterThanChance);
  });

  test(`${c.name}: cost stays within ${c.microseconds} µs a value`, () => {
    const values = usualValues(14);
    const a = learned(values);
    // The best of several rounds: other programs on the machine only ever make it slower.
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 8; round++) {
      const start = performance.now();
      for (const value of values) {
        a.scoreOne(value);
        a.learnOne(value);
      }
      best = Math.min(best, ((performance.now() - start) * 1_000) / values.length);
    }
    expect(best).toBeLessThan(c.microseconds);
  });
}
