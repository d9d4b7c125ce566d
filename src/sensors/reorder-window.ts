import type { NetEvent } from "../schema/event.ts";

/**
 * The events of one file that wait for an earlier one to come: a binary heap by (time, line). A sensor writes a flow when it ends and stamps it
 * with its start, so a file is in order only up to a window. Times stand in an array of their own: comparing them touches no event.
 * Memory: what is pushed and not popped. Cost: O(log n), about 0.1 µs.
 */
export class ReorderWindow {
  #times = new Float64Array(64);
  readonly #events: NetEvent[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Time of the first; undefined when there is none. */
  firstTime(): number | undefined {
    return this.#size === 0 ? undefined : this.#times[0];
  }

  push(event: NetEvent): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const events = this.#events;
    const time = event.time;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = times[parent] as number;
      if (time > above || (time === above && event.line > (events[parent] as NetEvent).line)) break;
      times[at] = above;
      events[at] = events[parent] as NetEvent;
      at = parent;
    }
    times[at] = time;
    events[at] = event;
  }

  pop(): NetEvent | undefined {
    if (this.#size === 0) return undefined;
    const times = this.#times;
    const events = this.#events;
    const size = --this.#size;
    const top = events[0];
    const time = times[size] as number;
    const event = events.pop() as NetEvent;
    if (size === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let below = times[child] as number;
      if (child + 1 < size) {
        const right = times[child + 1] as number;
        if (right < below || (right === below && (events[child + 1] as NetEvent).line < (events[child] as NetEvent).line)) {
          below = right;
          child++;
        }
      }
      if (time < below || (time === below && event.line < (events[child] as NetEvent).line)) break;
      times[at] = below;
      events[at] = events[child] as NetEvent;
      at = child;
    }
    times[at] = time;
    events[at] = event;
    return top;
  }

  #grow(): void {
    const grown = new Float64Array(this.#times.length * 2);
    grown.set(this.#times);
    this.#times = grown;
  }
}
