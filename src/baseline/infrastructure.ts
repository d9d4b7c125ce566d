import { parseIpv4 } from "../base/ip.ts";
import { ENDPOINT } from "./features.ts";
import { type LearnedState, OWN_SIDE } from "./learned-state.ts";

/** Neighbouring addresses, in blocks of 1,024 (a /22): about what one owner announces. */
const BLOCK = 1_024;
const NEIGHBOURS_LEAST = 2;

/**
 * Which outside ends belong together, learned from what own devices use: by registrable domain, and for a bare address by its
 * neighbours, when all those with a name bear the same domain. A rented machine has neighbours of many names and belongs to nobody.
 * Built in one pass over endpoints and addresses (about 1 µs each), kept for an hour.
 */
export class Infrastructure {
  readonly #endpoints = new Map<string, number>();
  /** Block -> the one domain of its named addresses, or undefined when they have several; and how many there are. */
  readonly #owners = new Map<number, { domain: string | undefined; named: number }>();
  readonly #domainOf: (host: string) => string | undefined;

  constructor(state: LearnedState, domainOf: (host: string) => string | undefined) {
    this.#domainOf = domainOf;
    const { values } = state.sides[OWN_SIDE];
    values.forEach((slot, text) => {
      if (values.feature[slot] !== ENDPOINT || (values.entities[slot] ?? 0) === 0) return;
      const domain = domainOf(text);
      if (domain !== undefined) this.#endpoints.set(domain, (this.#endpoints.get(domain) ?? 0) + 1);
    });
    state.addresses.forEachNamed((ip, name) => {
      const value = parseIpv4(ip);
      const domain = domainOf(name);
      if (value === undefined || domain === undefined) return;
      const block = Math.floor(value / BLOCK);
      const owner = this.#owners.get(block);
      if (owner === undefined) this.#owners.set(block, { domain, named: 1 });
      else {
        owner.named++;
        if (owner.domain !== domain) owner.domain = undefined;
      }
    });
  }

  /** Outside ends of the same owner that own devices use, beside this one. */
  siblings(name: string): number {
    const domain = this.#domainOf(name);
    if (domain !== undefined) return Math.max(0, (this.#endpoints.get(domain) ?? 1) - 1);
    const value = parseIpv4(name);
    const owner = value === undefined ? undefined : this.#owners.get(Math.floor(value / BLOCK));
    if (owner?.domain === undefined || owner.named < NEIGHBOURS_LEAST) return 0;
    return this.#endpoints.get(owner.domain) ?? owner.named;
  }
}
