import { DAY } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import type { CustomaryFlow, Customs } from "./ports.ts";

interface Entry {
  src: string;
  dst: string;
  port: number;
  proto: "tcp" | "udp";
  /** Own device at each end, or the address. */
  srcId: string;
  dstId: string;
  srcOwn: boolean;
  count: number;
  /** Days (UTC) on which it was used. */
  days: number;
  firstDay: number;
  lastDay: number;
}

/** What the store gives back at a start: one row a flow. */
export interface SavedFlow {
  src: string;
  dst: string;
  port: number;
  proto: "tcp" | "udp";
  count: number;
  days: number;
  firstDay: number;
  lastDay: number;
}

export interface FlowBookOptions {
  /** Stable id of an own device by its index in the registry; without one the address stands for itself. */
  deviceId?: (index: number) => string | undefined;
  /** Different days on which a connection must have been seen to be customary. Default 2. */
  days?: number;
  /** Flows remembered; the one unused for longest of a handful goes first. Default 200,000 (about 60 MB). */
  maxFlows?: number;
  /** Ids of the devices that behave most like one. */
  peersOf?: (device: string) => readonly string[];
}

/** Used by this share of the own devices, and by so many, an endpoint is the organisation's: a file server, a domain controller, a printer. */
const COMMON_SHARE = 0.1;
const COMMON_LEAST = 3;
/** An outside endpoint met only once is nobody's custom; neither is a server's client that came from a high port of its own. */
const FORGET_AFTER = 60;

/**
 * Which connections (initiator, responder, port) are customary: seen on at least two different days before the day in question. What an
 * intruder began today is therefore no custom, and neither is anything on the first day. Learned from connections that were answered.
 * Memory about 300 B a flow, bounded; cost about 0.5 µs a connection. Blind: what is done less often than the memory lasts (60 days),
 * and names behind changing addresses, which count as new endpoints each time.
 */
export class FlowBook implements Customs {
  readonly #flows = new Map<string, Entry>();
  /** The first day of which anything was learned. */
  #since = Number.POSITIVE_INFINITY;
  readonly #byEnd = new Map<string, Set<Entry>>();
  readonly #o: Required<FlowBookOptions>;

  constructor(options: FlowBookOptions = {}) {
    this.#o = { deviceId: () => undefined, days: 2, maxFlows: 200_000, peersOf: () => [], ...options };
  }

  get size(): number {
    return this.#flows.size;
  }

  /** Takes one event; only answered TCP and UDP connections teach anything. */
  learn(event: NetEvent): void {
    if (event.family !== "conn" || event.duplicateOf !== undefined) return;
    const { src, dst, dstPort, proto } = event;
    if (src === undefined || dst === undefined || dstPort === undefined || (proto !== "tcp" && proto !== "udp")) return;
    if ((event.packetsIn ?? 0) === 0 && event.state !== "established") return;
    if (event.srcDevice === undefined && event.dstDevice === undefined) return;
    const srcId = (event.srcDevice === undefined ? undefined : this.#o.deviceId(event.srcDevice)) ?? src;
    const dstId = (event.dstDevice === undefined ? undefined : this.#o.deviceId(event.dstDevice)) ?? dst;
    this.#count({ src, dst, port: dstPort, proto, srcId, dstId, srcOwn: event.srcDevice !== undefined }, Math.floor(event.time / DAY));
  }

  #count(flow: Pick<Entry, "src" | "dst" | "port" | "proto" | "srcId" | "dstId" | "srcOwn">, day: number): void {
    const key = keyOf(flow.srcId, flow.dstId, flow.port, flow.proto);
    const entry = this.#flows.get(key);
    if (entry === undefined) {
      this.#add(key, { ...flow, count: 1, days: 1, firstDay: day, lastDay: day });
      return;
    }
    entry.count++;
    entry.src = flow.src;
    entry.dst = flow.dst;
    if (day > entry.lastDay) {
      entry.days = day - entry.lastDay > FORGET_AFTER ? 1 : entry.days + 1;
      if (entry.days === 1) entry.firstDay = day;
      entry.lastDay = day;
    }
  }

  #add(key: string, entry: Entry): void {
    this.#since = Math.min(this.#since, entry.firstDay);
    if (this.#flows.size >= this.#o.maxFlows) this.#evict();
    this.#flows.set(key, entry);
    for (const end of new Set([entry.srcId, entry.dstId])) {
      const set = this.#byEnd.get(end);
      if (set === undefined) this.#byEnd.set(end, new Set([entry]));
      else set.add(entry);
    }
  }

  /** Of the 64 that were entered first, the one that is least of a custom. */
  #evict(): void {
    let worst: [string, Entry] | undefined;
    let looked = 0;
    for (const pair of this.#flows) {
      if (worst === undefined || pair[1].lastDay + pair[1].days < worst[1].lastDay + worst[1].days) worst = pair;
      if (++looked >= 64) break;
    }
    if (worst === undefined) return;
    const [key, entry] = worst;
    this.#flows.delete(key);
    for (const end of [entry.srcId, entry.dstId]) {
      const set = this.#byEnd.get(end);
      set?.delete(entry);
      if (set?.size === 0) this.#byEnd.delete(end);
    }
  }

  /** What was learned before this process began. */
  load(rows: readonly SavedFlow[], idOf: (ip: string) => string | undefined): void {
    for (const row of rows) {
      const srcId = idOf(row.src) ?? row.src;
      const dstId = idOf(row.dst) ?? row.dst;
      const key = keyOf(srcId, dstId, row.port, row.proto);
      const entry = this.#flows.get(key);
      if (entry === undefined) this.#add(key, { ...row, srcId, dstId, srcOwn: idOf(row.src) !== undefined });
      else {
        entry.count += row.count;
        entry.days = Math.max(entry.days, row.days);
        entry.firstDay = Math.min(entry.firstDay, row.firstDay);
        entry.lastDay = Math.max(entry.lastDay, row.lastDay);
      }
    }
  }

  #isCustomary(entry: Entry, day: number): boolean {
    const before = entry.lastDay >= day ? entry.days - 1 : entry.days;
    return before >= this.#o.days && entry.firstDay < day && day - entry.lastDay <= FORGET_AFTER;
  }

  /** Is this very connection a custom of the initiator? Ends are device ids, or addresses of strangers. */
  customary(srcId: string, dstId: string, port: number, proto: "tcp" | "udp", before: number): boolean {
    const entry = this.#flows.get(keyOf(srcId, dstId, port, proto));
    return entry !== undefined && this.#isCustomary(entry, Math.floor(before / DAY));
  }

  /** The same of an event whose ends the lane has resolved. */
  customaryByAddress(event: NetEvent, src: string, dst: string, port: number, proto: "tcp" | "udp", before: number): boolean {
    const srcId = (event.srcDevice === undefined ? undefined : this.#o.deviceId(event.srcDevice)) ?? src;
    const dstId = (event.dstDevice === undefined ? undefined : this.#o.deviceId(event.dstDevice)) ?? dst;
    return this.customary(srcId, dstId, port, proto, before);
  }

  usualOf(device: string, before: number): readonly CustomaryFlow[] {
    const day = Math.floor(before / DAY);
    const out: CustomaryFlow[] = [];
    for (const e of this.#byEnd.get(device) ?? []) {
      if (this.#isCustomary(e, day))
        out.push({ src: e.src, dst: e.dst, port: e.port, proto: e.proto, perDay: e.count / Math.max(1, e.days), srcId: e.srcId, dstId: e.dstId });
    }
    return out.sort((a, b) => b.perDay - a.perDay || (a.dst < b.dst ? -1 : 1) || a.port - b.port);
  }

  learnedDays(before: number, device?: string): number {
    let since = this.#since;
    if (device !== undefined) {
      since = Number.POSITIVE_INFINITY;
      for (const e of this.#byEnd.get(device) ?? []) if (e.srcId === device) since = Math.min(since, e.firstDay);
    }
    return Number.isFinite(since) ? Math.max(0, Math.floor(before / DAY) - since) : 0;
  }

  /** Cost: one walk over the flows, some 10 ms for 200,000. */
  commonAt(ports: readonly number[], before: number): readonly { dst: string; port: number; dstId: string }[] {
    const day = Math.floor(before / DAY);
    const wanted = new Set(ports);
    const users = new Set<string>();
    const found = new Map<string, { dst: string; port: number; dstId: string; by: number }>();
    for (const e of this.#flows.values()) {
      if (!e.srcOwn) continue;
      users.add(e.srcId);
      if (e.proto !== "tcp" || !wanted.has(e.port) || !this.#isCustomary(e, day)) continue;
      const key = `${e.dstId} ${e.port}`;
      const one = found.get(key);
      if (one === undefined) found.set(key, { dst: e.dst, port: e.port, dstId: e.dstId, by: 1 });
      else one.by++;
    }
    const least = Math.max(COMMON_LEAST, users.size * COMMON_SHARE);
    return [...found.values()].filter((f) => f.by >= least).map(({ dst, port, dstId }) => ({ dst, port, dstId }));
  }

  usualOfPeers(device: string, before: number): readonly CustomaryFlow[] {
    return this.#o.peersOf(device).flatMap((peer) => this.usualOf(peer, before));
  }
}

function keyOf(src: string, dst: string, port: number, proto: string): string {
  return `${src}\n${dst}\n${port}${proto}`;
}
