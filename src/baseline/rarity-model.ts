import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { continuation, entityProbability, topContinuation } from "../stats/categorical-counts.ts";
import { ConformalCalibrator } from "../stats/conformal-calibrator.ts";
import { trackNovelty } from "../stats/tracked-novelty.ts";
import { loadCalibrators, saveCalibrators } from "./calibrators.ts";
import { grown, readArray } from "./columns.ts";
import { FEATURES } from "./features.ts";
import { Presence } from "./presence.ts";
import { MOST_GROUPS, ValueTable } from "./value-table.ts";

const F = FEATURES.length;
const STRATA = 10;
const HALF_LIFE_HOURS = 672;
const HOUR_MS = 3_600_000;
/** Hours of presence of a feature before an entity's own model exists and feeds the calibrators. */
const OWN_LEAST = 4;
/** Hours of others that stand in for a young entity's own. */
const OTHERS_LEAST = 50;
/** What others do proves this much of what the entity itself would have: the share of their hours that counts as its own. */
const OTHERS_TRUST = 0.1;

/** What is known about one value of one entity; reused. */
export interface Measure {
  /** 0 known, 1 new to the entity, 2 to its peer group, 3 to the organisation. */
  novelty: number;
  /** Entities that used it (this one counted once its hour has passed), and entities there are. */
  users: number;
  of: number;
  groupUsers: number;
  groupOf: number;
  /** Hours of presence of this value, and of all values of the feature, for the entity. */
  own: number;
  total: number;
  /** What the population shows for the feature: sums over all its values, in the organisation and in the group; the entity's rate of novelty. */
  uses: number;
  values: number;
  groupUses: number;
  groupValues: number;
  rate: number;
  /** Hours of presence of other entities: what they prove for this one. */
  others: number;
}

export function emptyMeasure(): Measure {
  return { novelty: 0, users: 0, of: 0, groupUsers: 0, groupOf: 0, own: 0, total: 0, uses: 0, values: 0, groupUses: 0, groupValues: 0, rate: 0.5, others: 0 };
}

/** -ln P of the value for the entity, nats, before calibration: own use, then group, then organisation. */
export function surpriseOf(m: Measure): number {
  const top = Math.min(1, topContinuation(m.users, m.uses, m.values));
  const population = Math.min(1, continuation(m.groupUsers, m.groupUses, m.groupValues, top));
  return -Math.log(entityProbability(m.own, m.total, m.rate, population));
}

/** Smallest p that this much history can prove. */
function floorOf(m: Measure): number {
  return 1 / (1 + m.total + OTHERS_TRUST * m.others);
}

/**
 * Rarity of categorical values on one side (what own devices do, or what is done to them): per entity what it used and how often it
 * meets something new, backed by its peer group and the organisation (learning.md §4.4). Surprises are calibrated by feature and by
 * how much history the entity has. About 104 B an entity, 64 B to 4.4 kB of values, plus the value table.
 */
export class RarityModel {
  readonly values: ValueTable;
  readonly #calibrators: ConformalCalibrator[];
  readonly #presence: (Presence | undefined)[] = [];
  /** Per entity and feature: tracked novelty, values counted, hours of presence. */
  #rate = new Float32Array(64 * F);
  #counted = new Float32Array(64 * F);
  #hours = new Float32Array(64 * F);
  #group = new Uint8Array(64);
  #entities = 0;
  readonly #groupSizes = new Float64Array(MOST_GROUPS);
  /** Hours of presence of all entities by feature: how much the population has shown. */
  readonly #allHours = new Float64Array(F);

  constructor(capacity?: number) {
    this.values = new ValueTable(capacity);
    this.#calibrators = Array.from({ length: F * STRATA }, () => new ConformalCalibrator());
  }

  get entities(): number {
    return this.#entities;
  }

  get bytes(): number {
    let sum = this.values.bytes + this.#rate.byteLength * 3 + this.#calibrators.length * 5_200;
    for (const presence of this.#presence) sum += presence?.bytes ?? 0;
    return sum;
  }

  has(entity: number): boolean {
    return this.#presence[entity] !== undefined;
  }

  presence(entity: number): Presence | undefined {
    return this.#presence[entity];
  }

  group(entity: number): number {
    return this.#group[entity] ?? 0;
  }

  groupSize(group: number): number {
    return this.#groupSizes[group] ?? 0;
  }

  /** Different values of a feature that the entity is known to use. Walks the feature's values: for words. */
  distinct(entity: number, feature: number, tick: number): number {
    const held = new Set<number>();
    this.#presence[entity]?.forEach(tick, (hash) => held.add(hash));
    return held.size === 0 ? 0 : this.values.countHeld(feature, held);
  }

  /** How often the entity's next value of a feature is a new one, 0-1. */
  noveltyRate(entity: number, feature: number): number {
    return this.#rate[entity * F + feature] ?? 0.5;
  }

  hoursOf(entity: number, feature: number): number {
    return this.#hours[entity * F + feature] ?? 0;
  }

  ensure(entity: number, group: number): void {
    if (this.#presence[entity] !== undefined) return;
    this.#presence[entity] = new Presence();
    const count = (entity + 1) * F;
    this.#rate = grown(this.#rate, count);
    this.#counted = grown(this.#counted, count);
    this.#hours = grown(this.#hours, count);
    this.#group = grown(this.#group, entity + 1);
    this.#rate.fill(0.5, entity * F, entity * F + F);
    this.#group[entity] = group;
    this.#entities++;
    this.#groupSizes[group] = (this.#groupSizes[group] ?? 0) + 1;
  }

  /** Moves several entities to one group, with one walk over the values. */
  regroupAll(entities: readonly number[], group: number, tick: number): void {
    const moving = entities.filter((e) => this.#presence[e] !== undefined && this.#group[e] !== group);
    if (moving.length === 0) return;
    const slots = new Map<number, number[]>();
    for (const entity of moving)
      this.#presence[entity]?.forEach(tick, (hash) => {
        slots.set(hash, []);
      });
    this.values.forEach((slot) => {
      slots.get(this.values.hash[slot] ?? 0)?.push(slot);
    });
    for (const entity of moving) {
      const old = this.#group[entity] ?? 0;
      this.#group[entity] = group;
      this.#groupSizes[old] = Math.max(0, (this.#groupSizes[old] ?? 0) - 1);
      this.#groupSizes[group] = (this.#groupSizes[group] ?? 0) + 1;
      this.#presence[entity]?.forEach(tick, (hash) => {
        for (const slot of slots.get(hash) ?? []) {
          if ((this.values.groups[slot * MOST_GROUPS + old] ?? 0) === 0) continue;
          this.values.count(slot, old, -1);
          this.values.count(slot, group, 1);
        }
      });
    }
  }

  /** What is known about a value (`slot` -1: nobody used it) of an entity, before it is learned. */
  measure(entity: number, fallbackGroup: number, feature: number, slot: number, time: number, tick: number, out: Measure): void {
    const presence = this.#presence[entity];
    const at = entity * F + feature;
    const group = presence === undefined ? fallbackGroup : (this.#group[entity] ?? 0);
    const values = this.values;
    const total = presence === undefined ? 0 : (this.#hours[at] ?? 0);
    let own = 0;
    let pending = 0;
    let users = 0;
    let groupUsers = 0;
    let fresh = true;
    if (slot >= 0) {
      users = values.entities[slot] ?? 0;
      groupUsers = values.groups[slot * MOST_GROUPS + group] ?? 0;
      if (presence !== undefined) {
        const hash = values.hash[slot] ?? 0;
        own = presence.hours(hash, tick);
        if (own === 0 && presence.holds(hash)) pending = 1;
      }
      users -= pending;
      groupUsers -= pending;
      fresh = users <= 0 || time - (values.firstSeen[slot] ?? 0) < HOUR_MS;
    }
    out.novelty = own !== 0 ? 0 : fresh ? 3 : groupUsers <= 0 ? 2 : 1;
    out.users = Math.max(0, users);
    out.groupUsers = Math.max(0, groupUsers);
    out.of = Math.max(this.#entities, users, 1);
    out.groupOf = Math.max(this.#groupSizes[group] ?? 0, groupUsers, 1);
    out.own = own < 0 ? 0.5 : own;
    out.total = total;
    const g = group * F + feature;
    out.uses = values.uses[feature] ?? 0;
    out.values = values.values[feature] ?? 0;
    out.groupUses = values.groupUses[g] ?? 0;
    out.groupValues = values.groupValues[g] ?? 0;
    out.rate = presence === undefined ? 0.5 : (this.#rate[at] ?? 0.5);
    out.others = Math.max(0, (this.#allHours[feature] ?? 0) - total);
  }

  /** -ln of the calibrated p of a measure, nats; 0 while no model stands behind it. */
  calibrated(feature: number, measure: Measure): number {
    if (measure.total < OWN_LEAST && measure.others < OTHERS_LEAST) return 0;
    const logP = this.#calibrators[feature * STRATA + stratumOf(measure.total)]?.logP(surpriseOf(measure)) ?? 0;
    return Math.max(0, Math.min(-logP, -Math.log(floorOf(measure))));
  }

  /**
   * Learns one use. `slot` must be interned. Returns 2 when the value is new to the entity, 1 when this is its first use in an hour, else 0;
   * `measure` is what `measure()` said about it, needed when the result is not 0 to feed the calibrators.
   */
  learn(entity: number, feature: number, slot: number, tick: number, weight: number): 0 | 1 | 2 {
    const presence = this.#presence[entity];
    if (presence === undefined) return 0;
    const values = this.values;
    values.lastTick[slot] = tick;
    const touched = presence.touch(values.hash[slot] ?? 1, tick, weight);
    if (touched === 0) return 0;
    const at = entity * F + feature;
    const group = this.#group[entity] ?? 0;
    if (touched === 2) values.count(slot, group, 1);
    const counted = this.#counted[at] ?? 0;
    const rate = this.#rate[at] ?? 0.5;
    this.#rate[at] = rate + weight * (trackNovelty(rate, counted, touched === 2) - rate);
    this.#counted[at] = counted + weight;
    this.#hours[at] = (this.#hours[at] ?? 0) + weight;
    this.#allHours[feature] = (this.#allHours[feature] ?? 0) + weight;
    return touched;
  }

  /** Feeds the calibrators: everything that has a model behind it, strange or not. */
  feed(feature: number, measure: Measure): void {
    if (measure.total < OWN_LEAST && measure.others < OTHERS_LEAST) return;
    this.#calibrators[feature * STRATA + stratumOf(measure.total)]?.learnOne(surpriseOf(measure));
  }

  /** An entity's hours fade with a half-life of 28 days; called when its hour closes, `hours` after the last call. */
  fade(entity: number, hours: number): void {
    if (!(hours > 0) || this.#presence[entity] === undefined) return;
    const keep = 2 ** (-hours / HALF_LIFE_HOURS);
    for (let f = 0; f < F; f++) {
      const before = this.#hours[entity * F + f] ?? 0;
      if (before === 0) continue;
      this.#hours[entity * F + f] = before * keep;
      this.#allHours[f] = Math.max(0, (this.#allHours[f] ?? 0) - before * (1 - keep));
    }
  }

  /** One entity's own states, for a copy of it; `tick`: without the values first met in the hour before. */
  saveEntity(out: ByteWriter, entity: number, tick: number | undefined): void {
    for (const array of [this.#rate, this.#counted, this.#hours]) out.array(array.slice(entity * F, (entity + 1) * F));
    const presence = this.#presence[entity] ?? new Presence();
    (tick === undefined ? presence : presence.withoutPending(tick)).save(out);
  }

  /** Puts a copy back; values that were used only since, or only before, are counted anew. */
  loadEntity(reader: ByteReader, entity: number): void {
    const before = heldBy(this.#presence[entity]);
    const hours = this.#hours.slice(entity * F, (entity + 1) * F);
    for (const array of [this.#rate, this.#counted, this.#hours]) array.set(readArray(reader, Float32Array), entity * F);
    for (let f = 0; f < F; f++) this.#allHours[f] = Math.max(0, (this.#allHours[f] ?? 0) + (this.#hours[entity * F + f] ?? 0) - (hours[f] ?? 0));
    const presence = new Presence();
    presence.load(reader);
    this.#presence[entity] = presence;
    const after = heldBy(presence);
    const group = this.#group[entity] ?? 0;
    this.values.forEach((slot) => {
      const hash = this.values.hash[slot] ?? 0;
      if (before.has(hash) === after.has(hash)) return;
      this.values.count(slot, group, after.has(hash) ? 1 : -1);
    });
  }

  save(out: ByteWriter): void {
    this.values.save(out);
    saveCalibrators(out, this.#calibrators);
    out.u32(this.#presence.length);
    for (const presence of this.#presence) {
      out.u8(presence === undefined ? 0 : 1);
      presence?.save(out);
    }
    out.array(this.#rate);
    out.array(this.#counted);
    out.array(this.#hours);
    out.array(this.#group);
    out.u32(this.#entities);
    out.array(this.#groupSizes);
    out.array(this.#allHours);
  }

  load(reader: ByteReader): void {
    this.values.load(reader);
    loadCalibrators(reader, this.#calibrators);
    const count = reader.u32();
    this.#presence.length = 0;
    for (let i = 0; i < count; i++) {
      if (reader.u8() === 0) this.#presence.push(undefined);
      else {
        const presence = new Presence();
        presence.load(reader);
        this.#presence.push(presence);
      }
    }
    this.#rate = readArray(reader, Float32Array);
    this.#counted = readArray(reader, Float32Array);
    this.#hours = readArray(reader, Float32Array);
    this.#group = readArray(reader, Uint8Array);
    this.#entities = reader.u32();
    reader.arrayInto(this.#groupSizes);
    reader.arrayInto(this.#allHours);
  }
}

function heldBy(presence: Presence | undefined): Set<number> {
  const held = new Set<number>();
  presence?.forEach(0, (hash) => held.add(hash));
  return held;
}

/** Entities are compared with those of as much history: log2 of their hours. */
function stratumOf(total: number): number {
  return Math.min(STRATA - 1, Math.floor(Math.log2(1 + Math.max(0, total))));
}
