import { parseIpv4 } from "../base/ip.ts";
import type { NetEvent } from "../schema/event.ts";
import { type Batch, layoutOf } from "./event-batch.ts";
import { FAMILY_TABLES, type FamilyTable, type Storage, tableOf } from "./event-columns.ts";
import { TextCodes } from "./text-codes.ts";

interface Pile {
  table: FamilyTable;
  events: NetEvent[];
  unusual: number[];
}

interface PackerOptions {
  nextText: number;
  nextFile: number;
  batchEvents: number;
  deviceId: ((index: number) => string | undefined) | undefined;
}

/**
 * Piles events up by family and turns a pile into columns. Holds at most `batchEvents` events a family by reference.
 * Cost about 1.5 µs a conn event. Values that do not fit their column (NaN, a fraction in a whole column) become "no value".
 */
export class EventPacker {
  readonly #piles: Pile[] = FAMILY_TABLES.map((table) => ({ table, events: [], unusual: [] }));
  readonly #codes: TextCodes;
  readonly #batchEvents: number;
  readonly #deviceId: ((index: number) => string | undefined) | undefined;
  /** Code + 1 by device index; 0 = not asked yet. */
  #deviceCodes = new Uint32Array(1_024);
  #deviceGeneration = 0;

  constructor(options: PackerOptions) {
    this.#codes = new TextCodes(options.nextText, options.nextFile);
    this.#batchEvents = options.batchEvents;
    this.#deviceId = options.deviceId;
  }

  /** Returns a batch when the event filled one. */
  add(event: NetEvent, unusual: number): Batch | undefined {
    const index = tableOf(event.family)?.index;
    const pile = index === undefined ? undefined : this.#piles[index];
    if (pile === undefined) throw new RangeError(`no such family: ${event.family}`);
    pile.events.push(event);
    pile.unusual.push(unusual);
    return pile.events.length >= this.#batchEvents ? this.#pack(pile) : undefined;
  }

  /** Every pile as a batch, whatever its size. */
  drain(): Batch[] {
    const out: Batch[] = [];
    for (const pile of this.#piles) if (pile.events.length > 0) out.push(this.#pack(pile));
    return out;
  }

  /** Forget every code, with empty piles: codes below the returned number are then given to nothing any more. */
  forgetCodes(): number {
    this.#codes.forget();
    return this.#codes.next;
  }

  #pack(pile: Pile): Batch {
    const { table, events, unusual } = pile;
    pile.events = [];
    pile.unusual = [];
    const rows = events.length;
    const layout = layoutOf(table, rows);
    const buffer = new ArrayBuffer(layout.bytes);
    const present = new Uint32Array(table.columns.length);
    const batch: Batch = { table: table.index, rows, buffer, present, plain: [], firstText: 0, texts: [], firstFile: 0, files: [] };
    if (this.#deviceGeneration !== this.#codes.generation) {
      this.#deviceCodes.fill(0);
      this.#deviceGeneration = this.#codes.generation;
    }
    for (let c = 0; c < table.columns.length; c++) {
      const column = table.columns[c];
      if (column === undefined) continue;
      const valid = new Uint8Array(buffer, layout.valid[c], (rows + 7) >> 3);
      const at = layout.values[c] ?? -1;
      // The address column before holds IPv4: only what it could not take is left for this one.
      if (column.storage === "v6") present[c] = this.#v6(batch, c, column.field, events, new Uint8Array(buffer, layout.valid[c - 1], (rows + 7) >> 3), valid);
      else if (at < 0) present[c] = this.#texts(batch, c, column.name, column.storage, events, valid);
      else if (column.name === "unusual") present[c] = reals(unusual, new Float64Array(buffer, at, rows), valid);
      else present[c] = this.#fixed(column.storage, column.field as keyof NetEvent, events, buffer, at, valid);
    }
    const { firstText, texts, firstFile, files } = this.#codes.take();
    batch.firstText = firstText;
    batch.texts = texts;
    batch.firstFile = firstFile;
    batch.files = files;
    return batch;
  }

  #fixed(storage: Storage, field: keyof NetEvent, events: readonly NetEvent[], buffer: ArrayBuffer, at: number, valid: Uint8Array): number {
    const rows = events.length;
    switch (storage) {
      case "micros":
      case "whole":
        return wholes(events, field, storage === "micros" ? 1_000 : 1, new Uint32Array(buffer, at, rows * 2), valid);
      case "real":
        return reals(column(events, field), new Float64Array(buffer, at, rows), valid);
      case "flag":
        return flags(events, field, new Uint8Array(buffer, at, rows), valid);
      case "v4":
        return addresses(events, field, new Uint32Array(buffer, at, rows), valid);
      case "port":
        return ports(events, field, new Uint32Array(buffer, at, rows), valid);
      case "file":
        return this.#files(events, new Uint32Array(buffer, at, rows), valid);
      case "device":
        return this.#devices(events, field, new Uint32Array(buffer, at, rows), valid);
      default:
        return this.#coded(events, field, new Uint32Array(buffer, at, rows), valid);
    }
  }

  #files(events: readonly NetEvent[], out: Uint32Array, valid: Uint8Array): number {
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      if (event === undefined) continue;
      out[i] = this.#codes.file(event);
      mark(valid, i);
    }
    return events.length;
  }

  #coded(events: readonly NetEvent[], field: keyof NetEvent, out: Uint32Array, valid: Uint8Array): number {
    let count = 0;
    let last: unknown;
    let lastCode = 0;
    for (let i = 0; i < events.length; i++) {
      const value: unknown = events[i]?.[field];
      if (value === undefined) continue;
      if (value !== last) {
        lastCode = this.#codes.code(typeof value === "string" ? value : JSON.stringify(value));
        last = value;
      }
      out[i] = lastCode;
      mark(valid, i);
      count++;
    }
    return count;
  }

  #devices(events: readonly NetEvent[], field: keyof NetEvent, out: Uint32Array, valid: Uint8Array): number {
    if (this.#deviceId === undefined) return 0;
    let count = 0;
    for (let i = 0; i < events.length; i++) {
      const index: unknown = events[i]?.[field];
      if (typeof index !== "number" || index < 0) continue;
      const code = this.#deviceCodes[index] || this.#deviceCode(index);
      if (code === 0) continue;
      out[i] = code - 1;
      mark(valid, i);
      count++;
    }
    return count;
  }

  #deviceCode(index: number): number {
    const id = this.#deviceId?.(index);
    if (id === undefined) return 0;
    if (index >= this.#deviceCodes.length) {
      const wider = new Uint32Array(Math.max(index + 1, this.#deviceCodes.length * 2));
      wider.set(this.#deviceCodes);
      this.#deviceCodes = wider;
    }
    const code = this.#codes.code(id) + 1;
    this.#deviceCodes[index] = code;
    return code;
  }

  #v6(batch: Batch, index: number, field: string, events: readonly NetEvent[], taken: Uint8Array, valid: Uint8Array): number {
    if ((batch.present[index - 1] ?? 0) === events.length) return 0;
    const pieces: string[] = [];
    const ends = new Uint32Array(events.length);
    let length = 0;
    for (let i = 0; i < events.length; i++) {
      const address = field === "src" ? events[i]?.src : events[i]?.dst;
      if (address !== undefined && !(((taken[i >> 3] ?? 0) >> (i & 7)) & 1)) {
        pieces.push(address);
        length += address.length;
        mark(valid, i);
      }
      ends[i] = length;
    }
    if (pieces.length > 0) batch.plain.push({ column: index, joined: pieces.join(""), ends });
    return pieces.length;
  }

  #texts(batch: Batch, index: number, name: string, storage: Storage, events: readonly NetEvent[], valid: Uint8Array): number {
    const pieces: string[] = [];
    const ends = new Uint32Array(events.length);
    let length = 0;
    let count = 0;
    for (let i = 0; i < events.length; i++) {
      const event = events[i];
      const text = event === undefined ? undefined : textOf(event, name, storage);
      if (text !== undefined) {
        pieces.push(text);
        length += text.length;
        mark(valid, i);
        count++;
      }
      ends[i] = length;
    }
    if (count > 0) batch.plain.push({ column: index, joined: pieces.join(""), ends });
    return count;
  }
}

function textOf(event: NetEvent, name: string, storage: Storage): string | undefined {
  switch (name) {
    case "native":
      return event.native;
    case "connection":
      // Zeek's uid is both: kept once.
      return event.connection === event.native ? undefined : event.connection;
    case "duplicate_of":
      return event.duplicateOf;
    default: {
      const value: unknown = (event as unknown as Record<string, unknown>)[name.slice(2)];
      if (value === undefined) return undefined;
      return storage === "json" || typeof value !== "string" ? JSON.stringify(value) : value;
    }
  }
}

function mark(valid: Uint8Array, row: number): void {
  valid[row >> 3] = (valid[row >> 3] ?? 0) | (1 << (row & 7));
}

function column(events: readonly NetEvent[], field: keyof NetEvent): unknown[] {
  const out: unknown[] = new Array(events.length);
  for (let i = 0; i < events.length; i++) out[i] = events[i]?.[field];
  return out;
}

/** A 64-bit integer as two halves, two's complement: no BigInt is made. */
function wholes(events: readonly NetEvent[], field: keyof NetEvent, factor: number, out: Uint32Array, valid: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < events.length; i++) {
    const raw: unknown = events[i]?.[field];
    if (typeof raw !== "number") continue;
    const value = factor === 1 ? raw : Math.round(raw * factor);
    if (!Number.isInteger(value) || value > 9.2e18 || value < -9.2e18) continue;
    const high = Math.floor(value / 4_294_967_296);
    out[2 * i] = value - high * 4_294_967_296;
    out[2 * i + 1] = high;
    mark(valid, i);
    count++;
  }
  return count;
}

function reals(values: readonly unknown[], out: Float64Array, valid: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < out.length; i++) {
    const value = values[i];
    if (typeof value !== "number" || Number.isNaN(value)) continue;
    out[i] = value;
    mark(valid, i);
    count++;
  }
  return count;
}

function flags(events: readonly NetEvent[], field: keyof NetEvent, out: Uint8Array, valid: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < events.length; i++) {
    const value: unknown = events[i]?.[field];
    if (typeof value !== "boolean") continue;
    out[i] = value ? 1 : 0;
    mark(valid, i);
    count++;
  }
  return count;
}

function ports(events: readonly NetEvent[], field: keyof NetEvent, out: Uint32Array, valid: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < events.length; i++) {
    const value: unknown = events[i]?.[field];
    if (typeof value !== "number" || value < 0 || value > 4_294_967_295 || !Number.isInteger(value)) continue;
    out[i] = value;
    mark(valid, i);
    count++;
  }
  return count;
}

function addresses(events: readonly NetEvent[], field: keyof NetEvent, out: Uint32Array, valid: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < events.length; i++) {
    const text: unknown = events[i]?.[field];
    const value = typeof text === "string" ? parseIpv4(text) : undefined;
    if (value === undefined) continue;
    out[i] = value;
    mark(valid, i);
    count++;
  }
  return count;
}
