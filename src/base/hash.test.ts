import fc from "fast-check";
import { expect, test } from "vitest";
import { contentId, hash32 } from "./hash.ts";

test("ids depend on every part and on where one part ends", () => {
  expect(contentId("ab", "c")).not.toBe(contentId("a", "bc"));
  expect(contentId("a", 1)).toBe(contentId("a", "1"));
  expect(contentId("model", "entity", 0)).toMatch(/^[0-9a-z_]{16}$/);
});

test("no two of 200,000 made-up keys share an id, and buckets fill evenly", () => {
  const ids = new Set<string>();
  const buckets = new Uint32Array(64);
  for (let i = 0; i < 200_000; i++) {
    ids.add(contentId("Device / Model", `10.0.${i >> 8}.${i & 255}`, i));
    const bucket = hash32(`10.0.${i >> 8}.${i & 255}`) & 63;
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(ids.size).toBe(200_000);
  expect(Math.max(...buckets)).toBeLessThan((200_000 / 64) * 1.1);
});

test("hash32 is a uint32 of any text", () => {
  fc.assert(fc.property(fc.string(), fc.integer(), (text, seed) => hash32(text, seed) === hash32(text, seed) >>> 0));
});
