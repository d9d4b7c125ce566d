import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";
import { LOG_TINY, studentTLogTail, studentTQuantile } from "./special-functions.ts";

/** Numbers of one state in a packed array: weight of windows > 0, of windows = 0, then fast n, mean, S, slow n, mean. */
export const VOLUME_STRIDE = 7;
type Packed = Float32Array | Float64Array;

/** What a population says before the entity has spoken. */
export interface VolumePrior {
  /** Share of windows above zero. */
  positive: number;
  /** Mean of ln(1+x) in those, over entities. */
  mean: number;
  /** Variance of ln(1+x) within one entity. */
  variance: number;
  /** Windows that the mean stands for: variance within one entity over variance between entities. */
  weight: number;
  /** Half the windows that the variance counts for; 1.5 while a population says little about it, more once many of its members were seen. */
  shape?: number;
}

export interface VolumeSettings {
  /** Windows above zero after which an old one counts half, in the fast state. */
  fastHalfLife?: number;
  slowHalfLife?: number;
  prior?: VolumePrior;
}

const FAST = 2 ** (-1 / 240);
const SLOW = 2 ** (-1 / 2_400);
/** The prior's variance counts as three windows. */
const A0 = 1.5;
/** Least spread of ln(1+x): counts are whole numbers, nothing is known better than this. */
const LEAST_BETA = 0.03;

export const WIDE_PRIOR: VolumePrior = { positive: 0.5, mean: 4, variance: 1, weight: 0.1 };

/**
 * Surprise of `x` (>= 0) in the state at `at`: -ln P(X >= x), nats. 0 for x = 0. `shift` is what season adds to ln(1+x).
 * The smaller of the fast state's p and twice the slow anchor's.
 */
export function volumeSurprise(state: Packed, at: number, x: number, prior: VolumePrior, shift = 0): number {
  if (!(x > 0)) return 0;
  const positive = positiveShare(state, at, prior);
  const y = Math.log1p(Math.min(x, Number.MAX_VALUE)) - shift;
  const n = state[at + 2] ?? 0;
  const mean = state[at + 3] ?? 0;
  const s = state[at + 4] ?? 0;
  let logTail = predictiveLogTail(y, n, mean, s, prior);
  const slowN = state[at + 5] ?? 0;
  // The anchor's spread is the fast one's: it only remembers where the level was.
  if (slowN > n + 24) logTail = Math.min(logTail, predictiveLogTail(y, n, state[at + 6] ?? 0, s, prior) + Math.LN2);
  return Math.min(-LOG_TINY, Math.max(0, -Math.log(positive) - logTail));
}

function positiveShare(state: Packed, at: number, prior: VolumePrior): number {
  const a = state[at] ?? 0;
  const b = state[at + 1] ?? 0;
  return Math.min(1, (a + 2 * Math.max(0.02, prior.positive)) / (a + b + 2));
}

function predictiveLogTail(y: number, n: number, mean: number, s: number, prior: VolumePrior): number {
  const k = prior.weight + n;
  const mu = (prior.weight * prior.mean + n * mean) / k;
  const shape = prior.shape ?? A0;
  const alpha = shape + n / 2;
  const off = mean - prior.mean;
  const beta = Math.max(LEAST_BETA, shape * believed(shape) * prior.variance + s / 2 + (prior.weight * n * off * off) / (2 * k));
  const t = (y - mu) / Math.sqrt((beta * (k + 1)) / (alpha * k));
  const nu = 2 * alpha;
  // Near the middle a normalising approximation (within 1e-3) saves the continued fraction; most windows are there.
  if (t < 1) return logMiddle(t, nu);
  return studentTLogTail(t, nu);
}

/** beta over (shape x variance): 0.7 at the least shape, where the mean of the variance does not exist, near 1 for many windows. */
function believed(shape: number): number {
  return 1 - 0.45 / shape;
}

function logMiddle(t: number, nu: number): number {
  const z = (t * (1 - 1 / (4 * nu))) / Math.sqrt(1 + (t * t) / (2 * nu));
  return -Math.log1p(Math.exp(1.5976 * z + 0.07056 * z * z * z));
}

/** x that a share `tail` of windows exceeds, zero windows counted. For words: about 40 µs. */
export function volumeQuantile(state: Packed, at: number, tail: number, prior: VolumePrior, shift = 0): number {
  const positive = positiveShare(state, at, prior);
  if (tail >= positive) return 0;
  const n = state[at + 2] ?? 0;
  const k = prior.weight + n;
  const mean = state[at + 3] ?? 0;
  const mu = (prior.weight * prior.mean + n * mean) / k;
  const shape = prior.shape ?? A0;
  const alpha = shape + n / 2;
  const beta = Math.max(
    LEAST_BETA,
    shape * believed(shape) * prior.variance + (state[at + 4] ?? 0) / 2 + (prior.weight * n * (mean - prior.mean) ** 2) / (2 * k),
  );
  const t = studentTQuantile(tail / positive, 2 * alpha);
  const y = mu + shift + t * Math.sqrt((beta * (k + 1)) / (alpha * k));
  return Math.max(0, Math.expm1(Math.min(700, y)));
}

/** Learns `x` with a weight in [0, 1]; values far off are pulled in to 2.5 sd (winsorised), so one burst cannot buy acceptance. */
export function learnVolume(state: Packed, at: number, x: number, weight = 1, shift = 0, fast = FAST, slow = SLOW): void {
  if (!(weight > 0) || !(x >= 0)) return;
  if (x === 0) {
    state[at] = (state[at] ?? 0) * slow;
    state[at + 1] = (state[at + 1] ?? 0) * slow + weight;
    return;
  }
  state[at] = (state[at] ?? 0) * slow + weight;
  state[at + 1] = (state[at + 1] ?? 0) * slow;
  let y = Math.log1p(Math.min(x, Number.MAX_VALUE)) - shift;
  const n = (state[at + 2] ?? 0) * fast;
  const mean = state[at + 3] ?? 0;
  const s = (state[at + 4] ?? 0) * fast;
  if (n > 3) {
    const reach = 2.5 * Math.sqrt((s + 1) / (n + 1));
    y = Math.min(mean + reach, Math.max(mean - reach, y));
  }
  const total = n + weight;
  const off = y - mean;
  const moved = mean + (weight * off) / total;
  state[at + 2] = total;
  state[at + 3] = moved;
  state[at + 4] = s + weight * off * (y - moved);
  const slowN = (state[at + 5] ?? 0) * slow + weight;
  const slowMean = state[at + 6] ?? 0;
  state[at + 5] = slowN;
  state[at + 6] = slowMean + (weight * (y - slowMean)) / slowN;
}

/** Takes another level as the usual one: `n` windows of mean and squares as LevelShift gives them. What share of windows is above zero stays. */
export function setVolumeLevel(state: Packed, at: number, level: { n: number; mean: number; squares: number }): void {
  state[at + 2] = level.n;
  state[at + 3] = level.mean;
  state[at + 4] = level.squares;
  state[at + 5] = level.n;
  state[at + 6] = level.mean;
}

/** Adds shard `b` at `bt` into `a` at `at`; both decayed to the same time. */
export function mergeVolume(a: Packed, at: number, b: Packed, bt: number): void {
  const n1 = a[at + 2] ?? 0;
  const n2 = b[bt + 2] ?? 0;
  const off = (b[bt + 3] ?? 0) - (a[at + 3] ?? 0);
  a[at] = (a[at] ?? 0) + (b[bt] ?? 0);
  a[at + 1] = (a[at + 1] ?? 0) + (b[bt + 1] ?? 0);
  if (n2 > 0) {
    a[at + 2] = n1 + n2;
    a[at + 3] = (a[at + 3] ?? 0) + (off * n2) / (n1 + n2);
    a[at + 4] = (a[at + 4] ?? 0) + (b[bt + 4] ?? 0) + (off * off * n1 * n2) / (n1 + n2);
  }
  const m2 = b[bt + 5] ?? 0;
  if (m2 > 0) {
    const m1 = a[at + 5] ?? 0;
    a[at + 5] = m1 + m2;
    a[at + 6] = (a[at + 6] ?? 0) + (((b[bt + 6] ?? 0) - (a[at + 6] ?? 0)) * m2) / (m1 + m2);
  }
}

/**
 * How much in a window: a hurdle model. P(x > 0) is Beta-Bernoulli; given x > 0, ln(1+x) is normal with unknown mean and variance
 * (normal-inverse-gamma), so a new value is judged by Student's t, wide while little is known.
 *
 * In: a count or bytes, >= 0. Out of `scoreOne`: -ln P(X >= x), nats in [0, 745], larger = stranger; small values are never strange.
 * Warm-up: the prior (a peer group's) stands for `weight` windows. Fast half-life 240 windows above zero, slow anchor 2,400.
 * Memory 56 B (28 B packed as float32). Cost 0.3-1.5 µs a score, 30 ns a value learned. Without decay and within 2.5 sd it does not
 * depend on order. Blind: slow ramps within 2.5 sd, two-humped habits. Source: learning.md §4.2, §5.6; Gelman et al., BDA3 §3.3.
 */
export class VolumeHurdle implements Estimator<number> {
  readonly #state = new Float64Array(VOLUME_STRIDE);
  readonly #prior: VolumePrior;
  readonly #fast: number;
  readonly #slow: number;

  constructor(settings: VolumeSettings = {}) {
    this.#prior = settings.prior ?? WIDE_PRIOR;
    this.#fast = 2 ** (-1 / (settings.fastHalfLife ?? 240));
    this.#slow = 2 ** (-1 / (settings.slowHalfLife ?? 2_400));
  }

  learnOne(x: number, weight = 1): void {
    learnVolume(this.#state, 0, x, Math.min(1, weight), 0, this.#fast, this.#slow);
  }

  scoreOne(x: number): number {
    return volumeSurprise(this.#state, 0, x, this.#prior);
  }

  /** Value that a share `tail` of windows exceeds. */
  quantile(tail: number): number {
    return volumeQuantile(this.#state, 0, tail, this.#prior);
  }

  merge(other: Estimator<number>): void {
    if (!(other instanceof VolumeHurdle)) throw new TypeError("a volume merges with a volume");
    mergeVolume(this.#state, 0, other.#state, 0);
  }

  save(): Uint8Array {
    const out = stateWriter("volume-hurdle", 1);
    out.array(this.#state);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "volume-hurdle", 1, (reader) => {
      const state = new Float64Array(VOLUME_STRIDE);
      reader.arrayInto(state);
      this.#state.set(state);
    });
  }
}
