import { expect, test } from "vitest";
import { PASSWORD_COST, Passwords } from "./passwords.ts";

const CHEAP = { memoryKiB: 8, passes: 1, lanes: 1 };

test("S1: argon2id, 64 MiB, three passes, one lane", async () => {
  const hash = await new Passwords().hash("correct horse battery");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
  expect(new Passwords().isOld(hash)).toBe(false);
  expect(new Passwords({ ...PASSWORD_COST, passes: 4 }).isOld(hash)).toBe(true);
});

test("what one keyboard sends composed and another decomposed is one password", async () => {
  const passwords = new Passwords(CHEAP);
  const hash = await passwords.hash("bl\u00fcmchen caf\u00e9");
  expect(await passwords.verify(hash, "blu\u0308mchen cafe\u0301")).toBe(true);
  expect(await passwords.verify(hash, "blumchen cafe")).toBe(false);
});

test("no password is right for an unknown or erased user, not even the one behind the stand-in", async () => {
  for (const stored of [undefined, ""]) expect(await new Passwords(CHEAP).verify(stored, "no user has this password, and none can")).toBe(false);
});

test("S1: an unknown user takes as long as a wrong password", async () => {
  const passwords = new Passwords({ memoryKiB: 8_192, passes: 2, lanes: 1 });
  const hash = await passwords.hash("correct horse battery");
  await passwords.verify(undefined, "warm up");
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let i = 0; i < 7; i++) {
    for (const [kind, stored] of [
      ["known", hash],
      ["unknown", undefined],
    ] as const) {
      const start = performance.now();
      await passwords.verify(stored, "not the password");
      times[kind].push(performance.now() - start);
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[3] ?? 0;
  // Without the stand-in the unknown would be a thousand times faster.
  expect(median(times.unknown)).toBeGreaterThan(median(times.known) / 3);
  expect(median(times.unknown)).toBeLessThan(median(times.known) * 3);
});

test("S1: two at once; of more than 64 that wait the rest is refused, and the others all get their answer", async () => {
  const passwords = new Passwords(CHEAP);
  const hash = await passwords.hash("correct horse battery");
  // The stand-in for unknown users is made at the start and takes one of the two places until then.
  await passwords.verify(undefined, "warm up");
  const results = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.verify(hash, "correct horse battery")));
  const done = results.filter((result) => result.status === "fulfilled");
  expect(done.every((result) => result.value)).toBe(true);
  expect(done).toHaveLength(66);
  expect(await passwords.verify(hash, "correct horse battery")).toBe(true);
});
