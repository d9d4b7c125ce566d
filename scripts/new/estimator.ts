import { type Kind, type Name, refusesIdentifier } from "./kind.ts";

export const estimator: Kind = {
  example: "running-mean",
  refuses: refusesIdentifier,
  files: (name) => [
    { path: `src/stats/${name.kebab}.ts`, text: source(name) },
    { path: `src/stats/${name.kebab}.test.ts`, text: test(name) },
  ],
  next: "Say in the docstring what the score is and which direction is strange, when it does not work, and where the method comes from.",
};

function source(name: Name): string {
  return `import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";

const KIND = "${name.kebab}";
const VERSION = 1;

/**
 * ${name.words}: distance from the mean of all values so far, in standard deviations (Welford 1962).
 * Score 0 upward without bound, larger = stranger; 0 until two values are known. 24 bytes; a few ns a value.
 * Does not work on values whose level drifts, or of heavy tail: the mean forgets nothing.
 */
export class ${name.pascal} implements Estimator<number> {
  #weight = 0;
  #mean = 0;
  #squares = 0;

  learnOne(value: number, weight = 1): void {
    if (!Number.isFinite(value) || !(weight > 0)) return;
    this.#add(value, weight, 0);
  }

  scoreOne(value: number): number {
    const deviation = Math.sqrt(this.#squares / this.#weight);
    return Number.isFinite(value) && deviation > 0 ? Math.abs(value - this.#mean) / deviation : 0;
  }

  merge(other: ${name.pascal}): void {
    if (other.#weight > 0) this.#add(other.#mean, other.#weight, other.#squares);
  }

  /** Joins a group of values, given by its mean, weight and sum of squared distances (Chan 1979). */
  #add(mean: number, weight: number, squares: number): void {
    const total = this.#weight + weight;
    const step = mean - this.#mean;
    this.#squares += squares + (step * step * this.#weight * weight) / total;
    this.#mean += (step * weight) / total;
    this.#weight = total;
  }

  save(): Uint8Array {
    const out = stateWriter(KIND, VERSION);
    out.f64(this.#weight);
    out.f64(this.#mean);
    out.f64(this.#squares);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, KIND, VERSION, (reader) => {
      const [weight, mean, squares] = [reader.f64(), reader.f64(), reader.f64()];
      this.#weight = weight;
      this.#mean = mean;
      this.#squares = squares;
    });
  }
}
`;
}

function test(name: Name): string {
  return `import fc from "fast-check";
import { expect, test } from "vitest";
import { ${name.pascal} } from "./${name.kebab}.ts";

function learned(values: readonly number[]): ${name.pascal} {
  const estimator = new ${name.pascal}();
  for (const value of values) estimator.learnOne(value);
  return estimator;
}

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 50 });

test("scores the distance from the mean in standard deviations", () => {
  expect(learned([2, 4, 4, 4, 5, 5, 7, 9]).scoreOne(11)).toBeCloseTo(3, 12);
  expect(learned([]).scoreOne(11)).toBe(0);
  expect(learned([5]).scoreOne(11)).toBe(0);
});

test("scoring changes nothing, and what is no number is not learned", () => {
  const estimator = learned([1, 2, 3]);
  const before = estimator.save();
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 7]) expect(Number.isFinite(estimator.scoreOne(value))).toBe(true);
  estimator.learnOne(Number.NaN);
  expect(estimator.save()).toEqual(before);
});

test("what is saved loads bit for bit, and a cut or foreign state is refused whole", () => {
  fc.assert(
    fc.property(values, (list) => {
      const state = learned(list).save();
      const other = learned([1, 2, 3]);
      const before = other.save();
      for (let length = 0; length < state.length; length++) expect(other.load(state.slice(0, length)).ok).toBe(false);
      expect(other.save()).toEqual(before);
      expect(other.load(state).ok).toBe(true);
      expect(other.save()).toEqual(state);
    }),
    { numRuns: 20 },
  );
});

test("merging two halves is as good as learning the whole, in any order", () => {
  fc.assert(
    fc.property(values, values, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (a, b, value) => {
      const merged = learned(a);
      merged.merge(learned(b));
      const whole = learned([...b, ...a]);
      expect(Math.abs(merged.scoreOne(value) - whole.scoreOne(value))).toBeLessThanOrEqual(1e-5 * (1 + whole.scoreOne(value)));
    }),
  );
});
`;
}
