import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CodedError } from "../base/result.ts";
import { makeWorld } from "../generate/world/make-world.ts";
import type { Bench, BenchOptions, FurtherOption } from "./bench.ts";
import { benchModels } from "./bench-core.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { HonestLoss } from "./harm/honest-loss.ts";
import { mostOf } from "./harm/most-of.ts";
import { benchResponses } from "./made/bench-responses.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const PEOPLE = 26;
const DAYS = 12;
const SEEDS = 10;

/** What one organisation's honest life lost, as it is kept between runs. */
interface Loss {
  seed: number;
  devices: number;
  deviceDays: number;
  records: number;
  alerts: number;
  ways: { name: string; actions: number; asked: number; cut: number }[];
}

async function run(options: BenchOptions): Promise<BenchResult> {
  const number = (name: FurtherOption, usual: number): number => {
    const value = Number(options.given(name)[0] ?? usual);
    if (!(Number.isInteger(value) && value >= 1)) throw new CodedError("bad-option", `harm: --${name} is a whole number from 1 on`, { exitCode: 2 });
    return value;
  };
  const people = number("people", PEOPLE);
  const days = number("days", DAYS);
  const seeds = number("seeds", SEEDS);
  const losses: Loss[] = [];
  for (let seed = options.seed; seed < options.seed + seeds; seed++) {
    const file = options.units === undefined ? undefined : join(options.units, `harm-${people}-${days}-${seed}.json`);
    const kept = file !== undefined && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Loss) : undefined;
    const loss = kept ?? (await lossOf(seed, people, days, options));
    if (kept === undefined && file !== undefined && options.units !== undefined) {
      mkdirSync(options.units, { recursive: true });
      writeFileSync(`${file}.part`, `${JSON.stringify(loss)}\n`);
      renameSync(`${file}.part`, file);
    }
    losses.push(loss);
    const total = losses.reduce((sum, l) => sum + l.deviceDays, 0);
    options.print(
      `seed ${seed}${kept === undefined ? "" : " (kept)"}: ${loss.devices} devices, ${loss.deviceDays} device-days (${total.toLocaleString("en-GB")} so far), ${loss.alerts} alerts; ${loss.ways
        .map((w) => `${w.name}: ${w.actions} by itself, ${w.asked} asked, ${w.cut} cut`)
        .join("; ")}\n`,
    );
  }
  return { bench: "harm", version: VERSION_OF_BENCH, figures: figuresOf(losses) };
}

async function lossOf(seed: number, people: number, days: number, options: BenchOptions): Promise<Loss> {
  const world = makeWorld({ seed, people, days, start: "2027-03-01" });
  const loss = new HonestLoss({ world, models: benchModels(), responses: benchResponses(), tell: (text) => options.print(`  ${text}\n`) });
  await loss.run();
  for (const line of loss.actions) options.print(`  ${line.time} ${line.title} (${line.response})\n`);
  return {
    seed,
    devices: loss.devices,
    deviceDays: loss.deviceDays,
    records: loss.records,
    alerts: loss.alerts,
    ways: loss.ways.map(({ name, acting, cut }) => ({ name, actions: acting.actions, asked: acting.asked, cut })),
  };
}

function figuresOf(losses: readonly Loss[]): Figure[] {
  const sum = (pick: (l: Loss) => number): number => losses.reduce((total, l) => total + pick(l), 0);
  const deviceDays = sum((l) => l.deviceDays);
  const figures: Figure[] = [
    { name: "deviceDays", method: "wonted", value: deviceDays },
    { name: "devices", method: "wonted", value: sum((l) => l.devices) },
    { name: "records", method: "wonted", value: sum((l) => l.records) },
    { name: "alerts", method: "wonted", value: sum((l) => l.alerts) },
  ];
  for (const [i, { name: method }] of (losses[0]?.ways ?? []).entries()) {
    const cut = sum((l) => l.ways[i]?.cut ?? 0);
    figures.push(
      { name: "honestFlowsCut", method, value: cut },
      { name: "cutPer10000DeviceDays.atMost", method, value: (mostOf(cut) / deviceDays) * 10_000 },
      { name: "actionsByItself", method, value: sum((l) => l.ways[i]?.actions ?? 0) },
      { name: "actionsAsked", method, value: sum((l) => l.ways[i]?.asked ?? 0) },
    );
  }
  return figures;
}

export const harmBench: Bench = {
  name: "harm",
  goals: [{ name: "honestFlowsCut", atMost: 0 }],
  about: {
    what: "What responses that act by themselves cost honest life: the network of made organisations without any attack, from their first hour, one of them per seed, every kind of action having earned its autonomy. Connections that were begun while an action stood that refuses them, or that were open when it began. Beside it every response let act (confirmations count as given; safety holds), and the control: every alert blocks the connections that it cites for two hours, with no mode, no custom and no limit in the way. The last line of each is what the true rate is at most with 95 of 100 (Poisson; for none at all 3 by the number of device-days). With --units FOLDER each finished seed is kept and not run again.",
    flaws: [
      "The organisation is made by the same project. What its life holds, its makers thought of; what a real one holds beyond that is not here.",
      "Device-days of one organisation are not independent of each other: the bound holds for organisations like these.",
    ],
    misses: [],
  },
  makesOwn: true,
  run,
};
