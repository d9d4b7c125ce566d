import { NetworkSet } from "../../base/ip.ts";
import { DAY, MINUTE } from "../../base/time.ts";
import { type EdgeHour, EdgeWatch } from "../../baseline/population/edge-watch.ts";
import type { NetEvent } from "../../schema/event.ts";
import { type UnitMethod, unitMethods } from "../others/unit-methods.ts";

/** Days of which a method's line is made anew, and days that it needs before it has one. */
const LINE_DAYS = 7;

/**
 * What other methods would put before an operator on the same days: each scores the hours of own devices, and its line is what would have shown `perDay` of them
 * a day over the seven days before. A device with several such hours on a day counts once, which is the kindest way of grouping. They see connections alone.
 */
export class CountedByOthers {
  readonly #own: NetworkSet;
  readonly #perDay: number;
  readonly #methods: { method: UnitMethod; days: Map<number, Map<number, number>>; items: Map<number, number> }[];
  readonly #watch = new EdgeWatch();
  readonly #keys = new Map<string, number>();
  #day = Number.NaN;
  #first = Number.NaN;

  constructor(networks: readonly string[], perDay: number, seed: number) {
    this.#own = new NetworkSet(networks);
    this.#perDay = perDay;
    this.#methods = unitMethods(seed).map((method) => ({ method, days: new Map(), items: new Map() }));
  }

  see(events: readonly NetEvent[]): void {
    for (const event of events) {
      if (event.family !== "conn" || event.src === undefined || event.dst === undefined) continue;
      this.#watch.advance(Math.floor(event.time / MINUTE), (hours) => this.#close(hours));
      this.#watch.add(this.#key(event.src), this.#own.has(event.src), this.#key(event.dst), this.#own.has(event.dst));
    }
  }

  /** By method: items on each day (days since 1970) from the eighth on. */
  items(): { name: string; byDay: ReadonlyMap<number, number> }[] {
    if (!Number.isNaN(this.#day)) this.#judge(this.#day);
    return this.#methods.map(({ method, items }) => ({ name: method.name, byDay: items }));
  }

  #key(ip: string): number {
    let key = this.#keys.get(ip);
    if (key === undefined) {
      key = this.#keys.size + 1;
      this.#keys.set(ip, key);
    }
    return key;
  }

  #close(hours: readonly EdgeHour[]): void {
    const own = hours.filter((h) => h.own);
    const first = own[0];
    if (first === undefined) return;
    const day = Math.floor((first.hour * 60 * MINUTE) / DAY);
    if (Number.isNaN(this.#first)) this.#first = day;
    if (day !== this.#day && !Number.isNaN(this.#day)) this.#judge(this.#day);
    this.#day = day;
    for (const { method, days } of this.#methods) {
      const best = days.get(day) ?? new Map<number, number>();
      days.set(day, best);
      for (const [i, score] of method.close(own).entries()) {
        const key = own[i]?.key ?? 0;
        if (score > (best.get(key) ?? Number.NEGATIVE_INFINITY)) best.set(key, score);
      }
    }
  }

  /** A day is over: how many devices were above the line of the days before it. */
  #judge(day: number): void {
    for (const { days, items } of this.#methods) {
      const before = [...days].filter(([d]) => d < day && d >= day - LINE_DAYS).flatMap(([, best]) => [...best.values()]);
      if (day - this.#first >= LINE_DAYS && before.length > 0) {
        const line = before.sort((a, b) => b - a)[Math.min(before.length - 1, this.#perDay * LINE_DAYS)] ?? Number.POSITIVE_INFINITY;
        items.set(day, [...(days.get(day)?.values() ?? [])].filter((score) => score > line).length);
      }
      for (const d of days.keys()) if (d < day - LINE_DAYS) days.delete(d);
    }
  }
}
