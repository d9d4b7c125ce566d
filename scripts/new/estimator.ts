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
/** Squares of larger values would no longer be numbers. */
const MOST = 1e100;

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
    this.#add(Math.max(-MOST, Math.min(MOST, value)), weight, 0);
  }

  scoreOne(value: number): number {
    const deviation = Math.sqrt(this.#squares / this.#weight);
    return Number.isFinite(value) && deviation > 0 ? Math.min(MOST, Math.abs(value - this.#mean) / deviation) : 0;
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
  return `import { expect, test } from "vitest";
import { checkEstimator } from "../../test/contract/check-estimator.ts";
import { ${name.pascal} } from "./${name.kebab}.ts";

test("scores the distance from the mean in standard deviations", () => {
  const estimator = new ${name.pascal}();
  expect(estimator.scoreOne(11)).toBe(0);
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) estimator.learnOne(value);
  expect(estimator.scoreOne(11)).toBeCloseTo(3, 12);
});

checkEstimator({
  name: "${name.words}",
  make: () => new ${name.pascal}(),
  usual: (random) => 100 + 10 * random(),
  strange: (random) => 150 + 10 * random(),
  hostile: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0, 1e308, 5e-324],
  independentOfOrder: true,
  shards: "random",
  microseconds: 200,
  betterThanChance: 0.99,
});
`;
}
