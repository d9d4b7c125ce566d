import { mix32 } from "../base/hash.ts";
import type { ByteReader, ByteWriter } from "../stats/bytes.ts";

/**
 * From a whole number in [1, 2^53) to a dense record number 0, 1, 2...: open addressing with linear probing in typed arrays.
 * Records that are deleted leave their number free for the next. 12 B a slot at a load of at most 0.6. About 15 ns a look-up in cache.
 */
export class NumberMap {
  #keys: Float64Array;
  #records: Int32Array;
  #mask: number;
  #size = 0;
  #next = 0;
  #free: number[] = [];

  constructor(capacity = 64) {
    let slots = 16;
    while (slots * 0.6 < capacity) slots *= 2;
    this.#keys = new Float64Array(slots);
    this.#records = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  get size(): number {
    return this.#size;
  }

  /** One more than the largest record number ever handed out since the last clear: what arrays beside the map must hold. */
  get records(): number {
    return this.#next;
  }

  get bytes(): number {
    return this.#keys.length * 12;
  }

  /** Record number of the key, or -1. */
  get(key: number): number {
    const keys = this.#keys;
    let i = slotOf(key) & this.#mask;
    for (;;) {
      const found = keys[i];
      if (found === key) return this.#records[i] ?? -1;
      if (found === 0) return -1;
      i = (i + 1) & this.#mask;
    }
  }

  /** Record number of the key, new when it was not there. */
  add(key: number): number {
    const keys = this.#keys;
    let i = slotOf(key) & this.#mask;
    for (;;) {
      const found = keys[i];
      if (found === key) return this.#records[i] ?? -1;
      if (found === 0) break;
      i = (i + 1) & this.#mask;
    }
    if (this.#size + 1 > keys.length * 0.6) {
      this.#grow();
      return this.add(key);
    }
    const record = this.#free.pop() ?? this.#next++;
    keys[i] = key;
    this.#records[i] = record;
    this.#size++;
    return record;
  }

  /** Takes the key out and moves the probe chain up. Returns its record number, or -1. */
  delete(key: number): number {
    const keys = this.#keys;
    let i = slotOf(key) & this.#mask;
    while (keys[i] !== key) {
      if (keys[i] === 0) return -1;
      i = (i + 1) & this.#mask;
    }
    const record = this.#records[i] ?? -1;
    let j = i;
    for (;;) {
      j = (j + 1) & this.#mask;
      const other = keys[j] ?? 0;
      if (other === 0) break;
      const home = slotOf(other) & this.#mask;
      if (((j - home) & this.#mask) >= ((j - i) & this.#mask)) {
        keys[i] = other;
        this.#records[i] = this.#records[j] ?? -1;
        i = j;
      }
    }
    keys[i] = 0;
    this.#size--;
    this.#free.push(record);
    return record;
  }

  clear(): void {
    this.#keys.fill(0);
    this.#size = 0;
    this.#next = 0;
    this.#free = [];
  }

  /** Calls back with every key and its record, in the order of slots. The map must not be changed meanwhile. */
  forEach(visit: (key: number, record: number) => void): void {
    const keys = this.#keys;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? 0;
      if (key !== 0) visit(key, this.#records[i] ?? -1);
    }
  }

  save(out: ByteWriter): void {
    out.f64(this.#size);
    out.f64(this.#next);
    out.array(this.#keys);
    out.array(this.#records);
    out.array(Int32Array.from(this.#free));
  }

  load(reader: ByteReader): void {
    this.#size = reader.f64();
    this.#next = reader.f64();
    const slots = reader.peekCount();
    this.#keys = new Float64Array(slots);
    this.#records = new Int32Array(slots);
    this.#mask = slots - 1;
    reader.arrayInto(this.#keys);
    reader.arrayInto(this.#records);
    const free = new Int32Array(reader.peekCount());
    reader.arrayInto(free);
    this.#free = Array.from(free);
  }

  #grow(): void {
    const keys = this.#keys;
    const records = this.#records;
    this.#keys = new Float64Array(keys.length * 2);
    this.#records = new Int32Array(keys.length * 2);
    this.#mask = this.#keys.length - 1;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? 0;
      if (key === 0) continue;
      let j = slotOf(key) & this.#mask;
      while (this.#keys[j] !== 0) j = (j + 1) & this.#mask;
      this.#keys[j] = key;
      this.#records[j] = records[i] ?? -1;
    }
  }
}

function slotOf(key: number): number {
  const high = (key / 4_294_967_296) | 0;
  return mix32((key - high * 4_294_967_296) ^ Math.imul(high + 1, 0x9e3779b1));
}
