import type { Random } from "../../base/random.ts";
import { type Interval, middle95 } from "../statistics.ts";
import type { Network } from "./alert-files.ts";

export interface AtBudget {
  precision: number;
  coverage: number;
}

interface Scored {
  day: number;
  steps: ReadonlySet<string>;
  score: number;
}

/** Scored units with their score; those that are neither right nor wrong to show are left out. */
export function scoredUnits(network: Network, scores: readonly number[]): Scored[] {
  const out: Scored[] = [];
  network.units.forEach((unit, i) => {
    if (unit.scored && !unit.unsure) out.push({ day: Math.floor(unit.hour / 24), steps: unit.steps, score: scores[i] ?? 0 });
  });
  return out;
}

/** The best `perDay` times days units: share that belongs to an attack, share of the network's steps that they hold. */
export function atBudget(units: readonly Scored[], perDay: number): AtBudget {
  const days = new Set(units.map((u) => u.day)).size;
  const steps = new Set(units.flatMap((u) => [...u.steps]));
  const best = [...units].sort((a, b) => b.score - a.score).slice(0, perDay * days);
  const found = new Set(best.flatMap((u) => [...u.steps]));
  return {
    precision: best.length === 0 ? 0 : best.filter((u) => u.steps.size > 0).length / best.length,
    coverage: steps.size === 0 ? 1 : found.size / steps.size,
  };
}

/** What nobody can exceed: the attack's units first, those with steps not yet shown before the others. */
export function ceiling(units: readonly Scored[], perDay: number): AtBudget {
  const days = new Set(units.map((u) => u.day)).size;
  const attack = units.filter((u) => u.steps.size > 0);
  const steps = new Set(attack.flatMap((u) => [...u.steps]));
  const left = [...attack];
  const found = new Set<string>();
  for (let i = 0; i < perDay * days && left.length > 0; i++) {
    const gain = left.map((u) => [...u.steps].filter((s) => !found.has(s)).length);
    const [next] = left.splice(gain.indexOf(Math.max(...gain)), 1);
    for (const step of next?.steps ?? []) found.add(step);
  }
  return { precision: Math.min(1, attack.length / Math.min(units.length, perDay * days)), coverage: steps.size === 0 ? 1 : found.size / steps.size };
}

/** Mean over networks with a 95 % interval: networks drawn with replacement, and within each its days. */
export function meanOverNetworks(networks: readonly (readonly Scored[])[], of: (units: readonly Scored[]) => number, random: Random, draws = 400): Interval {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const perNetwork = networks.map((units) => {
    const days = new Map<number, Scored[]>();
    for (const unit of units) days.set(unit.day, [...(days.get(unit.day) ?? []), unit]);
    return [...days.values()];
  });
  const drawn: number[] = [];
  for (let d = 0; d < draws; d++) {
    const values = networks.map(() => {
      const days = perNetwork[Math.floor(random() * perNetwork.length)] ?? [];
      const redrawn = days.flatMap((_, i) => (days[Math.floor(random() * days.length)] ?? []).map((u) => ({ ...u, day: i })));
      return redrawn.some((u) => u.steps.size > 0) ? of(redrawn) : undefined;
    });
    const known = values.filter((v) => v !== undefined);
    if (known.length > 0) drawn.push(mean(known));
  }
  return { value: mean(networks.map((units) => of(units))), ...middle95(drawn, 0) };
}
