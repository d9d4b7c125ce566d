import { EndpointTypes, type HostHourScore } from "../../baseline/endpoint-types.ts";
import { CountedRandom } from "../../stats/counted-random.ts";
import { BatchForest } from "../others/batch-forest.ts";
import type { Network, Unit } from "./alert-files.ts";

/** A method's score of every unit of a network, in the order of its units. Every method sees an hour whole, scores it, then learns it. */
export type Method = { name: string; score(network: Network, seed: number): number[] };

export function scoresOfOurs(network: Network): HostHourScore[] {
  const model = new EndpointTypes();
  return byHour(network).flatMap(({ hour, units }) =>
    model.closeHour(
      hour,
      units.map((u) => ({ host: u.host, types: u.types })),
    ),
  );
}

export const METHODS: readonly Method[] = [
  { name: "wonted", score: (network) => scoresOfOurs(network).map((s) => s.score) },
  { name: "isolation forest", score: forest },
  { name: "z-score", score: zScore },
  { name: "first-seen type", score: firstSeen },
  { name: "control: raw count", score: (network) => network.units.map((u) => u.alerts) },
];

function byHour(network: Network): { hour: number; units: Unit[] }[] {
  const hours: { hour: number; units: Unit[] }[] = [];
  for (const unit of network.units) {
    const last = hours.at(-1);
    if (last?.hour === unit.hour) last.units.push(unit);
    else hours.push({ hour: unit.hour, units: [unit] });
  }
  return hours;
}

/** Alerts, types and types new to the host, on a log scale; fitted anew once a day on all units so far. */
function forest(network: Network, seed: number): number[] {
  const random = new CountedRandom(seed);
  const seen = new Map<string, Set<string>>();
  const rows: number[][] = [];
  const out: number[] = [];
  let fitted: BatchForest | undefined;
  let day = Number.NEGATIVE_INFINITY;
  for (const { hour, units } of byHour(network)) {
    if (rows.length > 0 && (Math.floor(hour / 24) > day || (fitted === undefined && rows.length > 100))) {
      fitted = new BatchForest(rows, random);
      day = Math.floor(hour / 24);
    }
    const fresh = units.map((unit) => {
      const known = seen.get(unit.host) ?? new Set<string>();
      seen.set(unit.host, known);
      const types = [...unit.types.keys()];
      return [Math.log1p(unit.alerts), Math.log1p(types.length), Math.log1p(types.filter((t) => !known.has(t)).length)];
    });
    for (const row of fresh) out.push(fitted?.score(row) ?? 0);
    rows.push(...fresh);
    for (const unit of units) for (const type of unit.types.keys()) seen.get(unit.host)?.add(type);
  }
  return out;
}

/** How far a host's logged number of alerts lies above its own mean, in its own standard deviations, both with two hours of prior. */
function zScore(network: Network): number[] {
  const hosts = new Map<string, { n: number; mean: number; squares: number }>();
  return network.units.map((unit) => {
    const host = hosts.get(unit.host) ?? { n: 0, mean: 0, squares: 0 };
    hosts.set(unit.host, host);
    const y = Math.log1p(unit.alerts);
    const z = (y - (host.n * host.mean + 2 * 2) / (host.n + 2)) / Math.sqrt((host.squares + 2) / (host.n + 2) + 0.02);
    host.n++;
    const off = y - host.mean;
    host.mean += off / host.n;
    host.squares += off * (y - host.mean);
    return z;
  });
}

/** Types that the host never showed, ties by how few hosts show the unit's types. */
function firstSeen(network: Network): number[] {
  const seen = new Map<string, Set<string>>();
  const hosts = new Map<string, Set<string>>();
  return byHour(network).flatMap(({ units }) => {
    const scores = units.map((unit) => {
      const known = seen.get(unit.host);
      const types = [...unit.types.keys()];
      return types.filter((t) => known?.has(t) !== true).length + 0.1 * types.reduce((sum, t) => sum + 1 / ((hosts.get(t)?.size ?? 0) + 1), 0);
    });
    for (const unit of units) {
      const known = seen.get(unit.host) ?? new Set<string>();
      seen.set(unit.host, known);
      for (const type of unit.types.keys()) {
        known.add(type);
        const at = hosts.get(type) ?? new Set<string>();
        hosts.set(type, at);
        at.add(unit.host);
      }
    }
    return scores;
  });
}
