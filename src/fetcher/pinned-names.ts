import type { AddressGuard, AddressRefusal } from "./address-guard.ts";

/** Asks for the addresses of a name; rejects or answers with an empty list when there are none. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<readonly string[]>;

const MOST_ANSWERS = 32;

/**
 * Names of one visit, each asked once and kept to its answer: a name that answers otherwise a moment later (rebinding) is not asked again. One inner address
 * among the answers refuses the name, since the next connection might take that one.
 */
export class PinnedNames {
  readonly #resolve: Resolve;
  readonly #guard: AddressGuard;
  readonly #known = new Map<string, { address: string } | { refusal: AddressRefusal | "name-unknown" }>();

  constructor(resolve: Resolve, guard: AddressGuard) {
    this.#resolve = resolve;
    this.#guard = guard;
  }

  async addressOf(name: string, signal: AbortSignal): Promise<{ address: string } | { refusal: AddressRefusal | "name-unknown" }> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    let answers: readonly string[];
    try {
      answers = await this.#resolve(name, signal);
    } catch {
      answers = [];
    }
    signal.throwIfAborted();
    const found = this.#judge(answers.slice(0, MOST_ANSWERS));
    this.#known.set(name, found);
    return found;
  }

  #judge(answers: readonly string[]): { address: string } | { refusal: AddressRefusal | "name-unknown" } {
    for (const answer of answers) {
      const refusal = this.#guard.refuses(answer);
      if (refusal !== undefined) return { refusal };
    }
    // IPv4 first: proxies that speak only that are many.
    const address = answers.find((a) => !a.includes(":")) ?? answers[0];
    return address === undefined ? { refusal: "name-unknown" } : { address };
  }
}
