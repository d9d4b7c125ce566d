import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Random, seededRandom } from "../../base/random.ts";
import { CodedError } from "../../base/result.ts";
import type { Bench, BenchOptions } from "../bench.ts";
import type { BenchResult, Figure } from "../figures.ts";
import { middle95 } from "../statistics.ts";
import { VERSION_OF_BENCH } from "../version.ts";
import { OURS, type PassResult, passEdges } from "./edge-pass.ts";
import { edgeAuc, edgeSet } from "./measure-edges.ts";
import { type Budget, dayDraws, Ranking, truthOf, type UnitTruth, unitKey } from "./measure-units.ts";
import { type Edges, readEdges, timeOrder } from "./read-edges.ts";

/** Days learned before anything is judged, where the history is shorter. */
const WARM_UP = 13;
const BUDGETS = [1, 3, 5, 10];
const DRAWS = 500;
const AUC_DRAWS = 200;
const FIGURES: readonly [name: string, of: keyof Budget][] = [
  ["precision", "precision"],
  ["coverage", "coverage"],
  ["falsePerDeviceDay", "falsePerDeviceDay"],
  ["slowCoverage", "slowCoverage"],
];

async function run(options: BenchOptions): Promise<BenchResult> {
  if (options.data.length === 0) throw new CodedError("bad-option", "network-edges: --data FILE is missing", { exitCode: 2 });
  const edges = readEdges(options.history, options.data);
  const order = timeOrder(edges);
  if (order.length === 0) throw new CodedError("bad-option", "network-edges: no line of the data can be read", { exitCode: 2 });
  if (edges.unread > 0) options.print(`${edges.unread} lines could not be read; they count as benign with score 0\n`);
  const passed = passEdges(edges, order, options.seed);
  const dayOf = (line: number | undefined): number => Math.floor((edges.minute[line ?? 0] ?? 0) / 1_440);
  const first = dayOf(order[0]);
  const last = dayOf(order.at(-1));
  const dataFirst = order.reduce((least, line) => (line >= edges.dataFrom ? Math.min(least, dayOf(line)) : least), last);
  const warm = first + WARM_UP;
  options.print(
    `${edges.count.toLocaleString("en-GB")} lines, ${edges.addresses.length.toLocaleString("en-GB")} addresses; our pass took ${passed.seconds.toFixed(1)} s without the other methods, state ${(passed.stateBytes / 1e6).toFixed(0)} MB\n`,
  );
  const from = options.history.length === 0 ? Math.max(dataFirst, warm) : dataFirst;
  const isData = (line: number): boolean => line >= edges.dataFrom;
  const figures = period(edges, order, passed, { from, to: last, takes: isData, prefix: "", print: options.print, random: seededRandom(options.seed) });
  if (warm <= last && warm !== from)
    figures.push(
      ...period(edges, order, passed, {
        from: warm,
        to: last,
        takes: () => true,
        prefix: "rolling.",
        print: options.print,
        random: seededRandom(options.seed),
      }),
    );
  if (options.units !== undefined) writeUnits(options.units, edges, order, passed);
  return { bench: "network-edges", version: VERSION_OF_BENCH, figures };
}

interface Period {
  from: number;
  to: number;
  takes: (line: number) => boolean;
  prefix: string;
  print: (text: string) => void;
  random: Random;
}

function period(edges: Edges, order: Uint32Array, passed: PassResult, p: Period): Figure[] {
  const truth = truthOf(edges, order, p.from, p.to, p.takes);
  const slow = [...truth.campaigns.values()].filter((most) => most < 50).length;
  const malicious = truth.units.filter((u) => u.malicious > 0).length;
  const date = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
  p.print(
    `${p.prefix === "" ? "the data" : "rolling (history and data after the first 13 days)"}: ${date(p.from)} to ${date(p.to)}, ${truth.days.length} days, ${truth.units.length} units, ${malicious} malicious, ${truth.campaigns.size} campaigns (${slow} of them under 50 edges a unit)\n`,
  );
  const draws = dayDraws(truth.days, DRAWS, p.random);
  return [...unitFigures(truth, passed, draws, p), ...edgeFigures(edges, order, passed, draws, p), ...calibration(truth, passed, p.prefix)];
}

function unitFigures(truth: UnitTruth, passed: PassResult, draws: readonly ReadonlyMap<number, number>[], p: Period): Figure[] {
  const rankings = [...passed.units].map(([method, scores]) => ({
    method,
    ranking: new Ranking(
      truth,
      truth.units.map((u) => scores.get(unitKey(u.entity, u.hour)) ?? 0),
    ),
  }));
  const figures: Figure[] = [];
  for (const n of BUDGETS) {
    const values = rankings.map(({ method, ranking }) => ({ method, now: ranking.at(n), drawn: draws.map((weight) => ranking.at(n, weight)) }));
    for (const [name, of] of FIGURES) {
      for (const v of values)
        figures.push({
          name: `${p.prefix}units.${name}@${n}`,
          method: v.method,
          value: v.now[of],
          ...middle95(
            v.drawn.map((d) => d[of]),
            0,
          ),
        });
      const ours = values.find((v) => v.method === OURS);
      if (ours === undefined || n < 3 || (of !== "coverage" && of !== "precision")) continue;
      for (const other of values) {
        if (other.method === OURS) continue;
        const gains = middle95(
          ours.drawn.map((d, i) => d[of] - (other.drawn[i]?.[of] ?? 0)),
          0,
        );
        figures.push({ name: `${p.prefix}units.${name}@${n} minus ${other.method}`, method: OURS, value: ours.now[of] - other.now[of], ...gains });
      }
    }
  }
  return figures;
}

function edgeFigures(edges: Edges, order: Uint32Array, passed: PassResult, draws: readonly ReadonlyMap<number, number>[], p: Period): Figure[] {
  const figures: Figure[] = [];
  const takes = (line: number, day: number): boolean => p.takes(line) && day >= p.from && day <= p.to;
  for (const [name, least, most] of [
    ["edge.auc", 1, Number.POSITIVE_INFINITY],
    ["edge.auc.50-999", 50, 999],
    ["edge.auc.under50", 1, 49],
  ] as const) {
    const set = edgeSet(edges, order, takes, least, most);
    for (const [method, scores] of passed.edges) {
      const auc = edgeAuc(set, scores, draws.slice(0, AUC_DRAWS));
      if (auc !== undefined) figures.push({ name: `${p.prefix}${name}`, method, ...auc });
    }
  }
  return figures;
}

/** Observed over nominal share of benign units at p of 0.01 and 0.001. */
function calibration(truth: UnitTruth, passed: PassResult, prefix: string): Figure[] {
  const benign = truth.units.filter((u) => u.malicious === 0);
  if (benign.length === 0) return [];
  return [0.01, 0.001].map((p) => {
    const seen = benign.filter((u) => (passed.logP.get(unitKey(u.entity, u.hour)) ?? 0) <= Math.log(p)).length;
    return { name: `${prefix}calibration@${p}`, method: OURS, value: seen / benign.length / p, unit: "observed/nominal" };
  });
}

function writeUnits(folder: string, edges: Edges, order: Uint32Array, passed: PassResult): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  const scores = passed.edges.get(OURS) ?? new Float32Array(0);
  const lines: string[] = [];
  for (let line = edges.dataFrom; line < edges.count; line++) lines.push(String(scores[line] ?? 0));
  writeFileSync(join(folder, "edges.txt"), `${lines.join("\n")}\n`);
  const truth = truthOf(edges, order, 0, Number.POSITIVE_INFINITY, (line) => line >= edges.dataFrom);
  const units = truth.units.map((u) =>
    JSON.stringify({
      entity: edges.addresses[u.entity],
      start: new Date(u.hour * 3_600_000).toISOString(),
      score: passed.units.get(OURS)?.get(unitKey(u.entity, u.hour)) ?? 0,
    }),
  );
  writeFileSync(join(folder, "units.ndjson"), `${units.join("\n")}\n`);
}

export const networkEdgesBench: Bench = {
  name: "network-edges",
  about: {
    what: "Edges and device-hours of DARPA-98: who connects to whom in which minute, nothing else. Every method sees the same stream once, scores before it learns, and spends the same number of alerts over the period (N a day on average). A unit is an hour of an internal device, or of an outside source with two destinations or more; coverage counts attack labels by day; slowCoverage those that show fewer than 50 edges in any unit. An edge gets its score when its minute closes; the rarity and history it is judged by end before that minute. The history is 13 days where none is given; `rolling` judges every day after the first 13 of history and data.",
    flaws: [
      "Simulated background; artefacts let anomaly detectors win for wrong reasons (Mahoney and Chan, RAID 2003). Attack sources are often addresses never seen before, which flatters whoever looks at how many days a source was known, as we do.",
      "Six of ten edges belong to floods, so that edge.auc ranks floods: the band of 50-999 edges an hour says more.",
      "Few days: intervals are wide, and coverage counts every attack day alike, also those of a single connection that addresses and minutes cannot show.",
      "The weights of the committee and of the edge score were chosen on days 14-29; days 30-37 were looked at while choosing between three sets of weights.",
    ],
    misses: [
      "Low and slow campaigns: most single-connection attacks (R2L, U2R) stay below ten alerts a day. Tried: days for which a source is known, with the largest and the slow count (it is what raised slowCoverage from below 0.1 to what stands here, and the edge score in the band of 50-999); novelty of target and pair beside it (better among edges of attacks under 50 an hour, worse for hours); the rarest peer alone (a third of slow campaigns at 3 a day, at half the precision).",
      "A peer known for weeks that misuses an ordinary service: nothing in addresses and minutes tells it from use.",
      "Benign p are conservative on this stream, since its attacks sit in the calibrators: see the bench calibration for benign streams.",
    ],
  },
  goals: [
    { name: "edge.auc", atLeast: 0.965, by: "value" },
    { name: "edge.auc.50-999", atLeast: 0.73, reach: 0.85, by: "value" },
    { name: "units.precision@3", atLeast: 0.97, reach: 0.99, by: "value" },
    { name: "units.precision@10", atLeast: 0.84, reach: 0.92, by: "value" },
    { name: "units.falsePerDeviceDay@3", atMost: 0.003, reach: 0.001, by: "value" },
    { name: "units.coverage@3", atLeast: 0.23, reach: 0.35, by: "value" },
    { name: "units.coverage@10", atLeast: 0.37, reach: 0.5, by: "value" },
  ],
  shared: (folder) => {
    const data = join(folder, "network", "darpa98", "edges-days-1-37.csv.gz");
    return existsSync(data) ? { data: [data] } : undefined;
  },
  run,
};
