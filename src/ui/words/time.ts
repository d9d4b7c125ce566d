/** Times as they stand on the page: in UTC or in the reader's own zone, and always with the zone's name beside the first of them. */
export type Clock = "utc" | "local";

const formats = new Map<string, Intl.DateTimeFormat>();
function format(clock: Clock, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${clock}${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat("en-GB", { ...options, hourCycle: "h23", ...(clock === "utc" ? { timeZone: "UTC" } : {}) });
    formats.set(key, made);
  }
  return made;
}

export function zoneName(clock: Clock, at = Date.now()): string {
  if (clock === "utc") return "UTC";
  const part = format("local", { timeZoneName: "short" })
    .formatToParts(at)
    .find((p) => p.type === "timeZoneName");
  return part?.value ?? "local";
}

export function zoneOfBrowser(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** 14:06:51 */
export function timeOfDay(iso: string, clock: Clock, seconds = true): string {
  return format(clock, seconds ? { hour: "2-digit", minute: "2-digit", second: "2-digit" } : { hour: "2-digit", minute: "2-digit" }).format(Date.parse(iso));
}

/** 14:06:51.440 */
export function timeWithMs(iso: string, clock: Clock): string {
  return `${timeOfDay(iso, clock)}.${iso.slice(20, 23).padEnd(3, "0")}`.replace(/\.[^\d].*$/, ".000");
}

/** 14 Mar */
export function dayShort(iso: string | number, clock: Clock): string {
  return format(clock, { day: "numeric", month: "short" }).format(typeof iso === "number" ? iso : Date.parse(iso));
}

/** Thursday 14 March 2024 */
export function dayLong(iso: string, clock: Clock): string {
  return format(clock, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(Date.parse(iso)).replace(",", "");
}

/** 14 Mar 14:06:51, with the year when it is not the same as that of `now`. */
export function dayAndTime(iso: string, clock: Clock, now = new Date().toISOString(), seconds = true): string {
  const year = iso.slice(0, 4) === now.slice(0, 4) ? "" : ` ${format(clock, { year: "numeric" }).format(Date.parse(iso))}`;
  return `${dayShort(iso, clock)}${year} ${timeOfDay(iso, clock, seconds)}`;
}

/** 25 min, 9 h, 2 d 5 h: how long `from` is before `to`. */
export function age(from: string, to: string): string {
  return span((Date.parse(to) - Date.parse(from)) / 1_000);
}

/** Seconds in words of at most two parts. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const minutes = Math.round(s / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days >= 10 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** Value of a datetime-local field, and back. */
export function toField(iso: string, clock: Clock): string {
  const ms = Date.parse(iso);
  const shift = clock === "utc" ? 0 : new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - shift).toISOString().slice(0, 16);
}

export function fromField(value: string, clock: Clock): string | undefined {
  const ms = Date.parse(clock === "utc" ? `${value}Z` : value);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
