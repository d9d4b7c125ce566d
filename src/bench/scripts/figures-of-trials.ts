import { type Random, seededRandom } from "../../base/random.ts";
import type { Figure } from "../figures.ts";
import { middle95 } from "../statistics.ts";
import type { Outcome } from "./trial.ts";

export interface Trials {
  /** By seed. */
  seeds: Outcome[][];
  variants: Outcome[][];
  honest: { incidents: number; alerts: number }[];
}

const DRAWS = 500;
const BUDGETS = [5, 9];
type Place = (o: Outcome) => number | undefined;
const METHODS: readonly [method: string, place: Place][] = [
  ["wonted", (o) => o.rank],
  ["control: most records", (o) => o.others?.records],
  ["first seen", (o) => o.others?.fresh],
  ["isolation forest", (o) => o.others?.forest],
];

/** Shares with an interval from seeds drawn anew: what one organisation has in common is in all of its trials. */
export function figuresOf(trials: Trials, seed: number): Figure[] {
  const random = seededRandom(seed);
  const figures: Figure[] = [];
  for (const budget of BUDGETS)
    for (const [method, place] of METHODS)
      figures.push({ name: `shown@${budget}`, method, ...shareOf(trials.seeds, (o) => (place(o) ?? 99) <= budget, random) });
  figures.push({ name: "alerted", method: "wonted", ...shareOf(trials.seeds, (o) => o.minutes !== undefined, random) });
  if (trials.variants.some((v) => v.length > 0)) {
    for (const budget of BUDGETS)
      for (const [method, place] of METHODS)
        figures.push({ name: `lateral.shown@${budget}`, method, ...shareOf(trials.variants, (o) => (place(o) ?? 99) <= budget, random) });
    figures.push({ name: "lateral.variants", method: "wonted", value: trials.variants.flat().length });
  }
  const names = [...new Set(trials.seeds.flat().map((o) => o.attack))];
  for (const name of names) {
    const of = trials.seeds.map((list) => list.filter((o) => o.attack === name));
    for (const [method, place] of METHODS) figures.push({ name: `${name}.shown@5`, method, ...shareOf(of, (o) => (place(o) ?? 99) <= 5, random) });
    const minutes = of.flat().flatMap((o) => (o.minutes === undefined ? [] : [o.minutes]));
    if (minutes.length > 0) figures.push({ name: `${name}.minutes`, method: "wonted", value: median(minutes) });
  }
  const every = trials.seeds.flat();
  figures.push(
    { name: "techniques", method: "wonted", value: mean(every.map((o) => o.techniques)) },
    { name: "minutes.median", method: "wonted", value: median(every.flatMap((o) => (o.minutes === undefined ? [] : [o.minutes]))) },
    { name: "honest.incidentsPerDay", method: "wonted", value: mean(trials.honest.map((h) => h.incidents)) },
    { name: "honest.alertsPerDay", method: "wonted", value: mean(trials.honest.map((h) => h.alerts)) },
    { name: "seeds", method: "wonted", value: trials.seeds.length },
  );
  return figures;
}

export function shareOf<T>(bySeed: readonly (readonly T[])[], holds: (item: T) => boolean, random: Random): { value: number; low: number; high: number } {
  const share = (lists: readonly (readonly T[])[]): number => {
    const all = lists.flat();
    return all.filter(holds).length / Math.max(1, all.length);
  };
  const drawn = Array.from({ length: DRAWS }, () => share(bySeed.map(() => bySeed[Math.floor(random() * bySeed.length)] ?? [])));
  const value = share(bySeed);
  return { value, ...middle95(drawn, value) };
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
