import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberIn, peerUsualOf, rangeIn, usualOf } from "./usual.ts";

describe("the usual, read from the learner's words", () => {
  test.for([
    ["0-4", { low: 0, high: 4 }],
    ["8 to 18", { low: 8, high: 18 }],
    ["1.5–2.5 GB", { low: 1.5e9, high: 2.5e9, unit: "B" }],
    ["0 B-3.99 kB an hour", { low: 0, high: 3_990, unit: "B" }],
    ["fewer than 25 in 10 min", { low: 0, high: 24 }],
    ["under 3, or p over 0.02", { low: 0, high: 2 }],
    ["4 (max 31)", { low: 4, mid: 4, high: 31 }],
    ["at most 2.1 MB", { low: 0, high: 2_100_000, unit: "B" }],
    ["18 kB", { low: 18_000, mid: 18_000, high: 18_000, unit: "B" }],
    ["1,200", { low: 1_200, mid: 1_200, high: 1_200 }],
    ["never in 412 uses", undefined],
    ["0 of 13", undefined],
    ["10.20.4.12", undefined],
    ["", undefined],
  ] as const)("%s", ([text, range]) => {
    expect(rangeIn(text)).toEqual(range);
  });

  test("an observed number is one only when the whole text begins as one", () => {
    expect([numberIn(412), numberIn("38.4 MB"), numberIn("python-requests/2.28.1"), numberIn("10.20.4.12"), numberIn("14:06"), numberIn(Number.NaN)]).toEqual([
      412,
      38_400_000,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("any range of whole numbers is read back, in order", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (a, b) => {
        expect(rangeIn(`${a}-${b}`)).toEqual({ low: Math.min(a, b), high: Math.max(a, b) });
      }),
    );
  });

  test("no text makes it throw, and what it reads is finite", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const range = rangeIn(text);
        expect(range === undefined || (range.low <= range.high && Number.isFinite(range.high))).toBe(true);
      }),
    );
  });

  test("numbers that the learner sends for drawing go before its words", () => {
    const why = { feature: "bytesOut", observed: 9, expected: "0-4", text: "", usual: { low: 1, high: 2 }, peers: "at most 7" };
    expect([usualOf(why), peerUsualOf(why)]).toEqual([
      { low: 1, high: 2 },
      { low: 0, high: 7 },
    ]);
  });
});
