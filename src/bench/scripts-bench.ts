import { join } from "node:path";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { type AttackScript, readAttacks } from "../generate/attacks/attack-content.ts";
import { lateralVariants } from "../generate/attacks/steps/lateral.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { benchModels, HOME } from "./bench-core.ts";
import type { BenchResult } from "./figures.ts";
import { figuresOf, type Trials } from "./scripts/figures-of-trials.ts";
import { Ground } from "./scripts/ground.ts";
import { layScript } from "./scripts/lay.ts";
import { responseTrials } from "./scripts/response-trials.ts";
import { type Outcome, tryAttack } from "./scripts/trial.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const SEEDS = 20;
const PEOPLE = 26;
const VARIANTS = 300;
const LATERAL = "lateral-movement";
/** What would go on for more than the day of the attack is shortened to it by these knobs; the ramp is given its days. */
const KNOBS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  beacon: { hours: "12" },
  "exfiltration-slow": { hours: "12" },
  "long-chain": { beaconHours: "3" },
  "mail-campaign": { days: "0.4" },
  "slow-ramp": { days: "7" },
};
const RAMP_DAYS = 7;

/** Every attack script of content, laid on a working day of made organisations after a week of each. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const people = whole(options, "people", PEOPLE);
  const seeds = whole(options, "seeds", SEEDS);
  const only = options.given("only");
  const response = options.given("response")[0];
  if (response !== undefined && response !== "on" && response !== "off")
    throw new CodedError("bad-option", `scripts: --response is on or off, not ${response}`, { exitCode: 2 });
  const all = readAttacks(join(HOME, "content", "attacks"));
  const unknown = only.find((name) => !all.some((s) => s.name === name));
  if (unknown !== undefined)
    throw new CodedError("bad-option", `scripts: there is no attack ${unknown}`, { exitCode: 2, hint: all.map((s) => s.name).join(", ") });
  const scripts = all.filter((s) => only.length === 0 || only.includes(s.name));
  const lateral = scripts.find((s) => s.name === LATERAL);
  const variants = lateral === undefined ? [] : spread(lateralVariants(), whole(options, "variants", VARIANTS, 0), options.seed);
  if (response !== undefined) {
    if (lateral === undefined) throw new CodedError("bad-option", `scripts: --response is about ${LATERAL}`, { exitCode: 2 });
    const figures = await responseTrials({ options, script: lateral, variants, seeds, people, response });
    return { bench: "scripts", version: VERSION_OF_BENCH, figures };
  }
  const models = benchModels();
  const trials: Trials = { seeds: [], variants: [], honest: [] };
  for (let i = 0; i < seeds; i++) {
    const cpu = process.cpuUsage();
    const ground = await Ground.make(options.seed + i, people, models);
    trials.honest.push({ incidents: ground.honestIncidents.length, alerts: ground.honest.length });
    const outcomes: Outcome[] = [];
    for (const script of scripts) {
      const outcome = await lay(ground, script, "whole", KNOBS[script.name] ?? {});
      outcomes.push(outcome);
      if (seeds <= 3 || only.length > 0) options.print(`  ${tell(outcome)}\n`);
    }
    trials.seeds.push(outcomes);
    const mine: Outcome[] = [];
    for (const [n, knobs] of variants.entries()) {
      if (n % seeds === i && lateral !== undefined) mine.push(await lay(ground, lateral, String(n), knobs));
    }
    trials.variants.push(mine);
    const used = process.cpuUsage(cpu);
    options.print(
      `seed ${options.seed + i}: ${ground.window.length.toLocaleString("en-GB")} events on the day, ${ground.honestIncidents.length} honest incidents; ${outcomes.filter((o) => (o.rank ?? 99) <= 5).length} of ${outcomes.length} scripts and ${mine.filter((o) => (o.rank ?? 99) <= 5).length} of ${mine.length} variants in the first five; ${Math.round((used.user + used.system) / 1e6)} s of CPU\n`,
    );
  }
  for (const outcome of [...trials.seeds, ...trials.variants].flat()) if ((outcome.rank ?? 99) > 9) options.print(`  not shown: ${tell(outcome)}\n`);
  return { bench: "scripts", version: VERSION_OF_BENCH, figures: figuresOf(trials, options.seed) };
}

async function lay(ground: Ground, script: AttackScript, draw: string, knobs: Readonly<Record<string, string>>): Promise<Outcome> {
  const end = script.name === "slow-ramp" ? ground.world.calendar.midnight(ground.world.calendar.dayOf(ground.midnight) + RAMP_DAYS) : ground.end;
  return tryAttack(ground, await layScript(ground.world, script, { midnight: ground.midnight, end, draw, knobs }));
}

function tell(o: Outcome): string {
  const place = o.rank === undefined ? "no incident" : `incident ${o.rank} of its day`;
  return `${o.attack}: ${place}, first alert ${o.minutes === undefined ? "never" : `after ${o.minutes.toFixed(1)} min`}, ${o.models.join("; ") || "no model"}`;
}

/** So many of the variants, drawn by the seed; all of them, some twice, when more are asked for than there are. */
function spread<T>(list: readonly T[], count: number, seed: number): T[] {
  const random = seededRandom(seed);
  const order = [...list].map((value) => ({ value, at: random() })).sort((a, b) => a.at - b.at);
  return Array.from({ length: count }, (_, i) => (order[i % order.length] as { value: T }).value);
}

function whole(options: BenchOptions, name: "people" | "seeds" | "variants", usual: number, least = 1): number {
  const value = Number(options.given(name)[0] ?? usual);
  if (!(Number.isInteger(value) && value >= least))
    throw new CodedError("bad-option", `scripts: --${name} is a whole number from ${least} on`, { exitCode: 2 });
  return value;
}

export const scriptsBench: Bench = {
  name: "scripts",
  goals: [
    { name: "shown@9", atLeast: 0.85 },
    { name: "shown@5", atLeast: 0.85, by: "value", reach: 0.95 },
    { name: "lateral.shown@9", atLeast: 0.85 },
    { name: "secondHopStopped", atLeast: 0.95, by: "value" },
    { name: "honestFlowsCut", atMost: 0 },
  ],
  about: {
    what: "The attack scripts of content/attacks, each on a working day of a fresh synthetic organisation after a week of it: the share whose incident is among the first five (or nine) of its day, honest ones included; minutes to the first alert; lateral movement in variants of tool, order, pace, log-in and name. Beside it methods that count: records, things never met before, a forest over both, told which kind of entity to look at and with as many tries. With --response: how far a chain over three machines gets while responses are at work.",
    flaws: [
      "The organisation and the attacks are made by the same project; its figures say that the parts work together, not how well they do outside.",
      "The honest day is judged once for all attacks: beside an attack only the machines that it touches are played again. Attacks of more than a day are shortened to it, the ramp to a week.",
    ],
    misses: [],
  },
  makesOwn: true,
  run,
};
