/** Country and autonomous system of an outside address, as far as the tables at hand say. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  country?: string;
  asn?: number;
  asnName?: string;
}

/** Looks one address up; undefined when no table holds it. Tables are opened by `app`. */
export interface PlaceTable {
  lookup(ip: string): Place | undefined;
}

/**
 * Answers from several tables (country, AS), remembering the last addresses: a lookup costs 1-3 µs, a remembered one 0.1 µs.
 * Memory: at most `capacity` addresses, about 100 B each; when full, half of them (the older generation) are forgotten.
 */
export class Places {
  readonly #tables: readonly PlaceTable[];
  readonly #capacity: number;
  #young = new Map<string, Place | undefined>();
  #old = new Map<string, Place | undefined>();

  constructor(tables: readonly PlaceTable[], capacity = 50_000) {
    this.#tables = tables;
    this.#capacity = capacity;
  }

  lookup(ip: string): Place | undefined {
    let place = this.#young.get(ip);
    if (place !== undefined || this.#young.has(ip)) return place;
    place = this.#old.has(ip) ? this.#old.get(ip) : this.#ask(ip);
    if (this.#young.size >= this.#capacity / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(ip, place);
    return place;
  }

  #ask(ip: string): Place | undefined {
    let place: Place | undefined;
    for (const table of this.#tables) {
      const found = table.lookup(ip);
      if (found !== undefined) place = { ...place, ...found };
    }
    return place;
  }
}
