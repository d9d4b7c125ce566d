import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";
import { negativeBinomialLogTail } from "./special-functions.ts";

/** Numbers of one state in a packed array: long-run sum A, current count c (both decayed), the minute both stand at, minute born, last surprise. */
export const BURST_STRIDE = 5;
type Packed = Float32Array | Float64Array;

const MINUTES_HALF_LIFE = 28 * 1_440;
const FORGET = Math.LN2 / MINUTES_HALF_LIFE;
const CURRENT = 0.9;
/** Above this surprise only the expected count is learned: the gate that keeps a flood from becoming usual. */
const GATE = 20;

/** Starts a state at `minute`. */
export function startBurst(state: Packed, at: number, minute: number): void {
  state[at] = 0;
  state[at + 1] = 0;
  state[at + 2] = minute;
  state[at + 3] = minute;
  state[at + 4] = 0;
}

/** Expected decayed count at `minute`, as the current count is weighed: rate x 10 minutes. Also the rate a minute (divide by 10). */
export function burstExpected(state: Packed, at: number, minute: number): number {
  const age = Math.max(0, minute - (state[at + 3] ?? 0));
  const exposure = -Math.expm1(-FORGET * age) / FORGET;
  const a = (state[at] ?? 0) * Math.exp(-FORGET * Math.max(0, minute - (state[at + 2] ?? 0)));
  return (a + 0.5) / (exposure + 60) / (1 - CURRENT);
}

/** Surprise of `count` events in `minute`, on top of what is left of the minutes before: -ln NB tail, nats. */
export function burstSurprise(state: Packed, at: number, minute: number, count: number): number {
  const elapsed = Math.max(0, minute - (state[at + 2] ?? 0));
  const current = (state[at + 1] ?? 0) * CURRENT ** elapsed + count;
  const mu = burstExpected(state, at, minute);
  if (!(current > mu)) return 0;
  const a = (state[at] ?? 0) * Math.exp(-FORGET * elapsed);
  return -negativeBinomialLogTail(current, Math.min(1, a + 0.5) + 0.25, mu);
}

/** Learns a minute's count after it was scored. `surprise` is what burstSurprise said. */
export function learnBurst(state: Packed, at: number, minute: number, count: number, surprise: number, weight = 1): void {
  if (!(weight > 0) || !(count >= 0)) return;
  const elapsed = Math.max(0, minute - (state[at + 2] ?? 0));
  const mu = burstExpected(state, at, minute) * (1 - CURRENT);
  const most = surprise > GATE ? mu : Math.max(3, 1.5 * mu) + Math.log1p(count);
  state[at] = (state[at] ?? 0) * Math.exp(-FORGET * elapsed) + weight * Math.min(count, most);
  state[at + 1] = Math.min(1e30, (state[at + 1] ?? 0) * CURRENT ** elapsed + count);
  state[at + 2] = Math.max(minute, state[at + 2] ?? 0);
  state[at + 4] = surprise;
}

export interface MinuteCount {
  /** Minutes since the epoch, or since any fixed start. */
  minute: number;
  count: number;
}

/**
 * Minutes out of their rhythm: a Gamma-Poisson rate of 28 days half-life against a count that fades by a tenth a minute.
 *
 * In: a minute and how many events fell into it (minutes without any need not be told). Out: -ln P(count or more) under the
 * negative binomial, nats in [0, 745], larger = stranger; fewer than expected is never strange. Learning is gated: a minute that
 * surprises by more than 20 nats teaches only what was expected. Memory 40 B (20 B packed). Cost about 2 µs a score: once per key and minute.
 * Depends on order by design. Blind: a threefold jump on a busy key counts only 3 nats, since the shape saturates at 1.25.
 * Source: learning.md §4.3, §5.1; MIDAS-F (Bhatia et al., 2022) for the gate.
 */
export class GammaPoissonBurst implements Estimator<MinuteCount> {
  readonly #state = new Float64Array(BURST_STRIDE);
  #started = false;

  learnOne(value: MinuteCount, weight = 1): void {
    if (!(weight > 0) || !Number.isFinite(value.minute) || !Number.isFinite(value.count)) return;
    if (!this.#started) startBurst(this.#state, 0, value.minute);
    this.#started = true;
    learnBurst(this.#state, 0, value.minute, value.count, burstSurprise(this.#state, 0, value.minute, value.count), weight);
  }

  scoreOne(value: MinuteCount): number {
    if (!Number.isFinite(value.minute) || !Number.isFinite(value.count)) return 0;
    if (this.#started) return burstSurprise(this.#state, 0, value.minute, value.count);
    const empty = new Float64Array(BURST_STRIDE);
    startBurst(empty, 0, value.minute);
    return burstSurprise(empty, 0, value.minute, value.count);
  }

  /** Rates and current counts add, after both are faded to the later minute; the older birth stands. */
  merge(other: Estimator<MinuteCount>): void {
    if (!(other instanceof GammaPoissonBurst)) throw new TypeError("a burst merges with a burst");
    if (!other.#started) return;
    if (!this.#started) {
      this.#state.set(other.#state);
      this.#started = true;
      return;
    }
    const a = this.#state;
    const b = other.#state;
    const minute = Math.max(a[2] ?? 0, b[2] ?? 0);
    const fade = (state: Float64Array, i: number, base: number): number => (state[i] ?? 0) * base ** (minute - (state[2] ?? 0));
    const sum = fade(a, 0, Math.exp(-FORGET)) + fade(b, 0, Math.exp(-FORGET));
    const current = fade(a, 1, CURRENT) + fade(b, 1, CURRENT);
    a[0] = sum;
    a[1] = current;
    a[2] = minute;
    a[3] = Math.min(a[3] ?? 0, b[3] ?? 0);
    a[4] = Math.max(a[4] ?? 0, b[4] ?? 0);
  }

  save(): Uint8Array {
    const out = stateWriter("gamma-poisson-burst", 1);
    out.u8(this.#started ? 1 : 0);
    out.array(this.#state);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "gamma-poisson-burst", 1, (reader) => {
      const started = reader.u8() === 1;
      const state = new Float64Array(BURST_STRIDE);
      reader.arrayInto(state);
      this.#started = started;
      this.#state.set(state);
    });
  }
}
