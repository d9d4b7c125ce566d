import { VOLUME_STRIDE, type VolumePrior } from "./volume-hurdle.ts";

type Packed = Float32Array | Float64Array;

/** Values beyond this many standard deviations are pulled in: above, so that what is beyond the usual does not widen it. */
const REACH_DOWN = 2.5;
const REACH_UP = 1.5;
/** Weight from which the level is known well enough to be held back. */
const HELD_FROM = 2;

export interface SlowSettings {
  /** By how much the level may rise with one value of weight 1, in units of ln(1+x). */
  mostRise: number;
  /** What is kept of the old at each value. */
  keep: number;
}

/**
 * Learns `x` into a level that follows downwards freely and upwards only so fast: whoever grows what he takes, day after day, cannot carry the usual
 * along. Packed as a volume's state (`volumeSurprise` and `volumeQuantile` judge by it, with `positive: 1`); the slow anchor is not used.
 * `x`: bytes or a count above zero; 0 is not learned. `weight` 0 to 1: of windows that overlap, the share that is new.
 * Values are pulled in to 1.5 standard deviations above and 2.5 below, of state and prior together. 28 B a level as float32; 30 ns a value.
 * Blind: a rise slower than `mostRise`. Source: learning.md §4.10, §5.6; winsorised updates after Huber, Robust Statistics (1981) §1.7.
 */
export function learnSlowly(state: Packed, at: number, x: number, weight: number, prior: VolumePrior, settings: SlowSettings): void {
  if (!(weight > 0) || !(x > 0) || !Number.isFinite(x)) return;
  const n = (state[at + 2] ?? 0) * settings.keep;
  const mean = state[at + 3] ?? 0;
  const s = (state[at + 4] ?? 0) * settings.keep;
  let y = Math.log1p(x);
  if (n >= 1) {
    const spread = Math.sqrt((s + prior.variance) / (n + 1));
    y = Math.min(mean + REACH_UP * spread, Math.max(mean - REACH_DOWN * spread, y));
  }
  const total = n + weight;
  const step = (weight * (y - mean)) / total;
  const moved = mean + (n >= HELD_FROM ? Math.min(step, weight * settings.mostRise) : step);
  state[at + 2] = total;
  state[at + 3] = moved;
  state[at + 4] = s + weight * (y - mean) * (y - moved);
}

/** Takes another level as the usual one; how much it spreads stays. */
export function moveLevel(state: Packed, at: number, y: number): void {
  state[at + 3] = y;
}

/** The level itself: mean of ln(1+x) of state and prior together. */
export function levelOf(state: Packed, at: number, prior: VolumePrior): number {
  const n = state[at + 2] ?? 0;
  return (prior.weight * prior.mean + n * (state[at + 3] ?? 0)) / (prior.weight + n);
}

export const SLOW_STRIDE = VOLUME_STRIDE;
