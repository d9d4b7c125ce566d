import { mix32 } from "../base/hash.ts";

/**
 * Numbers in [0, 1) that depend on a seed and on how many were drawn before, and on nothing else: an estimator that draws saves two
 * numbers and goes on the same after loading. Hashes a counter (murmur3's avalanche, twice). Not for secrets. About 5 ns a number.
 */
export class CountedRandom {
  readonly seed: number;
  drawn = 0;

  constructor(seed: number) {
    this.seed = seed | 0;
  }

  next(): number {
    this.drawn = (this.drawn + 1) >>> 0;
    return mix32(mix32(this.drawn ^ Math.imul(this.seed, 0x9e3779b1)) + this.seed) / 4_294_967_296;
  }

  /** A whole number in [0, n). */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
}
