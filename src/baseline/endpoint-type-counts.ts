import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { trackNovelty } from "../stats/tracked-novelty.ts";

/** What one host's alerts of one clock hour were. Groups are the caller's (a role, a peer group); without one the organisation stands behind the host. */
export interface HostHour {
  host: string;
  group?: string;
  /** Alert type to number of alerts, at least 1. */
  types: ReadonlyMap<string, number>;
}

export interface TypeSurprise {
  type: string;
  alerts: number;
  /** P(at least one alert of this type in such an hour), before and after the company it came in is counted. */
  p: number;
  pInCompany: number;
  /** Hours in which this host had it, of the hours it is known; hosts that ever had it, of all. */
  hostHours: number;
  ofHours: number;
  hosts: number;
  ofHosts: number;
}

/** Hours of the population's habit that stand behind a host's own. */
const PRIOR_HOURS = 24;
/** Hours of the others' habit behind what a host alerts with when it does. */
const COMMON = 2;
const DECAY = 2 ** (-1 / (28 * 24));
/** Hosts silent for this many hours are forgotten; so are pairs of types when there are more than this many. */
const FORGET_HOURS = 90 * 24;
const MOST_PAIRS = 65_536;
const SWEEP_HOURS = 24;

/** A presence count that fades with time: `n` hours as of hour `last`. */
interface Faded {
  n: number;
  last: number;
}

interface HostState {
  first: number;
  last: number;
  group: string;
  active: Faded;
  /** Tracked rate of hours that bring a type new to the host, hours it was tracked over. */
  novelty: number;
  seen: number;
  types: Map<string, Faded>;
}

interface TypeState {
  all: Faded;
  hosts: number;
}

/** Who showed which alert type in how many hours: host, group and organisation, and which types came together. */
export class TypeCounts {
  #hosts = new Map<string, HostState>();
  #types = new Map<string, TypeState>();
  #groups = new Map<string, Map<string, Faded>>();
  #pairs = new Map<string, Faded>();
  /** Host-hours of the organisation and of each group up to the hour that is being judged. */
  #hours = 0;
  #groupHours = new Map<string, number>();
  #swept = 0;
  /** Host-hours with an alert. */
  #active: Faded = { n: 0, last: 0 };

  get hosts(): number {
    return this.#hosts.size;
  }

  /** Makes room for hosts met for the first time and works out how long everybody has been watched. */
  startHour(hour: number, units: readonly HostHour[]): void {
    this.#hours = 0;
    this.#groupHours.clear();
    for (const host of this.#hosts.values()) {
      const hours = watched(host, hour) - 1;
      this.#hours += hours;
      this.#groupHours.set(host.group, (this.#groupHours.get(host.group) ?? 0) + hours);
    }
    for (const unit of units) {
      const host = this.#hosts.get(unit.host);
      if (host === undefined)
        this.#hosts.set(unit.host, {
          first: hour,
          last: hour,
          group: unit.group ?? "",
          active: { n: 0, last: hour },
          novelty: 0.5,
          seen: 0,
          types: new Map(),
        });
      else host.group = unit.group ?? "";
    }
    if (hour - this.#swept >= SWEEP_HOURS) this.#sweep(hour);
  }

  /** P that the host alerts at all in an hour, in (0, 1]. */
  active(hour: number, name: string): number {
    const host = this.#hosts.get(name);
    if (host === undefined) return 1;
    return Math.min(1, (faded(host.active, hour) + 1) / (watched(host, hour) + 2));
  }

  /** P of one or more alerts of a type in an hour: 1 - exp(-rate), the rate backed off host -> group -> organisation. */
  presence(hour: number, unit: HostHour, type: string): Omit<TypeSurprise, "type" | "alerts" | "pInCompany"> {
    const host = this.#hosts.get(unit.host);
    const known = this.#types.get(type);
    const own = host?.types.get(type);
    const ofHours = host === undefined ? 1 : watched(host, hour);
    const organisation = (faded(known?.all, hour) + 0.5) / (Math.max(1, this.#hours) + PRIOR_HOURS);
    const group = unit.group === undefined ? undefined : this.#groups.get(unit.group)?.get(type);
    const behind =
      unit.group === undefined ? organisation : (faded(group, hour) + PRIOR_HOURS * organisation) / ((this.#groupHours.get(unit.group) ?? 0) + PRIOR_HOURS);
    const hostHours = faded(own, hour);
    let p = -Math.expm1(-(hostHours + PRIOR_HOURS * behind) / (ofHours + PRIOR_HOURS));
    // A host that brings something new in many of its hours may bring this: its novelty, shared among what it has not shown yet.
    if (own === undefined && host !== undefined) p = Math.max(p, Math.min(0.5, host.novelty / Math.max(1, this.#types.size - host.types.size + 1)));
    return { p, hostHours, ofHours, hosts: known?.hosts ?? 0, ofHosts: this.#hosts.size };
  }

  /** P of a type given that another is there: hours together over hours of the other, with `weight` hours of its own p. 0 while the other is unknown. */
  inCompany(hour: number, type: string, p: number, other: string, weight: number): number {
    const alone = faded(this.#types.get(other)?.all, hour);
    if (alone === 0) return 0;
    return Math.min(1, (faded(this.#pairs.get(pairOf(type, other)), hour) + weight * p) / (alone + weight));
  }

  /** P of a type in an hour in which the host alerts at all: its own such hours, with two hours of what others alert with. */
  whenActive(hour: number, name: string, type: string): number {
    const host = this.#hosts.get(name);
    const others = Math.min(1, (faded(this.#types.get(type)?.all, hour) + 0.5) / (faded(this.#active, hour) + 1));
    return Math.min(1, (faded(host?.types.get(type), hour) + COMMON * others) / (faded(host?.active, hour) + COMMON));
  }

  learn(hour: number, unit: HostHour): void {
    const host = this.#hosts.get(unit.host);
    if (host === undefined) return;
    add(this.#active, hour);
    const types = [...unit.types.keys()].sort();
    const isNew = types.some((t) => !host.types.has(t));
    host.novelty = trackNovelty(host.novelty, host.seen, isNew);
    host.seen++;
    host.last = hour;
    add(host.active, hour);
    const group = unit.group === undefined ? undefined : this.#group(unit.group);
    for (const [i, type] of types.entries()) {
      const state = this.#types.get(type) ?? { all: { n: 0, last: hour }, hosts: 0 };
      this.#types.set(type, state);
      if (!host.types.has(type)) state.hosts++;
      add(state.all, hour);
      count(host.types, type, hour);
      if (group !== undefined) count(group, type, hour);
      for (let j = i + 1; j < types.length; j++) count(this.#pairs, pairOf(type, types[j] ?? ""), hour);
    }
  }

  take(other: TypeCounts): void {
    this.#hosts = other.#hosts;
    this.#types = other.#types;
    this.#groups = other.#groups;
    this.#pairs = other.#pairs;
    this.#swept = other.#swept;
    this.#active = other.#active;
  }

  #group(name: string): Map<string, Faded> {
    const found = this.#groups.get(name) ?? new Map<string, Faded>();
    this.#groups.set(name, found);
    return found;
  }

  #sweep(hour: number): void {
    this.#swept = hour;
    for (const [name, host] of this.#hosts) {
      if (hour - host.last <= FORGET_HOURS) continue;
      for (const type of host.types.keys()) {
        const state = this.#types.get(type);
        if (state !== undefined) state.hosts = Math.max(0, state.hosts - 1);
      }
      this.#hosts.delete(name);
    }
    if (this.#pairs.size <= MOST_PAIRS) return;
    const least = [...this.#pairs].sort((a, b) => faded(a[1], hour) - faded(b[1], hour));
    for (const [key] of least.slice(0, this.#pairs.size - MOST_PAIRS)) this.#pairs.delete(key);
  }

  save(out: ByteWriter): void {
    for (const n of [this.#swept, this.#active.n, this.#active.last]) out.f64(n);
    out.u32(this.#hosts.size);
    for (const [name, host] of this.#hosts) {
      out.text(name);
      out.text(host.group);
      for (const n of [host.first, host.last, host.active.n, host.active.last, host.novelty, host.seen]) out.f64(n);
      writeFaded(out, host.types);
    }
    out.u32(this.#types.size);
    for (const [type, state] of this.#types) {
      out.text(type);
      for (const n of [state.all.n, state.all.last, state.hosts]) out.f64(n);
    }
    out.u32(this.#groups.size);
    for (const [name, types] of this.#groups) {
      out.text(name);
      writeFaded(out, types);
    }
    writeFaded(out, this.#pairs);
  }

  /** Throws CodedError when the bytes end too early; use on a fresh object. */
  load(reader: ByteReader): void {
    this.#swept = reader.f64();
    this.#active = { n: reader.f64(), last: reader.f64() };
    for (let i = reader.u32(); i > 0; i--) {
      const name = reader.text();
      const group = reader.text();
      const [first, last, n, at, novelty, seen] = [reader.f64(), reader.f64(), reader.f64(), reader.f64(), reader.f64(), reader.f64()];
      this.#hosts.set(name, { group, first, last, active: { n, last: at }, novelty, seen, types: readFaded(reader) });
    }
    for (let i = reader.u32(); i > 0; i--) {
      const type = reader.text();
      const [n, last, hosts] = [reader.f64(), reader.f64(), reader.f64()];
      this.#types.set(type, { all: { n, last }, hosts });
    }
    for (let i = reader.u32(); i > 0; i--) {
      const name = reader.text();
      this.#groups.set(name, readFaded(reader));
    }
    this.#pairs = readFaded(reader);
  }
}

/** Hours that a host has been watched, this one included, fading as its counts do. */
function watched(host: HostState, hour: number): number {
  return (1 - DECAY ** (hour - host.first + 1)) / (1 - DECAY);
}

function faded(count: Faded | undefined, hour: number): number {
  return count === undefined ? 0 : count.n * DECAY ** Math.max(0, hour - count.last);
}

function add(count: Faded, hour: number): void {
  count.n = faded(count, hour) + 1;
  count.last = hour;
}

function count(into: Map<string, Faded>, key: string, hour: number): void {
  const found = into.get(key) ?? { n: 0, last: hour };
  into.set(key, found);
  add(found, hour);
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`;
}

function writeFaded(out: ByteWriter, counts: ReadonlyMap<string, Faded>): void {
  out.u32(counts.size);
  for (const [key, count] of counts) {
    out.text(key);
    out.f64(count.n);
    out.f64(count.last);
  }
}

function readFaded(reader: ByteReader): Map<string, Faded> {
  const out = new Map<string, Faded>();
  for (let i = reader.u32(); i > 0; i--) {
    const key = reader.text();
    const n = reader.f64();
    out.set(key, { n, last: reader.f64() });
  }
  return out;
}
