import type { Result } from "../base/result.ts";

/**
 * What every estimator of this room is: learns one value at a time, scores one value without learning it, merges with a shard
 * of the same settings, and is saved and loaded bit for bit.
 *
 * `scoreOne` never changes state, returns a finite number for any input, and says in its docstring what the number is
 * (surprise in nats, a probability, a count) and which direction is strange. Values that are not numbers are ignored by `learnOne`.
 * `load` replaces all state, or changes nothing and says why.
 */
export interface Estimator<Value> {
  learnOne(value: Value, weight?: number): void;
  scoreOne(value: Value): number;
  /** `other` must have the same settings. Afterwards this holds what both have seen; other is unchanged. */
  merge(other: Estimator<Value>): void;
  save(): Uint8Array;
  load(bytes: Uint8Array): Result<void>;
}
