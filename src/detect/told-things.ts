import type { Peer } from "../schema/entity.ts";
import type { Again, SharedKey } from "./model.ts";

/**
 * What a model has told of each entity, by the other end it was about: a lawful poller alerts once and then for weeks no more, while
 * another place, or another port, is told at once. Memory: about 100 bytes a thing, at most `max` things, the oldest forgotten first.
 * An implant that goes on is told again every `after`: what was told stays in its incident meanwhile.
 */
export class ToldThings {
  readonly #again: Again | undefined;
  readonly #max: number;
  readonly #told = new Map<string, number>();

  constructor(again: Again | undefined, max: number) {
    this.#again = again;
    this.#max = max;
  }

  has(entity: string, peer: Peer | undefined, time: number): boolean {
    if (this.#again === undefined) return false;
    const told = this.#told.get(this.#key(this.#again, entity, peer));
    return told !== undefined && time - told < this.#again.after;
  }

  tell(entity: string, peer: Peer | undefined, time: number): void {
    if (this.#again === undefined) return;
    const key = this.#key(this.#again, entity, peer);
    this.#told.delete(key);
    this.#told.set(key, time);
    if (this.#told.size <= this.#max) return;
    const oldest = this.#told.keys().next().value;
    if (oldest !== undefined) this.#told.delete(oldest);
  }

  sweep(time: number): void {
    if (this.#again === undefined) return;
    for (const [key, told] of this.#told) if (time - told >= this.#again.after) this.#told.delete(key);
  }

  save(): [string, number][] {
    return [...this.#told];
  }

  load(saved: readonly [string, number][]): void {
    this.#told.clear();
    for (const [key, time] of saved) this.#told.set(key, time);
  }

  #key(again: Again, entity: string, peer: Peer | undefined): string {
    return `${entity}\u0000${sharedOf(again.same, peer)}`;
  }
}

/** The other end by the parts that count. */
export function sharedOf(shared: readonly SharedKey[], peer: Peer | undefined): string {
  let key = "";
  for (const what of shared) {
    key += `${what === "port" ? (peer?.port ?? "") : what === "peer" ? (peer?.ip ?? "") : (peer?.hostname ?? peer?.ip ?? "")}\u0000`;
  }
  return key;
}
