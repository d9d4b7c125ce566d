import { HOUR } from "../base/time.ts";
import {
  clippedLogGap,
  judgeRegularity,
  moranSurprise,
  RECENT_GAPS,
  RECENT_SIZES,
  type Regularity,
  type RegularityInput,
  SAME_BEAT_SECONDS,
} from "../stats/beacon-regularity.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { grown, readArray, readTexts, writeTexts } from "./columns.ts";
import { NumberMap } from "./number-map.ts";

/** Gaps known before the gaps themselves are kept; gaps after which an uneven pair loses them. */
const GAPS_FROM = 2;
const UNEVEN_GAPS = 16;
const UNEVEN_EVIDENCE = 1;
const NEVER = -2;
/** Places for pairs that were met once or twice: two to a row. */
const WAITING_ROWS = 65_536;
const DEFAULT_CAPACITY = 300_000;
/** Columns of numbers a pair, in one packed array of float32: counts are exact to 16 million. */
const COLUMNS = 9;
const SUM_GAP = 0;
const SUM_LOG = 1;
const BYTES = 2;
const CONTACTS = 3;
const GAPS = 4;
const HOURS = 5;
const HOUR_NUMBER = 6;
const ANSWERED = 7;
const NAMED = 8;

/**
 * Contacts of pairs that may be beacons. A pair waits in a fixed table (3 MB), so that a million scanners that knock once or
 * twice cost nothing; at the third contact it takes a record (110 B), at the fourth its newest gaps and sizes (160 B), which it loses again
 * when sixteen gaps are as uneven as chance. A common other end (`common`) never gets them: its pairs are judged by sums alone.
 * At capacity the quarter of pairs with the fewest contacts and the longest silence goes.
 */
export class PairTable {
  readonly #map = new NumberMap(256);
  readonly #capacity: number;
  #numbers = new Float32Array(256 * COLUMNS);
  /** First and last contact, ms. */
  #times = new Float64Array(256 * 2);
  #gaps = new Float32Array(0);
  #sizes = new Float32Array(0);
  /** Record of gaps and sizes, -1 none yet, -2 never again. */
  #rich = new Int32Array(256).fill(-1);
  #richFree: number[] = [];
  #richCount = 0;
  /** Own device of the pair. */
  device = new Int32Array(256);
  /** 1 = the other end initiates. */
  inbound = new Uint8Array(256);
  port = new Uint16Array(256);
  /** 1 = udp. */
  udp = new Uint8Array(256);
  novelty = new Uint8Array(256);
  /** Active hours that the own device had been learned when the pair began. */
  history = new Float32Array(256);
  /** Address of the outside end (of a named pair: the newest), and its name. */
  readonly place: (string | undefined)[] = [];
  readonly host: (string | undefined)[] = [];
  #waited1 = 0;
  #waited2 = 0;
  /** Pairs touched since the last hour was taken. */
  #touched: number[] = [];
  #isTouched = new Uint8Array(256);
  readonly #waitKey = new Float64Array(WAITING_ROWS * 2);
  readonly #waitFirst = new Float64Array(WAITING_ROWS * 2);
  readonly #waitLast = new Float64Array(WAITING_ROWS * 2);
  readonly #input: RegularityInput = { gaps: new Float32Array(0), gapCount: 0, sizes: new Float32Array(0), sizeCount: 0, allGaps: 0, sumGap: 0, sumLog: 0 };

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#map.size;
  }

  get bytes(): number {
    return (
      this.#map.bytes +
      this.#map.size * 40 +
      this.#numbers.byteLength +
      this.#times.byteLength +
      this.#gaps.byteLength +
      this.#sizes.byteLength +
      this.#waitKey.byteLength * 3
    );
  }

  find(key: number): number {
    return this.#map.get(key);
  }

  /**
   * One contact. Returns the pair's record, or -1 while it waits for a third one. When `-2 - record` (below -1) is returned the
   * record is new and the caller fills in who it is.
   */
  contact(key: number, time: number, bytes: number): number {
    let record = this.#map.get(key);
    if (record >= 0) {
      this.#beat(record, time, bytes);
      return record;
    }
    if (!this.#waited(key, time)) return -1;
    const first = this.#waited1;
    const second = this.#waited2;
    if (this.#map.size >= this.#capacity) this.#sweep(time);
    record = this.#map.add(key);
    const count = record + 1;
    this.#numbers = grown(this.#numbers, count * COLUMNS);
    this.#times = grown(this.#times, count * 2);
    this.#rich = grown(this.#rich, count, -1);
    this.device = grown(this.device, count);
    this.inbound = grown(this.inbound, count);
    this.port = grown(this.port, count);
    this.udp = grown(this.udp, count);
    this.novelty = grown(this.novelty, count);
    this.history = grown(this.history, count);
    this.#isTouched = grown(this.#isTouched, count);
    const at = record * COLUMNS;
    this.#numbers.fill(0, at, at + COLUMNS);
    this.#times[record * 2] = first;
    this.#times[record * 2 + 1] = first;
    this.#numbers[at + CONTACTS] = 1;
    this.#numbers[at + HOURS] = 1;
    this.#numbers[at + HOUR_NUMBER] = Math.floor(first / HOUR);
    this.#rich[record] = -1;
    this.#isTouched[record] = 0;
    this.#beat(record, second, bytes);
    this.#beat(record, time, bytes);
    return -2 - record;
  }

  /** The contact just made was answered. */
  answered(record: number): void {
    const at = record * COLUMNS + ANSWERED;
    this.#numbers[at] = (this.#numbers[at] ?? 0) + 1;
  }

  /** A contact of this plain address bore a name, under which it is a pair of its own. */
  named(record: number): void {
    const at = record * COLUMNS + NAMED;
    this.#numbers[at] = (this.#numbers[at] ?? 0) + 1;
  }

  /** Most contacts of this plain address are told under a name. */
  isToldByName(record: number): boolean {
    return (this.#numbers[record * COLUMNS + NAMED] ?? 0) >= 0.6 * this.contacts(record);
  }

  /** Share of contacts that were answered, 0-1. */
  answeredShare(record: number): number {
    return Math.min(1, (this.#numbers[record * COLUMNS + ANSWERED] ?? 0) / Math.max(1, this.contacts(record) - 2));
  }

  contacts(record: number): number {
    return this.#numbers[record * COLUMNS + CONTACTS] ?? 0;
  }

  first(record: number): number {
    return this.#times[record * 2] ?? 0;
  }

  last(record: number): number {
    return this.#times[record * 2 + 1] ?? 0;
  }

  bytesOut(record: number): number {
    return this.#numbers[record * COLUMNS + BYTES] ?? 0;
  }

  /** Clock hours with a contact. */
  activeHours(record: number): number {
    return this.#numbers[record * COLUMNS + HOURS] ?? 0;
  }

  /** How regular the pair is. About 2 µs. */
  judge(record: number): Regularity {
    const at = record * COLUMNS;
    const rich = this.#rich[record] ?? -1;
    const input = this.#input;
    input.gaps = rich < 0 ? this.#gaps.subarray(0, 0) : this.#gaps.subarray(rich * RECENT_GAPS, (rich + 1) * RECENT_GAPS);
    input.sizes = rich < 0 ? this.#sizes.subarray(0, 0) : this.#sizes.subarray(rich * RECENT_SIZES, (rich + 1) * RECENT_SIZES);
    const gaps = this.#numbers[at + GAPS] ?? 0;
    input.allGaps = gaps;
    // The first gaps passed before gaps were kept.
    input.gapCount = Math.max(0, gaps - GAPS_FROM);
    input.sizeCount = Math.max(0, gaps - GAPS_FROM);
    input.sumGap = this.#numbers[at + SUM_GAP] ?? 0;
    input.sumLog = this.#numbers[at + SUM_LOG] ?? 0;
    return judgeRegularity(input);
  }

  /** -ln P(gaps this even by chance) from the sums alone, nats: 0.1 µs. */
  quickEvidence(record: number): number {
    const at = record * COLUMNS;
    return moranSurprise(this.#numbers[at + GAPS] ?? 0, this.#numbers[at + SUM_GAP] ?? 0, this.#numbers[at + SUM_LOG] ?? 0);
  }

  /** The pair needs no gaps of its own, now or later. */
  common(record: number): void {
    const rich = this.#rich[record] ?? -1;
    if (rich >= 0) this.#richFree.push(rich);
    this.#rich[record] = NEVER;
  }

  forEach(visit: (record: number) => void): void {
    this.#map.forEach((_, record) => {
      visit(record);
    });
  }

  /** Records with a contact since the last call. */
  takeTouched(): number[] {
    const out = this.#touched;
    this.#touched = [];
    for (const record of out) this.#isTouched[record] = 0;
    return out;
  }

  #beat(record: number, time: number, bytes: number): void {
    const numbers = this.#numbers;
    const at = record * COLUMNS;
    numbers[at + BYTES] = (numbers[at + BYTES] ?? 0) + bytes;
    const gap = (time - (this.#times[record * 2 + 1] ?? 0)) / 1_000;
    numbers[at + CONTACTS] = (numbers[at + CONTACTS] ?? 0) + 1;
    if (this.#isTouched[record] === 0) {
      this.#isTouched[record] = 1;
      this.#touched.push(record);
    }
    if (!(gap >= SAME_BEAT_SECONDS)) return;
    this.#times[record * 2 + 1] = time;
    const gaps = numbers[at + GAPS] ?? 0;
    const log = clippedLogGap(gap, gaps, numbers[at + SUM_LOG] ?? 0);
    numbers[at + SUM_GAP] = (numbers[at + SUM_GAP] ?? 0) + Math.exp(log);
    numbers[at + SUM_LOG] = (numbers[at + SUM_LOG] ?? 0) + log;
    numbers[at + GAPS] = gaps + 1;
    const hour = Math.floor(time / HOUR);
    if (hour !== numbers[at + HOUR_NUMBER]) {
      numbers[at + HOUR_NUMBER] = hour;
      numbers[at + HOURS] = (numbers[at + HOURS] ?? 0) + 1;
    }
    if (gaps < GAPS_FROM) return;
    let rich = this.#rich[record] ?? -1;
    if (rich === NEVER) return;
    if (gaps === UNEVEN_GAPS && this.judge(record).evidence < UNEVEN_EVIDENCE) {
      this.common(record);
      return;
    }
    if (rich < 0) {
      rich = this.#richFree.pop() ?? this.#richCount++;
      this.#gaps = grown(this.#gaps, (rich + 1) * RECENT_GAPS);
      this.#sizes = grown(this.#sizes, (rich + 1) * RECENT_SIZES);
      this.#rich[record] = rich;
    }
    const kept = gaps - GAPS_FROM;
    this.#gaps[rich * RECENT_GAPS + (kept % RECENT_GAPS)] = gap;
    this.#sizes[rich * RECENT_SIZES + (kept % RECENT_SIZES)] = bytes;
  }

  /** True at the third contact, with the times of the first two; of two places the one met longest ago is taken over. */
  #waited(key: number, time: number): boolean {
    const row = ((key % 4_294_967_291) & (WAITING_ROWS - 1)) * 2;
    const keys = this.#waitKey;
    const last = this.#waitLast;
    for (let i = row; i < row + 2; i++) {
      if (keys[i] !== key) continue;
      const first = this.#waitFirst[i] ?? 0;
      const before = last[i] ?? 0;
      if (time - before < SAME_BEAT_SECONDS * 1_000) return false;
      last[i] = time;
      if (first === before) return false;
      keys[i] = 0;
      last[i] = 0;
      this.#waited1 = first;
      this.#waited2 = before;
      return true;
    }
    const place = (last[row] ?? 0) <= (last[row + 1] ?? 0) ? row : row + 1;
    keys[place] = key;
    this.#waitFirst[place] = time;
    last[place] = time;
    return false;
  }

  #sweep(time: number): void {
    const entries: { key: number; record: number; rank: number }[] = [];
    this.#map.forEach((key, record) => {
      entries.push({ key, record, rank: (time - this.last(record)) / this.contacts(record) ** 2 });
    });
    entries.sort((a, b) => b.rank - a.rank || a.record - b.record);
    for (const { key, record } of entries.slice(0, Math.ceil(entries.length / 4))) {
      this.#map.delete(key);
      this.place[record] = undefined;
      this.host[record] = undefined;
      const rich = this.#rich[record] ?? -1;
      if (rich >= 0) this.#richFree.push(rich);
      this.#rich[record] = -1;
    }
    this.#touched = this.#touched.filter((record) => this.place[record] !== undefined);
  }

  save(out: ByteWriter): void {
    const count = this.#map.records;
    this.#map.save(out);
    out.array(this.#numbers, count * COLUMNS);
    out.array(this.#times, count * 2);
    out.array(this.#gaps);
    out.array(this.#sizes);
    out.array(this.#rich, count);
    out.array(Int32Array.from(this.#richFree));
    out.u32(this.#richCount);
    out.array(this.device, count);
    out.array(this.inbound, count);
    out.array(this.port, count);
    out.array(this.udp, count);
    out.array(this.novelty, count);
    out.array(this.history, count);
    writeTexts(out, this.place, count);
    writeTexts(out, this.host, count);
    out.array(Int32Array.from(this.#touched));
    out.array(this.#waitKey);
    out.array(this.#waitFirst);
    out.array(this.#waitLast);
  }

  load(reader: ByteReader): void {
    this.#map.load(reader);
    this.#numbers = readArray(reader, Float32Array);
    this.#times = readArray(reader, Float64Array);
    this.#gaps = readArray(reader, Float32Array);
    this.#sizes = readArray(reader, Float32Array);
    this.#rich = readArray(reader, Int32Array);
    this.#richFree = Array.from(readArray(reader, Int32Array));
    this.#richCount = reader.u32();
    this.device = readArray(reader, Int32Array);
    this.inbound = readArray(reader, Uint8Array);
    this.port = readArray(reader, Uint16Array);
    this.udp = readArray(reader, Uint8Array);
    this.novelty = readArray(reader, Uint8Array);
    this.history = readArray(reader, Float32Array);
    replace(this.place, readTexts(reader));
    replace(this.host, readTexts(reader));
    this.#touched = Array.from(readArray(reader, Int32Array));
    this.#isTouched = new Uint8Array(this.#rich.length);
    for (const record of this.#touched) this.#isTouched[record] = 1;
    reader.arrayInto(this.#waitKey);
    reader.arrayInto(this.#waitFirst);
    reader.arrayInto(this.#waitLast);
  }
}

function replace<T>(into: T[], from: readonly T[]): void {
  into.length = 0;
  for (const value of from) into.push(value);
}
