/** What of one message is counted. */
export interface Said {
  time: number;
  /** Values by dimension; a dimension may hold none or several. */
  values: readonly (readonly string[])[];
}

/**
 * Exact numbers of different values over a sliding time, by dimension (messages, chats, people, links, domains).
 * Memory: every message of the window, at most `most` of them: beyond that the oldest go early and `isFull` says so. Cost: about 1 us a message.
 */
export class SlidingSets {
  readonly #over: number;
  readonly #most: number;
  readonly #counts: Map<string, number>[];
  #queue: Said[] = [];
  #head = 0;
  isFull = false;

  constructor(dimensions: number, over: number, most = 5_000) {
    this.#over = over;
    this.#most = most;
    this.#counts = Array.from({ length: dimensions }, () => new Map<string, number>());
  }

  /** Late messages count from when they were told, at their own time. */
  add(said: Said): void {
    this.expire(said.time);
    this.#queue.push(said);
    said.values.forEach((values, d) => {
      const counts = this.#counts[d];
      for (const value of values) counts?.set(value, (counts.get(value) ?? 0) + 1);
    });
    if (this.#queue.length - this.#head > this.#most) {
      this.isFull = true;
      this.#drop();
    }
  }

  expire(now: number): void {
    while (this.#head < this.#queue.length && (this.#queue[this.#head] as Said).time <= now - this.#over) this.#drop();
  }

  distinct(dimension: number): number {
    return this.#counts[dimension]?.size ?? 0;
  }

  has(dimension: number, value: string): boolean {
    return this.#counts[dimension]?.has(value) === true;
  }

  values(dimension: number): string[] {
    return [...(this.#counts[dimension]?.keys() ?? [])];
  }

  get size(): number {
    return this.#queue.length - this.#head;
  }

  /** Time of the oldest in the window; undefined when it is empty. */
  get since(): number | undefined {
    return this.#queue[this.#head]?.time;
  }

  all(): Said[] {
    return this.#queue.slice(this.#head);
  }

  #drop(): void {
    const gone = this.#queue[this.#head++];
    if (gone === undefined) return;
    gone.values.forEach((values, d) => {
      const counts = this.#counts[d];
      for (const value of values) {
        const left = (counts?.get(value) ?? 1) - 1;
        if (left <= 0) counts?.delete(value);
        else counts?.set(value, left);
      }
    });
    if (this.#head > 1_024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }
}
