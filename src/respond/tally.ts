import type { Action } from "../schema/action.ts";
import type { NetEvent } from "../schema/event.ts";
import type { FlowBook } from "./flow-book.ts";
import { covers } from "./ports.ts";

/**
 * What actions that are not in force would have stopped (T22): connections seen while they would have stood. Indexed by address, so that an event that
 * none of them names costs two look-ups.
 */
export class Counterfactual {
  readonly #byAddress = new Map<string, Set<Action>>();
  readonly #changed = new Map<string, Action>();
  readonly #book: FlowBook;

  constructor(book: FlowBook) {
    this.#book = book;
  }

  /** Watches it from now on; `endOf` is when it would have ended. */
  watch(action: Action): void {
    for (const ip of addressesOf(action)) {
      const set = this.#byAddress.get(ip);
      if (set === undefined) this.#byAddress.set(ip, new Set([action]));
      else set.add(action);
    }
  }

  forget(action: Action): void {
    for (const ip of addressesOf(action)) {
      const set = this.#byAddress.get(ip);
      for (const each of set ?? []) if (each.id === action.id) set?.delete(each);
      if (set?.size === 0) this.#byAddress.delete(ip);
    }
    this.#changed.delete(action.id);
  }

  see(event: NetEvent): void {
    if (this.#byAddress.size === 0 || event.family !== "conn" || event.src === undefined || event.dst === undefined) return;
    const { src, dst } = event;
    const seen = this.#byAddress.get(src);
    const other = this.#byAddress.get(dst);
    if (seen === undefined && other === undefined) return;
    for (const action of new Set([...(seen ?? []), ...(other ?? [])])) {
      if (event.time < action.created || event.time >= action.created + action.seconds * 1_000 || !this.#hits(action, event, src, dst)) continue;
      const { tally } = action;
      tally.count++;
      tally.bytes += (event.bytesOut ?? 0) + (event.bytesIn ?? 0);
      if (this.#isHonest(event, src, dst, action.created)) tally.honest++;
      tally.first ??= event.time;
      tally.last = event.time;
      this.#changed.set(action.id, action);
    }
  }

  #hits(action: Action, event: NetEvent, src: string, dst: string): boolean {
    const { flows = [], allowed } = action.target;
    if (!flows.some((f) => covers(f, src, dst, event.dstPort, event.proto))) return false;
    return allowed === undefined || !allowed.some((f) => covers(f, src, dst, event.dstPort, event.proto));
  }

  #isHonest(event: NetEvent, src: string, dst: string, before: number): boolean {
    if (event.dstPort === undefined || (event.proto !== "tcp" && event.proto !== "udp")) return false;
    return this.#book.customaryByAddress(event, src, dst, event.dstPort, event.proto, before);
  }

  /** Those whose tally has changed since the last call. */
  takeChanged(): Action[] {
    const list = [...this.#changed.values()];
    this.#changed.clear();
    return list;
  }
}

function addressesOf(action: Action): Set<string> {
  const out = new Set<string>();
  for (const { src, dst } of action.target.flows ?? []) {
    if (src !== undefined) out.add(src);
    else if (dst !== undefined) out.add(dst);
  }
  return out;
}
