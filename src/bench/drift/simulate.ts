import type { Random } from "../../base/random.ts";
import type { VolumePrior } from "../../stats/volume-hurdle.ts";
import type { LearnerKind } from "./learners.ts";

/** One device's honest hours, ln(1+x): mean 3.5, sd 0.5 within a day; `days`: sd of the level from one day to the next. */
export interface World {
  random: Random;
  days: number;
}

const PRIOR: VolumePrior = { positive: 0.5, mean: 3, variance: 1, weight: 2 };
const BEYOND = Math.log(1e-3);
const STRICT = Math.log(1e-4);
const HISTORY = 240;
const RAMP = 0.01;
const MOST_RAMP = 3.9;

function gauss(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function honest(world: World): (hour: number) => number {
  let day = -1;
  let level = 0;
  return (hour) => {
    if (Math.floor(hour / 24) !== day) {
      day = Math.floor(hour / 24);
      level = world.days * gauss(world.random);
    }
    return 3.5 + level + 0.5 * gauss(world.random);
  };
}

export interface Drift {
  /** Share of honest hours below 1e-3 after 100 hours, days below 1e-3 counted as hours. */
  falseRate: number;
  /** Hours below 1e-3 in the 240 hours after the level rose tenfold for good, and "changed behaviour" items. */
  shiftHours: number;
  shiftItems: number;
  /** A burst of twelvefold volume for six hours every day is still below 1e-3 on the tenth day: 0 or 1. */
  burst: number;
  /** ln of the factor at which a rise of 1 % an hour was caught (an hour below 1e-4, or a day below 1e-3), or 3.9 when it never was. */
  ramp: number;
  rampCaught: number;
}

export function driftTrial(kind: LearnerKind, world: World): Drift {
  const usual = honest(world);
  const steady = kind.make(PRIOR);
  let hours = 0;
  let beyond = 0;
  for (let h = 0; h < 600; h++) {
    const judged = steady.step(h, usual(h));
    if (h < 100) continue;
    hours++;
    if (judged.hour < BEYOND || judged.day < BEYOND) beyond++;
  }
  let shiftHours = 0;
  for (let h = 600; h < 840; h++) {
    const judged = steady.step(h, usual(h) + Math.log(10));
    if (judged.hour < BEYOND || judged.day < BEYOND) shiftHours++;
  }
  const bursty = kind.make(PRIOR);
  for (let h = 0; h < HISTORY; h++) bursty.step(h, usual(h));
  let burst = 0;
  for (let h = HISTORY; h < HISTORY + 240; h++) {
    const inBurst = h % 24 < 6;
    const judged = bursty.step(h, usual(h) + (inBurst ? Math.log(12) : 0));
    if (h >= HISTORY + 216 && inBurst && judged.hour < BEYOND) burst = 1;
  }
  const ramped = kind.make(PRIOR);
  for (let h = 0; h < HISTORY; h++) ramped.step(h, usual(h));
  let ramp = 0;
  let rampCaught = 0;
  for (let h = HISTORY; ramp < MOST_RAMP && rampCaught === 0; h++) {
    ramp += RAMP;
    const judged = ramped.step(h, usual(h) + ramp);
    if (judged.hour < STRICT || judged.day < BEYOND || ramped.items > 0) rampCaught = 1;
  }
  return { falseRate: beyond / hours, shiftHours, shiftItems: steady.items, burst, ramp, rampCaught };
}

export interface ColdStart {
  /** Twentyfold the device's usual is below 0.01 after this many hours of history: 0 or 1. */
  seen: number;
  /** So is a usual hour: 0 or 1. */
  falseAlarm: number;
}

/** What a group of 50 devices is like: their levels spread by sd 0.7, hours of one device by 0.5. */
export function groupPrior(random: Random): VolumePrior {
  const levels = Array.from({ length: 50 }, () => 3.5 + 0.7 * gauss(random));
  const mean = levels.reduce((a, b) => a + b, 0) / levels.length;
  const between = levels.reduce((sum, l) => sum + (l - mean) ** 2, 0) / (levels.length - 1);
  return { positive: 1, mean, variance: 0.25, weight: Math.min(2, Math.max(0.1, 0.25 / between)), shape: 3 };
}

export function coldStartTrial(kind: LearnerKind, random: Random, hours: number): ColdStart {
  const level = 3.5 + 0.7 * gauss(random);
  const at = (): number => level + 0.5 * gauss(random);
  const learner = kind.make(groupPrior(random));
  for (let h = 0; h < hours; h++) learner.step(h, at());
  const seen = learner.step(hours, at() + Math.log(20)).hour < Math.log(0.01) ? 1 : 0;
  const other = kind.make(groupPrior(random));
  for (let h = 0; h < hours; h++) other.step(h, at());
  const falseAlarm = other.step(hours, at()).hour < Math.log(0.01) ? 1 : 0;
  return { seen, falseAlarm };
}
