import { seededRandom } from "../base/random.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { LEARNERS } from "./drift/learners.ts";
import { coldStartTrial, type Drift, driftTrial } from "./drift/simulate.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** How much a device's level differs from one day to the next (sd of ln): as even as the anchors' simulation, and as uneven as people. */
const WORLDS = [
  { name: "", days: 0 },
  { name: ".unevenDays", days: 0.25 },
];

function trials(options: BenchOptions, usual: number): number {
  const given = Number(options.given("trials")[0] ?? usual);
  return Number.isInteger(given) && given > 0 ? given : usual;
}

async function runDrift(options: BenchOptions): Promise<BenchResult> {
  const n = trials(options, 200);
  const figures: Figure[] = [];
  for (const world of WORLDS) {
    for (const kind of LEARNERS) {
      // The same honest hours for every learner.
      const random = seededRandom(options.seed);
      const all = Array.from({ length: n }, () => driftTrial(kind, { random, days: world.days }));
      const add = (name: string, of: (d: Drift) => number, after: (mean: number) => number = (x) => x, unit?: string): void => {
        const values = all.map(of);
        const { mean, half } = meanOf(values);
        const [a, b] = [after(mean - half), after(mean + half)];
        figures.push({
          name: `${name}${world.name}`,
          method: kind.name,
          value: after(mean),
          low: Math.min(a, b),
          high: Math.max(a, b),
          ...(unit === undefined ? {} : { unit }),
        });
      };
      add("dailyBurst.caughtOnDay10", (d) => d.burst);
      add("shift.alertHours", (d) => d.shiftHours, undefined, "h");
      add("shift.items", (d) => d.shiftItems);
      add("ramp.factorWhenCaught", (d) => d.ramp, Math.exp);
      add("ramp.caught", (d) => d.rampCaught);
      add("honest.below1e-3", (d) => d.falseRate);
    }
  }
  return { bench: "drift", version: VERSION_OF_BENCH, figures };
}

async function runColdStart(options: BenchOptions): Promise<BenchResult> {
  const n = trials(options, 2_000);
  const figures: Figure[] = [];
  for (const hours of [1, 6]) {
    for (const kind of LEARNERS) {
      const random = seededRandom(options.seed + hours);
      const all = Array.from({ length: n }, () => coldStartTrial(kind, random, hours));
      for (const [name, values] of [
        [`x20.seenAfter${hours}h`, all.map((t) => t.seen)],
        [`honest.alarmAfter${hours}h`, all.map((t) => t.falseAlarm)],
      ] as const) {
        const { mean, half } = meanOf(values);
        figures.push({ name, method: kind.name, value: mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) });
      }
    }
  }
  return { bench: "cold-start", version: VERSION_OF_BENCH, figures };
}

function meanOf(values: readonly number[]): { mean: number; half: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, half: 1.96 * Math.sqrt(variance / values.length) };
}

export const driftBench: Bench = {
  name: "drift",
  makesOwn: true,
  goals: [
    { name: "dailyBurst.caughtOnDay10", atLeast: 1 },
    { name: "shift.alertHours", atMost: 60, reach: 24 },
    { name: "ramp.factorWhenCaught", atMost: 20, reach: 8 },
  ],
  about: {
    what: "One volume of one device, hour by hour, with the product's learner (hurdle with slow anchor, winsorised and doubted learning, level of days, lasting change taken over as one item to accept or reverse) beside learners without these guards. A burst of twelvefold volume for six hours every day; a lawful tenfold rise for good; a rise of 1 % an hour. Every learner sees the same honest hours. `unevenDays`: the device's level also differs from day to day by a quarter (sd of the logarithm).",
    flaws: ["Simulated: honest hours are normal on a log scale and have no weekend; calibration, which the product adds, is left out."],
    misses: ["A rise slow enough to stay within the spread of days for months: absolute ceilings and the group's view stand against it, not this learner."],
  },
  run: runDrift,
};

export const coldStartBench: Bench = {
  name: "cold-start",
  makesOwn: true,
  goals: [
    { name: "x20.seenAfter1h", atLeast: 0.55, reach: 0.9 },
    { name: "x20.seenAfter6h", atLeast: 0.95, reach: 0.99 },
  ],
  about: {
    what: "A new device of a group of 50: is twentyfold its usual volume below p = 0.01 after 1 and after 6 hours of history, and how often is a usual hour? Every learner gets the same prior of the group.",
    flaws: ["Simulated: levels of devices are normal on a log scale, and all devices of the group are known as one."],
    misses: ["After one hour, one device in twenty whose first hour happened to be high."],
  },
  run: runColdStart,
};
