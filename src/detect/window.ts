/**
 * Sliding windows over event time, one per key of an aggregate. Each answers in constant memory:
 * counts and sums in 32 buckets of the interval (an event leaves the window up to 1/32 of the interval early, never late),
 * distinct values exactly up to `cap` values, after which the oldest are forgotten and the answer says "at least cap".
 * Records may come late by less than the interval; later ones are not counted. None reads a clock.
 */
export const BUCKETS = 32;

export interface SavedWindow {
  a: (string | number)[];
  b: number[];
  newest: number;
}

/** Sum of weights (1 for a count) over the last interval, by buckets. */
export class SumWindow {
  readonly #step: number;
  #starts: number[] = [];
  #sums: number[] = [];

  constructor(intervalMs: number) {
    this.#step = intervalMs / BUCKETS;
  }

  /** Adds at `time` and answers the sum of the window that ends with the newest time seen. */
  add(time: number, weight: number): number {
    const bucket = Math.floor(time / this.#step);
    const last = this.#starts.length - 1;
    const newest = this.#starts[last];
    if (newest === undefined || bucket > newest) {
      this.#starts.push(bucket);
      this.#sums.push(weight);
      this.#expire(bucket);
    } else if (bucket === newest) this.#sums[last] = (this.#sums[last] ?? 0) + weight;
    else if (bucket > newest - BUCKETS) this.#addLate(bucket, weight);
    let total = 0;
    for (const sum of this.#sums) total += sum;
    return total;
  }

  #expire(newest: number): void {
    let gone = 0;
    while ((this.#starts[gone] ?? newest) <= newest - BUCKETS) gone++;
    if (gone > 0) {
      this.#starts.splice(0, gone);
      this.#sums.splice(0, gone);
    }
  }

  #addLate(bucket: number, weight: number): void {
    let at = this.#starts.length - 1;
    while (at >= 0 && (this.#starts[at] ?? 0) > bucket) at--;
    if (at >= 0 && this.#starts[at] === bucket) this.#sums[at] = (this.#sums[at] ?? 0) + weight;
    else {
      this.#starts.splice(at + 1, 0, bucket);
      this.#sums.splice(at + 1, 0, weight);
    }
  }

  save(): SavedWindow {
    return { a: this.#starts.slice(), b: this.#sums.slice(), newest: 0 };
  }

  load(saved: SavedWindow): void {
    this.#starts = saved.a.map(Number);
    this.#sums = saved.b.slice();
  }
}

/** Different values over the last interval: a value counts while its latest use is younger than the interval. */
export class DistinctWindow {
  readonly #interval: number;
  readonly #cap: number;
  /** In order of latest use, oldest first. */
  readonly #latest = new Map<string | number, number>();
  #newest = Number.NEGATIVE_INFINITY;

  constructor(intervalMs: number, cap: number) {
    this.#interval = intervalMs;
    this.#cap = cap;
  }

  add(time: number, value: string | number): number {
    const before = this.#latest.get(value);
    if (time >= this.#newest) {
      this.#newest = time;
      this.#latest.delete(value);
      this.#latest.set(value, time);
    } else if (time > this.#newest - this.#interval && (before === undefined || time > before)) {
      this.#latest.set(value, time);
      this.#sort();
    }
    this.#expire();
    return this.#latest.size;
  }

  /** Was the value used less than the interval before `time`? */
  has(time: number, value: string | number): boolean {
    const latest = this.#latest.get(value);
    return latest !== undefined && time - latest < this.#interval;
  }

  /** A late record breaks the order that expiry relies on: restore it. Rare, so its n log n is not felt. */
  #sort(): void {
    const sorted = [...this.#latest].sort((a, b) => a[1] - b[1]);
    this.#latest.clear();
    for (const [value, time] of sorted) this.#latest.set(value, time);
  }

  #expire(): void {
    const oldest = this.#newest - this.#interval;
    for (const [value, time] of this.#latest) {
      if (time > oldest && this.#latest.size <= this.#cap) break;
      this.#latest.delete(value);
    }
  }

  save(): SavedWindow {
    return { a: [...this.#latest.keys()], b: [...this.#latest.values()], newest: this.#latest.size === 0 ? 0 : this.#newest };
  }

  load(saved: SavedWindow): void {
    this.#latest.clear();
    for (let i = 0; i < saved.a.length; i++) this.#latest.set(saved.a[i] ?? "", saved.b[i] ?? 0);
    this.#newest = saved.a.length === 0 ? Number.NEGATIVE_INFINITY : saved.newest;
  }
}
