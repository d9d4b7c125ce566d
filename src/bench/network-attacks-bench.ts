import { existsSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { DAY, HOUR } from "../base/time.ts";
import { networkTargetsOf } from "../generate/attacks/targets.ts";
import { makeWorld } from "../generate/world/make-world.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { Judge, type Outcome } from "./network-attacks/judge.ts";
import { type AttackCapture, layCapture, readAttack } from "./network-attacks/laid-attack.ts";
import { EventMaker, madeEvents, madeOrganisation } from "./network-attacks/made-honest.ts";
import { realGround } from "./network-attacks/real-honest.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const MACHINES = 50;
const DAYS = 3;
/** The made organisation works five days of seven: it is learned for a week. */
const MADE_DAYS = 8;
const MADE_PEOPLE = 26;
/** Each capture is laid this often on each ground, on other machines at another hour. */
const LAYINGS = 3;

/** A real attack's hours laid over honest machines' hours: real ones, and apart from them the made organisation's. */
async function run(options: BenchOptions): Promise<BenchResult> {
  if (options.data.length === 0 || options.truth === undefined)
    throw new CodedError("bad-option", "network-attacks: --data DIR --truth FILE are needed", { exitCode: 2 });
  const capture = await readAttack(options.data, options.org[0], options.truth);
  const layings = Number(options.given("trials")[0] ?? LAYINGS);
  options.print(`${capture.events.length.toLocaleString("en-GB")} records of the attack's hours\n`);
  const figures: Figure[] = [];
  const honest = options.given("honest");
  if (honest.length > 0) {
    const ground = await realGround(honest, options.given("honest-org"), seededRandom(options.seed), MACHINES, DAYS);
    if (ground.machines.length === 0) throw new CodedError("bad-option", "network-attacks: no machine of --honest has connections enough", { exitCode: 2 });
    options.print(`real ground: ${ground.machines.length} machines, ${ground.window.length.toLocaleString("en-GB")} events on the day of the attack\n`);
    figures.push(...lay("real", new Judge(ground), capture, ground.machines, ground.start, layings, options));
  }
  const world = makeWorld({ seed: options.seed, people: MADE_PEOPLE, days: MADE_DAYS, start: "2027-03-01" });
  const end = world.calendar.midnight(MADE_DAYS - 1);
  const window: NetEvent[] = [];
  for (const events of madeEvents(world, new EventMaker("made"), end, world.calendar.end)) window.push(...events);
  const machines = networkTargetsOf(world, MADE_DAYS - 1)
    .hosts.filter((h) => h.roles.includes("workstation") || h.roles.includes("laptop"))
    .map((h) => h.ip);
  options.print(
    `made ground: ${world.clients.length + world.servers.length + world.things.length} machines, ${window.length.toLocaleString("en-GB")} events on the day of the attack\n`,
  );
  const judge = new Judge({ ...madeOrganisation(world), history: () => madeEvents(world, new EventMaker("made"), world.calendar.start, end), window });
  figures.push(...lay("made", judge, capture, machines, end, layings, options));
  return { bench: "network-attacks", version: VERSION_OF_BENCH, figures };
}

function lay(
  ground: string,
  judge: Judge,
  capture: AttackCapture,
  machines: readonly string[],
  midnight: number,
  layings: number,
  options: BenchOptions,
): Figure[] {
  const random = seededRandom(options.seed + 1);
  const outcomes: Outcome[] = [];
  for (let i = 0; i < layings; i++) {
    const start = midnight + (9 + random() * 4) * HOUR;
    const { events, truth } = layCapture(capture, machines, start, midnight + DAY, random);
    if (truth.length === 0) continue;
    const outcome = judge.judge(`${ground}.${i}`, events, truth);
    outcomes.push(outcome);
    options.print(
      `  ${ground} ${i + 1}: rank ${outcome.ranks.map((r) => r.toFixed(1)).join(", ")} of ${outcome.devices} (connections: ${outcome.ranksByConnections.map((r) => r.toFixed(1)).join(", ")}; new peers: ${outcome.ranksByNewPeers.map((r) => r.toFixed(1)).join(", ")}), first alert ${outcome.minutes === undefined ? "never" : `after ${outcome.minutes.toFixed(1)} min`}, ${outcome.onOthers} alerts on others; ${outcome.models.join("; ")}\n`,
    );
  }
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const found = outcomes.filter((o) => o.minutes !== undefined);
  const worst = (pick: (o: Outcome) => readonly number[]): number => mean(outcomes.flatMap(pick));
  return [
    { name: `${ground}.rank`, method: "wonted", value: worst((o) => o.ranks) },
    { name: `${ground}.rank`, method: "control: most connections", value: worst((o) => o.ranksByConnections) },
    { name: `${ground}.rank`, method: "most new peers", value: worst((o) => o.ranksByNewPeers) },
    { name: `${ground}.devices`, method: "wonted", value: Math.max(0, ...outcomes.map((o) => o.devices)) },
    { name: `${ground}.found`, method: "wonted", value: found.length / Math.max(1, outcomes.length) },
    ...(found.length === 0 ? [] : [{ name: `${ground}.minutesToFirstAlert`, method: "wonted", value: mean(found.map((o) => o.minutes ?? 0)) }]),
    { name: `${ground}.techniques`, method: "wonted", value: mean(outcomes.map((o) => o.techniques)) },
    { name: `${ground}.alertsOnOthers`, method: "wonted", value: mean(outcomes.map((o) => o.onOthers)) },
  ];
}

export const networkAttacksBench: Bench = {
  name: "network-attacks",
  goals: [],
  about: {
    what: "A real attack's capture laid over a working day of 50 machines that are copies of real honest ones, and over the synthetic organisation's day: rank of who is attacked by the best alert, minutes to the first alert, techniques named, alerts on others; each on three drawn sets of machines.",
    flaws: [
      "The real ground's machines are copies of few real ones; an attack's device keeps the honest traffic of its own capture beside that of the machine it is laid on.",
    ],
    misses: [],
  },
  shared(folder) {
    const at = (...parts: string[]): string => join(folder, "data", "network", ...parts);
    if (!existsSync(at("apt29-day1"))) return undefined;
    const options: Record<string, string[]> = {
      honest: [at("stratosphere", "008-zeek-mixed"), at("stratosphere", "011-zeek-mixed")],
      "honest-org": [at("org", "stratosphere-008.yaml"), at("org", "stratosphere-011.yaml")],
    };
    return { data: [at("apt29-day1")], org: [at("org", "apt29.yaml")], truth: at("truth", "apt29-day1.ndjson"), given: (name) => options[name] ?? [] };
  },
  run,
};
