/** Values beyond which the tail is fitted. */
const TAIL = 20;
/** A fitted p is never less than this part of 1/n. */
const REACH = 50;

/**
 * How far into the tail of the last `most` values a value lies: -ln p, nats, larger = stranger; p = (values above + 1/2) / (n + 1). Beyond the largest
 * value an exponential tail through the twenty largest goes on, at most to 1/(50 n). With nothing seen it is 0. Memory 16 B a value; cost log n, and a sort
 * after every n/16 values learned. Blind: a change slower than `most` values is followed, a faster one is not.
 */
export class TailRank {
  readonly #most: number;
  #ring: number[] = [];
  #at = 0;
  #sorted: number[] = [];
  #unsorted = 0;

  constructor(most = 5_000) {
    this.#most = most;
  }

  get count(): number {
    return this.#ring.length;
  }

  learnOne(value: number): void {
    if (!Number.isFinite(value)) return;
    if (this.#ring.length < this.#most) this.#ring.push(value);
    else this.#ring[this.#at] = value;
    this.#at = (this.#at + 1) % this.#most;
    if (++this.#unsorted > this.#ring.length / 16) this.#sort();
  }

  scoreOne(value: number): number {
    const n = this.#sorted.length;
    if (n === 0 || Number.isNaN(value)) return 0;
    let low = 0;
    let high = n;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < value - 1e-9) low = middle + 1;
      else high = middle;
    }
    const nats = -Math.log((n - low + 0.5) / (n + 1));
    if (low < n || n < TAIL * 2) return Math.max(0, nats);
    const from = this.#sorted[n - TAIL] ?? 0;
    let excess = 0;
    for (let i = n - TAIL; i < n; i++) excess += (this.#sorted[i] ?? 0) - from;
    const mean = Math.max(excess / TAIL, 0.05);
    return nats + Math.min(Math.log(REACH), (value - (this.#sorted[n - 1] ?? 0)) / mean);
  }

  /** The value that `share` of those seen lie above: the largest but share x n; 0 with none seen. */
  valueAt(share: number): number {
    const n = this.#sorted.length;
    return this.#sorted[Math.max(0, n - 1 - Math.floor(share * n))] ?? 0;
  }

  save(): number[] {
    return [...this.#ring.slice(this.#at % Math.max(1, this.#ring.length)), ...this.#ring.slice(0, this.#at % Math.max(1, this.#ring.length))];
  }

  load(values: readonly number[]): void {
    this.#ring = values.filter((v) => Number.isFinite(v)).slice(-this.#most);
    this.#at = this.#ring.length % this.#most;
    this.#sort();
  }

  #sort(): void {
    this.#sorted = [...this.#ring].sort((a, b) => a - b);
    this.#unsorted = 0;
  }
}
