import fc from "fast-check";
import { expect, test } from "vitest";
import { combineHarmonic, FAMILY_CAP, qValues, sidak, sidakSurprise } from "./combine.ts";

const p = fc.double({ min: 1e-12, max: 1, noNaN: true });

test("the harmonic mean of equal p-values is that p", () => {
  expect(combineHarmonic([2, 2, 2])).toBeCloseTo(2, 12);
  expect(combineHarmonic([])).toBe(0);
});

test("one broken family claims no more than the cap and cannot decide alone", () => {
  expect(combineHarmonic([700, 0, 0, 0])).toBeCloseTo(Math.log((Math.exp(FAMILY_CAP) + 3) / 4), 9);
  expect(combineHarmonic([Number.NaN, 3])).toBeCloseTo(3, 12);
});

test("Šidák in p and in surprises say the same", () => {
  fc.assert(
    fc.property(p, fc.integer({ min: 1, max: 500 }), (x, m) => {
      expect(Math.exp(-sidakSurprise(-Math.log(x), m))).toBeCloseTo(sidak(x, m), 9);
      expect(sidak(x, m)).toBeGreaterThanOrEqual(x - 1e-12);
    }),
  );
  expect(sidakSurprise(50, 1_000)).toBeCloseTo(50 - Math.log(1_000), 9);
});

test("q-values: Benjamini and Hochberg's own example, and never below p nor out of order", () => {
  // Their Table 1 (1995): at 5 % the first four of fifteen are rejected.
  const table = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1];
  expect(qValues(table).filter((q) => q <= 0.05)).toHaveLength(4);
  fc.assert(
    fc.property(fc.array(p, { maxLength: 50 }), (values) => {
      const q = qValues(values);
      for (let i = 0; i < values.length; i++) {
        expect(q[i]).toBeGreaterThanOrEqual((values[i] ?? 0) - 1e-12);
        for (let j = 0; j < values.length; j++) if ((values[i] ?? 0) < (values[j] ?? 0)) expect(q[i]).toBeLessThanOrEqual(q[j] ?? 0);
      }
    }),
  );
});
