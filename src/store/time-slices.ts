/** Part of a search's time, microseconds: from `from` on, before `to`; both left out when all is looked at in one go. */
export interface TimeSlice {
  from?: bigint;
  to?: bigint;
}

/** A slice should take about so long, ms: short enough to stop in time, long enough that what every statement costs does not show. */
const AIM = 1_200;
/** Rows of the first slice, about a second of a search that reads every text; a store that holds no more is looked at in one go. */
export const FIRST_ROWS = 1_500_000;

/**
 * Cuts the time between the first and the last record into slices, newest first, each as long as the pace of the one before allows. What a search finds in
 * newer slices is complete, so it may stop at a slice's end and say how far back it looked.
 */
export class TimeSlices {
  readonly #low: bigint;
  #high: bigint;
  #span: number;
  #whole: boolean;

  /** `rows` between `low` and `high` inclusive, about. */
  constructor(low: bigint, high: bigint, rows: number, firstRows = FIRST_ROWS) {
    this.#low = low;
    this.#high = high + 1n;
    this.#whole = rows <= firstRows || high - low < 1_000n;
    this.#span = Number(high - low + 1n) * Math.min(1, firstRows / Math.max(1, rows));
  }

  /** The next slice; undefined when all was handed out. */
  next(): TimeSlice | undefined {
    if (this.#high <= this.#low) return undefined;
    if (this.#whole) {
      this.#high = this.#low;
      return {};
    }
    const to = this.#high;
    const from = to - BigInt(Math.max(1, Math.ceil(this.#span)));
    this.#high = from > this.#low ? from : this.#low;
    return { from: this.#high, to };
  }

  get done(): boolean {
    return this.#high <= this.#low;
  }

  /** What the last slice took, ms. */
  took(ms: number): void {
    this.#span *= Math.min(4, Math.max(0.25, AIM / Math.max(1, ms)));
  }
}
