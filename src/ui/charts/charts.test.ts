import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runsOfNull } from "./half-hours.tsx";
import { hatchPath } from "./hatch.tsx";
import { makeScale, niceTop } from "./scale.ts";
import { binned } from "./unusual-line.tsx";

const HOUR = 3_600_000;

describe("scales", () => {
  test("logarithmic when the ratio passes 100, linear below, round ticks", () => {
    expect(makeScale([4, 31], 0, 100)).toMatchObject({ log: false, ticks: [0, 10, 20, 30, 40] });
    expect(makeScale([1, 412, 31], 0, 100)).toMatchObject({ log: true, ticks: [1, 10, 100, 1_000] });
    expect(niceTop(31)).toBe(40);
  });

  test("keep the order of values and stay inside their ends", () => {
    const value = fc.double({ min: 0, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), value, value, (values, a, b) => {
        const scale = makeScale(values, 8, 242);
        const [low, high] = a <= b ? [a, b] : [b, a];
        expect(scale.at(low)).toBeLessThanOrEqual(scale.at(high) + 1e-9);
        for (const v of [a, b, ...values]) {
          expect(scale.at(v)).toBeGreaterThanOrEqual(8);
          expect(scale.at(v)).toBeLessThanOrEqual(242);
        }
      }),
    );
  });
});

describe("what was not seen", () => {
  test("is a gap, never a zero: runs of nulls, bins without an hour", () => {
    expect(runsOfNull([null, 1, null, null, 2, null])).toEqual([
      [0, 1],
      [2, 4],
      [5, 6],
    ]);
    const hour = (h: number, unusual: number) => ({ start: new Date(h * HOUR).toISOString(), unusual, p: 1, why: [] });
    const bins = binned([hour(0, 10), hour(1, 60), hour(9, 5)], 0, 12 * HOUR);
    expect(bins.map((b) => b?.worst)).toEqual([60, undefined, 5]);
  });

  test("hatching stays inside its frame", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60 }), (width, height) => {
        const numbers = [...hatchPath(0, 0, width, height).matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)];
        expect(numbers.every(([, x, y]) => Number(x) >= 0 && Number(x) <= width && Number(y) >= 0 && Number(y) <= height)).toBe(true);
      }),
    );
  });
});
