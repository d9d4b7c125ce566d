import type { ByteReader, ByteWriter } from "../../stats/bytes.ts";
import { BURST_STRIDE } from "../../stats/gamma-poisson-burst.ts";
import { grown, readArray } from "../columns.ts";
import { NumberMap } from "../number-map.ts";

/** Roles of an end: it sends (0) or is sent to (1). Fields named by the role that they are about; +1 is the other role. */
export const MET = 0;
/** Tracked rate at which its next peer is one never met. */
export const NOVELTY = 2;
/** Different entities that have sent to it (0); that it has sent to (1). */
export const USERS = 4;
export const DAYS = 6;
export const LAST_DAY = 8;
export const HAS_SENT = 10;
export const ACTIVE_HOURS = 11;
/** 24 counts by hour of day. */
export const BY_HOUR = 12;
/** Open minute by role: its number, edges, different other ends; new ones (as a sender only). */
export const MINUTE = 36;
export const MINUTE_COUNT = 38;
export const MINUTE_FAN = 40;
export const MINUTE_NEW = 42;
/** Counts and other ends that fade by half in 30 minutes, and the minute that they stand at. */
export const SLOW_COUNT = 43;
export const SLOW_FAN = 45;
export const SLOW_MINUTE = 47;
/** Burst state of the other ends by minute, by role. */
export const FAN_BURST = 49;
export const FAN_BURST_KNOWN = FAN_BURST + 2 * BURST_STRIDE;
/** Open hour: its number, then sums and maxima that start at 0 (see edge-watch.ts). */
export const HOUR = FAN_BURST_KNOWN + 2;
export const HOUR_FIELDS = HOUR + 1;
export const ENTITY_STRIDE = HOUR_FIELDS + 20;

/** Of a pair: hours and days in which it was seen, the last of them, its ends, the open minute, its slow count, its score. */
export const EDGE_HOURS = 0;
export const EDGE_LAST_HOUR = 1;
export const EDGE_SOURCE = 2;
export const EDGE_DESTINATION = 3;
export const EDGE_MINUTE = 4;
export const EDGE_COUNT = 5;
export const EDGE_SLOW = 6;
export const EDGE_SLOW_MINUTE = 7;
export const EDGE_SCORE = 8;
export const EDGE_STRIDE = 9;

/** Row numbers of sources are this far apart in the key of a pair. */
const PAIRS = 2 ** 26;

/**
 * Entities and pairs of an edge stream as rows of float32 numbers (hours and minutes count from the first one seen, so that they are exact).
 * 440 B an entity and 70 B a pair with their map slots. When a table is full, what was silent longest goes, a quarter at a time.
 */
export class EdgeTable {
  readonly #entities = new NumberMap(256);
  readonly #pairs = new NumberMap(1_024);
  readonly #capacity: number;
  entity = new Float32Array(256 * ENTITY_STRIDE);
  pair = new Float32Array(1_024 * EDGE_STRIDE);
  key = new Float64Array(256);

  /** `capacity`: pairs kept; entities are kept as many. */
  constructor(capacity: number) {
    this.#capacity = Math.min(capacity, PAIRS - 1);
  }

  get entities(): number {
    return this.#entities.size;
  }

  get pairs(): number {
    return this.#pairs.size;
  }

  /** Rows ever handed out: what arrays beside this one must hold. */
  get rows(): number {
    return this.#entities.records;
  }

  get bytes(): number {
    return this.entity.byteLength + this.pair.byteLength + this.key.byteLength + this.#entities.bytes + this.#pairs.bytes;
  }

  find(key: number): number {
    return this.#entities.get(key);
  }

  /** Row of an entity by its key, a whole number in [1, 2^53); a new row is all zero but for its stamps. */
  entityRow(key: number): number {
    const known = this.#entities.get(key);
    if (known >= 0) return known;
    const row = this.#entities.add(key);
    this.entity = grown(this.entity, (row + 1) * ENTITY_STRIDE);
    this.key = grown(this.key, row + 1);
    this.key[row] = key;
    const at = row * ENTITY_STRIDE;
    this.entity.fill(0, at, at + ENTITY_STRIDE);
    for (const field of [LAST_DAY, LAST_DAY + 1, MINUTE, MINUTE + 1, HOUR]) this.entity[at + field] = -1;
    this.entity[at + NOVELTY] = 0.2;
    this.entity[at + NOVELTY + 1] = 0.2;
    return row;
  }

  pairRow(source: number, destination: number): number {
    const key = source * PAIRS + destination + 1;
    const known = this.#pairs.get(key);
    if (known >= 0) return known;
    const row = this.#pairs.add(key);
    this.pair = grown(this.pair, (row + 1) * EDGE_STRIDE);
    const at = row * EDGE_STRIDE;
    this.pair.fill(0, at, at + EDGE_STRIDE);
    this.pair[at + EDGE_LAST_HOUR] = -1;
    this.pair[at + EDGE_MINUTE] = -1;
    this.pair[at + EDGE_SOURCE] = source;
    this.pair[at + EDGE_DESTINATION] = destination;
    return row;
  }

  /** Between two hours only: makes room when a table is full. Calls back with the rows of entities that went. */
  makeRoom(gone: (row: number) => void): void {
    if (this.#pairs.size > this.#capacity) this.#sweepPairs();
    if (this.#entities.size <= this.#capacity) return;
    const rows: { key: number; row: number; hour: number }[] = [];
    this.#entities.forEach((key, row) => {
      rows.push({ key, row, hour: this.entity[row * ENTITY_STRIDE + HOUR] ?? 0 });
    });
    rows.sort((a, b) => a.hour - b.hour || a.key - b.key);
    const old = new Set<number>();
    for (const { key, row } of rows.slice(0, Math.ceil(rows.length / 4))) {
      this.#entities.delete(key);
      old.add(row);
      gone(row);
    }
    // A row is handed out again: no pair may remember who had it.
    const dead: number[] = [];
    this.#pairs.forEach((key) => {
      if (old.has(Math.floor((key - 1) / PAIRS)) || old.has((key - 1) % PAIRS)) dead.push(key);
    });
    for (const key of dead) this.#pairs.delete(key);
  }

  #sweepPairs(): void {
    const rows: { key: number; hour: number }[] = [];
    this.#pairs.forEach((key, row) => {
      rows.push({ key, hour: this.pair[row * EDGE_STRIDE + EDGE_LAST_HOUR] ?? 0 });
    });
    rows.sort((a, b) => a.hour - b.hour || a.key - b.key);
    for (const { key } of rows.slice(0, Math.ceil(rows.length / 4))) this.#pairs.delete(key);
  }

  save(out: ByteWriter): void {
    this.#entities.save(out);
    this.#pairs.save(out);
    out.array(this.entity, this.#entities.records * ENTITY_STRIDE);
    out.array(this.key, this.#entities.records);
    out.array(this.pair, this.#pairs.records * EDGE_STRIDE);
  }

  load(reader: ByteReader): void {
    this.#entities.load(reader);
    this.#pairs.load(reader);
    this.entity = readArray(reader, Float32Array);
    this.key = readArray(reader, Float64Array);
    this.pair = readArray(reader, Float32Array);
  }
}
