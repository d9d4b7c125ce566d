import { DAY, HOUR, MINUTE, type ZoneClock } from "../../base/time.ts";

/** How many days back gaps are remembered. */
const DAYS = 14;
/** Weekdays and weekend days have their own hours. */
const CELLS = 48;
const RECENT = 8;
const QUARTER = 15 * MINUTE;

/** No source is called silent sooner: with a look every minute that leaves it found within 15 minutes. */
export const LEAST_LIMIT = 10 * MINUTE;
/** Before there is a day to learn from. */
const FIRST_LEAST = 12 * MINUTE;
const FIRST_FACTOR = 6;
const FIRST_NIGHT = 6 * HOUR;
const LONGEST = 3 * DAY;

export interface SavedGaps {
  first: number;
  maxima: number[];
  days: number[];
}

/**
 * Learns how long a source usually says nothing, by hour of the day (weekdays and weekends apart), from the longest gap of each hour of the
 * last 14 days, and says from which gap on its silence is unusual.
 *
 * With a day and more: 2.5 times (4 times in the first 3 days) the longest gap of this hour and its neighbours (for quiet hours: of all hours alike; of
 * all hours when such a day was not seen yet); never under 3 times the longest gap of the last 2 hours, which is what keeps a holiday from being an outage.
 * On the first day: 6 times the longest gap of the last 2 hours, at least 12 minutes; and 6 hours in a night (18-8 h) or weekend that began after the source did,
 * since nothing says yet how quiet that is. Memory: 5.4 kB. Cost: a comparison an event, and 0.1 ms an hour.
 * Does not work: an outage that begins within the quiet time is found only when the longest gap known is passed by that factor.
 */
export class Gaps {
  readonly #zone: ZoneClock;
  readonly #maxima = new Float64Array(CELLS * DAYS);
  readonly #days = new Int32Array(CELLS * DAYS).fill(-1);
  readonly #recent = new Float64Array(RECENT);
  readonly #recentAt = new Float64Array(RECENT);
  #first: number;
  #last: number;
  #hourEnd = Number.NEGATIVE_INFINITY;
  #hourMax = 0;

  constructor(zone: ZoneClock, now: number, saved?: SavedGaps) {
    this.#zone = zone;
    this.#first = saved?.first ?? now;
    this.#last = now;
    if (saved !== undefined) {
      this.#maxima.set(saved.maxima);
      this.#days.set(saved.days);
    }
  }

  get last(): number {
    return this.#last;
  }

  /** Something came at `now`. `learn` false: the gap that ends is an outage's and teaches nothing. */
  came(now: number, learn: boolean): void {
    const gap = now - this.#last;
    if (learn && gap >= 0 && (gap > this.#hourMax || now >= this.#hourEnd)) this.#note(now, gap);
    if (now > this.#last) this.#last = now;
  }

  /** From which length on a gap that stands at `now` is unusual, ms. */
  limit(now: number): number {
    const recent = this.#recentMax(now);
    if (now - this.#first < DAY) {
      if (isQuietTime(this.#zone, now) && !this.#quietSince(now)) return FIRST_NIGHT;
      return Math.min(Math.max(FIRST_LEAST, FIRST_FACTOR * recent), FIRST_NIGHT);
    }
    const { max, days } = this.#longest(now);
    return Math.min(Math.max(LEAST_LIMIT, (days < 4 ? 4 : 2.5) * max, 3 * recent), LONGEST);
  }

  /** Days that taught something, at most 14. */
  daysLearned(now: number): number {
    return Math.min((now - this.#first) / DAY, DAYS);
  }

  save(): SavedGaps {
    return { first: this.#first, maxima: [...this.#maxima], days: [...this.#days] };
  }

  #note(now: number, gap: number): void {
    const from = Math.max(this.#last, now - LONGEST);
    // Every hour that the gap touched knows the whole of it.
    for (let at = from; ; at = Math.min(at + HOUR, now)) {
      const cell = cellOf(this.#zone, at);
      const day = Math.floor((at + this.#zone.offset(at)) / DAY);
      const slot = cell * DAYS + (((day % DAYS) + DAYS) % DAYS);
      if (this.#days[slot] !== day) {
        this.#days[slot] = day;
        this.#maxima[slot] = gap;
      } else if ((this.#maxima[slot] ?? 0) < gap) this.#maxima[slot] = gap;
      if (at >= now) {
        this.#hourMax = this.#maxima[slot] ?? 0;
        break;
      }
    }
    this.#hourEnd = Math.floor(now / HOUR) * HOUR + HOUR;
    const quarter = Math.floor(now / QUARTER);
    const place = quarter % RECENT;
    if (this.#recentAt[place] !== quarter) {
      this.#recentAt[place] = quarter;
      this.#recent[place] = gap;
    } else if ((this.#recent[place] ?? 0) < gap) this.#recent[place] = gap;
  }

  #recentMax(now: number): number {
    const quarter = Math.floor(now / QUARTER);
    let max = 0;
    for (let i = 0; i < RECENT; i++) if (quarter - (this.#recentAt[i] ?? 0) < RECENT) max = Math.max(max, this.#recent[i] ?? 0);
    return max;
  }

  #longest(now: number): { max: number; days: number } {
    const today = Math.floor((now + this.#zone.offset(now)) / DAY);
    const cell = cellOf(this.#zone, now);
    const base = cell < 24 ? 0 : 24;
    let max = 0;
    let days = 0;
    for (const step of [-1, 0, 1]) {
      const near = base + ((((cell - base + step) % 24) + 24) % 24);
      for (let i = 0; i < DAYS; i++) {
        const day = this.#days[near * DAYS + i] ?? -1;
        if (day < 0 || today - day > DAYS) continue;
        max = Math.max(max, this.#maxima[near * DAYS + i] ?? 0);
        if (step === 0 && day !== today) days++;
      }
    }
    // Quiet hours are alike and few gaps fall into one of them: each knows what others of its kind have seen.
    const alike = days === 0 ? Number.POSITIVE_INFINITY : max > LEAST_LIMIT ? 3 * max : 0;
    if (alike === 0) return { max, days };
    let pooled = max;
    for (let i = 0; i < CELLS * DAYS; i++) {
      const day = this.#days[i] ?? -1;
      const value = this.#maxima[i] ?? 0;
      if (day >= 0 && today - day <= DAYS && value > pooled && value <= alike) pooled = value;
    }
    return { max: pooled, days };
  }

  /** Since the source began it was quiet time all along, so what it does now is what it does then. */
  #quietSince(now: number): boolean {
    for (let at = now; at > this.#first; at -= HOUR) if (!isQuietTime(this.#zone, at)) return false;
    return isQuietTime(this.#zone, this.#first);
  }
}

/** 0-23 for the hours of weekdays, 24-47 for those of weekends, on the organisation's clock. */
export function cellOf(zone: ZoneClock, now: number): number {
  const hour = zone.hourOfWeek(now);
  return hour < 120 ? hour % 24 : 24 + (hour % 24);
}

/** Nights (18-8 h) and weekends, as long as nothing better is known. */
export function isQuietTime(zone: ZoneClock, now: number): boolean {
  const cell = cellOf(zone, now);
  return cell >= 24 || cell < 8 || cell >= 18;
}
