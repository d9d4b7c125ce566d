/** Windows above zero that are looked back over, and how many of them must be beyond the usual before a change is a lasting one. */
const WINDOWS = 24;
const LASTING = 15;
/** Spread of ln(1+x) at a new level that is believed before many windows of it were seen. */
const LEAST_VARIANCE = 0.1;

/** A level that a volume has kept for a day of its active hours. */
export interface Shift {
  /** Windows beyond the usual, mean and sum of squared deviations of ln(1+x) in them. */
  n: number;
  mean: number;
  squares: number;
}

export interface SavedWatch {
  mask: number;
  n: number;
  mean: number;
  squares: number;
}

/**
 * Tells a lasting change from bursts: 60 % of the last 24 active windows beyond the usual (p below 1e-3, whoever says so). A burst of six hours
 * a day never is one. Holds the level of the windows beyond, so that it can become the new usual as a whole rather than by being
 * pulled along. 40 B; only for volumes that were beyond lately. Source: learning.md §4.10.
 */
export class LevelShift {
  #mask = 0;
  #n = 0;
  #mean = 0;
  #squares = 0;

  /** One active window: its ln(1+x) without season, and whether it was beyond. A shift when it is one now; then the watch starts anew. */
  observe(y: number, isBeyond: boolean): Shift | undefined {
    this.#mask = ((this.#mask << 1) | (isBeyond ? 1 : 0)) & (2 ** WINDOWS - 1);
    if (isBeyond) {
      this.#n++;
      const off = y - this.#mean;
      this.#mean += off / this.#n;
      this.#squares += off * (y - this.#mean);
    }
    if (this.#mask === 0) this.#reset();
    if (bitsOf(this.#mask) < LASTING) return undefined;
    const shift = { n: this.#n, mean: this.#mean, squares: Math.max(this.#squares, LEAST_VARIANCE * this.#n) };
    this.#reset();
    return shift;
  }

  /** Nothing beyond was seen in the last windows: the watch may be dropped. */
  get isIdle(): boolean {
    return this.#mask === 0;
  }

  #reset(): void {
    this.#mask = 0;
    this.#n = 0;
    this.#mean = 0;
    this.#squares = 0;
  }

  save(): SavedWatch {
    return { mask: this.#mask, n: this.#n, mean: this.#mean, squares: this.#squares };
  }

  load(saved: SavedWatch): void {
    this.#mask = saved.mask;
    this.#n = saved.n;
    this.#mean = saved.mean;
    this.#squares = saved.squares;
  }
}

function bitsOf(mask: number): number {
  let rest = mask;
  let count = 0;
  while (rest !== 0) {
    rest &= rest - 1;
    count++;
  }
  return count;
}
