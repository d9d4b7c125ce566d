import { hash32 } from "../base/hash.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { grown, ownText, readArray, readTexts, writeTexts } from "./columns.ts";
import { FEATURES } from "./features.ts";
import { ticksBetween } from "./presence.ts";

/** Peer groups of the first form; the columns below have room for eight. */
export const MOST_GROUPS = 8;
const DEFAULT_CAPACITY = 400_000;

/**
 * Every value that anybody used: interned text, how many distinct entities used it, in all and by peer group, when first and last.
 * One table a side (what own devices do; what is done to them). About 120 B and the text a value; at capacity the quarter that is
 * used by one entity only and longest unused goes.
 */
export class ValueTable {
  readonly #slots: Map<string, number>[] = FEATURES.map(() => new Map());
  readonly #capacity: number;
  #texts: (string | undefined)[] = [];
  #free: number[] = [];
  #size = 0;
  hash = new Uint32Array(64);
  feature = new Uint8Array(64);
  entities = new Uint32Array(64);
  /** ms, first use in the organisation. */
  firstSeen = new Float64Array(64);
  lastTick = new Uint16Array(64);
  groups = new Uint16Array(64 * MOST_GROUPS);
  /** Per feature: sum of `entities`, number of values; per group and feature the same. */
  readonly uses = new Float64Array(FEATURES.length);
  readonly values = new Float64Array(FEATURES.length);
  readonly groupUses = new Float64Array(FEATURES.length * MOST_GROUPS);
  readonly groupValues = new Float64Array(FEATURES.length * MOST_GROUPS);

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#size * 140 + this.hash.length * (4 + 1 + 4 + 8 + 2 + 2 * MOST_GROUPS);
  }

  text(slot: number): string {
    return this.#texts[slot] ?? "";
  }

  /** Slot of a value, or -1. */
  find(feature: number, text: string): number {
    return this.#slots[feature]?.get(text) ?? -1;
  }

  intern(feature: number, text: string, time: number, tick: number): number {
    const known = this.find(feature, text);
    if (known >= 0) return known;
    if (this.#size >= this.#capacity) this.#sweep(tick);
    const slot = this.#free.pop() ?? this.#texts.length;
    const own = ownText(text);
    this.#texts[slot] = own;
    this.#size++;
    const count = slot + 1;
    this.hash = grown(this.hash, count);
    this.feature = grown(this.feature, count);
    this.entities = grown(this.entities, count);
    this.firstSeen = grown(this.firstSeen, count);
    this.lastTick = grown(this.lastTick, count);
    this.groups = grown(this.groups, count * MOST_GROUPS);
    // Never 0, which means a free slot in an entity's own table.
    this.hash[slot] = hash32(own, feature + 1) || 1;
    this.feature[slot] = feature;
    this.entities[slot] = 0;
    this.firstSeen[slot] = time;
    this.lastTick[slot] = tick;
    this.groups.fill(0, slot * MOST_GROUPS, (slot + 1) * MOST_GROUPS);
    this.#slots[feature]?.set(own, slot);
    return slot;
  }

  /** One more (or, with -1, one fewer) entity of a group uses the value. */
  count(slot: number, group: number, by: 1 | -1): void {
    const feature = this.feature[slot] ?? 0;
    const before = this.entities[slot] ?? 0;
    const after = Math.max(0, before + by);
    this.entities[slot] = after;
    this.uses[feature] = (this.uses[feature] ?? 0) + after - before;
    if (before === 0 && after > 0) this.values[feature] = (this.values[feature] ?? 0) + 1;
    else if (before > 0 && after === 0) this.values[feature] = (this.values[feature] ?? 0) - 1;
    const at = slot * MOST_GROUPS + group;
    const groupBefore = this.groups[at] ?? 0;
    const groupAfter = Math.min(65_535, Math.max(0, groupBefore + by));
    this.groups[at] = groupAfter;
    const g = group * FEATURES.length + feature;
    this.groupUses[g] = (this.groupUses[g] ?? 0) + groupAfter - groupBefore;
    if (groupBefore === 0 && groupAfter > 0) this.groupValues[g] = (this.groupValues[g] ?? 0) + 1;
    else if (groupBefore > 0 && groupAfter === 0) this.groupValues[g] = (this.groupValues[g] ?? 0) - 1;
  }

  /** How many values of a feature are among these hashes. */
  countHeld(feature: number, held: ReadonlySet<number>): number {
    let count = 0;
    for (const slot of this.#slots[feature]?.values() ?? []) if (held.has(this.hash[slot] ?? 0)) count++;
    return count;
  }

  forEach(visit: (slot: number, text: string) => void): void {
    for (let slot = 0; slot < this.#texts.length; slot++) {
      const text = this.#texts[slot];
      if (text !== undefined) visit(slot, text);
    }
  }

  save(out: ByteWriter): void {
    const count = this.#texts.length;
    writeTexts(out, this.#texts);
    out.array(Int32Array.from(this.#free));
    out.array(this.hash, count);
    out.array(this.feature, count);
    out.array(this.entities, count);
    out.array(this.firstSeen, count);
    out.array(this.lastTick, count);
    out.array(this.groups, count * MOST_GROUPS);
    for (const sums of [this.uses, this.values, this.groupUses, this.groupValues]) out.array(sums);
  }

  load(reader: ByteReader): void {
    this.#texts = readTexts(reader);
    this.#free = Array.from(readArray(reader, Int32Array));
    this.hash = readArray(reader, Uint32Array);
    this.feature = readArray(reader, Uint8Array);
    this.entities = readArray(reader, Uint32Array);
    this.firstSeen = readArray(reader, Float64Array);
    this.lastTick = readArray(reader, Uint16Array);
    this.groups = readArray(reader, Uint16Array);
    for (const sums of [this.uses, this.values, this.groupUses, this.groupValues]) reader.arrayInto(sums);
    this.#size = 0;
    for (const map of this.#slots) map.clear();
    for (let slot = 0; slot < this.#texts.length; slot++) {
      const text = this.#texts[slot];
      if (text === undefined) continue;
      this.#slots[this.feature[slot] ?? 0]?.set(text, slot);
      this.#size++;
    }
  }

  #sweep(tick: number): void {
    const candidates: number[] = [];
    for (let slot = 0; slot < this.#texts.length; slot++) if (this.#texts[slot] !== undefined) candidates.push(slot);
    const rank = (slot: number): number => ticksBetween(this.lastTick[slot] ?? 0, tick) / Math.max(1, this.entities[slot] ?? 0) ** 2;
    candidates.sort((a, b) => rank(b) - rank(a) || a - b);
    for (const slot of candidates.slice(0, Math.ceil(candidates.length / 4))) {
      const text = this.#texts[slot];
      if (text === undefined) continue;
      for (let group = 0; group < MOST_GROUPS; group++) {
        while ((this.groups[slot * MOST_GROUPS + group] ?? 0) > 0) this.count(slot, group, -1);
      }
      while ((this.entities[slot] ?? 0) > 0) this.count(slot, 0, -1);
      this.#slots[this.feature[slot] ?? 0]?.delete(text);
      this.#texts[slot] = undefined;
      this.#free.push(slot);
      this.#size--;
    }
  }
}
