import { studentTLogTail } from "./special-functions.ts";

/** Numbers of one state in a packed array: day, sum and number of the day's values so far, then number of days, mean, S of day means. */
export const DAY_LEVEL_STRIDE = 6;
type Packed = Float32Array | Float64Array;

/** Values in a day before its mean says something. */
const LEAST_VALUES = 4;
/** The spread of day means before any was seen, and how many days that counts for. */
const PRIOR_DAYS = 2;
const PRIOR_VARIANCE = 0.04;
/** Days after which an old one counts half: a ramp must be slower than this to be carried along. */
const KEEP = 2 ** (-1 / 90);
/** A day moves the level by no more than this many of its standard deviations. */
const REACH = 2.5;
const LEAST_DAYS = 4;

/**
 * Closes the day of a state when `day` (a whole number) is another one, says how that day was against those before it, then learns it; undefined
 * when no day ended or it had too few values. What a single hour hides, a day's mean shows: it spreads far less.
 * `values` are ln(1+x) of active hours without season. 24 B packed as float32; 20 ns a value, 1 us a day.
 * Blind: growth so slow that a day stays within the usual spread of days for months.
 */
export function closeDay(state: Packed, at: number, day: number): ClosedDay | undefined {
  const open = state[at] ?? 0;
  const n = state[at + 2] ?? 0;
  if (day === open || n === 0) {
    state[at] = day;
    return undefined;
  }
  const mean = (state[at + 1] ?? 0) / n;
  state[at] = day;
  state[at + 1] = 0;
  state[at + 2] = 0;
  if (n < LEAST_VALUES) return undefined;
  const closed = { surprise: dayLevelSurprise(state, at, mean), mean, usual: (state[at + 3] ?? 0) > 0 ? (state[at + 4] ?? 0) : mean };
  learnDay(state, at, mean);
  return closed;
}

export interface ClosedDay {
  /** -ln P(a day's mean of this or more), nats; 0 while too few days are known. */
  surprise: number;
  /** Mean of ln(1+x) over the day's active hours, and of the days before it. */
  mean: number;
  usual: number;
}

/** Adds an active hour's ln(1+x) to the day that is open. */
export function addToDay(state: Packed, at: number, y: number): void {
  state[at + 1] = (state[at + 1] ?? 0) + y;
  state[at + 2] = (state[at + 2] ?? 0) + 1;
}

/** -ln P(a day's mean of this or more), nats; 0 before the fourth day. */
export function dayLevelSurprise(state: Packed, at: number, mean: number): number {
  const days = state[at + 3] ?? 0;
  if (days < LEAST_DAYS) return 0;
  const alpha = (PRIOR_DAYS + days) / 2;
  const beta = (PRIOR_DAYS * PRIOR_VARIANCE + (state[at + 5] ?? 0)) / 2;
  const t = (mean - (state[at + 4] ?? 0)) / Math.sqrt((beta * (days + 1)) / (alpha * days));
  return t <= 0 ? 0 : Math.max(0, -studentTLogTail(t, 2 * alpha));
}

function learnDay(state: Packed, at: number, mean: number): void {
  const days = (state[at + 3] ?? 0) * KEEP;
  const level = state[at + 4] ?? 0;
  const s = (state[at + 5] ?? 0) * KEEP;
  const spread = REACH * Math.sqrt((s + PRIOR_DAYS * PRIOR_VARIANCE) / (days + PRIOR_DAYS));
  const y = days >= LEAST_DAYS ? Math.min(level + spread, Math.max(level - spread, mean)) : mean;
  const off = y - level;
  state[at + 3] = days + 1;
  state[at + 4] = level + off / (days + 1);
  state[at + 5] = s + off * (y - (level + off / (days + 1)));
}

/** A new level was taken as usual: what days were before it says nothing any more. */
export function forgetDays(state: Packed, at: number): void {
  state.fill(0, at + 1, at + DAY_LEVEL_STRIDE);
}
