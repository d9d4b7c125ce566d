import { continuation, entityProbability, topContinuation } from "../../stats/categorical-counts.ts";
import { ConformalCalibrator } from "../../stats/conformal-calibrator.ts";
import { trackNovelty } from "../../stats/tracked-novelty.ts";
import { FEATURE_COUNT } from "./user-features.ts";

/** Hours in which somebody used a value, fading with a half-life of 28 days. */
export interface Use {
  hours: number;
  hour: number;
  first: number;
  days: number;
  day: number;
}

/** A value that anybody used. */
export interface Value {
  feature: number;
  text: string;
  first: number;
  hour: number;
  users: number;
  groups: Map<string, number>;
}

/** What one user used, by feature. */
export interface Uses {
  values: Map<Value, Use>[];
  /** Tracked rate at which the next value is a new one; values counted; hours of use. */
  rate: Float64Array;
  counted: Float64Array;
  hours: Float64Array;
}

/** What is known of one value of one user, before it is learned. */
export interface Known {
  value: Value | undefined;
  text: string;
  novelty: number;
  own: number;
  ownDays: number;
  total: number;
  distinct: number;
  users: number;
  of: number;
  groupUsers: number;
  groupOf: number;
  rate: number;
  surprise: number;
  /** -ln of the calibrated p. */
  calibrated: number;
}

const HALF_LIFE = 28 * 24;
const HOUR = 3_600_000;
const DAY = 86_400_000;
/** Values that one user's table of one feature holds; the longest unused go first. */
const MOST_OWN = 512;
const MOST_VALUES = 200_000;
const STRATA = 8;
/** Hours of use before a user's own model, or of all users before theirs, stands behind a p. */
const OWN_LEAST = 4;
const OTHERS_LEAST = 50;
const OTHERS_TRUST = 0.1;

export function newUses(): Uses {
  return {
    values: Array.from({ length: FEATURE_COUNT }, () => new Map<Value, Use>()),
    rate: new Float64Array(FEATURE_COUNT).fill(0.5),
    counted: new Float64Array(FEATURE_COUNT),
    hours: new Float64Array(FEATURE_COUNT),
  };
}

/**
 * Rarity of what users use: own use, backed by the department and the organisation, calibrated by feature and length of history; the
 * same equations as for devices (learning.md §4.4), with departments by name. Memory: about 150 B a value and 90 B a user's use of it.
 */
export class UserRarity {
  readonly #values: Map<string, Value>[] = Array.from({ length: FEATURE_COUNT }, () => new Map<string, Value>());
  readonly #calibrators = Array.from({ length: FEATURE_COUNT * STRATA }, () => new ConformalCalibrator());
  readonly #uses = new Float64Array(FEATURE_COUNT);
  readonly #groupUses = new Map<string, Float64Array>();
  readonly #groupValues = new Map<string, Float64Array>();
  readonly #groupSizes = new Map<string, number>();
  readonly #allHours = new Float64Array(FEATURE_COUNT);
  #entities = 0;

  get entities(): number {
    return this.#entities;
  }

  find(feature: number, text: string): Value | undefined {
    return this.#values[feature]?.get(text);
  }

  /** Every value of a feature that anybody used. */
  all(feature: number): Iterable<Value> {
    return this.#values[feature]?.values() ?? [];
  }

  joined(group: string): void {
    this.#entities++;
    this.#groupSizes.set(group, (this.#groupSizes.get(group) ?? 0) + 1);
  }

  /** A user moves to another department, with what was counted. */
  moved(uses: Uses, from: string, to: string): void {
    this.#groupSizes.set(from, Math.max(0, (this.#groupSizes.get(from) ?? 0) - 1));
    this.#groupSizes.set(to, (this.#groupSizes.get(to) ?? 0) + 1);
    for (const table of uses.values)
      for (const value of table.keys()) {
        this.#count(value, from, -1);
        this.#count(value, to, 1);
      }
  }

  /** Everything that one user used is forgotten, in the counts of the department and the organisation too. */
  forgetUses(uses: Uses, group: string): void {
    for (const table of uses.values) {
      for (const value of table.keys()) this.#count(value, group, -1);
      table.clear();
    }
    this.#addHours(uses, -1);
    uses.rate.fill(0.5);
    uses.counted.fill(0);
    uses.hours.fill(0);
  }

  /** Hours of use of one user who was put back, into the organisation's. */
  countHours(uses: Uses): void {
    this.#addHours(uses, 1);
  }

  #addHours(uses: Uses, sign: 1 | -1): void {
    for (let f = 0; f < FEATURE_COUNT; f++) this.#allHours[f] = Math.max(0, (this.#allHours[f] ?? 0) + sign * (uses.hours[f] ?? 0));
  }

  measure(uses: Uses, group: string, feature: number, text: string, time: number): Known {
    const value = this.#values[feature]?.get(text);
    const table = uses.values[feature];
    const use = value === undefined ? undefined : table?.get(value);
    const hour = Math.floor(time / HOUR);
    const own = use === undefined ? 0 : faded(use, hour);
    const ownFirst = use !== undefined && hour === Math.floor(use.first / HOUR);
    const others = (value?.users ?? 0) - (use === undefined ? 0 : 1);
    const groupOthers = (value?.groups.get(group) ?? 0) - (use === undefined ? 0 : 1);
    const known = use !== undefined && !ownFirst;
    const total = uses.hours[feature] ?? 0;
    const novelty = known ? 0 : others <= 0 ? 3 : groupOthers <= 0 ? 2 : 1;
    const groupUses = this.#groupUses.get(group)?.[feature] ?? 0;
    const groupValues = this.#groupValues.get(group)?.[feature] ?? 0;
    const top = Math.min(1, topContinuation(value?.users ?? 0, this.#uses[feature] ?? 0, this.#values[feature]?.size ?? 0));
    const population = Math.min(1, continuation(value?.groups.get(group) ?? 0, groupUses, groupValues, top));
    const rate = uses.rate[feature] ?? 0.5;
    const surprise = -Math.log(entityProbability(known ? own : 0, total, rate, population));
    const allOthers = Math.max(0, (this.#allHours[feature] ?? 0) - total);
    let calibrated = 0;
    if (total >= OWN_LEAST || allOthers >= OTHERS_LEAST) {
      const logP = this.#calibrators[feature * STRATA + stratumOf(total)]?.logP(surprise) ?? 0;
      calibrated = Math.max(0, Math.min(-logP, Math.log1p(total + OTHERS_TRUST * allOthers)));
    }
    return {
      value,
      text,
      novelty,
      own,
      ownDays: use === undefined ? 0 : use.days - (use.day === Math.floor(time / DAY) ? 1 : 0),
      total,
      distinct: table?.size ?? 0,
      users: Math.max(0, others),
      of: Math.max(1, this.#entities - 1),
      groupUsers: Math.max(0, groupOthers),
      groupOf: Math.max(1, (this.#groupSizes.get(group) ?? 1) - 1),
      rate,
      surprise,
      calibrated,
    };
  }

  /** Learns one use, once an hour. */
  learn(uses: Uses, group: string, feature: number, known: Known, time: number, weight: number): void {
    const hour = Math.floor(time / HOUR);
    const value = known.value ?? this.#intern(feature, known.text, time);
    value.hour = Math.max(value.hour, hour);
    const table = uses.values[feature];
    if (table === undefined) return;
    let use = table.get(value);
    if (use !== undefined && use.hour >= hour) return;
    if (known.total >= OWN_LEAST || (this.#allHours[feature] ?? 0) >= OTHERS_LEAST)
      this.#calibrators[feature * STRATA + stratumOf(known.total)]?.learnOne(known.surprise, weight);
    const isNew = use === undefined;
    if (use === undefined) {
      if (table.size >= MOST_OWN) this.#forgetOldest(uses, group, feature);
      use = { hours: 0, hour, first: time, days: 0, day: -1 };
      table.set(value, use);
      this.#count(value, group, 1);
    }
    use.hours = faded(use, hour) + weight;
    use.hour = hour;
    const day = Math.floor(time / DAY);
    if (use.day !== day) {
      use.day = day;
      use.days++;
    }
    const counted = uses.counted[feature] ?? 0;
    const rate = uses.rate[feature] ?? 0.5;
    uses.rate[feature] = rate + weight * (trackNovelty(rate, counted, isNew) - rate);
    uses.counted[feature] = counted + weight;
    uses.hours[feature] = (uses.hours[feature] ?? 0) + weight;
    this.#allHours[feature] = (this.#allHours[feature] ?? 0) + weight;
  }

  #intern(feature: number, text: string, time: number): Value {
    const table = this.#values[feature] as Map<string, Value>;
    const found = table.get(text);
    if (found !== undefined) return found;
    if (table.size >= MOST_VALUES) {
      const old = [...table.values()].sort((a, b) => a.users - b.users || a.hour - b.hour).slice(0, MOST_VALUES / 4);
      for (const value of old) if (value.users <= 1) table.delete(value.text);
    }
    const value: Value = { feature, text, first: time, hour: 0, users: 0, groups: new Map() };
    table.set(text, value);
    return value;
  }

  #count(value: Value, group: string, by: 1 | -1): void {
    value.users = Math.max(0, value.users + (by === 1 ? 1 : 0) - (by === -1 ? 1 : 0));
    const before = value.groups.get(group) ?? 0;
    const after = Math.max(0, before + by);
    if (after === 0) value.groups.delete(group);
    else value.groups.set(group, after);
    this.#uses[value.feature] = Math.max(0, (this.#uses[value.feature] ?? 0) + by);
    const uses = rowOf(this.#groupUses, group);
    uses[value.feature] = Math.max(0, (uses[value.feature] ?? 0) + by);
    const values = rowOf(this.#groupValues, group);
    if (before === 0 && after > 0) values[value.feature] = (values[value.feature] ?? 0) + 1;
    else if (before > 0 && after === 0) values[value.feature] = Math.max(0, (values[value.feature] ?? 0) - 1);
  }

  #forgetOldest(uses: Uses, group: string, feature: number): void {
    const table = uses.values[feature] as Map<Value, Use>;
    let oldest: Value | undefined;
    let hour = Number.POSITIVE_INFINITY;
    for (const [value, use] of table) if (use.hour < hour) [oldest, hour] = [value, use.hour];
    if (oldest === undefined) return;
    table.delete(oldest);
    this.#count(oldest, group, -1);
  }

  /** Calibrators and hours; values and their counts are rebuilt from what users hold (`restore`). */
  save(): { calibrators: (number[] | null)[]; hours: number[]; firsts: [number, string, number, number][] } {
    const firsts: [number, string, number, number][] = [];
    for (const table of this.#values) for (const v of table.values()) firsts.push([v.feature, v.text, v.first, v.hour]);
    return { calibrators: this.#calibrators.map((c) => (c.count > 0 ? [...c.save()] : null)), hours: [...this.#allHours], firsts };
  }

  load(saved: ReturnType<UserRarity["save"]>): void {
    saved.calibrators.forEach((bytes, i) => {
      if (bytes !== null) this.#calibrators[i]?.load(Uint8Array.from(bytes));
    });
    saved.hours.forEach((h, f) => {
      this.#allHours[f] = h;
    });
    for (const [feature, text, first, hour] of saved.firsts) {
      const value = this.#intern(feature, text, first);
      value.hour = hour;
    }
  }

  /** A user's use of a value as it was saved. */
  restore(uses: Uses, group: string, feature: number, text: string, use: Use): void {
    const value = this.#intern(feature, text, use.first);
    uses.values[feature]?.set(value, use);
    this.#count(value, group, 1);
  }
}

function rowOf(rows: Map<string, Float64Array>, group: string): Float64Array {
  let row = rows.get(group);
  if (row === undefined) {
    row = new Float64Array(FEATURE_COUNT);
    rows.set(group, row);
  }
  return row;
}

export function faded(use: Use, hour: number): number {
  return use.hours * 2 ** (-Math.max(0, hour - use.hour) / HALF_LIFE);
}

function stratumOf(total: number): number {
  return Math.min(STRATA - 1, Math.floor(Math.log2(1 + Math.max(0, total))));
}

/** 0-100: share of users who never used it, on a log scale; 100 = nobody else. */
export function rarityOf(known: Known): number {
  if (known.users <= 0) return 100;
  return Math.max(0, Math.round(100 * (1 - Math.log1p(known.users) / Math.log1p(Math.max(known.users, known.of)))));
}
