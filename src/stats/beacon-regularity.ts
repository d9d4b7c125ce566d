import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";
import { normalLogTail } from "./special-functions.ts";

/** Gaps below this many seconds belong to one beat: a client opens several connections at once. */
export const SAME_BEAT_SECONDS = 2;
/** Newest gaps and sizes kept exactly. */
export const RECENT_GAPS = 32;
export const RECENT_SIZES = 8;
/** ln of how far above the running geometric mean a gap may count: a beat or three missed must not look like chance. */
const CLIP = Math.log(4);
const EULER = 0.5772156649015329;
const LOG_VARIANCE = Math.PI ** 2 / 6 - 1;
/** Most multiples of the period that a gap is folded back from. */
const MOST_MISSED = 5;
/** Evidence, in nats, at which regularity is half of the evenness. */
const HELD_BACK = 3;

/** ln of a gap as the running sums take it: clipped at four times the geometric mean once five gaps are known. */
export function clippedLogGap(seconds: number, gaps: number, sumLog: number): number {
  const log = Math.log(Math.max(1e-3, seconds));
  return gaps > 4 ? Math.min(log, sumLog / gaps + CLIP) : log;
}

/**
 * Moran's spacing statistic against chance arrivals: -ln P(spacings this even | Poisson), nats, larger = more regular.
 * `gaps` spacings, their sum and the sum of their logarithms. 0 below 5 gaps. (Moran 1951; learning.md §4.5.)
 */
export function moranSurprise(gaps: number, sum: number, sumLog: number): number {
  if (gaps < 5 || !(sum > 0)) return 0;
  const l = gaps * Math.log(sum / gaps) - sumLog;
  const z = (l - gaps * EULER + 0.5) / Math.sqrt(gaps * LOG_VARIANCE);
  return -normalLogTail(-z);
}

/** Evenness 0-1 of values by quartiles: mean of 1 - |Bowley's skewness| and 1 - MAD/median. Sorts `values` in place. */
export function quartileEvenness(values: Float64Array, count: number): number {
  if (count < 3) return 0;
  const used = values.subarray(0, count).sort();
  const q1 = quantileOf(used, 0.25);
  const q2 = quantileOf(used, 0.5);
  const q3 = quantileOf(used, 0.75);
  const spread = q3 - q1;
  let skew = spread > 0 ? Math.abs((q1 + q3 - 2 * q2) / spread) : 0;
  // The skewness of a spread that is nothing beside the median is the skewness of rounding.
  if (q2 > 0) skew *= Math.min(1, spread / (0.05 * q2));
  for (let i = 0; i < count; i++) used[i] = Math.abs((used[i] ?? 0) - q2);
  used.sort();
  const mad = quantileOf(used, 0.5);
  const tight = q2 > 0 ? Math.max(0, 1 - mad / q2) : mad === 0 ? 1 : 0;
  return (1 - skew + tight) / 2;
}

function quantileOf(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low] ?? 0;
  return a + ((sorted[Math.min(sorted.length - 1, low + 1)] ?? 0) - a) * (at - low);
}

export interface RegularityInput {
  /** Newest gaps in seconds and newest sizes in bytes, any order; how many of each are filled. */
  gaps: Float32Array;
  gapCount: number;
  sizes: Float32Array;
  sizeCount: number;
  /** All gaps so far: how many, their sum and sum of logarithms (both clipped). */
  allGaps: number;
  sumGap: number;
  sumLog: number;
}

export interface Regularity {
  /** 0-1, 1 = clockwork and sure of it: evenness held back while few gaps are known. */
  regularity: number;
  /** 0-1, how even the gaps are, however few. */
  evenness: number;
  /** -ln P(as even by chance), nats: how sure that is. */
  evidence: number;
  /** Period in seconds: the most frequent gap, folded. */
  period: number;
  /** Median deviation of (folded) gaps over the period: 0 = none. */
  spread: number;
  /** 0-1 evenness of sizes. */
  sizes: number;
}

const scratch = new Float64Array(Math.max(RECENT_GAPS, RECENT_SIZES));

/**
 * How regular a series of contacts is. Gaps of two to five periods are folded back (missed or unseen beats), then two views are
 * taken and averaged: quartiles (robust to a few odd gaps; RITA's published formula) and Moran's spacing (robust to jitter).
 * Cost about 2 µs.
 */
export function judgeRegularity(input: RegularityInput): Regularity {
  const count = Math.min(input.gapCount, input.gaps.length);
  if (count < 3) return judgeBySums(input);
  const period = modalGap(input.gaps, count);
  let sum = 0;
  let sumLog = 0;
  for (let i = 0; i < count; i++) {
    const gap = Math.max(1e-3, input.gaps[i] ?? 0);
    const folds = Math.min(MOST_MISSED, Math.max(1, Math.round(gap / period)));
    const folded = Math.min(gap / folds, period * 6);
    scratch[i] = folded;
    sum += folded;
    sumLog += Math.log(folded);
  }
  const folded = moranSurprise(count, sum, sumLog);
  const unevenness = Math.max(0, Math.log(sum / count) - sumLog / count);
  const moran = Math.max(0, 1 - unevenness / EULER);
  const quartiles = quartileEvenness(scratch, count);
  for (let i = 0; i < count; i++)
    scratch[i] = Math.abs(Math.max(1e-3, input.gaps[i] ?? 0) / Math.min(MOST_MISSED, Math.max(1, Math.round((input.gaps[i] ?? 0) / period))) - period);
  scratch.subarray(0, count).sort();
  const spread = Math.min(1, (scratch[count >> 1] ?? 0) / Math.max(period, 1e-3));
  const sizeCount = Math.min(input.sizeCount, input.sizes.length);
  for (let i = 0; i < sizeCount; i++) scratch[i] = input.sizes[i] ?? 0;
  const sizes = quartileEvenness(scratch, sizeCount);
  // Folding looks for the period in the same gaps, so it may claim only what a few gaps can show.
  const evidence = Math.max(moranSurprise(input.allGaps, input.sumGap, input.sumLog), Math.max(0, folded - 2));
  const evenness = Math.min(1, 0.5 * moran + 0.5 * quartiles);
  return {
    regularity: evenness * (evidence / (evidence + HELD_BACK)),
    evenness,
    evidence,
    period,
    spread,
    sizes,
  };
}

/** With no gaps kept: Moran's view alone. */
function judgeBySums(input: RegularityInput): Regularity {
  const { allGaps, sumGap, sumLog } = input;
  if (allGaps < 5 || !(sumGap > 0)) return { regularity: 0, evenness: 0, evidence: 0, period: 0, spread: 1, sizes: 0 };
  const evidence = moranSurprise(allGaps, sumGap, sumLog);
  const evenness = Math.max(0, 1 - Math.max(0, Math.log(sumGap / allGaps) - sumLog / allGaps) / EULER);
  return { regularity: evenness * (evidence / (evidence + HELD_BACK)), evenness, evidence, period: Math.exp(sumLog / allGaps), spread: 1 - evenness, sizes: 0 };
}

/** The most frequent gap: densest half-octave of the gaps, then their geometric mean. */
function modalGap(gaps: Float32Array, count: number): number {
  let best = 0;
  let bestCount = -1;
  for (let i = 0; i < count; i++) {
    const centre = Math.max(1e-3, gaps[i] ?? 0);
    let near = 0;
    for (let j = 0; j < count; j++) {
      const ratio = (gaps[j] ?? 0) / centre;
      if (ratio > 0.75 && ratio < 1.3333) near++;
    }
    // Of equally dense places the shortest: its multiples can be folded, its parts cannot.
    if (near > bestCount || (near === bestCount && centre < best)) {
      best = centre;
      bestCount = near;
    }
  }
  let sum = 0;
  let n = 0;
  for (let j = 0; j < count; j++) {
    const ratio = (gaps[j] ?? 0) / best;
    if (ratio > 0.75 && ratio < 1.3333) {
      sum += Math.log(Math.max(1e-3, gaps[j] ?? 0));
      n++;
    }
  }
  return n > 0 ? Math.exp(sum / n) : best;
}

export interface Contact {
  /** Seconds. */
  time: number;
  /** Bytes sent by the initiator. */
  bytes: number;
}

/**
 * Is this series of contacts a beacon? One pair, contacts in order of time.
 *
 * In: time in seconds and bytes sent. Out of `scoreOne(contact)`: 0-1 regularity were this the next contact, larger = stranger.
 * Warm-up: 6 contacts. Memory 210 B. Cost 20 ns a contact, 2 µs a score. Depends on order. Merging joins two stretches of one series,
 * the later after the earlier. Blind: beats hidden in a busy pair; jitter above about 80 %; fewer than six beats.
 * Source: learning.md §4.5, §5.8; activecm/rita for the quartile part.
 */
export class BeaconRegularity implements Estimator<Contact> {
  readonly #gaps = new Float32Array(RECENT_GAPS);
  readonly #sizes = new Float32Array(RECENT_SIZES);
  /** contacts, first, last, gaps, sum of gaps, sum of logs. */
  readonly #sums = new Float64Array(6);

  get contacts(): number {
    return this.#sums[0] ?? 0;
  }

  learnOne(contact: Contact, weight = 1): void {
    if (!(weight > 0) || !Number.isFinite(contact.time)) return;
    const sums = this.#sums;
    const contacts = sums[0] ?? 0;
    if (contacts === 0) sums[1] = contact.time;
    else {
      const gap = contact.time - (sums[2] ?? 0);
      if (!(gap >= SAME_BEAT_SECONDS)) return;
      this.#gap(gap);
    }
    this.#sizes[contacts % RECENT_SIZES] = Number.isFinite(contact.bytes) ? contact.bytes : 0;
    sums[0] = contacts + 1;
    sums[2] = contact.time;
  }

  #gap(gap: number): void {
    const sums = this.#sums;
    const gaps = sums[3] ?? 0;
    const log = clippedLogGap(gap, gaps, sums[5] ?? 0);
    this.#gaps[gaps % RECENT_GAPS] = gap;
    sums[3] = gaps + 1;
    sums[4] = (sums[4] ?? 0) + Math.exp(log);
    sums[5] = (sums[5] ?? 0) + log;
  }

  judge(): Regularity {
    const [contacts = 0, , , gaps = 0, sumGap = 0, sumLog = 0] = this.#sums;
    return judgeRegularity({ gaps: this.#gaps, gapCount: gaps, sizes: this.#sizes, sizeCount: contacts, allGaps: gaps, sumGap, sumLog });
  }

  scoreOne(contact: Contact): number {
    const copy = new BeaconRegularity();
    copy.#gaps.set(this.#gaps);
    copy.#sizes.set(this.#sizes);
    copy.#sums.set(this.#sums);
    copy.learnOne(contact);
    return copy.judge().regularity;
  }

  merge(other: Estimator<Contact>): void {
    if (!(other instanceof BeaconRegularity)) throw new TypeError("a series merges with a series");
    const late = other.#sums;
    if ((late[0] ?? 0) === 0) return;
    if ((this.#sums[0] ?? 0) > 0) {
      const bridge = (late[1] ?? 0) - (this.#sums[2] ?? 0);
      if (bridge >= SAME_BEAT_SECONDS) this.#gap(bridge);
    } else this.#sums[1] = late[1] ?? 0;
    const lateGaps = late[3] ?? 0;
    const from = Math.max(0, lateGaps - RECENT_GAPS);
    const at = this.#sums[3] ?? 0;
    for (let i = from; i < lateGaps; i++) this.#gaps[(at + i) % RECENT_GAPS] = other.#gaps[i % RECENT_GAPS] ?? 0;
    const contacts = this.#sums[0] ?? 0;
    for (let i = Math.max(0, (late[0] ?? 0) - RECENT_SIZES); i < (late[0] ?? 0); i++)
      this.#sizes[(contacts + i) % RECENT_SIZES] = other.#sizes[i % RECENT_SIZES] ?? 0;
    this.#sums[0] = contacts + (late[0] ?? 0);
    this.#sums[2] = late[2] ?? 0;
    this.#sums[3] = at + lateGaps;
    this.#sums[4] = (this.#sums[4] ?? 0) + (late[4] ?? 0);
    this.#sums[5] = (this.#sums[5] ?? 0) + (late[5] ?? 0);
  }

  save(): Uint8Array {
    const out = stateWriter("beacon-regularity", 1);
    out.array(this.#gaps);
    out.array(this.#sizes);
    out.array(this.#sums);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "beacon-regularity", 1, (reader) => {
      const gaps = new Float32Array(RECENT_GAPS);
      const sizes = new Float32Array(RECENT_SIZES);
      const sums = new Float64Array(6);
      reader.arrayInto(gaps);
      reader.arrayInto(sizes);
      reader.arrayInto(sums);
      this.#gaps.set(gaps);
      this.#sizes.set(sizes);
      this.#sums.set(sums);
    });
  }
}
