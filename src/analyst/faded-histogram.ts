import { DAY } from "../base/time.ts";

const BINS = 101;

export interface SavedHistogram {
  bins: number[];
  /** Sum of the bins as it was kept; worked out where it is missing. */
  total?: number;
  first: number;
  last: number;
}

/**
 * How often scores of 0-100 come, per day, fading by half in `halfLifeDays` of event time. `rate(s)`: events a day at s or above, with
 * the first day counted as a whole one. 0.8 kB; 100 ns to add, 100 ns to ask. Times may come a little out of order.
 */
export class FadedHistogram {
  readonly #bins = new Float64Array(BINS);
  readonly #halfLife: number;
  #first = Number.NaN;
  #last = Number.NaN;
  #total = 0;

  constructor(halfLifeDays: number) {
    this.#halfLife = halfLifeDays * DAY;
  }

  /** What counts still at a time, faded; ms. */
  totalAt(time: number): number {
    return time <= this.#last ? this.#total : this.#total * 2 ** (-(time - this.#last) / this.#halfLife);
  }

  /** Starts the clock without an event: silence counts as well. */
  watch(time: number): void {
    if (Number.isNaN(this.#first)) this.#first = time;
    if (Number.isNaN(this.#last)) this.#last = time;
    if (time <= this.#last) return;
    const keep = 2 ** (-(time - this.#last) / this.#halfLife);
    for (let i = 0; i < BINS; i++) this.#bins[i] = (this.#bins[i] ?? 0) * keep;
    this.#total *= keep;
    this.#last = time;
  }

  add(time: number, score: number, weight = 1): void {
    this.watch(time);
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(score)));
    const before = this.#bins[bin] ?? 0;
    this.#bins[bin] = Math.max(0, before + weight);
    this.#total += (this.#bins[bin] ?? 0) - before;
  }

  /** Days that the counts stand for, faded as they are; at least 1. */
  get days(): number {
    if (Number.isNaN(this.#first)) return 0;
    const life = this.#halfLife / DAY / Math.LN2;
    return Math.max(1, life * (1 - Math.exp(-(this.#last - this.#first) / DAY / life)));
  }

  /** Events a day at `score` or above; the bin of the score itself counts whole. 0 before the first event. */
  rate(score: number): number {
    return Number.isNaN(this.#first) ? 0 : this.count(score) / this.days;
  }

  /** Events at `score` or above that count still, faded. */
  count(score: number): number {
    let sum = 0;
    for (let i = Math.max(0, Math.min(BINS - 1, Math.floor(score))); i < BINS; i++) sum += this.#bins[i] ?? 0;
    return sum;
  }

  save(): SavedHistogram {
    return {
      bins: Array.from(this.#bins),
      total: this.#total,
      first: Number.isNaN(this.#first) ? -1 : this.#first,
      last: Number.isNaN(this.#last) ? -1 : this.#last,
    };
  }

  load(saved: SavedHistogram): void {
    this.#bins.fill(0);
    this.#bins.set(saved.bins.slice(0, BINS));
    this.#total = saved.total ?? this.#bins.reduce((a, b) => a + b, 0);
    this.#first = saved.first < 0 ? Number.NaN : saved.first;
    this.#last = saved.last < 0 ? Number.NaN : saved.last;
  }
}
