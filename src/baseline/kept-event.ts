import type { NetEvent } from "../schema/event.ts";
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

/** Events kept to be cited, all together: a busy organisation's hour must not keep the hour's input alive. */
const MOST_KEPT = 20_000;

/**
 * Citations of the open hour by device: the event with most bytes out and the first with something new. Bounded over all devices;
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
}
