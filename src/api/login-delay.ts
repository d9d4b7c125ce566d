import type { Clock } from "../base/clock.ts";
import { ApiError } from "./problem.ts";
import { RateLimiter } from "./rate-limiter.ts";

/** Waits; rejects when the signal aborts. Handed in, so that tests do not sleep. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const TRIES_PER_ACCOUNT = 5;
export const TRIES_PER_ADDRESS = 20;
/** Longest that a try is kept waiting; beyond it the client is told when to come back. */
export const LONGEST_DELAY = 30_000;
const KNOWN_PLACES = 5_000;

/**
 * Five tries a minute per account and twenty per address: further ones wait their turn, up to 30 s, then get 429 with Retry-After. No account is ever locked:
 * an address from which the account has logged in before has a bucket of its own, so a stranger's tries do not slow its owner down.
 * In memory only; a restart forgives.
 */
export class LoginDelay {
  readonly #limiter: RateLimiter;
  readonly #sleep: Sleep;
  readonly #places = new Set<string>();
  constructor(clock: Clock, sleep: Sleep) {
    this.#limiter = new RateLimiter(clock);
    this.#sleep = sleep;
  }

  async wait(account: string, address: string, signal: AbortSignal): Promise<void> {
    const place = JSON.stringify([account, address]);
    const accountKey = this.#places.has(place) ? `p ${place}` : `a ${account}`;
    const byAddress = this.#limiter.reserve(`i ${address}`, TRIES_PER_ADDRESS, LONGEST_DELAY);
    if (byAddress === undefined) throw tooMany();
    const byAccount = this.#limiter.reserve(accountKey, TRIES_PER_ACCOUNT, LONGEST_DELAY);
    if (byAccount === undefined) {
      this.#limiter.refund(`i ${address}`);
      throw tooMany();
    }
    const delay = Math.max(byAddress, byAccount);
    if (delay > 0) await this.#sleep(delay, signal);
  }

  /** Remembers where an account has logged in from. */
  succeeded(account: string, address: string): void {
    const place = JSON.stringify([account, address]);
    this.#places.delete(place);
    if (this.#places.size >= KNOWN_PLACES) {
      const oldest = this.#places.values().next().value;
      if (oldest !== undefined) this.#places.delete(oldest);
    }
    this.#places.add(place);
  }
}

function tooMany(): ApiError {
  return new ApiError("login-delayed", "Too many tries to log in; nothing is locked.", 429, {
    hint: "Wait half a minute and try again.",
    headers: { "retry-after": String(LONGEST_DELAY / 1_000) },
  });
}
