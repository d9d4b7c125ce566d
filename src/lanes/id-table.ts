import { hash32 } from "../base/hash.ts";

/**
 * Ids of records already seen, as 53-bit hashes: a copy of a record is told by its own id. Two generations of `capacity / 2` each, so that
 * the newest half of the capacity at least is remembered. Memory: 32 B an id at most (default 4,000,000 ids: 64 MB when full, 0 when unused).
 * One record in 10^9 is taken for a copy by chance among 4,000,000. Cost: about 0.2 us.
 */
export class IdTable {
  readonly #half: number;
  #young = new Hashes();
  #old = new Hashes();

  constructor(capacity = 4_000_000) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  /** True when the id was there before; else it is remembered. */
  seen(id: string): boolean {
    const hash = (hash32(id, 0x51ed270b) >>> 11) * 4_294_967_296 + hash32(id, 0x2545f491);
    if (this.#old.has(hash) || !this.#young.add(hash)) return true;
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Hashes();
    }
    return false;
  }

  clear(): void {
    this.#young = new Hashes();
    this.#old = new Hashes();
  }

  save(): number[] {
    return [...this.#old.values(), ...this.#young.values()];
  }

  load(hashes: readonly number[]): void {
    this.clear();
    for (const hash of hashes) this.#young.add(hash);
  }
}

/** Open addressing over doubles; 0 is a free slot. */
class Hashes {
  #slots = new Float64Array(1_024);
  size = 0;

  has(hash: number): boolean {
    return this.#slots[this.#find(hash || 1)] !== 0;
  }

  /** False when it was there. */
  add(given: number): boolean {
    const hash = given || 1;
    const at = this.#find(hash);
    if (this.#slots[at] !== 0) return false;
    this.#slots[at] = hash;
    if (++this.size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  *values(): Iterable<number> {
    for (const hash of this.#slots) if (hash !== 0) yield hash;
  }

  #find(hash: number): number {
    const mask = this.#slots.length - 1;
    let at = (hash % 4_294_967_296) & mask;
    while (this.#slots[at] !== 0 && this.#slots[at] !== hash) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const hash of before) if (hash !== 0) this.#slots[this.#find(hash)] = hash;
  }
}
