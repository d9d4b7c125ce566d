import type { Random } from "../../base/random.ts";
import { type Edges, isInternal } from "./read-edges.ts";

/** An hour of an entity that can be told: an internal device, or an outside source of two destinations or more. */
export interface Unit {
  /** Number of the address; hours and days since 1970. */
  entity: number;
  hour: number;
  day: number;
  /** Malicious edges that touch it, and their labels. */
  malicious: number;
  labels: readonly number[];
}

export interface UnitTruth {
  units: Unit[];
  /** By entity and hour. */
  at: Map<number, number>;
  days: number[];
  /** Attack label and day -> most malicious edges in one unit of it (0: no unit shows it). Key: label * 2^20 + day. */
  campaigns: Map<number, number>;
  /** Days on which a device stands in an edge, summed, by day. */
  deviceDays: Map<number, number>;
}

export function unitKey(entity: number, hour: number): number {
  return hour * 2 ** 20 + entity;
}

/** What happened in the lines `from` to `to` (by day, inclusive): units, campaigns, device-days, as the contract defines them. */
export function truthOf(edges: Edges, order: Uint32Array, fromDay: number, toDay: number, takes: (line: number) => boolean): UnitTruth {
  const sends = new Uint8Array(edges.addresses.length);
  for (const i of order) sends[edges.source[i] ?? 0] = 1;
  const device = edges.addresses.map((a, i) => isInternal(a) && sends[i] === 1);
  const units: (Unit & { labels: number[] })[] = [];
  const at = new Map<number, number>();
  const peers = new Map<number, number>();
  const campaigns = new Map<number, number>();
  const deviceDay = new Set<number>();
  const days = new Set<number>();
  const touch = (entity: number, hour: number, label: number): void => {
    const key = unitKey(entity, hour);
    let index = at.get(key);
    if (index === undefined) {
      index = units.length;
      at.set(key, index);
      units.push({ entity, hour, day: Math.floor(hour / 24), malicious: 0, labels: [] });
    }
    const unit = units[index];
    if (label === 0 || unit === undefined) return;
    unit.malicious++;
    if (!unit.labels.includes(label)) unit.labels.push(label);
  };
  for (const i of order) {
    if (!takes(i)) continue;
    const hour = Math.floor((edges.minute[i] ?? 0) / 60);
    const day = Math.floor(hour / 24);
    if (day < fromDay || day > toDay) continue;
    const [s, d, label] = [edges.source[i] ?? 0, edges.destination[i] ?? 0, edges.label[i] ?? 0];
    days.add(day);
    if (label !== 0) campaigns.set(label * 2 ** 20 + day, 0);
    for (const end of [s, d]) {
      if (device[end] !== true) continue;
      deviceDay.add(day * 2 ** 20 + end);
      touch(end, hour, label);
    }
    if (!isInternal(edges.addresses[s] ?? "")) {
      touch(s, hour, label);
      // -2: two destinations or more; else the first one.
      const key = unitKey(s, hour);
      const first = peers.get(key);
      if (first === undefined) peers.set(key, d);
      else if (first !== d) peers.set(key, -2);
    }
  }
  const kept = units.filter((u) => device[u.entity] === true || peers.get(unitKey(u.entity, u.hour)) === -2);
  at.clear();
  for (const [i, u] of kept.entries()) {
    at.set(unitKey(u.entity, u.hour), i);
    for (const label of u.labels) {
      const campaign = label * 2 ** 20 + u.day;
      campaigns.set(campaign, Math.max(campaigns.get(campaign) ?? 0, u.malicious));
    }
  }
  const deviceDays = new Map<number, number>();
  for (const key of deviceDay) deviceDays.set(Math.floor(key / 2 ** 20), (deviceDays.get(Math.floor(key / 2 ** 20)) ?? 0) + 1);
  return { units: kept, at, days: [...days].sort((a, b) => a - b), campaigns, deviceDays };
}

export interface Budget {
  precision: number;
  falsePerDeviceDay: number;
  coverage: number;
  /** Of the campaigns that show fewer than 50 malicious edges in any unit. */
  slowCoverage: number;
}

const SLOW_BELOW = 50;

/** Scores of all units by one method, sorted once; then any budget, on the days as they are or drawn anew. */
export class Ranking {
  readonly #truth: UnitTruth;
  readonly #order: Uint32Array;

  constructor(truth: UnitTruth, scores: ArrayLike<number>) {
    this.#truth = truth;
    this.#order = Uint32Array.from({ length: truth.units.length }, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  }

  /** The `perDay` x days best units of the period. `weight`: how often each day counts (a bootstrap); left out: once. */
  at(perDay: number, weight?: ReadonlyMap<number, number>): Budget {
    const { units, days, campaigns, deviceDays } = this.#truth;
    const of = (day: number): number => (weight === undefined ? 1 : (weight.get(day) ?? 0));
    let left = perDay * days.length;
    let told = 0;
    let right = 0;
    const hit = new Set<number>();
    for (const i of this.#order) {
      if (left <= 0) break;
      const unit = units[i];
      if (unit === undefined) continue;
      const w = Math.min(left, of(unit.day));
      if (w === 0) continue;
      left -= w;
      told += w;
      if (unit.malicious === 0) continue;
      right += w;
      for (const label of unit.labels) hit.add(label * 2 ** 20 + unit.day);
    }
    let all = 0;
    let found = 0;
    let slow = 0;
    let slowFound = 0;
    for (const [campaign, most] of campaigns) {
      const w = of(campaign % 2 ** 20);
      all += w;
      if (hit.has(campaign)) found += w;
      if (most >= SLOW_BELOW) continue;
      slow += w;
      if (hit.has(campaign)) slowFound += w;
    }
    let device = 0;
    for (const [day, count] of deviceDays) device += of(day) * count;
    return {
      precision: told === 0 ? 0 : right / told,
      falsePerDeviceDay: device === 0 ? 0 : (told - right) / device,
      coverage: all === 0 ? 0 : found / all,
      slowCoverage: slow === 0 ? 0 : slowFound / slow,
    };
  }
}

/** Days drawn with replacement, `times` times: how often each counts. */
export function dayDraws(days: readonly number[], times: number, random: Random): Map<number, number>[] {
  return Array.from({ length: times }, () => {
    const weight = new Map<number, number>();
    for (let i = 0; i < days.length; i++) {
      const day = days[Math.floor(random() * days.length)] ?? 0;
      weight.set(day, (weight.get(day) ?? 0) + 1);
    }
    return weight;
  });
}
