import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { VolumeHurdle } from "./volume-hurdle.ts";

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Hours of a habit: e^level bytes, give or take. */
function habit(random: () => number, hours: number, level = 8, sd = 0.5): VolumeHurdle {
  const volume = new VolumeHurdle();
  for (let i = 0; i < hours; i++) volume.learnOne(Math.exp(level + sd * gauss(random)));
  return volume;
}

test("twenty times the usual is seen after a day of history, and not called impossible after an hour", () => {
  const random = seededRandom(1);
  expect(habit(random, 24).scoreOne(20 * Math.exp(8))).toBeGreaterThan(-Math.log(0.001));
  expect(habit(random, 1).scoreOne(20 * Math.exp(8))).toBeLessThan(-Math.log(0.001));
});

test("little or nothing is never strange", () => {
  const volume = habit(seededRandom(2), 100);
  expect(volume.scoreOne(0)).toBe(0);
  expect(volume.scoreOne(1)).toBeLessThan(0.1);
});

test("any activity is strange for what has always been silent", () => {
  const volume = new VolumeHurdle();
  for (let i = 0; i < 500; i++) volume.learnOne(0);
  expect(volume.scoreOne(1)).toBeGreaterThan(3);
});

test("a burst repeated every day is still strange on the tenth", () => {
  const random = seededRandom(3);
  const volume = habit(random, 240);
  for (let day = 0; day < 10; day++)
    for (let hour = 0; hour < 24; hour++) volume.learnOne(Math.exp(8 + (hour < 3 ? 3 : 0) + 0.5 * gauss(random)), hour < 3 ? 0.25 : 1);
  expect(volume.scoreOne(Math.exp(11))).toBeGreaterThan(-Math.log(0.001));
});

test("the quantile it shows is the one it scores by", () => {
  const volume = habit(seededRandom(4), 200);
  expect(Math.exp(-volume.scoreOne(volume.quantile(0.05)))).toBeCloseTo(0.05, 2);
});

test("more is never less strange", () => {
  const volume = habit(seededRandom(5), 50);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.double({ min: 0, max: 1e15, noNaN: true }), (a, b) => {
      expect(volume.scoreOne(Math.max(a, b))).toBeGreaterThanOrEqual(volume.scoreOne(Math.min(a, b)) - 2e-3);
    }),
  );
});
