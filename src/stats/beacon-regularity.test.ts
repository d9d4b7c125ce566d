import { expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { BeaconRegularity, moranSurprise, type Regularity } from "./beacon-regularity.ts";

function series(seed: number, period: number, jitter: number, lost: number, beats: number): Regularity {
  const random = seededRandom(seed);
  const beacon = new BeaconRegularity();
  let time = 1e6;
  for (let i = 0; i < beats; i++) {
    if (random() >= lost) beacon.learnOne({ time, bytes: 300 });
    time += period * (1 + jitter * (2 * random() - 1));
  }
  return beacon.judge();
}

/** Contacts as people and servers make them: waits spread over orders of magnitude, in bursts. */
function people(seed: number, contacts: number): Regularity {
  const random = seededRandom(seed);
  const beacon = new BeaconRegularity();
  let time = 1e6;
  for (let i = 0; i < contacts; i++) {
    beacon.learnOne({ time, bytes: Math.round(Math.exp(6 + 3 * random())) });
    time += random() < 0.7 ? 2 + 20 * random() : -600 * Math.log(1 - random());
  }
  return beacon.judge();
}

test("clockwork is 1, with its period and no spread", () => {
  const clock = series(1, 300, 0, 0, 288);
  expect(clock.regularity).toBeGreaterThan(0.95);
  expect(clock.period).toBeCloseTo(300, 3);
  expect(clock.spread).toBeLessThan(0.001);
  expect(clock.sizes).toBe(1);
});

test("missed beats are folded back: a third lost, the period stands", () => {
  const lossy = series(2, 600, 0.1, 0.33, 200);
  expect(lossy.period).toBeGreaterThan(560);
  expect(lossy.period).toBeLessThan(640);
  expect(lossy.regularity).toBeGreaterThan(0.75);
});

test("half jitter and a third lost still stand above people's contacts, nineteen times in twenty", () => {
  const crowd = Array.from({ length: 200 }, (_, i) => people(1_000 + i, 60).regularity).sort((a, b) => b - a);
  const threshold = crowd[2] ?? 1;
  let found = 0;
  for (let i = 0; i < 200; i++) if (series(i, 300, 0.5, 0.3, 60).regularity > threshold) found++;
  expect(found / 200).toBeGreaterThanOrEqual(0.95);
});

test("a few even gaps are not yet certainty", () => {
  expect(series(3, 60, 0, 0, 7).regularity).toBeLessThan(0.7);
  expect(series(3, 60, 0, 0, 7).evenness).toBeGreaterThan(0.95);
});

test("Poisson arrivals are no evidence: about one series in a hundred reaches 1 %", () => {
  const random = seededRandom(4);
  let strange = 0;
  for (let trial = 0; trial < 2_000; trial++) {
    let sum = 0;
    let sumLog = 0;
    for (let i = 0; i < 50; i++) {
      const gap = -100 * Math.log(1 - random());
      sum += gap;
      sumLog += Math.log(gap);
    }
    if (moranSurprise(50, sum, sumLog) > -Math.log(0.01)) strange++;
  }
  expect(strange / 2_000).toBeLessThan(0.025);
});
