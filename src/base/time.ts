export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** The range of times that a Date can hold and that we accept from a sensor: 1970-01-01 to 9999-12-31, in ms. */
export const MAX_TIME = 253_402_300_799_999;

export function isPlausibleTime(ms: number): boolean {
  return ms >= 0 && ms <= MAX_TIME;
}

/** ISO 8601 in UTC with milliseconds and `Z`, the one form that leaves the program. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function floorTo(ms: number, step: number): number {
  return Math.floor(ms / step) * step;
}

/**
 * Offset of a time zone from UTC in ms, at each hour. Cached per hour, since Intl costs about 2 µs a call.
 * Zones change their offset on whole hours UTC or on half hours at worst, so an hour's cache is exact to that change.
 */
export class ZoneClock {
  readonly zone: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();
  constructor(zone: string) {
    this.zone = zone;
    this.#format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  }

  offset(ms: number): number {
    const key = Math.floor(ms / (HOUR / 2));
    let value = this.#offsets.get(key);
    if (value === undefined) {
      if (this.#offsets.size > 4_096) this.#offsets.clear();
      const at = key * (HOUR / 2);
      const parts: Record<string, number> = {};
      for (const part of this.#format.formatToParts(at)) {
        if (part.type !== "literal") parts[part.type] = Number(part.value);
      }
      const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
      value = Date.UTC(year, month - 1, day, hour, minute, second) - at;
      this.#offsets.set(key, value);
    }
    return value;
  }

  /** 0-167, 0 = Monday 00:00-00:59 local time. */
  hourOfWeek(ms: number): number {
    const hours = Math.floor((ms + this.offset(ms)) / HOUR);
    // 1970-01-01 was a Thursday: hour 72 of a week that starts on Monday.
    return (((hours + 72) % 168) + 168) % 168;
  }
}
