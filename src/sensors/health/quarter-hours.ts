import { DAY, MINUTE } from "../../base/time.ts";

const QUARTER = 15 * MINUTE;
/** 26 hours: the last 24 and what is still coming late. */
const KEPT = 104;
const SHOWN = DAY / QUARTER;

export interface SavedQuarterHours {
  quarters: number[];
  counts: number[];
}

/** Events by quarter hour of their own time, for the source's page; -1 = nobody looked. Memory: 1.3 kB. */
export class QuarterHours {
  readonly #quarters = new Float64Array(KEPT).fill(-1);
  readonly #counts = new Int32Array(KEPT).fill(-1);
  #newest = -1;
  #watchedTo = -1;

  constructor(saved?: SavedQuarterHours) {
    if (saved === undefined) return;
    this.#quarters.set(saved.quarters);
    this.#counts.set(saved.counts);
    this.#newest = Math.max(...saved.quarters);
  }

  came(time: number): void {
    const quarter = Math.floor(time / QUARTER);
    if (quarter > this.#newest) this.#newest = quarter;
    else if (quarter <= this.#newest - KEPT) return;
    const at = quarter % KEPT;
    if (this.#quarters[at] !== quarter) {
      this.#quarters[at] = quarter;
      this.#counts[at] = 1;
    } else this.#counts[at] = Math.max(0, this.#counts[at] ?? 0) + 1;
  }

  /** The source was looked at from the last call to `now`; `well` false: it was out, so that no events means nothing. */
  watched(now: number, well: boolean): void {
    const to = Math.floor(now / QUARTER);
    const from = this.#watchedTo < 0 ? to : Math.max(this.#watchedTo, to - KEPT + 1);
    this.#watchedTo = to;
    if (!well) return;
    for (let quarter = from; quarter <= to; quarter++) {
      const at = quarter % KEPT;
      if (this.#quarters[at] === quarter || (this.#quarters[at] ?? 0) > quarter) continue;
      this.#quarters[at] = quarter;
      this.#counts[at] = 0;
    }
  }

  /** 96 quarter hours, oldest first, the last one holding `lastEvent`; empty before the first event. */
  last24h(lastEvent: number | undefined): { start: number; events: number | null }[] {
    if (lastEvent === undefined) return [];
    const newest = Math.floor(lastEvent / QUARTER);
    const out: { start: number; events: number | null }[] = [];
    for (let quarter = newest - SHOWN + 1; quarter <= newest; quarter++) {
      const at = ((quarter % KEPT) + KEPT) % KEPT;
      const count = this.#quarters[at] === quarter ? (this.#counts[at] ?? -1) : -1;
      out.push({ start: quarter * QUARTER, events: count < 0 ? null : count });
    }
    return out;
  }

  save(): SavedQuarterHours {
    return { quarters: [...this.#quarters], counts: [...this.#counts] };
  }
}
