import { mix32 } from "../base/hash.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { grown, readArray } from "./columns.ts";
import { VOLUMES } from "./features.ts";
import { MOST_GROUPS } from "./value-table.ts";

const V = VOLUMES.length;
const HOURS = 24;
const USES = 28;
/** Numbers of a device's sketch: hours of the day, volumes, hashed values that it uses. */
export const SKETCH = HOURS + V + USES;
/** Groups of which nothing was learned from behaviour: clients and servers. */
export const FIRST_LEARNED = 2;

/** A group is looked at for two kinds of devices from this many members on; each half must have as many as this. */
const SPLIT_FROM = 24;
const LEAST_MEMBERS = 8;
/** How unlike the two halves' centres, and how much nearer devices must be to their own half's: cosine distances. */
const APART = 0.3;
const SILHOUETTE = 0.25;
/** Days in a row that say so before a group is born, and before a device moves. */
const PATIENCE = 3;
/** Another group must be nearer by this much of cosine for a day to count. */
const MARGIN = 0.05;
/** A device of its first hour is put with a learned group only when it is this like it. */
const FIRST_HOUR = 0.6;
/** Groups whose centres have become this alike become one again. */
const ALIKE = 0.97;
const SAMPLE = 300;
/** Devices looked at when a group is born: some 0.5 s, once in its life. */
const MOST_AT_BIRTH = 20_000;
const ROUNDS = 8;
/** What one day of a device moves its group's centre. */
const STEP = 0.02;

/** How a device came into its group. */
export type Found = "kind" | "first-hour" | "behaviour" | "birth";
const FOUND: readonly Found[] = ["kind", "first-hour", "behaviour", "birth"];

export interface Membership {
  found: Found;
  /** Cosine with its group's centre when last looked at, and with the next best; undefined before the first look or without another. */
  likeness?: number;
  next?: number;
  nextGroup?: number;
  /** Hour number in which it came into the group; undefined for one that was never moved. */
  since?: number;
  /** Days in a row that another group was nearer. */
  against: number;
}

/** A device's sketch as of now; undefined while nothing is known of it. */
export type SketchOf = (device: number) => Float32Array | undefined;

/** One group became two: the new one begins with all that the old one learned. */
export interface Birth {
  from: number;
  to: number;
  moved: number[];
}

/**
 * Peer groups by behaviour: within clients and within servers, devices that use the same things, at the same hours, as much. Online spherical k-means:
 * every device is looked at once a day that it is active, moves its group's centre a little, and changes its group when another was nearer on three
 * days in a row. A group of 24 or more that falls into two clearly apart halves of 8 or more on three days in a row becomes two; two whose centres have
 * become one, or one of fewer than 8, are joined again. At most eight groups in all, clients and servers among them (room of the tables).
 *
 * Memory: 12 B a device, 256 B a group. Cost: one sketch (10-30 µs) a device and day, 300 sketches a group and day. Blind: what only few devices do; groups
 * of fewer than eight; a device that is half one thing, half another stays where it is.
 * Source: learning.md §4.8; spherical k-means, Dhillon and Modha, Machine Learning 42 (2001).
 */
export class BehaviourGroups {
  #group = new Uint8Array(64);
  #wish = new Uint8Array(64);
  #against = new Uint8Array(64);
  #found = new Uint8Array(64);
  #likeness = new Uint8Array(64);
  #next = new Uint8Array(64);
  #day = new Uint16Array(64);
  #since = new Uint32Array(64);
  readonly #centres = new Float32Array(MOST_GROUPS * SKETCH);
  /** Days of devices that the centre was made of; 0 = there is no such group. */
  readonly #weight = new Float64Array(MOST_GROUPS);
  /** Base group (clients or servers) of each, days in a row that it fell into two, members when last counted. */
  readonly #kind = new Uint8Array(MOST_GROUPS);
  readonly #splits = new Uint8Array(MOST_GROUPS);
  #lastDay = -1;
  /** Values that several devices used when the day began, by how many: all sketches of a day are made with the same. */
  shared: ReadonlyMap<number, number> = new Map();

  get bytes(): number {
    return this.#group.length * 12 + MOST_GROUPS * (SKETCH * 4 + 10);
  }

  /** Learned group of a device, or 0: its kind is all that is known. */
  of(device: number): number {
    return this.#group[device] ?? 0;
  }

  /** Learned groups that there are. */
  groups(): number[] {
    return Array.from({ length: MOST_GROUPS - FIRST_LEARNED }, (_, i) => i + FIRST_LEARNED).filter((g) => (this.#weight[g] ?? 0) > 0);
  }

  kindOf(group: number): number {
    return group < FIRST_LEARNED ? group : (this.#kind[group] ?? 0);
  }

  /** The device became another kind: what was learned of its group no longer holds. */
  reset(device: number): void {
    this.#ensure(device);
    this.#group[device] = 0;
    this.#against[device] = 0;
    this.#found[device] = 0;
  }

  /** A device whose first hour closes: the learned group that it is most like, if it is like one. Before the hour is judged. */
  firstHour(device: number, kind: number, sketch: Float32Array | undefined, hour: number): number | undefined {
    if (sketch === undefined || this.groups().length === 0) return undefined;
    this.#ensure(device);
    const { best, likeness } = this.#nearest(kind, sketch);
    if (best === kind || likeness < FIRST_HOUR) return undefined;
    this.#move(device, kind, best, 1, hour);
    return best;
  }

  /** Once a day that the device is active: moves its group's centre, and the device when it is time. The group that it moved to. */
  look(device: number, kind: number, sketchOf: SketchOf, hour: number): number | undefined {
    const day = (Math.floor(hour / 24) & 0x7fff) + 1;
    if (this.#day[device] === day) return undefined;
    this.#ensure(device);
    this.#day[device] = day;
    const sketch = sketchOf(device);
    if (sketch === undefined) return undefined;
    const own = this.#group[device] === 0 ? kind : (this.#group[device] ?? kind);
    if ((this.#weight[own] ?? 0) === 0) this.#kind[own] = kind;
    this.#learn(own, sketch);
    const { best, likeness, next, nextGroup } = this.#nearest(kind, sketch);
    const mine = cosine(this.#centres, own * SKETCH, sketch, 0);
    this.#likeness[device] = packed(mine);
    this.#next[device] = best === own ? (nextGroup < 0 ? 0 : packed(next)) : packed(likeness);
    if (best === own || likeness < mine + MARGIN) {
      this.#against[device] = 0;
      return undefined;
    }
    this.#against[device] = best === this.#wish[device] ? (this.#against[device] ?? 0) + 1 : 1;
    this.#wish[device] = best;
    if ((this.#against[device] ?? 0) < PATIENCE) return undefined;
    this.#move(device, kind, best, 2, hour);
    return best;
  }

  isNewDay(hour: number): boolean {
    return Math.floor(hour / 24) > this.#lastDay;
  }

  /**
   * A new day: does a group fall into two, are two one, has one become small? `members`: devices of a group; `sketchOf`: of any device.
   * What is joined goes back to its kind: those devices are in `moved` of a birth from the group to its kind.
   */
  newDay(hour: number, members: (group: number) => number[], sketchOf: SketchOf): Birth[] {
    const day = Math.floor(hour / 24);
    if (day <= this.#lastDay) return [];
    const isFirst = this.#lastDay < 0;
    this.#lastDay = day;
    if (isFirst) return [];
    const out: Birth[] = this.#joined(hour, members);
    for (const group of [0, 1, ...this.groups()]) {
      const free = this.#free();
      const all = members(group);
      if (all.length < SPLIT_FROM) {
        this.#splits[group] = 0;
        continue;
      }
      const halves = halvesOf(sampled(all, day), sketchOf);
      this.#splits[group] = halves === undefined ? 0 : (this.#splits[group] ?? 0) + 1;
      if (halves === undefined || free === undefined || (this.#splits[group] ?? 0) < PATIENCE) continue;
      this.#splits[group] = 0;
      out.push(this.#bear(group, free, halves, all, sketchOf, hour));
    }
    return out;
  }

  membership(device: number): Membership {
    const learned = this.#group[device] ?? 0;
    const looked = (this.#likeness[device] ?? 0) > 0;
    return {
      found: FOUND[this.#found[device] ?? 0] ?? "kind",
      against: this.#against[device] ?? 0,
      ...(looked ? { likeness: unpacked(this.#likeness[device] ?? 0) } : {}),
      ...((this.#next[device] ?? 0) > 0 ? { next: unpacked(this.#next[device] ?? 0) } : {}),
      ...((this.#since[device] ?? 0) > 0 && learned > 0 ? { since: this.#since[device] ?? 0 } : {}),
    };
  }

  #bear(from: number, to: number, halves: Halves, all: readonly number[], sketchOf: SketchOf, hour: number): Birth {
    const kind = this.kindOf(from);
    const [stay, go] = halves.sizes[0] >= halves.sizes[1] ? [0, 1] : [1, 0];
    this.#centres.set(halves.centres[stay] as Float32Array, from * SKETCH);
    this.#centres.set(halves.centres[go] as Float32Array, to * SKETCH);
    this.#weight[from] = Math.max(1, halves.sizes[stay] as number);
    this.#weight[to] = Math.max(1, halves.sizes[go] as number);
    this.#kind[to] = kind;
    const moved: number[] = [];
    // Of a very large group the rest moves by its own daily looks: a birth must not hold up events.
    for (const device of all.slice(0, MOST_AT_BIRTH)) {
      const sketch = sketchOf(device);
      if (sketch === undefined || cosine(this.#centres, to * SKETCH, sketch, 0) <= cosine(this.#centres, from * SKETCH, sketch, 0)) continue;
      this.#move(device, kind, to, 3, hour);
      moved.push(device);
    }
    return { from, to, moved };
  }

  /** Learned groups that are too small, or one with another of their kind. */
  #joined(hour: number, members: (group: number) => number[]): Birth[] {
    const out: Birth[] = [];
    for (const group of this.groups()) {
      const kind = this.kindOf(group);
      const all = members(group);
      const twin = cosine(this.#centres, group * SKETCH, this.#centres, kind * SKETCH) >= ALIKE;
      if (all.length >= LEAST_MEMBERS && !twin) continue;
      for (const device of all) this.#move(device, kind, kind, 0, hour);
      this.#weight[group] = 0;
      this.#splits[group] = 0;
      this.#centres.fill(0, group * SKETCH, (group + 1) * SKETCH);
      out.push({ from: group, to: kind, moved: all });
    }
    return out;
  }

  #free(): number | undefined {
    for (let g = FIRST_LEARNED; g < MOST_GROUPS; g++) if ((this.#weight[g] ?? 0) === 0) return g;
    return undefined;
  }

  #move(device: number, kind: number, group: number, found: number, hour: number): void {
    this.#ensure(device);
    this.#group[device] = group === kind ? 0 : group;
    this.#against[device] = 0;
    this.#found[device] = found;
    this.#since[device] = hour;
  }

  #learn(group: number, sketch: Float32Array): void {
    const weight = (this.#weight[group] ?? 0) + 1;
    this.#weight[group] = weight;
    const step = Math.max(STEP, 1 / weight);
    for (let i = 0; i < SKETCH; i++) {
      const at = group * SKETCH + i;
      this.#centres[at] = (this.#centres[at] ?? 0) + step * ((sketch[i] ?? 0) - (this.#centres[at] ?? 0));
    }
  }

  #nearest(kind: number, sketch: Float32Array): { best: number; likeness: number; next: number; nextGroup: number } {
    let best = kind;
    let likeness = -2;
    let next = -2;
    let nextGroup = -1;
    for (let g = 0; g < MOST_GROUPS; g++) {
      if ((this.#weight[g] ?? 0) === 0 || this.kindOf(g) !== kind) continue;
      const like = cosine(this.#centres, g * SKETCH, sketch, 0);
      if (like > likeness) {
        [next, nextGroup] = [likeness, likeness === -2 ? -1 : best];
        [likeness, best] = [like, g];
      } else if (like > next) [next, nextGroup] = [like, g];
    }
    return { best, likeness, next, nextGroup };
  }

  #ensure(device: number): void {
    if (device < this.#group.length) return;
    const count = device + 1;
    this.#group = grown(this.#group, count);
    this.#wish = grown(this.#wish, count);
    this.#against = grown(this.#against, count);
    this.#found = grown(this.#found, count);
    this.#likeness = grown(this.#likeness, count);
    this.#next = grown(this.#next, count);
    this.#day = grown(this.#day, count);
    this.#since = grown(this.#since, count);
  }

  save(out: ByteWriter): void {
    for (const array of [this.#group, this.#wish, this.#against, this.#found, this.#likeness, this.#next, this.#day, this.#since]) out.array(array);
    for (const array of [this.#centres, this.#weight, this.#kind, this.#splits]) out.array(array);
    out.f64(this.#lastDay);
    out.array(Uint32Array.from([...this.shared].flat()));
  }

  load(reader: ByteReader): void {
    this.#group = readArray(reader, Uint8Array);
    this.#wish = readArray(reader, Uint8Array);
    this.#against = readArray(reader, Uint8Array);
    this.#found = readArray(reader, Uint8Array);
    this.#likeness = readArray(reader, Uint8Array);
    this.#next = readArray(reader, Uint8Array);
    this.#day = readArray(reader, Uint16Array);
    this.#since = readArray(reader, Uint32Array);
    for (const array of [this.#centres, this.#weight, this.#kind, this.#splits]) reader.arrayInto(array);
    this.#lastDay = reader.f64();
    const shared = readArray(reader, Uint32Array);
    this.shared = new Map(Array.from({ length: shared.length / 2 }, (_, i) => [shared[i * 2] ?? 0, shared[i * 2 + 1] ?? 0]));
  }
}

interface Halves {
  centres: readonly [Float32Array, Float32Array];
  sizes: readonly [number, number];
}

/** The two halves that these devices fall into, when they are clearly apart. The same devices give the same halves. */
function halvesOf(devices: readonly number[], sketchOf: SketchOf): Halves | undefined {
  const sketches = devices.map(sketchOf).filter((s) => s !== undefined);
  if (sketches.length < SPLIT_FROM) return undefined;
  const mean = meanOf(sketches);
  const a0 = farthest(sketches, mean);
  let a = sketches[a0] as Float32Array;
  let b = sketches[farthest(sketches, a)] as Float32Array;
  let ofA: Float32Array[] = [];
  let ofB: Float32Array[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ofA = sketches.filter((s) => cosine(s, 0, a, 0) >= cosine(s, 0, b, 0));
    ofB = sketches.filter((s) => cosine(s, 0, a, 0) < cosine(s, 0, b, 0));
    if (ofA.length === 0 || ofB.length === 0) return undefined;
    [a, b] = [meanOf(ofA), meanOf(ofB)];
  }
  if (Math.min(ofA.length, ofB.length) < LEAST_MEMBERS || 1 - cosine(a, 0, b, 0) < APART) return undefined;
  let silhouette = 0;
  for (const s of sketches) {
    const [near, far] = [Math.max(cosine(s, 0, a, 0), cosine(s, 0, b, 0)), Math.min(cosine(s, 0, a, 0), cosine(s, 0, b, 0))];
    silhouette += (near - far) / Math.max(1e-9, 1 - far);
  }
  return silhouette / sketches.length < SILHOUETTE ? undefined : { centres: [a, b], sizes: [ofA.length, ofB.length] };
}

function farthest(sketches: readonly Float32Array[], from: Float32Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  sketches.forEach((s, i) => {
    const like = cosine(s, 0, from, 0);
    if (like < least) [least, best] = [like, i];
  });
  return best;
}

function meanOf(sketches: readonly Float32Array[]): Float32Array {
  const mean = new Float32Array(SKETCH);
  for (const s of sketches) for (let i = 0; i < SKETCH; i++) mean[i] = (mean[i] ?? 0) + (s[i] ?? 0) / sketches.length;
  return mean;
}

/** At most SAMPLE of them, others every day. */
function sampled(devices: readonly number[], day: number): readonly number[] {
  if (devices.length <= SAMPLE) return devices;
  return [...devices].sort((a, b) => mix32(a * 7 + day) - mix32(b * 7 + day) || a - b).slice(0, SAMPLE);
}

function cosine(a: Float32Array, atA: number, b: Float32Array, atB: number): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < SKETCH; i++) {
    const x = a[atA + i] ?? 0;
    const y = b[atB + i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa > 0 && bb > 0 ? dot / Math.sqrt(aa * bb) : 0;
}

function packed(likeness: number): number {
  return 1 + Math.round(254 * Math.max(0, Math.min(1, likeness)));
}

function unpacked(value: number): number {
  return (value - 1) / 254;
}
