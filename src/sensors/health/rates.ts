import { HOUR, MINUTE, type ZoneClock } from "../../base/time.ts";
import { cellOf, isQuietTime } from "./gaps.ts";

const CELLS = 48;
/** Quarter hours remembered of each hour: 10 days. */
const KEPT = 40;
const MINUTES = 75;
const WINDOW = 10;
const BEFORE = 60;
const QUARTER = 15 * MINUTE;

/** Quarter hours of an hour of day that must be known before its level counts. */
const ENOUGH = 12;

export interface SavedRates {
  quarters: number[];
  counts: number[];
}

/**
 * Learns how many events a source brings in a quarter hour, by hour of the day (weekdays and weekends apart), and says when it brings far less.
 * Thin: in the last 10 minutes under a quarter of the least usual level (5 % quantile of the quarter hours of this hour and its neighbours, at least 50 events expected),
 * and under a quarter of what the hour before brought, so that a holiday is not a fault. Before 3 such days: by day, under a twentieth of the hour before, at least 200 expected.
 * Memory: 8 kB. Cost: 2 ns an event. Does not work: people who leave early on a day of the week not seen yet look the same.
 */
export class Rates {
  readonly #zone: ZoneClock;
  readonly #quarters = new Float32Array(CELLS * KEPT).fill(-1);
  readonly #counts = new Int32Array(CELLS);
  readonly #minutes = new Float64Array(MINUTES);
  #minute: number;
  #quarterStart: number;
  #quarterCount = 0;
  #whole = false;
  #learning = true;
  #started: number;

  constructor(zone: ZoneClock, now: number, saved?: SavedRates) {
    this.#zone = zone;
    this.#minute = Math.floor(now / MINUTE);
    this.#quarterStart = Math.floor(now / QUARTER) * QUARTER;
    this.#started = now;
    if (saved !== undefined) {
      this.#quarters.set(saved.quarters);
      this.#counts.set(saved.counts);
    }
  }

  /** `n` events came at `now`. */
  came(now: number, n: number): void {
    if (now >= this.#quarterStart + QUARTER) this.tick(now, this.#learning);
    const minute = Math.floor(now / MINUTE);
    if (minute > this.#minute) this.#advance(minute);
    else if (minute <= this.#minute - MINUTES) return;
    this.#minutes[minute % MINUTES] = (this.#minutes[minute % MINUTES] ?? 0) + n;
    if (now >= this.#quarterStart) this.#quarterCount += n;
  }

  /** Closes quarter hours that are over. `learn` false: they belong to an outage. */
  tick(now: number, learn: boolean): void {
    this.#learning = learn;
    const minute = Math.floor(now / MINUTE);
    if (minute > this.#minute) this.#advance(minute);
    const start = Math.floor(now / QUARTER) * QUARTER;
    if (start <= this.#quarterStart) return;
    if (this.#whole && learn) this.#remember(this.#quarterStart, this.#quarterCount);
    // A quarter hour that we began to watch in its middle teaches nothing.
    this.#whole = start - this.#quarterStart === QUARTER;
    this.#quarterStart = start;
    this.#quarterCount = 0;
  }

  /** Events a minute over the last 5 minutes, the current one left out. */
  perMinute(now: number): number {
    const minutes = Math.min(5, Math.max(1, Math.floor((now - this.#started) / MINUTE)));
    return this.#sum(now, 1, minutes) / minutes;
  }

  /** Median events a minute of this hour, or undefined before it was seen for 3 days. */
  usual(now: number): number | undefined {
    const level = this.#level(now, 0.5);
    return level === undefined ? undefined : level / 15;
  }

  /** @param already what was expected when it became thin, if it is: it stays so until half of that comes again */
  thin(now: number, already?: number): { expected: number; came: number } | undefined {
    const came = this.#sum(now, 0, WINDOW);
    const least = this.#least(now);
    const learned = least === undefined ? undefined : (least * WINDOW) / 15;
    if (already !== undefined) {
      const expected = Math.min(already, learned ?? already);
      return came < expected / 2 ? { expected, came } : undefined;
    }
    if (now - this.#started < (WINDOW + BEFORE) * MINUTE) return undefined;
    const before = (this.#sum(now, WINDOW, BEFORE) * WINDOW) / BEFORE;
    if (learned === undefined) return before >= 200 && came < before / 20 && !isQuietTime(this.#zone, now) ? { expected: before, came } : undefined;
    return learned >= 50 && came < learned / 4 && came < before / 4 ? { expected: learned, came } : undefined;
  }

  save(): SavedRates {
    return { quarters: [...this.#quarters], counts: [...this.#counts] };
  }

  #advance(minute: number): void {
    const steps = Math.min(minute - this.#minute, MINUTES);
    for (let i = 0; i < steps; i++) this.#minutes[(minute - i) % MINUTES] = 0;
    this.#minute = minute;
  }

  #sum(now: number, skip: number, minutes: number): number {
    const minute = Math.floor(now / MINUTE);
    let sum = 0;
    for (let i = skip; i < skip + minutes; i++) {
      const at = minute - i;
      if (at <= this.#minute && at > this.#minute - MINUTES) sum += this.#minutes[at % MINUTES] ?? 0;
    }
    return sum;
  }

  #remember(at: number, count: number): void {
    const cell = cellOf(this.#zone, at);
    const n = this.#counts[cell] ?? 0;
    this.#quarters[cell * KEPT + (n % KEPT)] = count;
    this.#counts[cell] = n + 1;
  }

  /** Least usual quarter hour of this hour and its neighbours, since a day does not begin and end on the minute. */
  #least(now: number): number | undefined {
    let least: number | undefined;
    for (const step of [-HOUR, 0, HOUR]) {
      const level = this.#level(now + step, 0.05);
      if (level === undefined) return undefined;
      if (least === undefined || level < least) least = level;
    }
    return least;
  }

  #level(now: number, quantile: number): number | undefined {
    const cell = cellOf(this.#zone, now);
    const n = Math.min(this.#counts[cell] ?? 0, KEPT);
    if (n < ENOUGH) return undefined;
    const values = this.#quarters.slice(cell * KEPT, cell * KEPT + n).sort();
    return values[Math.floor(quantile * (n - 1))];
  }
}
