import { DAY, HOUR, MINUTE, ZoneClock } from "../../base/time.ts";
import { holidaysOf } from "../lexicon/holidays.ts";
import type { OrganisationLife, Person, PersonDay } from "./cast.ts";
import type { Draw } from "./draw.ts";

/**
 * Days of the organisation on its own clock. Day 0 is the first; days before and after may be asked for too.
 * A day of a clock change has 23 or 25 hours and is like any other.
 */
export class Calendar {
  readonly clock: ZoneClock;
  readonly days: number;
  readonly #first: number;
  readonly #draw: Draw;
  readonly #organisation: OrganisationLife;
  readonly #midnights = new Map<number, number>();
  readonly #holidays = new Map<number, ReadonlySet<string>>();
  #memory = new Map<string, PersonDay>();

  /** @param start YYYY-MM-DD, checked by the caller */
  constructor(start: string, days: number, organisation: OrganisationLife, draw: Draw) {
    this.clock = new ZoneClock(organisation.timezone);
    this.days = days;
    this.#first = Date.parse(`${start}T00:00:00Z`);
    this.#draw = draw;
    this.#organisation = organisation;
  }

  /** Midnight that begins the day, ms. */
  midnight(day: number): number {
    let value = this.#midnights.get(day);
    if (value === undefined) {
      value = this.at(day, 0);
      this.#midnights.set(day, value);
    }
    return value;
  }

  /** The moment at which the wall clock shows `hours` (9.5 = half past nine) on the day; a skipped hour is an hour later. */
  at(day: number, hours: number): number {
    const wall = this.#first + day * DAY + hours * HOUR;
    const guess = wall - this.clock.offset(wall);
    return wall - this.clock.offset(guess);
  }

  get start(): number {
    return this.midnight(0);
  }
  get end(): number {
    return this.midnight(this.days);
  }

  /** Index of the day in which the moment lies. */
  dayOf(ms: number): number {
    return Math.floor((ms + this.clock.offset(ms) - this.#first) / DAY);
  }

  /** Wall-clock hour with fraction, 0-24. */
  hourOf(ms: number): number {
    return ((((ms + this.clock.offset(ms)) % DAY) + DAY) % DAY) / HOUR;
  }

  /** YYYY-MM-DD on the organisation's clock. */
  date(day: number): string {
    return new Date(this.#first + day * DAY).toISOString().slice(0, 10);
  }

  /** 0 = Monday. */
  weekday(day: number): number {
    return (new Date(this.#first + day * DAY).getUTCDay() + 6) % 7;
  }

  isHoliday(day: number): boolean {
    const date = this.date(day);
    const year = Number(date.slice(0, 4));
    let dates = this.#holidays.get(year);
    if (dates === undefined) {
      dates = holidaysOf(this.#organisation.country, year);
      this.#holidays.set(year, dates);
    }
    return dates.has(date);
  }

  isWorkday(day: number): boolean {
    return this.weekday(day) < 5 && !this.isHoliday(day);
  }

  /** The same answer whoever asks and however often. */
  personDay(person: Person, day: number): PersonDay {
    const key = `${person.id}/${day}`;
    let value = this.#memory.get(key);
    if (value === undefined) {
      if (this.#memory.size > 200_000) this.#memory = new Map();
      value = this.#makeDay(person, day);
      this.#memory.set(key, value);
    }
    return value;
  }

  #makeDay(person: Person, day: number): PersonDay {
    const draw = this.#draw.fork(`${person.id}/${this.date(day)}`);
    const { home } = person;
    const atHome = { egress: homeAddress(person, day), country: home.country, city: home.city, asn: home.asn, isp: home.isp };
    if (day < person.joins || day > person.leaves) return { state: "absent", ...atHome };
    if (this.isHoliday(day)) return { state: "off", ...atHome };
    const weekday = this.weekday(day);
    if (!person.hours.weekdays.includes(weekday)) return { state: "off", ...atHome };
    if (person.away.includes(day)) return { state: "leave", ...atHome };
    const { start, end, spread } = person.hours;
    const begins = this.at(day, Math.max(4, start + draw.normal(0, spread)));
    const ends = Math.max(begins + 2 * HOUR, this.at(day, Math.min(23.5, end + draw.normal(0.1, spread * 1.4) - (weekday === 4 ? 0.7 : 0))));
    const lunch = this.at(day, 12.1 + draw.normal(0, 0.35));
    const times = { start: begins, end: ends, lunchStart: lunch, lunchEnd: lunch + draw.between(25, 65) * MINUTE };
    const trip = person.travel.find((t) => t.from <= day && day <= t.to);
    if (trip !== undefined) return { state: "travel", ...times, egress: trip.ip, country: trip.country, city: trip.city, asn: trip.asn, isp: trip.isp, trip };
    const homeToday = person.homeDays.includes(weekday) ? draw.chance(0.85) : draw.chance(0.06);
    if (homeToday) return { state: "home", ...times, ...atHome };
    const site = this.#organisation.sites.find((s) => s.name === person.site) ?? this.#organisation.sites[0];
    if (site === undefined) return { state: "home", ...times, ...atHome };
    return { state: "office", ...times, egress: site.egress, country: site.country, city: site.city, asn: 0, isp: this.#organisation.name };
  }
}

/** Most home lines keep their address for weeks; some get another every few days, within the same provider's network. */
function homeAddress(person: Person, day: number): string {
  const { ip, changesEvery } = person.home;
  const turn = Math.floor(day / changesEvery);
  if (turn === 0) return ip;
  const [a = 0, b = 0, c = 0, d = 0] = ip.split(".").map(Number);
  const host = c * 256 + d + turn * 2_741;
  return `${a}.${b}.${Math.floor(host / 256) % 256}.${1 + (host % 254)}`;
}
