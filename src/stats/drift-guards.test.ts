import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { addToDay, closeDay, DAY_LEVEL_STRIDE, dayLevelSurprise, forgetDays } from "./day-level.ts";
import { LevelShift } from "./level-shift.ts";
import { setVolumeLevel, VOLUME_STRIDE, volumeQuantile, volumeSurprise } from "./volume-hurdle.ts";

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe("the level of days (T15)", () => {
  function days(random: () => number, count: number, level = 3): Float64Array {
    const state = new Float64Array(DAY_LEVEL_STRIDE);
    for (let day = 1; day <= count; day++) {
      closeDay(state, 0, day);
      for (let h = 0; h < 24; h++) addToDay(state, 0, level + 0.5 * gauss(random));
    }
    return state;
  }

  test("a day's mean one hour's spread above the usual is plain, a usual day is not, and few days say nothing", () => {
    const state = days(seededRandom(1), 12);
    expect(dayLevelSurprise(state, 0, 3.5)).toBeGreaterThan(Math.log(300));
    expect(dayLevelSurprise(state, 0, 3)).toBeLessThan(3);
    expect(dayLevelSurprise(days(seededRandom(1), 3), 0, 9)).toBe(0);
  });

  test("usual days are below 0.01 about one time in a hundred", () => {
    const random = seededRandom(2);
    let below = 0;
    let seen = 0;
    for (let trial = 0; trial < 60; trial++) {
      const state = new Float64Array(DAY_LEVEL_STRIDE);
      for (let day = 1; day <= 60; day++) {
        const surprise = closeDay(state, 0, day)?.surprise ?? 0;
        const level = 0.2 * gauss(random);
        for (let h = 0; h < 24; h++) addToDay(state, 0, 3 + level + 0.5 * gauss(random));
        if (day <= 10) continue;
        seen++;
        if (surprise > Math.log(100)) below++;
      }
    }
    expect(below / seen).toBeGreaterThan(0.002);
    expect(below / seen).toBeLessThan(0.025);
  });

  test("a day is closed once, by the first hour of another, and can be forgotten", () => {
    const state = days(seededRandom(3), 12);
    expect(closeDay(state, 0, 12)).toBeUndefined();
    for (let h = 0; h < 24; h++) addToDay(state, 0, 6);
    const closed = closeDay(state, 0, 13);
    expect(closed?.surprise).toBeGreaterThan(10);
    // Half of its hours were usual ones.
    expect(closed?.mean).toBeCloseTo(4.5, 0);
    expect(closed?.usual).toBeCloseTo(3, 0);
    expect(closeDay(state, 0, 13)).toBeUndefined();
    forgetDays(state, 0);
    expect(dayLevelSurprise(state, 0, 9)).toBe(0);
  });
});

describe("lasting change (T15)", () => {
  test("a day beyond the usual is a shift to the level of that day; six hours a day never are", () => {
    const watch = new LevelShift();
    const random = seededRandom(4);
    let shift: ReturnType<LevelShift["observe"]>;
    let hours = 0;
    while (shift === undefined && hours < 100) {
      shift = watch.observe(5 + 0.3 * gauss(random), true);
      hours++;
    }
    expect(hours).toBe(15);
    expect(shift?.mean).toBeCloseTo(5, 0);
    for (let h = 0; h < 24 * 30; h++) expect(watch.observe(h % 24 < 6 ? 5 : 3, h % 24 < 6)).toBeUndefined();
  });

  test("it goes on from its saved state, and is idle when nothing was beyond for a day", () => {
    const watch = new LevelShift();
    for (let h = 0; h < 14; h++) watch.observe(5, true);
    const copy = new LevelShift();
    copy.load(JSON.parse(JSON.stringify(watch.save())));
    expect(copy.observe(5, true)).toMatchObject({ n: 15, mean: 5 });
    for (let h = 0; h < 24; h++) watch.observe(3, false);
    expect(watch.isIdle).toBe(true);
  });

  test("what became the new usual is not strange any more, and ten times that is", () => {
    const state = new Float64Array(VOLUME_STRIDE);
    const prior = { positive: 1, mean: 3, variance: 0.3, weight: 1 };
    state.set([200, 0, 200, 3, 50, 300, 3]);
    expect(volumeSurprise(state, 0, Math.exp(6), prior)).toBeGreaterThan(Math.log(1e4));
    setVolumeLevel(state, 0, { n: 15, mean: 6, squares: 4 });
    expect(volumeSurprise(state, 0, Math.exp(6), prior)).toBeLessThan(2);
    expect(volumeSurprise(state, 0, Math.exp(9), prior)).toBeGreaterThan(Math.log(200));
    expect(volumeQuantile(state, 0, 0.5, prior)).toBeGreaterThan(Math.exp(5));
  });
});
