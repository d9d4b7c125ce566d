import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runsOfNull } from "./half-hours.tsx";
import { hatchPath } from "./hatch.tsx";
import { rarity } from "./range-strip.tsx";
import { makeScale, niceTop } from "./scale.ts";
import { binned } from "./unusual-line.tsx";
import { placeOf } from "./world/places.ts";
import { project, WORLD_HEIGHT, WORLD_WIDTH } from "./world/project.ts";

const HOUR = 3_600_000;

test("a number without a scale is said by how rare it is", () => {
  expect([0.000185, 0.04, 1, 3, 0].map(rarity)).toEqual(["one in 5,400", "one in 25", "one in 1", "one in 1", "one in 1,000,000,000"]);
});

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

test("countries have a place on the map, inside the picture and where they lie", () => {
  const missing: string[] = [];
  for (const code of "AE AR AT AU BE BG BR CA CH CL CN CO CZ DE DK EE EG ES FI FR GB GR HK HR HU ID IE IL IN IR IS IT JP KE KP KR LT LU LV MA MX MY NG NL NO NZ PE PH PK PL PT RO RS RU SA SE SG SI SK TH TR TW UA US VN ZA".split(
    " ",
  )) {
    const place = placeOf(code);
    const [x, y] = place === undefined ? [-1, -1] : project(...place);
    if (x < 0 || x > WORLD_WIDTH || y < 0 || y > WORLD_HEIGHT) missing.push(code);
  }
  expect(missing).toEqual([]);
  // The largest lies in the middle of Asia, not beyond the date line.
  expect(project(...(placeOf("RU") ?? [0, 0]))[0]).toBeLessThan(project(...(placeOf("JP") ?? [0, 0]))[0]);
  expect(placeOf("own network")).toBeUndefined();
  // Berlin lies east of London and north of Rome.
  const at = (code: string): readonly [number, number] => project(...(placeOf(code) ?? [0, 0]));
  expect(at("DE")[0]).toBeGreaterThan(at("GB")[0]);
  expect(at("DE")[1]).toBeLessThan(at("IT")[1]);
});
