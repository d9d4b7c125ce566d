import { CodedError, type Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";
import { type Vector, vectorNumber } from "./vector.ts";

const BINS = 80;
const WIDTH = 0.25;
/** What every bin holds before anything was seen. */
const PRIOR = 0.3;

export interface HistogramSettings {
  /** Numbers in a vector. */
  width: number;
  /** Vectors after which an old one counts half. Infinity: never forgets. */
  halfLife?: number;
}

/**
 * How thin the air is around each number of a vector, the numbers taken one by one (histogram-based outlier score): the sum of
 * -ln(share of the bin), nats, larger = stranger.
 *
 * In: vectors of `width` numbers on [0, 20), as ln(1 + count) and nats are; what lies outside falls into the first or last bin. Shape:
 * 80 bins of 0.25 a number, decayed counts, 0.3 in every bin beforehand. Memory 640 B a number. Cost 10 ns a number. Order matters only
 * through forgetting; two shards add. Blind: combinations; floods wider than the last bin. Source: Goldstein and Dengel, KI 2012; learning.md §9.
 */
export class DecayedHistograms implements Estimator<Vector> {
  readonly #width: number;
  readonly #growth: number;
  readonly #bins: Float64Array;
  #unit = 1;
  #total = 0;

  constructor(settings: HistogramSettings) {
    this.#width = settings.width;
    this.#growth = 2 ** (1 / (settings.halfLife ?? 20_000));
    this.#bins = new Float64Array(settings.width * BINS);
  }

  get ready(): boolean {
    return this.#total > 0;
  }

  get bytes(): number {
    return this.#bins.byteLength;
  }

  learnOne(vector: Vector, weight = 1): void {
    if (!(weight > 0)) return;
    this.#unit *= this.#growth;
    this.#total += this.#unit * weight;
    for (let i = 0; i < this.#width; i++) {
      const at = i * BINS + binOf(vector[i]);
      this.#bins[at] = (this.#bins[at] ?? 0) + this.#unit * weight;
    }
    if (this.#unit > 1e100) this.#rescale();
  }

  scoreOne(vector: Vector): number {
    const prior = PRIOR * this.#unit;
    const all = this.#total + prior * BINS;
    let sum = 0;
    for (let i = 0; i < this.#width; i++) sum -= Math.log(((this.#bins[i * BINS + binOf(vector[i])] ?? 0) + prior) / all);
    return sum;
  }

  /** Share of the vectors seen whose number `i` is at least as large, the own bin counted half; in (0, 1]. 1 when none was seen. */
  shareAbove(i: number, value: number): number {
    if (this.#total <= 0) return 1;
    const own = binOf(value);
    let above = 0.5 * (this.#bins[i * BINS + own] ?? 0);
    for (let bin = own + 1; bin < BINS; bin++) above += this.#bins[i * BINS + bin] ?? 0;
    return Math.min(1, (above + 0.5 * this.#unit) / (this.#total + this.#unit));
  }

  /** The number that a share of the vectors seen stays below, by the upper end of its bin. */
  quantile(i: number, share: number): number {
    let sum = 0;
    for (let bin = 0; bin < BINS; bin++) {
      sum += this.#bins[i * BINS + bin] ?? 0;
      if (sum >= share * this.#total) return (bin + 1) * WIDTH;
    }
    return BINS * WIDTH;
  }

  /** Vectors that still count, decayed. */
  get count(): number {
    return this.#total / this.#unit;
  }

  merge(other: Estimator<Vector>): void {
    if (!(other instanceof DecayedHistograms) || other.#width !== this.#width) throw new TypeError("histograms merge with histograms of the same width");
    const scale = this.#unit / other.#unit;
    for (let i = 0; i < this.#bins.length; i++) this.#bins[i] = (this.#bins[i] ?? 0) + (other.#bins[i] ?? 0) * scale;
    this.#total += other.#total * scale;
  }

  save(): Uint8Array {
    const out = stateWriter("decayed-histograms", 1);
    out.u32(this.#width);
    out.f64(this.#unit);
    out.f64(this.#total);
    out.array(this.#bins);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "decayed-histograms", 1, (reader) => {
      if (reader.u32() !== this.#width) throw new CodedError("state-size", "the saved histograms have another width");
      const unit = reader.f64();
      const total = reader.f64();
      const bins = new Float64Array(this.#bins.length);
      reader.arrayInto(bins);
      this.#unit = unit;
      this.#total = total;
      this.#bins.set(bins);
    });
  }

  #rescale(): void {
    for (let i = 0; i < this.#bins.length; i++) this.#bins[i] = (this.#bins[i] ?? 0) / this.#unit;
    this.#total /= this.#unit;
    this.#unit = 1;
  }
}

function binOf(value: number | undefined): number {
  return Math.min(BINS - 1, Math.max(0, Math.floor(vectorNumber(value) / WIDTH)));
}
