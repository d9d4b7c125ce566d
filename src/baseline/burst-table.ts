import { MINUTE } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { ConformalCalibrator } from "../stats/conformal-calibrator.ts";
import { BURST_STRIDE, burstExpected, burstSurprise, learnBurst, startBurst } from "../stats/gamma-poisson-burst.ts";
import { loadCalibrators, saveCalibrators } from "./calibrators.ts";
import { grown, readArray } from "./columns.ts";
import { loadEvents, saveEvents } from "./kept-event.ts";
import { NumberMap } from "./number-map.ts";

export type BurstScope = "edge" | "source" | "destination";
export const BURST_SCOPES: readonly BurstScope[] = ["edge", "source", "destination"];

/** Keys of one scope counted in a minute; more are a flood of addresses, which the other scopes see. */
const MOST_IN_MINUTE = 100_000;
const DEFAULT_CAPACITY = 500_000;
/** Below this many events a minute is never called a burst. */
const LEAST_COUNT = 5;
/** A key from outside takes a lasting record only when it does this much in a minute: scanners that knock once cost nothing. */
const LASTING_COUNT = 3;
const YOUNG_MINUTES = 60;
/** Bursts with a p above e^-3 (5 %) are not told. */
const REPORTED = 3;

export interface Burst {
  scope: BurstScope;
  minute: number;
  count: number;
  expected: number;
  /** -ln of the calibrated p. */
  surprise: number;
  /** Own devices at either end, -1 when none. */
  source: number;
  destination: number;
  /** The event that made the minute count (the fifth) and the last of it. */
  events: NetEvent[];
}

/** Events of one scope in the open minute. */
class MinuteCounts {
  readonly map = new NumberMap(256);
  counts = new Uint32Array(256);
  weights = new Float32Array(256);
  source = new Int32Array(256);
  destination = new Int32Array(256);
  first: (NetEvent | undefined)[] = [];
  last: (NetEvent | undefined)[] = [];
  keys: number[] = [];
}

/**
 * Rhythm of pairs, sources and destinations by the minute. `count` per flow costs three look-ups; a minute is scored once per key when it
 * closes. 20 B a record and its map slot, at most `capacity` a scope; the weakest and longest silent quarter goes first.
 */
export class BurstTable {
  readonly #open = BURST_SCOPES.map(() => new MinuteCounts());
  readonly #maps = BURST_SCOPES.map(() => new NumberMap(256));
  readonly #states: Float32Array[] = BURST_SCOPES.map(() => new Float32Array(256 * BURST_STRIDE));
  /** By scope: keys known for less than an hour, others. */
  readonly #calibrators = Array.from({ length: BURST_SCOPES.length * 2 }, () => new ConformalCalibrator());
  readonly #capacity: number;
  /** Minutes are kept from here on, so that float32 holds them exactly. */
  #epoch = -1;
  #minute = -1;
  #expected = 0;

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    let sum = 0;
    for (let s = 0; s < BURST_SCOPES.length; s++) sum += (this.#maps[s]?.bytes ?? 0) + (this.#states[s]?.byteLength ?? 0);
    return sum;
  }

  get records(): number {
    return this.#maps.reduce((sum, map) => sum + map.size, 0);
  }

  count(scope: number, key: number, event: NetEvent, weight: number): void {
    const open = this.#open[scope];
    if (open === undefined) return;
    let record = open.map.get(key);
    if (record < 0) {
      if (open.map.size >= MOST_IN_MINUTE) return;
      record = open.map.add(key);
      open.counts = grown(open.counts, record + 1);
      open.weights = grown(open.weights, record + 1);
      open.source = grown(open.source, record + 1);
      open.destination = grown(open.destination, record + 1);
      open.counts[record] = 0;
      open.source[record] = event.srcDevice ?? -1;
      open.destination[record] = event.dstDevice ?? -1;
      open.weights[record] = weight;
      open.keys[record] = key;
    }
    const count = (open.counts[record] ?? 0) + 1;
    open.counts[record] = count;
    if (weight < (open.weights[record] ?? 1)) open.weights[record] = weight;
    // Fewer are never called a burst: their events need not be held.
    if (count < LEAST_COUNT) return;
    if (count === LEAST_COUNT) open.first[record] = event;
    else open.last[record] = event;
  }

  /** Closes the open minute when `time` has left it; calls back with minutes out of rhythm. */
  advance(time: number, found: (burst: Burst) => void): void {
    const now = Math.floor(time / MINUTE);
    if (this.#minute < 0) this.#minute = now;
    if (now <= this.#minute) return;
    if (this.#epoch < 0) this.#epoch = this.#minute;
    for (let scope = 0; scope < BURST_SCOPES.length; scope++) this.#close(scope, found);
    this.#minute = now;
  }

  #close(scope: number, found: (burst: Burst) => void): void {
    const open = this.#open[scope];
    const map = this.#maps[scope];
    if (open === undefined || map === undefined) return;
    const minute = this.#minute - this.#epoch;
    const count = open.map.records;
    for (let i = 0; i < count; i++) {
      const events = open.counts[i] ?? 0;
      const source = open.source[i] ?? -1;
      const key = open.keys[i] ?? 0;
      let record = map.get(key);
      if (record < 0) {
        const cheap = scope === 2 || (source >= 0 && (scope === 1 || events > 1));
        if (!cheap && events < LASTING_COUNT) continue;
        if (map.size >= this.#capacity) this.#sweep(scope, minute);
        record = map.add(key);
        this.#states[scope] = grown(this.#states[scope] ?? new Float32Array(0), (record + 1) * BURST_STRIDE);
        startBurst(this.#states[scope] ?? new Float32Array(BURST_STRIDE), record * BURST_STRIDE, minute);
      }
      const surprise = this.#score(scope, record, minute, events, open.weights[i] ?? 1);
      if (surprise <= REPORTED) continue;
      const expected = this.#expected;
      const cited: NetEvent[] = [];
      const first = open.first[i];
      const last = open.last[i];
      if (first !== undefined) cited.push(first);
      if (last !== undefined && last !== first) cited.push(last);
      found({
        scope: BURST_SCOPES[scope] ?? "edge",
        minute: this.#minute,
        count: events,
        expected,
        surprise,
        source,
        destination: open.destination[i] ?? -1,
        events: cited,
      });
    }
    open.map.clear();
    open.first = [];
    open.last = [];
    open.keys = [];
  }

  /** -ln of the calibrated p of a minute, then learns it. No more is proved than what keys of this age have shown. */
  #score(scope: number, record: number, minute: number, events: number, weight: number): number {
    const state = this.#states[scope];
    if (state === undefined) return 0;
    const at = record * BURST_STRIDE;
    const young = minute - (state[at + 3] ?? 0) < YOUNG_MINUTES;
    const calibrator = this.#calibrators[scope * 2 + (young ? 0 : 1)];
    const raw = events >= LEAST_COUNT ? burstSurprise(state, at, minute, events) : 0;
    const surprise = raw > 0 ? (calibrator?.scoreOne(raw) ?? 0) : 0;
    if (surprise > REPORTED) this.#expected = burstExpected(state, at, minute) / 10;
    calibrator?.learnOne(raw);
    learnBurst(state, at, minute, events, raw, weight);
    return surprise;
  }

  #sweep(scope: number, minute: number): void {
    const map = this.#maps[scope];
    const state = this.#states[scope];
    if (map === undefined || state === undefined) return;
    const entries: { key: number; rank: number }[] = [];
    map.forEach((key, record) => {
      const at = record * BURST_STRIDE;
      entries.push({ key, rank: (minute - (state[at + 2] ?? 0)) / (1 + (state[at] ?? 0)) });
    });
    entries.sort((a, b) => b.rank - a.rank || a.key - b.key);
    for (const entry of entries.slice(0, Math.ceil(entries.length / 4))) map.delete(entry.key);
  }

  save(out: ByteWriter): void {
    out.f64(this.#epoch);
    out.f64(this.#minute);
    for (let s = 0; s < BURST_SCOPES.length; s++) {
      this.#maps[s]?.save(out);
      out.array(this.#states[s] ?? new Float32Array(0));
      const open = this.#open[s];
      if (open === undefined) continue;
      const count = open.map.records;
      open.map.save(out);
      out.array(open.counts, count);
      out.array(open.weights, count);
      out.array(open.source, count);
      out.array(open.destination, count);
      out.array(Float64Array.from(open.keys));
      for (const events of [open.first, open.last]) {
        const held = Object.keys(events).map(Number);
        out.array(Int32Array.from(held));
        saveEvents(
          out,
          held.flatMap((record) => events[record] ?? []),
        );
      }
    }
    saveCalibrators(out, this.#calibrators);
  }

  load(reader: ByteReader): void {
    this.#epoch = reader.f64();
    this.#minute = reader.f64();
    for (let s = 0; s < BURST_SCOPES.length; s++) {
      this.#maps[s]?.load(reader);
      this.#states[s] = readArray(reader, Float32Array);
      const open = this.#open[s];
      if (open === undefined) continue;
      open.map.load(reader);
      open.counts = readArray(reader, Uint32Array);
      open.weights = readArray(reader, Float32Array);
      open.source = readArray(reader, Int32Array);
      open.destination = readArray(reader, Int32Array);
      open.keys = Array.from(readArray(reader, Float64Array));
      open.first = loadHeld(reader);
      open.last = loadHeld(reader);
    }
    loadCalibrators(reader, this.#calibrators);
  }
}

function loadHeld(reader: ByteReader): (NetEvent | undefined)[] {
  const records = readArray(reader, Int32Array);
  const out: (NetEvent | undefined)[] = [];
  loadEvents(reader).forEach((event, i) => {
    out[records[i] ?? 0] = event;
  });
  return out;
}
