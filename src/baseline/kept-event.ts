import type { NetEvent } from "../schema/event.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { ownText } from "./columns.ts";

/** A copy of an event that may be kept: its texts are cut loose from the file chunk they were sliced from. About 2 µs. */
export function keptEvent(event: NetEvent): NetEvent {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    copy[key] =
      typeof value === "string" ? ownText(value) : Array.isArray(value) ? value.map((item) => (typeof item === "string" ? ownText(item) : item)) : value;
  }
  return copy as unknown as NetEvent;
}

/** Kept events go into a snapshot as JSON: the alert that will cite them must have the same id after a restart. */
export function saveEvents(out: ByteWriter, events: readonly NetEvent[]): void {
  out.text(JSON.stringify(events));
}

export function loadEvents(reader: ByteReader): NetEvent[] {
  return JSON.parse(reader.text()) as NetEvent[];
}

/** Events kept to be cited, all together: a busy organisation's hour must not keep the hour's input alive. */
const MOST_KEPT = 8_000;

/**
 * Citations of the open hour by device: the first event with something strange and new, and the one with most bytes out (or one of many). Bounded over all devices;
 * when full, further devices cite nothing.
 */
export class HourCitations {
  readonly #biggest = new Map<number, { event: NetEvent; bytes: number }>();
  readonly #firstNew = new Map<number, NetEvent>();

  bytes(device: number, event: NetEvent, bytes: number): void {
    const stands = this.#biggest.get(device);
    if (stands === undefined) {
      if (this.#biggest.size < MOST_KEPT / 2) this.#biggest.set(device, { event: keptEvent(event), bytes });
      // Each must be twice as large: an hour of slowly growing flows must not copy every one.
    } else if (bytes > stands.bytes * 2 + 1_000) {
      stands.event = keptEvent(event);
      stands.bytes = bytes;
    }
  }

  isNew(device: number, event: NetEvent): void {
    if (!this.#firstNew.has(device) && this.#firstNew.size < MOST_KEPT / 2) this.#firstNew.set(device, keptEvent(event));
  }

  /** One of many, when the hour has nothing bigger. */
  sample(device: number, event: NetEvent): void {
    this.bytes(device, event, 0);
  }

  of(device: number): NetEvent[] {
    const out: NetEvent[] = [];
    const biggest = this.#biggest.get(device)?.event;
    const firstNew = this.#firstNew.get(device);
    if (firstNew !== undefined) out.push(firstNew);
    if (biggest !== undefined && (firstNew === undefined || biggest.fileKey !== firstNew.fileKey || biggest.line !== firstNew.line)) out.push(biggest);
    return out.sort((a, b) => a.time - b.time);
  }

  clear(): void {
    this.#biggest.clear();
    this.#firstNew.clear();
  }

  save(out: ByteWriter): void {
    const biggest = [...this.#biggest];
    out.array(Float64Array.from(biggest.flatMap(([device, kept]) => [device, kept.bytes])));
    saveEvents(
      out,
      biggest.map(([, kept]) => kept.event),
    );
    out.array(Float64Array.from(this.#firstNew.keys()));
    saveEvents(out, [...this.#firstNew.values()]);
  }

  load(reader: ByteReader): void {
    const numbers = new Float64Array(reader.peekCount());
    reader.arrayInto(numbers);
    loadEvents(reader).forEach((event, i) => {
      this.#biggest.set(numbers[i * 2] ?? 0, { event, bytes: numbers[i * 2 + 1] ?? 0 });
    });
    const devices = new Float64Array(reader.peekCount());
    reader.arrayInto(devices);
    loadEvents(reader).forEach((event, i) => {
      this.#firstNew.set(devices[i] ?? 0, event);
    });
  }
}

/** Pairs whose newest events are kept. */
const MOST_PAIRS = 2_000;
const EVENTS_A_PAIR = 5;
const HALF_HOUR = 1_800_000;
const FORGET_AFTER = 24 * 2 * HALF_HOUR;

/** A few events of pairs that already look regular: the first, and newer ones at least half an hour apart. */
export class PairCitations {
  readonly #kept = new Map<number, NetEvent[]>();

  has(record: number): boolean {
    return this.#kept.has(record);
  }

  get isFull(): boolean {
    return this.#kept.size >= MOST_PAIRS;
  }

  add(record: number, event: NetEvent): void {
    const kept = this.#kept.get(record);
    if (kept === undefined) {
      this.#kept.set(record, [keptEvent(event)]);
      return;
    }
    const newest = kept[kept.length - 1];
    if (kept.length >= 3 && newest !== undefined && event.time - newest.time < HALF_HOUR) return;
    if (kept.length >= EVENTS_A_PAIR) kept.splice(1, 1);
    kept.push(keptEvent(event));
  }

  of(record: number): readonly NetEvent[] {
    return this.#kept.get(record) ?? [];
  }

  /** Drops those of pairs that were not met for a day. */
  forgetOld(now: number): void {
    for (const [record, events] of this.#kept) {
      const newest = events[events.length - 1];
      if (newest === undefined || now - newest.time > FORGET_AFTER) this.#kept.delete(record);
    }
  }

  save(out: ByteWriter): void {
    out.u32(this.#kept.size);
    for (const [record, events] of this.#kept) {
      out.f64(record);
      saveEvents(out, events);
    }
  }

  load(reader: ByteReader): void {
    const count = reader.u32();
    for (let i = 0; i < count; i++) this.#kept.set(reader.f64(), loadEvents(reader));
  }
}
