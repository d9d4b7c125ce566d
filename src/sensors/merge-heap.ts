interface Entry<T> {
  item: T;
  time: number;
  rank: number;
}

/** What is next among several sorted things: a binary heap by (time, rank). Cost: O(log n) a change. */
export class MergeHeap<T> {
  readonly #heap: Entry<T>[] = [];

  top(): T | undefined {
    return this.#heap[0]?.item;
  }

  topTime(): number | undefined {
    return this.#heap[0]?.time;
  }

  push(item: T, time: number, rank: number): void {
    const heap = this.#heap;
    const entry = { item, time, rank };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry<T>;
      if (!isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** The first one's next time. */
  replaceTop(time: number): void {
    const entry = this.#heap[0];
    if (entry === undefined) return;
    entry.time = time;
    this.#sink(entry);
  }

  dropTop(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
  }

  /** Puts the entry in the first place and down to where it belongs. */
  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    const size = heap.length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let below = heap[child] as Entry<T>;
      if (child + 1 < size) {
        const right = heap[child + 1] as Entry<T>;
        if (isBefore(right, below)) {
          below = right;
          child++;
        }
      }
      if (!isBefore(below, entry)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = entry;
  }
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.time < b.time || (a.time === b.time && a.rank < b.rank);
}
