import type { Clock } from "../base/clock.ts";
import { MINUTE } from "../base/time.ts";

/**
 * Token buckets: `perMinute` requests in a row are let through, then as many a minute. Keeps at most `maxKeys` buckets (about 100 bytes each);
 * the longest unused go first, which forgives them: a bound on memory is worth more here.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  constructor(clock: Clock, maxKeys = 20_000) {
    this.#clock = clock;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one; milliseconds to wait, 0 when it was free. Nothing is taken when it has to wait. */
  take(key: string, perMinute: number): number {
    const bucket = this.#fill(key, perMinute);
    if (bucket.tokens >= WHOLE) {
      bucket.tokens -= 1;
      return 0;
    }
    return waitFor(bucket.tokens, perMinute);
  }

  /** Takes one in advance: the wait until it is due, as a queue would give it. Undefined, and nothing taken, when that is longer than `longest`. */
  reserve(key: string, perMinute: number, longest: number): number | undefined {
    const bucket = this.#fill(key, perMinute);
    const wait = bucket.tokens >= WHOLE ? 0 : waitFor(bucket.tokens, perMinute);
    if (wait > longest) return undefined;
    bucket.tokens -= 1;
    return wait;
  }

  /** Gives a reserved one back. */
  refund(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.tokens += 1;
  }

  #fill(key: string, perMinute: number): { tokens: number; at: number } {
    const now = this.#clock.now();
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#maxKeys) {
        const oldest = this.#buckets.keys().next().value;
        if (oldest !== undefined) this.#buckets.delete(oldest);
      }
      bucket = { tokens: perMinute, at: now };
    } else {
      // A clock set back must not take tokens away.
      bucket.tokens = Math.min(perMinute, bucket.tokens + (Math.max(0, now - bucket.at) * perMinute) / MINUTE);
      bucket.at = now;
      this.#buckets.delete(key);
    }
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** One, less what adding up fractions loses. */
const WHOLE = 1 - 1e-9;

function waitFor(tokens: number, perMinute: number): number {
  return Math.ceil(((1 - tokens) * MINUTE) / perMinute);
}
