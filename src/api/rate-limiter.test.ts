import fc from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { MINUTE } from "../base/time.ts";
import { LONGEST_DELAY, LoginDelay, TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS } from "./login-delay.ts";
import { ApiError } from "./problem.ts";
import { RateLimiter } from "./rate-limiter.ts";

const NEVER = new AbortController().signal;

test("as many as the rate at once, then as many a minute, for any rate and any pattern of asking", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 200 }), (rate, gaps) => {
      const clock = new ManualClock(1_000_000);
      const limiter = new RateLimiter(clock);
      let passed = 0;
      for (const gap of gaps) {
        clock.set(clock.now() + gap);
        if (limiter.take("k", rate) === 0) passed++;
        const elapsed = clock.now() - 1_000_000;
        expect(passed).toBeLessThanOrEqual(rate + (elapsed * rate) / MINUTE + 1e-6);
      }
    }),
  );
});

test("the wait that is told is enough, and no shorter one is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 5_000 }), (rate, gap) => {
      const clock = new ManualClock(0);
      const limiter = new RateLimiter(clock);
      for (let i = 0; i < rate; i++) limiter.take("k", rate);
      clock.set(gap);
      const wait = limiter.take("k", rate);
      if (wait === 0) return;
      clock.set(gap + wait - 2);
      if (wait > 2) expect(limiter.take("k", rate)).toBeGreaterThan(0);
      clock.set(gap + wait);
      expect(limiter.take("k", rate)).toBe(0);
    }),
  );
});

test("a clock set back takes nothing away", () => {
  const clock = new ManualClock(1_000_000);
  const limiter = new RateLimiter(clock);
  limiter.take("k", 2);
  clock.set(0);
  expect(limiter.take("k", 2)).toBe(0);
});

test("memory is bounded: the longest unused key goes first", () => {
  const limiter = new RateLimiter(new ManualClock(0), 3);
  for (const key of ["a", "b", "c"]) limiter.take(key, 1);
  limiter.take("a", 1);
  limiter.take("d", 1);
  expect(limiter.size).toBe(3);
  expect([limiter.take("a", 1) > 0, limiter.take("b", 1)]).toEqual([true, 0]);
});

function delays(): { clock: ManualClock; waits: number[]; delay: LoginDelay } {
  const clock = new ManualClock(0);
  const waits: number[] = [];
  // Time stands still: all tries come at once.
  return { clock, waits, delay: new LoginDelay(clock, async (ms) => void waits.push(ms)) };
}

async function refusal(work: Promise<void>): Promise<string> {
  return work.then(
    () => "let through",
    (error) => (error instanceof ApiError ? `${error.status} ${error.headers["retry-after"]}` : String(error)),
  );
}

test("S4: five tries a minute for an account, from wherever: the next ones wait 12 s apart, up to 30 s", async () => {
  const { delay, waits } = delays();
  for (let i = 0; i < TRIES_PER_ACCOUNT; i++) await delay.wait("ada", `198.51.100.${i}`, NEVER);
  expect(waits).toEqual([]);
  await delay.wait("ada", "198.51.100.8", NEVER);
  await delay.wait("ada", "198.51.100.9", NEVER);
  expect(waits).toEqual([12_000, 24_000]);
  expect(await refusal(delay.wait("ada", "198.51.100.10", NEVER))).toBe("429 30");
});

test("S4: twenty tries a minute for an address, over whatever accounts", async () => {
  const { delay, waits } = delays();
  for (let i = 0; i < TRIES_PER_ADDRESS; i++) await delay.wait(`user ${i}`, "198.51.100.1", NEVER);
  expect(waits).toEqual([]);
  await delay.wait("user x", "198.51.100.1", NEVER);
  expect(waits).toEqual([3_000]);
  await delay.wait("user x", "198.51.100.2", NEVER);
  expect(waits).toEqual([3_000]);
});

test("S4: no lock-out: tries of strangers do not slow down who has logged in from his place before", async () => {
  const { delay, waits } = delays();
  delay.succeeded("ada", "10.0.0.7");
  for (let i = 0; i < 50; i++) await refusal(delay.wait("ada", `203.0.113.${i}`, NEVER));
  waits.length = 0;
  await delay.wait("ada", "10.0.0.7", NEVER);
  expect(waits).toEqual([]);
});

test("refused tries cost nothing: after the longest wait the account is open again", async () => {
  const { delay, clock } = delays();
  for (let i = 0; i < 1_000; i++) await refusal(delay.wait("ada", `203.0.113.${i % 200}`, NEVER));
  clock.set(LONGEST_DELAY);
  expect(await refusal(delay.wait("ada", "192.0.2.1", NEVER))).toBe("let through");
});

test("tries refused for the account do not count against the address: others behind it log in as before", async () => {
  const { delay, waits } = delays();
  for (let i = 0; i < 7; i++) await delay.wait("ada", `203.0.113.${i}`, NEVER);
  for (let i = 0; i < 50; i++) expect(await refusal(delay.wait("ada", "192.0.2.1", NEVER))).toBe("429 30");
  waits.length = 0;
  for (let i = 0; i < TRIES_PER_ADDRESS; i++) await delay.wait(`user ${i}`, "192.0.2.1", NEVER);
  expect(waits).toEqual([]);
});

test("who hangs up while waiting is not served", async () => {
  const clock = new ManualClock(0);
  const delay = new LoginDelay(clock, async (_ms, signal) => signal.throwIfAborted());
  for (let i = 0; i < TRIES_PER_ACCOUNT; i++) await delay.wait("ada", "192.0.2.1", NEVER);
  await expect(delay.wait("ada", "192.0.2.1", AbortSignal.abort())).rejects.toThrow();
});
