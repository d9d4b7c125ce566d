import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";

const BINS = 320;
const WIDTH = 0.04;
/** Observations beyond the 99th percentile needed before a tail is fitted through them. */
const TAIL_LEAST = 20;
/** With this many real observations beyond a value we believe them rather than the fitted tail. */
const BELIEVE_DATA = 10;
/** Sums are renewed at every value learned up to this many, then at every thousandth part. */
const STALE = 1_024;
/** A fitted tail is believed for two decades beyond the one in N that the data show. */
const REACH = Math.log(100);
/** Surprises above this are all the same to us. */
const MOST = 1e6;

export interface CalibratorSettings {
  /** Observations after which an old one counts half. Infinity: never forgets. */
  halfLife?: number;
}

/**
 * Turns any surprise (larger = stranger) into a p-value by its rank among those seen before: an online conformal predictor.
 *
 * In: a surprise in nats, >= 0. Out of `scoreOne`: -ln p, nats, larger = stranger; out of `logP`: ln p in [ln 1/(2N+2), 0] within
 * the data. Shape: 320 bins on ln(1 + s), width 0.04, rank taken in the middle of the bin, p = (above + own/2 + 1/2)/(N + 1).
 * Beyond the 99th percentile a Pareto tail (exponential in ln(1 + s)) continues the data unless ten observations lie beyond;
 * such values are `extrapolated`, never measured. With none seen p is 1: nothing is strange to who has seen nothing.
 * A fitted p is never less than a hundredth of 1/N. Learns from everything, strange values too. Memory 5 kB. Cost 30 ns a score, 20 ns a value learned.
 * Half-life 20,000 observations: nothing below about 1.7e-5 is empirical. Blind: order inside a bin; a drift faster than the half-life.
 * Source: learning.md §4.6, §9; Vovk et al., Algorithmic Learning in a Random World (2005); Siffer et al., KDD 2017 for the tail.
 */
export class ConformalCalibrator implements Estimator<number> {
  readonly #bins = new Float64Array(BINS);
  readonly #above = new Float64Array(BINS + 1);
  readonly #growth: number;
  /** Weight of an observation made now; grows instead of all bins shrinking. */
  #unit = 1;
  #total = 0;
  #tailFrom = BINS - 1;
  #tailWeight = 0;
  #tailMean = 1;
  #unseen = 0;

  constructor(settings: CalibratorSettings = {}) {
    this.#growth = 2 ** (1 / (settings.halfLife ?? 20_000));
  }

  /** Observations that still count, decayed. */
  get count(): number {
    return this.#total / this.#unit;
  }

  learnOne(surprise: number, weight = 1): void {
    if (!(weight > 0) || Number.isNaN(surprise)) return;
    this.#unit *= this.#growth;
    const bin = binOf(surprise);
    this.#bins[bin] = (this.#bins[bin] ?? 0) + this.#unit * weight;
    this.#total += this.#unit * weight;
    if (this.#unit > 1e100) this.#rescale();
    else if (++this.#unseen >= Math.max(1, this.count / STALE)) this.#refresh();
  }

  scoreOne(surprise: number): number {
    return -this.logP(surprise);
  }

  /** ln p, at most 0. */
  logP(surprise: number): number {
    if (this.#total <= 0 || Number.isNaN(surprise)) return 0;
    const unit = this.#unit;
    const x = Math.log1p(Math.min(MOST, Math.max(0, surprise)));
    const bin = Math.min(BINS - 1, Math.floor(x / WIDTH));
    const own = this.#bins[bin] ?? 0;
    const above = (this.#above[bin + 1] ?? 0) + 0.5 * own;
    if (bin <= this.#tailFrom || this.#tailWeight < TAIL_LEAST * unit || above >= BELIEVE_DATA * unit) {
      return Math.min(0, Math.log((above + 0.5 * unit) / (this.#total + unit)));
    }
    const fitted = Math.log((this.#tailWeight + 0.5 * unit) / (this.#total + unit)) - (x - this.#tailFrom * WIDTH) / this.#tailMean;
    return Math.min(0, Math.max(fitted, -Math.log1p(this.#total / unit) - REACH));
  }

  /** True when `logP` of this comes from the fitted tail, beyond what was observed. */
  isExtrapolated(surprise: number): boolean {
    const bin = binOf(surprise);
    const above = (this.#above[bin + 1] ?? 0) + 0.5 * (this.#bins[bin] ?? 0);
    return bin > this.#tailFrom && this.#tailWeight >= TAIL_LEAST * this.#unit && above < BELIEVE_DATA * this.#unit;
  }

  merge(other: Estimator<number>): void {
    if (!(other instanceof ConformalCalibrator)) throw new TypeError("a calibrator merges with a calibrator");
    const scale = this.#unit / other.#unit;
    for (let i = 0; i < BINS; i++) this.#bins[i] = (this.#bins[i] ?? 0) + (other.#bins[i] ?? 0) * scale;
    this.#refresh();
  }

  save(): Uint8Array {
    const out = stateWriter("calibrator", 1);
    out.f64(this.#unit);
    out.f64(this.#total);
    out.f64(this.#tailFrom);
    out.f64(this.#tailWeight);
    out.f64(this.#tailMean);
    out.f64(this.#unseen);
    out.array(this.#bins);
    out.array(this.#above);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "calibrator", 1, (reader) => {
      const [unit, total, from, weight, mean, unseen] = [reader.f64(), reader.f64(), reader.f64(), reader.f64(), reader.f64(), reader.f64()];
      const bins = new Float64Array(BINS);
      const above = new Float64Array(BINS + 1);
      reader.arrayInto(bins);
      reader.arrayInto(above);
      this.#unit = unit;
      this.#total = total;
      this.#tailFrom = from;
      this.#tailWeight = weight;
      this.#tailMean = mean;
      this.#unseen = unseen;
      this.#bins.set(bins);
      this.#above.set(above);
    });
  }

  #rescale(): void {
    for (let i = 0; i < BINS; i++) this.#bins[i] = (this.#bins[i] ?? 0) / this.#unit;
    this.#unit = 1;
    this.#refresh();
  }

  /** Cumulates the bins and fits the tail beyond the 99th percentile: the mean excess in ln(1 + s). */
  #refresh(): void {
    const bins = this.#bins;
    const above = this.#above;
    above[BINS] = 0;
    for (let i = BINS - 1; i >= 0; i--) above[i] = (above[i + 1] ?? 0) + (bins[i] ?? 0);
    this.#total = above[0] ?? 0;
    const target = Math.max(this.#total * 0.01, Math.min(this.#total, 30 * this.#unit));
    let from = BINS - 1;
    while (from > 0 && (above[from] ?? 0) < target) from--;
    let excess = 0;
    let weight = 0;
    for (let i = from; i < BINS; i++) {
      const w = bins[i] ?? 0;
      excess += w * ((i - from + 0.5) * WIDTH);
      weight += w;
    }
    this.#tailFrom = from;
    // When even the 99th percentile is nothing (bin 0), there is no tail to fit a line through.
    this.#tailWeight = from === 0 ? 0 : weight;
    this.#tailMean = weight > 0 ? Math.max(excess / weight, WIDTH) : 1;
    this.#unseen = 0;
  }
}

function binOf(surprise: number): number {
  return Math.min(BINS - 1, Math.floor(Math.log1p(Math.min(MOST, Math.max(0, surprise))) / WIDTH));
}
