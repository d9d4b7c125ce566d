import { hash32 } from "../base/hash.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { grown, ownText, readArray, readTexts, writeTexts } from "./columns.ts";
import { HOUR_TICKS, ticksBetween } from "./presence.ts";

const DEFAULT_CAPACITY = 262_144;
/** Devices told apart exactly up to this many. */
const MOST_DEVICES = 255;
/** Who called is known of the current stretch of 28 days and of the one before it. */
const STRETCH = 28 * 24 * HOUR_TICKS;

/**
 * Addresses met, ours and others': one look-up of the text gives a number under which learning keeps what it knows about it (its
 * country and operator; the name it last answered to; for initiators from outside their hours of presence).
 * Bounded: at capacity the quarter with least presence and longest silence goes, so a scan of millions costs 40 MB at most.
 */
export class AddressTable {
  readonly #slots = new Map<string, number>();
  readonly #capacity: number;
  #texts: (string | undefined)[] = [];
  #free: number[] = [];
  hash = new Uint32Array(64);
  lastTick = new Uint16Array(64);
  /** Country and operator once looked up; "" when the tables do not know. */
  readonly countries: (string | undefined)[] = [];
  readonly operators: (string | undefined)[] = [];
  /** Name that it last answered to (TLS, HTTP, DNS), or undefined. */
  readonly names: (string | undefined)[] = [];
  /** As an initiator from outside: hours of presence, tick they stand at, own devices met (sketchy beyond one), the last of them. */
  hours = new Uint16Array(64);
  hourTick = new Uint16Array(64);
  devices = new Uint8Array(64);
  lastDevice = new Int32Array(64);
  /**
   * Own devices that called it, answered or not: a bit each, by hash, so that those who share one of 32 count as one. Those of the stretch that began at
   * `callerTick`, and of the stretch before: who called last 28 to 56 days ago is forgotten.
   */
  callers = new Uint32Array(64);
  callersBefore = new Uint32Array(64);
  callerTick = new Uint16Array(64);

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#slots.size;
  }

  get bytes(): number {
    return this.#slots.size * 130 + this.hash.length * 26;
  }

  text(slot: number): string {
    return this.#texts[slot] ?? "";
  }

  find(ip: string): number {
    return this.#slots.get(ip) ?? -1;
  }

  intern(ip: string, tick: number): number {
    const known = this.#slots.get(ip);
    if (known !== undefined) {
      this.lastTick[known] = tick;
      return known;
    }
    if (this.#slots.size >= this.#capacity) this.#sweep(tick);
    const slot = this.#free.pop() ?? this.#texts.length;
    const own = ownText(ip);
    this.#texts[slot] = own;
    this.names[slot] = undefined;
    const count = slot + 1;
    this.hash = grown(this.hash, count);
    this.lastTick = grown(this.lastTick, count);
    this.hours = grown(this.hours, count);
    this.hourTick = grown(this.hourTick, count);
    this.devices = grown(this.devices, count);
    this.lastDevice = grown(this.lastDevice, count);
    this.callers = grown(this.callers, count);
    this.callersBefore = grown(this.callersBefore, count);
    this.callerTick = grown(this.callerTick, count);
    this.hash[slot] = hash32(own) || 1;
    this.lastTick[slot] = tick;
    this.countries[slot] = undefined;
    this.operators[slot] = undefined;
    this.hours[slot] = 0;
    this.hourTick[slot] = tick;
    this.devices[slot] = 0;
    this.lastDevice[slot] = -1;
    this.callers[slot] = 0;
    this.callersBefore[slot] = 0;
    this.callerTick[slot] = tick;
    this.#slots.set(own, slot);
    return slot;
  }

  /** Hours before this one in which the address was an initiator from outside. */
  presenceHours(slot: number): number {
    return Math.max(0, (this.hours[slot] ?? 0) - 1);
  }

  touchPresence(slot: number, device: number, tick: number): void {
    const hours = this.hours[slot] ?? 0;
    if (hours === 0 || ticksBetween(this.hourTick[slot] ?? 0, tick) >= HOUR_TICKS) {
      this.hours[slot] = Math.min(65_535, hours + 1);
      this.hourTick[slot] = tick;
    }
    if (this.lastDevice[slot] !== device) {
      this.lastDevice[slot] = device;
      this.devices[slot] = Math.min(MOST_DEVICES, (this.devices[slot] ?? 0) + 1);
    }
  }

  /** A device calls the address that was just met. */
  called(slot: number, device: number): void {
    const now = this.lastTick[slot] ?? 0;
    const age = ticksBetween(this.callerTick[slot] ?? 0, now);
    if (age >= STRETCH) {
      this.callersBefore[slot] = age < 2 * STRETCH ? (this.callers[slot] ?? 0) : 0;
      this.callers[slot] = 0;
      this.callerTick[slot] = now;
    }
    this.callers[slot] = (this.callers[slot] ?? 0) | bitOf(device);
  }

  /** Other own devices that called the address that was just met, in the last 28 to 56 days; at most 31, rather too few than too many. */
  otherCallers(slot: number, device: number): number {
    const age = ticksBetween(this.callerTick[slot] ?? 0, this.lastTick[slot] ?? 0);
    const known = age >= 2 * STRETCH ? 0 : (this.callers[slot] ?? 0) | (age < STRETCH ? (this.callersBefore[slot] ?? 0) : 0);
    let bits = (known & ~bitOf(device)) >>> 0;
    let count = 0;
    for (; bits !== 0; bits &= bits - 1) count++;
    return count;
  }

  saveCallers(out: ByteWriter): void {
    out.array(this.callers, this.#texts.length);
  }

  loadCallers(reader: ByteReader): void {
    this.callers = readArray(reader, Uint32Array);
  }

  saveStretches(out: ByteWriter): void {
    out.array(this.callersBefore, this.#texts.length);
    out.array(this.callerTick, this.#texts.length);
  }

  loadStretches(reader: ByteReader): void {
    this.callersBefore = readArray(reader, Uint32Array);
    this.callerTick = readArray(reader, Uint16Array);
  }

  save(out: ByteWriter): void {
    const count = this.#texts.length;
    writeTexts(out, this.#texts);
    writeTexts(out, this.names, count);
    out.array(Int32Array.from(this.#free));
    out.array(this.hash, count);
    out.array(this.lastTick, count);
    out.array(this.hours, count);
    out.array(this.hourTick, count);
    out.array(this.devices, count);
    out.array(this.lastDevice, count);
  }

  load(reader: ByteReader): void {
    this.#texts = readTexts(reader);
    for (const names of [this.names, this.countries, this.operators]) names.length = 0;
    for (const name of readTexts(reader)) this.names.push(name);
    this.#free = Array.from(readArray(reader, Int32Array));
    this.hash = readArray(reader, Uint32Array);
    this.lastTick = readArray(reader, Uint16Array);
    this.hours = readArray(reader, Uint16Array);
    this.hourTick = readArray(reader, Uint16Array);
    this.devices = readArray(reader, Uint8Array);
    this.lastDevice = readArray(reader, Int32Array);
    this.callers = new Uint32Array(this.#texts.length);
    this.callersBefore = new Uint32Array(this.#texts.length);
    // States that knew no stretches: theirs began when the address was last met.
    this.callerTick = this.lastTick.slice();
    this.#slots.clear();
    for (let slot = 0; slot < this.#texts.length; slot++) {
      const text = this.#texts[slot];
      if (text !== undefined) this.#slots.set(text, slot);
    }
  }

  #sweep(tick: number): void {
    const slots = [...this.#slots.values()];
    const rank = (slot: number): number => ticksBetween(this.lastTick[slot] ?? 0, tick) / (1 + (this.hours[slot] ?? 0)) ** 2;
    slots.sort((a, b) => rank(b) - rank(a) || a - b);
    for (const slot of slots.slice(0, Math.ceil(slots.length / 4))) {
      this.#slots.delete(this.#texts[slot] ?? "");
      this.#texts[slot] = undefined;
      this.names[slot] = undefined;
      this.#free.push(slot);
    }
  }
}

function bitOf(device: number): number {
  return 1 << (Math.imul(device + 1, 0x9e37_79b1) >>> 27);
}
