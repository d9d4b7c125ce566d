import { hash32 } from "../../base/hash.ts";
import { type Random, seededRandom } from "../../base/random.ts";

/**
 * Draws from one stream of randomness. A fork has a stream of its own, keyed by the seed and the names on the way to it and by nothing
 * that was drawn before: a new kind of record takes a new name and changes none of the others. About 20 ns a draw; a fork about 1 µs.
 */
export class Draw {
  readonly #key: string;
  readonly #random: Random;

  constructor(seed: number, key = "") {
    this.#key = `${seed}${key}`;
    this.#random = seededRandom(hash32(this.#key, 0x2545f491));
  }

  fork(name: string): Draw {
    return new Draw(0, `${this.#key}/${name}`);
  }

  /** [0, 1). */
  next(): number {
    return this.#random();
  }

  chance(p: number): boolean {
    return this.#random() < p;
  }

  /** [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.#random();
  }

  /** A whole number from low to high, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  /** Throws RangeError on an empty list. */
  pick<T>(list: readonly T[]): T {
    const value = list[Math.floor(this.#random() * list.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  }

  /** One of the list with odds as its weight says. Throws RangeError on an empty list. */
  weighted<T>(list: readonly T[], weight: (item: T) => number): T {
    let total = 0;
    for (const item of list) total += weight(item);
    let rest = this.#random() * total;
    for (const item of list) {
      rest -= weight(item);
      if (rest < 0) return item;
    }
    return this.pick(list);
  }

  /** A copy in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = Math.floor(this.#random() * (i + 1));
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  }

  some<T>(list: readonly T[], count: number): T[] {
    return this.shuffled(list).slice(0, count);
  }

  /** Standard normal, by Box and Muller. */
  normal(mean = 0, deviation = 1): number {
    const u = 1 - this.#random();
    return mean + deviation * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.#random());
  }

  /** Log-normal by its median and the deviation of its logarithm. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.#random());
  }

  /** Pareto: least value and tail exponent (smaller = heavier). */
  pareto(least: number, alpha: number): number {
    return least / (1 - this.#random()) ** (1 / alpha);
  }

  /** Poisson by its mean; a rounded normal above 60. */
  poisson(mean: number): number {
    if (mean > 60) return Math.max(0, Math.round(this.normal(mean, Math.sqrt(mean))));
    const limit = Math.exp(-mean);
    let n = 0;
    for (let p = this.#random(); p > limit; p *= this.#random()) n++;
    return n;
  }

  hex(digits: number): string {
    let out = "";
    while (out.length < digits)
      out += Math.floor(this.#random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, "0");
    return out.slice(0, digits);
  }

  /** Letters and digits as random file and session names have them. */
  token(length: number, alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"): string {
    let out = "";
    for (let i = 0; i < length; i++) out += alphabet[Math.floor(this.#random() * alphabet.length)];
    return out;
  }

  /** Version 4 by form (RFC 9562). */
  uuid(): string {
    const h = this.hex(32);
    const variant = "89ab"[Math.floor(this.#random() * 4)];
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`;
  }
}
