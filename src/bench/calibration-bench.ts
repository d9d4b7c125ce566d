import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Random, seededRandom } from "../base/random.ts";
import { type EdgeHour, EdgeWatch } from "../baseline/population/edge-watch.ts";
import { PopulationView } from "../baseline/population/population-view.ts";
import { discover } from "../sensors/discover.ts";
import { readMerged } from "../sensors/merge.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { benchCore } from "./bench-core.ts";
import { isInternal, readEdges, timeOrder } from "./edges/read-edges.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { writeZeekConn } from "./made-logs.ts";
import { middle95 } from "./statistics.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const LEVELS = [0.01, 0.001];
const WARM_UP_DAYS = 13;
/** The self view calms down for longer: every first of a device is strange, and there are fewer of them week by week. */
const SELF_WARM_UP_DAYS = 26;
const SELF_DAYS = 34;
const DRAWS = 500;
const START = Date.UTC(2023, 4, 1);

/** p of an hour of ordinary life, and its day. */
interface Judged {
  day: number;
  logP: number;
}

/** Share of the hours with a p of at most the level, over the level; interval over days drawn anew. */
function ratios(name: string, judged: readonly Judged[], random: Random): Figure[] {
  const days = [...new Set(judged.map((j) => j.day))];
  return LEVELS.map((level) => {
    const limit = Math.log(level);
    const counts = days.map((day) => {
      const of = judged.filter((j) => j.day === day);
      return { all: of.length, hits: of.filter((j) => j.logP <= limit).length };
    });
    const ratio = (of: readonly { all: number; hits: number }[]): number => {
      const all = of.reduce((sum, c) => sum + c.all, 0);
      return all === 0 ? 0 : of.reduce((sum, c) => sum + c.hits, 0) / all / level;
    };
    const drawn = Array.from({ length: DRAWS }, () => ratio(counts.map(() => counts[Math.floor(random() * counts.length)] ?? { all: 0, hits: 0 })));
    return {
      name: `${name}@${level}`,
      method: "wonted",
      value: ratio(counts),
      ...middle95(drawn, 0),
    };
  });
}

/** Edges of ordinary life only, through the population view: hours of internal devices and of outside sources with two destinations or more. */
function benignEdges(files: readonly string[], seed: number): Judged[] {
  const edges = readEdges([], files);
  const order = timeOrder(edges).filter((line) => edges.label[line] === 0);
  const own = edges.addresses.map(isInternal);
  const view = new PopulationView(seed);
  const watch = new EdgeWatch({ gone: (row) => view.forget(row) });
  const out: Judged[] = [];
  const warm = Math.floor((edges.minute[order[0] ?? 0] ?? 0) / 1_440) + WARM_UP_DAYS;
  const close = (hours: EdgeHour[]): void => {
    for (const s of view.close(hours.filter((h) => (h.own ? h.known || (h.counts[0] ?? 0) > 0 : (h.counts[1] ?? 0) >= 2)))) {
      const day = Math.floor(s.hour.hour / 24);
      if (day >= warm) out.push({ day, logP: s.logP });
    }
  };
  for (const line of order) {
    const s = edges.source[line] ?? 0;
    const d = edges.destination[line] ?? 0;
    watch.advance(edges.minute[line] ?? 0, close);
    watch.add(s + 1, own[s] ?? false, d + 1, own[d] ?? false);
  }
  return out;
}

/** Made life with office hours, weekends and a few busy devices; every device keeps to its own ends and now and then meets a new one. */
function madeEdges(seed: number, days: number): Judged[] {
  const random = seededRandom(seed);
  const view = new PopulationView(seed);
  const watch = new EdgeWatch({ gone: (row) => view.forget(row) });
  const out: Judged[] = [];
  const close = (hours: EdgeHour[]): void => {
    for (const s of view.close(hours.filter((h) => h.own))) {
      const day = Math.floor(s.hour.hour / 24);
      if (day >= START / 86_400_000 + WARM_UP_DAYS) out.push({ day, logP: s.logP });
    }
  };
  const devices = 60;
  const pace = Array.from({ length: devices }, () => Math.exp(2 * random() - 1));
  for (let minute = 0; minute < days * 1_440; minute++) {
    const hour = Math.floor(minute / 60) % 24;
    const day = Math.floor(minute / 1_440) % 7;
    const busy = (hour >= 8 && hour < 18 ? 1 : 0.05) * (day >= 5 ? 0.1 : 1);
    for (let device = 0; device < devices; device++) {
      if (random() >= 0.15 * busy * (pace[device] ?? 1)) continue;
      watch.advance(START / 60_000 + minute, close);
      const many = random() < 0.05 ? 1 + Math.floor(20 * random()) : 1;
      for (let k = 0; k < many; k++) {
        const end = random() < 0.02 ? 10_000 + Math.floor(20_000 * random()) : 1_000 + ((device * 7 + Math.floor(12 * random() ** 2)) % 200);
        watch.add(device + 1, true, end, false);
      }
    }
  }
  return out;
}

/** The self view of the product on made connections of 100 devices: an hour's p, which never goes below what its history proves. */
async function selfView(options: BenchOptions): Promise<Judged[]> {
  const folder = mkdtempSync(join(tmpdir(), "wonted-calibration-"));
  try {
    const file = join(folder, "conn.log");
    writeZeekConn(file, { events: options.events ?? 500_000, devices: 100, random: seededRandom(options.seed), start: START, hours: SELF_DAYS * 24 });
    const { inputs } = await discover([file]);
    const core = benchCore([]);
    const out: Judged[] = [];
    for await (const batch of readMerged(inputs)) {
      for (const h of core.lane.process(batch.events).hours) {
        const day = Math.floor(h.start / 86_400_000);
        if (day >= START / 86_400_000 + SELF_WARM_UP_DAYS) out.push({ day, logP: Math.log(h.p) });
      }
    }
    return out;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(options: BenchOptions): Promise<BenchResult> {
  const figures: Figure[] = [];
  const random = seededRandom(options.seed);
  const add = (name: string, judged: readonly Judged[]): void => {
    options.print(`${name}: ${judged.length.toLocaleString("en-GB")} hours of ${new Set(judged.map((j) => j.day)).size} days judged\n`);
    figures.push(...ratios(name, judged, random));
  };
  if (options.data.length > 0) add("population.data", benignEdges(options.data, options.seed));
  add("population.made", madeEdges(options.seed, 40));
  add("self.made", await selfView(options));
  return { bench: "calibration", version: VERSION_OF_BENCH, figures };
}

export const calibrationBench: Bench = {
  name: "calibration",
  makesOwn: true,
  shared: (folder) => {
    const data = join(folder, "network", "darpa98", "edges-days-1-37.csv.gz");
    return existsSync(data) ? { data: [data] } : undefined;
  },
  about: {
    what: "How often hours of ordinary life get a p of at most 0.01 and 0.001, over that level: 1 is honest, above it cries wolf, below it is shy. 13 days are learned first. Made life through the population view and the self view; with `--data`, benign lines of edge data through the population view too.",
    flaws: ["Made life has no holidays, moves or new software; benign lines of simulated data have artefacts of the simulation."],
    misses: [
      "The self view is shy while devices still meet many firsts, since its calibrator remembers stranger weeks: 0.44 of nominal on days 13-20 of made connections. It is judged from day 26 on.",

      "Where attacks stand in the stream, they sit in the calibrators too, and benign p come out too large (see network-edges): that costs no false alert and some sharpness.",
    ],
  },
  goals: ["population.data", "population.made", "self.made"].flatMap((name) =>
    LEVELS.flatMap((level) => [{ name: `${name}@${level}`, atLeast: 0.5, atMost: 2, by: "value" as const }]),
  ),
  run,
};
