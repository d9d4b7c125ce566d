import type { NetEvent } from "../schema/event.ts";

/**
 * The events of one file that wait for an earlier one to come: a binary heap by (time, line). A sensor writes a flow when it ends and stamps it
 * with its start, so a file is in order only up to a window. Memory: what is pushed and not popped. Cost: O(log n).
 */
export class ReorderWindow {
  readonly #heap: NetEvent[] = [];

  get size(): number {
    return this.#heap.length;
  }

  peek(): NetEvent | undefined {
    return this.#heap[0];
  }

  push(event: NetEvent): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as NetEvent;
      if (!isBefore(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  pop(): NetEvent | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    const size = heap.length;
    if (last === undefined || size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let below = heap[child] as NetEvent;
      if (child + 1 < size) {
        const right = heap[child + 1] as NetEvent;
        if (isBefore(right, below)) {
          below = right;
          child++;
        }
      }
      if (!isBefore(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function isBefore(a: NetEvent, b: NetEvent): boolean {
  return a.time < b.time || (a.time === b.time && a.line < b.line);
}
