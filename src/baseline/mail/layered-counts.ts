/**
 * Counts by key, bounded: beyond `most` keys the one that was longest not counted is forgotten. With a parent, reads add what the parent holds and
 * writes stay here: a what-if laid over the organisation's memory without changing it.
 */
export class LayeredCounts {
  readonly #own = new Map<string, number>();
  readonly #parent: LayeredCounts | undefined;
  readonly #most: number;

  constructor(most: number, parent?: LayeredCounts) {
    this.#most = most;
    this.#parent = parent;
  }

  get(key: string): number {
    return (this.#own.get(key) ?? 0) + (this.#parent?.get(key) ?? 0);
  }

  add(key: string, by = 1): void {
    const value = (this.#own.get(key) ?? 0) + by;
    this.#own.delete(key);
    this.#own.set(key, value);
    if (this.#own.size > this.#most) this.#own.delete(this.#own.keys().next().value as string);
  }

  *keys(): IterableIterator<string> {
    yield* this.#own.keys();
    if (this.#parent !== undefined) for (const key of this.#parent.keys()) if (!this.#own.has(key)) yield key;
  }

  save(): [string, number][] {
    return [...this.#own];
  }

  load(entries: readonly (readonly [string, number])[]): void {
    this.#own.clear();
    for (const [key, value] of entries) if (typeof key === "string" && Number.isFinite(value)) this.#own.set(key, value);
  }
}

/** For each key a small table of values with counts: at most `each` values a key, the rest are counted in the total only. */
export class LayeredTables {
  readonly #own = new Map<string, Map<string, number>>();
  readonly #parent: LayeredTables | undefined;
  readonly #most: number;
  readonly #each: number;

  constructor(most: number, each: number, parent?: LayeredTables) {
    this.#most = most;
    this.#each = each;
    this.#parent = parent;
  }

  get(key: string, value: string): number {
    return (this.#own.get(key)?.get(value) ?? 0) + (this.#parent?.get(key, value) ?? 0);
  }

  total(key: string): number {
    let sum = this.#parent?.total(key) ?? 0;
    for (const n of this.#own.get(key)?.values() ?? []) sum += n;
    return sum;
  }

  distinct(key: string): number {
    const own = this.#own.get(key);
    let n = this.#parent?.distinct(key) ?? 0;
    for (const value of own?.keys() ?? []) if (value !== "" && (this.#parent?.get(key, value) ?? 0) === 0) n++;
    return n;
  }

  values(key: string): string[] {
    return [...new Set([...(this.#own.get(key)?.keys() ?? []), ...(this.#parent?.values(key) ?? [])])].filter((v) => v !== "");
  }

  add(key: string, value: string, by = 1): void {
    const table = this.#own.get(key) ?? new Map<string, number>();
    this.#own.delete(key);
    this.#own.set(key, table);
    // The empty value gathers what finds no room.
    const at = table.has(value) || table.size < this.#each ? value : "";
    table.set(at, (table.get(at) ?? 0) + by);
    if (this.#own.size > this.#most) this.#own.delete(this.#own.keys().next().value as string);
  }

  save(): [string, [string, number][]][] {
    return [...this.#own].map(([key, table]) => [key, [...table]]);
  }

  load(entries: readonly (readonly [string, readonly (readonly [string, number])[]])[]): void {
    this.#own.clear();
    for (const [key, table] of entries) this.#own.set(key, new Map(table));
  }
}
