import type { ByteReader, ByteWriter } from "../../stats/bytes.ts";
import { sidakSurprise } from "../../stats/combine.ts";
import { ConformalCalibrator } from "../../stats/conformal-calibrator.ts";
import { loadCalibrators, saveCalibrators } from "../calibrators.ts";
import { readArray } from "../columns.ts";
import { EdgeSurprise } from "./edge-surprise.ts";
import {
  ACTIVE_HOURS,
  BY_HOUR,
  DAYS,
  EDGE_COUNT,
  EDGE_DESTINATION,
  EDGE_HOURS,
  EDGE_LAST_HOUR,
  EDGE_MINUTE,
  EDGE_SCORE,
  EDGE_SOURCE,
  EDGE_STRIDE,
  EdgeTable,
  ENTITY_STRIDE,
  HAS_SENT,
  HOUR,
  HOUR_FIELDS,
  LAST_DAY,
  MINUTE,
  MINUTE_COUNT,
  MINUTE_FAN,
  MINUTE_NEW,
} from "./edge-table.ts";
import { PeerLinks } from "./peer-links.ts";

/** Fields of the open hour. Edges, different and new other ends, by role; maxima of a minute; strangest peers. */
const COUNT = HOUR_FIELDS;
const DISTINCT = HOUR_FIELDS + 2;
const NEW = HOUR_FIELDS + 4;
const MOST_EDGE = HOUR_FIELDS + 6;
const MOST_COUNT = HOUR_FIELDS + 7;
const MOST_FAN = HOUR_FIELDS + 9;
const MOST_NEW = HOUR_FIELDS + 11;
/** The largest count of a minute on any edge that touches it, the other end's own counts too. */
const COUNTER = HOUR_FIELDS + 12;
const SURPRISE = HOUR_FIELDS + 13;
/** Row of the other end of its busiest edge, of its rarest one; the strangest edge. */
const BUSIEST = HOUR_FIELDS + 15;
const RAREST = HOUR_FIELDS + 16;
const EDGE_MOST = HOUR_FIELDS + 17;
const STRANGEST = HOUR_FIELDS + 18;
/** Row of the sender of its busiest edge. */
const SENDER = HOUR_FIELDS + 19;
const HOUR_LAST = ENTITY_STRIDE;

/** An hour of an entity, as it stands before it is learned. */
export interface EdgeHour {
  row: number;
  key: number;
  /** Hours since 1970. */
  hour: number;
  own: boolean;
  /** It has sent before this hour. */
  known: boolean;
  /** Edges, different and never-met other ends: sent, then received. */
  counts: Float32Array;
  /** Maxima of a minute: busiest edge, sent, received, different ends sent to, received from, new ends sent to. */
  maxima: Float32Array;
  /** -ln of the calibrated p of its rarest peer: as a sender, as a receiver; of being active at this hour of day. */
  rarity: [number, number];
  time: number;
  counter: number;
  /** Largest score of an edge that touches it. */
  edge: number;
  /** Rows of the other ends of its busiest, rarest and strangest edge; -1: none. */
  busiest: number;
  rarest: number;
  strangest: number;
  /** Row of the sender of its busiest edge. */
  sender: number;
}

export interface EdgeWatchSettings {
  capacity?: number;
  /** Hour of day, 0-23, of an hour since 1970; UTC when left out. */
  hourOfDay?: (hour: number) => number;
  /** Told when a row is given back: whatever is kept by row beside this must forget it. */
  gone?: (row: number) => void;
}

const OWN = 0;
const OUTSIDE = 1;
const GROUPS = 2;

/**
 * Watches an edge stream by the minute and the hour: who sends to whom, how often, how many others, how new and how rare they are.
 *
 * `add` an edge, `advance` before it when time moves: a minute that closes gives its edges their scores (`edgeScore`), an hour that closes
 * is handed out as one EdgeHour for each of its entities before it is learned. Keys are whole numbers in [1, 2^52) of the caller's choosing. The same
 * stream gives the same numbers, also over save and load. Cost about 0.3 µs an edge and 5 µs an entity's hour. Memory: see EdgeTable.
 * Source: learning.md §4.3, §4.4, §9.
 */
export class EdgeWatch {
  readonly #table: EdgeTable;
  readonly #surprise: EdgeSurprise;
  readonly #hourOfDay: (hour: number) => number;
  readonly #gone: (row: number) => void;
  /** Peer surprise by role; then by group and role its Šidák form, and by group the hour of day. */
  readonly #peer = [new ConformalCalibrator(), new ConformalCalibrator()];
  readonly #family = Array.from({ length: GROUPS * 3 }, () => new ConformalCalibrator());
  readonly #links: PeerLinks;
  #byHour = new Float64Array(GROUPS * 24).fill(1);
  #epoch = -1;
  #minute = -1;
  #hour = -1;
  #minuteEdges: number[] = [];
  #hourEdges: number[] = [];
  #active: number[] = [];
  #own = new Uint8Array(256);

  constructor(settings: EdgeWatchSettings = {}) {
    this.#table = new EdgeTable(settings.capacity ?? 1_000_000);
    this.#surprise = new EdgeSurprise(this.#table);
    this.#links = new PeerLinks(this.#table);
    this.#hourOfDay = settings.hourOfDay ?? ((hour) => hour % 24);
    this.#gone = settings.gone ?? (() => undefined);
  }

  get bytes(): number {
    return this.#table.bytes;
  }

  /** Key of the entity of a row. */
  keyOf(row: number): number {
    return this.#table.key[row] ?? -1;
  }

  /** Closes what `minute` (since 1970) has left. The entities of an hour are handed out together, before they are learned. */
  advance(minute: number, hours: (hours: EdgeHour[]) => void): void {
    if (this.#epoch < 0) {
      // A whole day, so that hours and days of the table are those of the clock.
      this.#epoch = Math.floor(minute / 1_440) * 1_440;
      this.#minute = minute - this.#epoch;
      this.#hour = Math.floor(this.#minute / 60);
    }
    const now = minute - this.#epoch;
    if (now <= this.#minute) return;
    this.closeMinute();
    const hour = Math.floor(now / 60);
    if (hour > this.#hour) {
      this.#closeHour(hours);
      this.#hour = hour;
    }
    this.#minute = now;
  }

  /** Counts an edge into the open minute. Returns its row, for `edgeScore`. */
  add(source: number, sourceOwn: boolean, destination: number, destinationOwn: boolean): number {
    const table = this.#table;
    const s = this.#touch(source, sourceOwn);
    const d = this.#touch(destination, destinationOwn);
    const row = table.pairRow(s, d);
    const e = table.entity;
    const p = table.pair;
    const a = s * ENTITY_STRIDE;
    const b = d * ENTITY_STRIDE;
    const at = row * EDGE_STRIDE;
    e[a + COUNT] = (e[a + COUNT] ?? 0) + 1;
    e[b + COUNT + 1] = (e[b + COUNT + 1] ?? 0) + 1;
    if (p[at + EDGE_LAST_HOUR] !== this.#hour) this.#meet(row, s, d);
    if (e[a + MINUTE] !== this.#minute) this.#openMinute(a, 0);
    if (e[b + MINUTE + 1] !== this.#minute) this.#openMinute(b, 1);
    if (p[at + EDGE_MINUTE] !== this.#minute) {
      p[at + EDGE_MINUTE] = this.#minute;
      p[at + EDGE_COUNT] = 0;
      this.#minuteEdges.push(row);
      e[a + MINUTE_FAN] = (e[a + MINUTE_FAN] ?? 0) + 1;
      e[b + MINUTE_FAN + 1] = (e[b + MINUTE_FAN + 1] ?? 0) + 1;
      if (p[at + EDGE_HOURS] === 0) e[a + MINUTE_NEW] = (e[a + MINUTE_NEW] ?? 0) + 1;
    }
    p[at + EDGE_COUNT] = (p[at + EDGE_COUNT] ?? 0) + 1;
    e[a + MINUTE_COUNT] = (e[a + MINUTE_COUNT] ?? 0) + 1;
    e[b + MINUTE_COUNT + 1] = (e[b + MINUTE_COUNT + 1] ?? 0) + 1;
    return row;
  }

  /** Score of an edge in the minute that closed last, nats, larger = stranger. */
  edgeScore(row: number): number {
    return this.#table.pair[row * EDGE_STRIDE + EDGE_SCORE] ?? 0;
  }

  #touch(key: number, own: boolean): number {
    const row = this.#table.entityRow(key);
    const e = this.#table.entity;
    const at = row * ENTITY_STRIDE;
    if (e[at + HOUR] === this.#hour) return row;
    e[at + HOUR] = this.#hour;
    e.fill(0, at + HOUR_FIELDS, at + HOUR_LAST);
    e[at + BUSIEST] = -1;
    e[at + RAREST] = -1;
    e[at + STRANGEST] = -1;
    e[at + SENDER] = row;
    if (row >= this.#own.length) {
      const wider = new Uint8Array(Math.max(row + 1, this.#own.length * 2));
      wider.set(this.#own);
      this.#own = wider;
    }
    this.#own[row] = own ? 1 : 0;
    this.#active.push(row);
    return row;
  }

  #openMinute(at: number, role: number): void {
    const e = this.#table.entity;
    e[at + MINUTE + role] = this.#minute;
    e[at + MINUTE_COUNT + role] = 0;
    e[at + MINUTE_FAN + role] = 0;
    if (role === 0) e[at + MINUTE_NEW] = 0;
  }

  /** A pair's first edge of the hour: counts of different ends, how rare each is to the other. */
  #meet(row: number, s: number, d: number): void {
    const { entity: e, pair: p } = this.#table;
    const at = row * EDGE_STRIDE;
    p[at + EDGE_LAST_HOUR] = this.#hour;
    this.#hourEdges.push(row);
    const hours = p[at + EDGE_HOURS] ?? 0;
    for (const role of [0, 1]) {
      const own = (role === 0 ? s : d) * ENTITY_STRIDE;
      const other = (role === 0 ? d : s) * ENTITY_STRIDE;
      e[own + DISTINCT + role] = (e[own + DISTINCT + role] ?? 0) + 1;
      if (hours === 0) e[own + NEW + role] = (e[own + NEW + role] ?? 0) + 1;
      const surprise = this.#links.surprise(own, other, role, hours);
      if (surprise > Math.max(e[own + SURPRISE] ?? 0, e[own + SURPRISE + 1] ?? 0)) e[own + RAREST] = role === 0 ? d : s;
      if (surprise > (e[own + SURPRISE + role] ?? 0)) e[own + SURPRISE + role] = surprise;
      this.#peer[role]?.learnOne(surprise);
    }
  }

  /** Closes the open minute before time has left it: only for who knows that nothing more comes in it. `advance` does it otherwise. */
  closeMinute(): void {
    const { entity: e, pair: p } = this.#table;
    if (this.#minuteEdges.length === 0) return;
    this.#surprise.close(this.#minuteEdges, this.#minute);
    for (const row of this.#minuteEdges) {
      const at = row * EDGE_STRIDE;
      const a = (p[at + EDGE_SOURCE] ?? 0) * ENTITY_STRIDE;
      const b = (p[at + EDGE_DESTINATION] ?? 0) * ENTITY_STRIDE;
      const count = p[at + EDGE_COUNT] ?? 0;
      const most = Math.max(count, e[a + MINUTE_COUNT] ?? 0, e[b + MINUTE_COUNT + 1] ?? 0);
      const score = p[at + EDGE_SCORE] ?? 0;
      for (const [own, other] of [
        [a, b],
        [b, a],
      ] as const) {
        if (count > (e[own + MOST_EDGE] ?? 0)) {
          e[own + MOST_EDGE] = count;
          e[own + BUSIEST] = other / ENTITY_STRIDE;
          e[own + SENDER] = a / ENTITY_STRIDE;
        }
        if (most > (e[own + COUNTER] ?? 0)) e[own + COUNTER] = most;
        if (score > (e[own + EDGE_MOST] ?? 0)) {
          e[own + EDGE_MOST] = score;
          e[own + STRANGEST] = other / ENTITY_STRIDE;
        }
      }
      raise(e, a + MOST_COUNT, e[a + MINUTE_COUNT] ?? 0);
      raise(e, b + MOST_COUNT + 1, e[b + MINUTE_COUNT + 1] ?? 0);
      raise(e, a + MOST_FAN, e[a + MINUTE_FAN] ?? 0);
      raise(e, b + MOST_FAN + 1, e[b + MINUTE_FAN + 1] ?? 0);
      raise(e, a + MOST_NEW, e[a + MINUTE_NEW] ?? 0);
    }
    this.#minuteEdges.length = 0;
  }

  #closeHour(hours: (hours: EdgeHour[]) => void): void {
    const table = this.#table;
    const clock = Math.floor(this.#epoch / 60) + this.#hour;
    const ofDay = this.#hourOfDay(clock);
    hours(this.#active.map((row) => this.#hourOf(row, clock, ofDay)));
    for (const row of this.#active) this.#learnEntity(row, ofDay);
    for (const row of this.#hourEdges) this.#links.learn(row);
    for (const row of this.#active) {
      const at = row * ENTITY_STRIDE;
      if ((table.entity[at + COUNT] ?? 0) > 0) table.entity[at + HAS_SENT] = 1;
    }
    this.#active.length = 0;
    this.#hourEdges.length = 0;
    table.makeRoom(this.#gone);
  }

  #hourOf(row: number, clock: number, ofDay: number): EdgeHour {
    const e = this.#table.entity;
    const at = row * ENTITY_STRIDE;
    const group = this.#own[row] === 1 ? OWN : OUTSIDE;
    const rarity: [number, number] = [0, 0];
    for (const role of [0, 1]) {
      const many = e[at + DISTINCT + role] ?? 0;
      if (many === 0) continue;
      const tried = sidakSurprise(this.#peer[role]?.scoreOne(e[at + SURPRISE + role] ?? 0) ?? 0, many);
      const calibrator = this.#family[group * 3 + role];
      rarity[role] = calibrator?.scoreOne(tried) ?? 0;
      calibrator?.learnOne(tried);
    }
    const timed = this.#timeSurprise(at, group, ofDay);
    const calibrator = this.#family[group * 3 + 2];
    const time = calibrator?.scoreOne(timed) ?? 0;
    calibrator?.learnOne(timed);
    const field = (name: number): number => e[at + name] ?? 0;
    return {
      row,
      key: this.#table.key[row] ?? 0,
      hour: clock,
      own: group === OWN,
      known: e[at + HAS_SENT] === 1,
      counts: Float32Array.of(field(COUNT), field(DISTINCT), field(NEW), field(COUNT + 1), field(DISTINCT + 1), field(NEW + 1)),
      maxima: e.slice(at + MOST_EDGE, at + MOST_NEW + 1),
      rarity,
      time,
      counter: field(COUNTER),
      edge: field(EDGE_MOST),
      busiest: field(BUSIEST),
      rarest: field(RAREST),
      strangest: field(STRANGEST),
      sender: field(SENDER),
    };
  }

  #timeSurprise(at: number, group: number, ofDay: number): number {
    const e = this.#table.entity;
    let all = 0;
    for (let h = 0; h < 24; h++) all += this.#byHour[group * 24 + h] ?? 0;
    const usual = (this.#byHour[group * 24 + ofDay] ?? 0) / all;
    return -Math.log(((e[at + BY_HOUR + ofDay] ?? 0) + 2 * usual) / ((e[at + ACTIVE_HOURS] ?? 0) + 2));
  }

  #learnEntity(row: number, ofDay: number): void {
    const e = this.#table.entity;
    const at = row * ENTITY_STRIDE;
    const group = this.#own[row] === 1 ? OWN : OUTSIDE;
    e[at + BY_HOUR + ofDay] = (e[at + BY_HOUR + ofDay] ?? 0) + 1;
    e[at + ACTIVE_HOURS] = (e[at + ACTIVE_HOURS] ?? 0) + 1;
    this.#byHour[group * 24 + ofDay] = (this.#byHour[group * 24 + ofDay] ?? 0) + 1;
    const day = Math.floor(this.#hour / 24);
    for (const role of [0, 1]) {
      if ((e[at + COUNT + role] ?? 0) === 0 || e[at + LAST_DAY + role] === day) continue;
      e[at + LAST_DAY + role] = day;
      e[at + DAYS + role] = (e[at + DAYS + role] ?? 0) + 1;
    }
  }

  save(out: ByteWriter): void {
    for (const number of [this.#epoch, this.#minute, this.#hour]) out.f64(number);
    this.#table.save(out);
    this.#surprise.save(out);
    saveCalibrators(out, this.#peer);
    saveCalibrators(out, this.#family);
    this.#links.save(out);
    out.array(this.#byHour);
    for (const list of [this.#minuteEdges, this.#hourEdges, this.#active]) out.array(Int32Array.from(list));
    out.array(this.#own);
  }

  load(reader: ByteReader): void {
    this.#epoch = reader.f64();
    this.#minute = reader.f64();
    this.#hour = reader.f64();
    this.#table.load(reader);
    this.#surprise.load(reader);
    loadCalibrators(reader, this.#peer);
    loadCalibrators(reader, this.#family);
    this.#links.load(reader);
    reader.arrayInto(this.#byHour);
    this.#minuteEdges = Array.from(readArray(reader, Int32Array));
    this.#hourEdges = Array.from(readArray(reader, Int32Array));
    this.#active = Array.from(readArray(reader, Int32Array));
    this.#own = readArray(reader, Uint8Array);
  }
}

function raise(array: Float32Array, at: number, value: number): void {
  if (value > (array[at] ?? 0)) array[at] = value;
}
