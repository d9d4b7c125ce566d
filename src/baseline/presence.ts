import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { readArray } from "./columns.ts";

/** Presence is counted in quarter hours: a value counts once in an hour, however often it is used in it. */
export const TICK = 900_000;
export const HOUR_TICKS = 4;
/** Ticks wrap after 682 days; entries are swept long before. */
const TICK_MASK = 0xffff;
const HALF_LIFE_TICKS = 672 * HOUR_TICKS;
/** Counts are kept in sixteenths of an hour of presence, up to 1,023. */
const UNIT = 16;
const MOST = 0x3fff;
const LEAST_SLOTS = 8;
const MOST_SLOTS = 512;
const FILTER_WORDS = 64;

/** Weights that an entry can carry until its hour has passed. */
const WEIGHTS = [0.1, 0.25, 0.5, 1];

export function tickOf(time: number): number {
  return Math.floor(time / TICK) & TICK_MASK;
}

/** Hours since `tick`, never negative. */
export function ticksBetween(from: number, to: number): number {
  const between = (to - from) & TICK_MASK;
  return between > 0x8000 ? 0 : between;
}

/**
 * What one entity has used: value hash -> hours of presence, faded with a half-life of 28 days, at most 384 values; beyond that the
 * weakest half moves into a filter that only remembers "was here once" (false yes about 1 in 20 after 500 such values).
 *
 * A value first used counts only when an hour has passed: until then it is `pending`, so that the records of one visit (the DNS answer,
 * the handshake, the flow that ends last) all see it as new. Memory 8 B a slot: 64 B for a few values, 4.3 kB at most. Cost about 15 ns.
 */
export class Presence {
  /** Pairs of words: hash of the value (0 = free); tick << 16 | count << 2 | weight. */
  #words = new Uint32Array(LEAST_SLOTS * 2);
  #size = 0;
  #filter: Uint32Array | undefined;

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#words.byteLength + (this.#filter?.byteLength ?? 0) + 120;
  }

  /**
   * Hours of presence before the current hour: > 0 known; 0 never or pending; -1 pushed out, but was here once.
   * `pending` tells never from pending.
   */
  hours(hash: number, tick: number): number {
    const at = this.#find(hash);
    if (at < 0) return this.#filter !== undefined && this.#inFilter(hash) ? -1 : 0;
    const word = this.#words[at + 1] ?? 0;
    const since = ticksBetween(word >>> 16, tick);
    const count = ((word >>> 2) & MOST) / UNIT;
    if (since < HOUR_TICKS) return count;
    return (count + (WEIGHTS[word & 3] ?? 1)) * 2 ** (-since / HALF_LIFE_TICKS);
  }

  /** The value holds an entry, counted or pending. */
  holds(hash: number): boolean {
    return this.#find(hash) >= 0;
  }

  /**
   * Touches a value. Returns 2 when it was not held before, 1 when this is a new hour of presence, 0 when it had been counted in this hour.
   */
  touch(hash: number, tick: number, weight: number): 0 | 1 | 2 {
    const at = this.#find(hash);
    const code = weight >= 1 ? 3 : weight >= 0.5 ? 2 : weight >= 0.25 ? 1 : 0;
    if (at >= 0) {
      const word = this.#words[at + 1] ?? 0;
      const since = ticksBetween(word >>> 16, tick);
      if (since < HOUR_TICKS) return 0;
      const faded = ((word >>> 2) & MOST) * 2 ** (-since / HALF_LIFE_TICKS) + UNIT * (WEIGHTS[word & 3] ?? 1);
      this.#words[at + 1] = ((tick << 16) | (Math.min(MOST, Math.round(faded)) << 2) | code) >>> 0;
      return 1;
    }
    const wasHere = this.#filter !== undefined && this.#inFilter(hash);
    if ((this.#size + 1) * 4 > (this.#words.length >> 1) * 3) this.#makeRoom(tick);
    this.#insert(hash, ((tick << 16) | ((wasHere ? UNIT : 0) << 2) | code) >>> 0);
    return wasHere ? 1 : 2;
  }

  /** Calls back with every held value's hash and hours of presence, pending included. */
  forEach(tick: number, visit: (hash: number, hours: number) => void): void {
    for (let i = 0; i < this.#words.length; i += 2) {
      const hash = this.#words[i] ?? 0;
      if (hash === 0) continue;
      const word = this.#words[i + 1] ?? 0;
      visit(hash, (((word >>> 2) & MOST) / UNIT + (WEIGHTS[word & 3] ?? 1)) * 2 ** (-ticksBetween(word >>> 16, tick) / HALF_LIFE_TICKS));
    }
  }

  /** A copy without the values that were first met in the hour before `tick`. */
  withoutPending(tick: number): Presence {
    const copy = new Presence();
    copy.#filter = this.#filter?.slice();
    copy.#words = new Uint32Array(this.#words.length);
    for (let i = 0; i < this.#words.length; i += 2) {
      const word = this.#words[i + 1] ?? 0;
      const isPending = ((word >>> 2) & MOST) === 0 && ticksBetween(word >>> 16, tick) <= HOUR_TICKS;
      if (this.#words[i] !== 0 && !isPending) copy.#insert(this.#words[i] ?? 0, word);
    }
    return copy;
  }

  save(out: ByteWriter): void {
    out.u32(this.#size);
    out.array(this.#words);
    out.array(this.#filter ?? new Uint32Array(0));
  }

  load(reader: ByteReader): void {
    this.#size = reader.u32();
    this.#words = readArray(reader, Uint32Array);
    const filter = readArray(reader, Uint32Array);
    this.#filter = filter.length > 0 ? filter : undefined;
  }

  #find(hash: number): number {
    const words = this.#words;
    const mask = words.length - 1;
    let i = (hash << 1) & mask;
    for (;;) {
      const found = words[i];
      if (found === hash) return i;
      if (found === 0) return -1;
      i = (i + 2) & mask;
    }
  }

  #insert(hash: number, word: number): void {
    const words = this.#words;
    const mask = words.length - 1;
    let i = (hash << 1) & mask;
    while (words[i] !== 0) i = (i + 2) & mask;
    words[i] = hash;
    words[i + 1] = word;
    this.#size++;
  }

  #makeRoom(tick: number): void {
    const old = this.#words;
    const slots = old.length >> 1;
    if (slots < MOST_SLOTS) {
      this.#words = new Uint32Array(old.length * 2);
      this.#size = 0;
      for (let i = 0; i < old.length; i += 2) if (old[i] !== 0) this.#insert(old[i] ?? 0, old[i + 1] ?? 0);
      return;
    }
    // Full: keep the half used most and latest, remember the rest as "was here once".
    const strength: { hash: number; word: number; hours: number }[] = [];
    for (let i = 0; i < old.length; i += 2) {
      const hash = old[i] ?? 0;
      if (hash === 0) continue;
      const word = old[i + 1] ?? 0;
      strength.push({ hash, word, hours: (((word >>> 2) & MOST) / UNIT + 1) * 2 ** (-ticksBetween(word >>> 16, tick) / (24 * HOUR_TICKS)) });
    }
    strength.sort((a, b) => b.hours - a.hours || a.hash - b.hash);
    this.#filter ??= new Uint32Array(FILTER_WORDS);
    this.#words = new Uint32Array(old.length);
    this.#size = 0;
    const keep = strength.length >> 1;
    for (let i = 0; i < strength.length; i++) {
      const entry = strength[i];
      if (entry === undefined) continue;
      if (i < keep) this.#insert(entry.hash, entry.word);
      else {
        const filter = this.#filter;
        const [a, b] = bitsOf(entry.hash);
        filter[a >> 5] = (filter[a >> 5] ?? 0) | (1 << (a & 31));
        filter[b >> 5] = (filter[b >> 5] ?? 0) | (1 << (b & 31));
      }
    }
  }

  #inFilter(hash: number): boolean {
    const filter = this.#filter;
    if (filter === undefined) return false;
    const [a, b] = bitsOf(hash);
    return ((filter[a >> 5] ?? 0) & (1 << (a & 31))) !== 0 && ((filter[b >> 5] ?? 0) & (1 << (b & 31))) !== 0;
  }
}

function bitsOf(hash: number): [number, number] {
  return [hash % (FILTER_WORDS * 32), Math.imul(hash, 0x9e3779b1) >>> 21];
}
