import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { ConformalCalibrator } from "./conformal-calibrator.ts";

test("who has seen nothing finds nothing strange", () => {
  expect(new ConformalCalibrator().logP(1_000)).toBe(0);
});

test("p-values of a stream's own values are uniform", () => {
  const random = seededRandom(1);
  const calibrator = new ConformalCalibrator();
  const below = [0, 0, 0];
  const n = 20_000;
  for (let i = 0; i < n; i++) {
    const surprise = -3 * Math.log(1 - random());
    if (i > 500) for (let j = 0; j < 3; j++) below[j] = (below[j] ?? 0) + (calibrator.logP(surprise) < Math.log(10 ** -(j + 1)) ? 1 : 0);
    calibrator.learnOne(surprise);
  }
  const rates = below.map((count) => count / (n - 501));
  expect(rates[0]).toBeGreaterThan(0.085);
  expect(rates[0]).toBeLessThan(0.115);
  expect(rates[1]).toBeGreaterThan(0.006);
  expect(rates[1]).toBeLessThan(0.014);
  expect(rates[2]).toBeLessThan(0.003);
});

test("a short history proves little: after 20 values nothing is rarer than 1 in 42", () => {
  const calibrator = new ConformalCalibrator();
  for (let i = 0; i < 20; i++) calibrator.learnOne(1);
  expect(Math.exp(calibrator.logP(1e6))).toBeGreaterThanOrEqual(1 / 42);
});

test("what lies beyond the data is labelled extrapolated, what ten values have shown is not", () => {
  const random = seededRandom(2);
  const calibrator = new ConformalCalibrator();
  for (let i = 0; i < 5_000; i++) calibrator.learnOne(random());
  expect(calibrator.isExtrapolated(0.5)).toBe(false);
  expect(calibrator.isExtrapolated(40)).toBe(true);
  expect(calibrator.logP(40)).toBeLessThan(calibrator.logP(0.99));
  for (let i = 0; i < 15; i++) calibrator.learnOne(50);
  expect(calibrator.isExtrapolated(40)).toBe(false);
  expect(Math.exp(calibrator.logP(40))).toBeCloseTo(15.5 / 5_016, 3);
});

test("it forgets: a level left 200,000 values ago no longer counts", () => {
  const calibrator = new ConformalCalibrator({ halfLife: 2_000 });
  for (let i = 0; i < 2_000; i++) calibrator.learnOne(10);
  for (let i = 0; i < 40_000; i++) calibrator.learnOne(1);
  expect(Math.exp(calibrator.logP(9))).toBeLessThan(0.001);
});
