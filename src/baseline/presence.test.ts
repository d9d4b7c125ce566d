import fc from "fast-check";
import { expect, test } from "vitest";
import { Presence, TICK, tickOf } from "./presence.ts";

const HOUR = 4;

test("a value counts once an hour, and is still new for the rest of its first hour", () => {
  const presence = new Presence();
  expect(presence.touch(7, 100, 1)).toBe(2);
  expect(presence.hours(7, 103)).toBe(0);
  expect(presence.touch(7, 103, 1)).toBe(0);
  expect(presence.hours(7, 100 + HOUR)).toBeCloseTo(1, 2);
  expect(presence.touch(7, 100 + HOUR, 1)).toBe(1);
  expect(presence.hours(7, 100 + HOUR)).toBeCloseTo(1, 1);
});

test("presence fades by half in 28 days", () => {
  const presence = new Presence();
  for (let hour = 0; hour < 40; hour++) presence.touch(9, hour * HOUR, 1);
  const before = presence.hours(9, 40 * HOUR);
  expect(presence.hours(9, (40 + 672) * HOUR) / before).toBeCloseTo(0.5, 1);
});

test("a value learned at a quarter of its weight counts a quarter", () => {
  const presence = new Presence();
  presence.touch(3, 0, 0.25);
  expect(presence.hours(3, HOUR)).toBeCloseTo(0.25, 2);
});

test("ten thousand values take no more than their room, and what was pushed out is not new again", () => {
  const presence = new Presence();
  for (let i = 1; i <= 10_000; i++) presence.touch(Math.imul(i, 0x9e3779b1) >>> 0, 10 + Math.floor(i / 100), 1);
  expect(presence.size).toBeLessThanOrEqual(384);
  expect(presence.bytes).toBeLessThan(4_700);
  expect(presence.hours(0x9e3779b1, 400)).toBe(-1);
});

test("within its room it knows every value that was touched and no other", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { maxLength: 300 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }), (hashes, other) => {
      const presence = new Presence();
      for (const hash of hashes) presence.touch(hash, 5, 1);
      for (const hash of hashes) expect(presence.holds(hash)).toBe(true);
      if (!hashes.includes(other)) expect(presence.hours(other, 9)).toBe(0);
    }),
  );
});

test("ticks are quarter hours, and their wrap after 682 days does no harm", () => {
  expect(tickOf(5 * TICK + 1)).toBe(5);
  const presence = new Presence();
  presence.touch(1, 0xffff, 1);
  expect(presence.hours(1, 4)).toBeCloseTo(1, 2);
});
