import { join } from "node:path";
import { CodedError } from "../base/result.ts";
import { HOUR } from "../base/time.ts";
import { type AttackScript, readAttacks } from "../generate/attacks/attack-content.ts";
import { playAttack } from "../generate/attacks/play.ts";
import { networkTargetsOf } from "../generate/attacks/targets.ts";
import { makeWorld } from "../generate/world/make-world.ts";
import type { World } from "../generate/world/types.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { HOME } from "./bench-core.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { Judge, type Outcome, type TruthOfAttack } from "./network-attacks/judge.ts";
import { EventMaker, madeEvents, madeOrganisation } from "./network-attacks/made-honest.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** A week, since most models judge a machine only after a day of its activity, which takes three working days. */
const LEARNED_DAYS = 7;
/** Scripts that need more than a day are shortened to one by these knobs; what cannot be shortened is left out, by name. */
const WITHIN_A_DAY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  beacon: { hours: "12" },
  "exfiltration-slow": { hours: "12" },
  "lateral-movement": { pace: "human" },
  "long-chain": { beaconHours: "3" },
};
const LONGER = new Set(["slow-ramp"]);
/** Their records are mail, which is judged by the mail benches. */
const MAIL_ONLY = new Set(["mail-campaign", "supplier-compromise"]);

/** Every attack script of content, laid on a working day of the made organisation after some days of learning. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const people = Number(options.given("people")[0] ?? 26);
  const only = options.given("only");
  const scripts = readAttacks(join(HOME, "content", "attacks")).filter((s) => only.length === 0 || only.includes(s.name));
  if (scripts.length === 0) throw new CodedError("bad-option", `scripts: there is no attack ${only.join(", ")}`, { exitCode: 2 });
  const world = makeWorld({ seed: options.seed, people, days: LEARNED_DAYS + 1, start: "2027-03-01" });
  const end = world.calendar.midnight(LEARNED_DAYS);
  const window: NetEvent[] = [];
  for (const events of madeEvents(world, new EventMaker("made"), end, world.calendar.end)) window.push(...events);
  options.print(
    `${people} people, ${world.clients.length + world.servers.length + world.things.length} machines, ${LEARNED_DAYS} days learned, ${window.length.toLocaleString("en-GB")} events on the day of the attack\n`,
  );
  const judge = new Judge({ ...madeOrganisation(world), history: () => madeEvents(world, new EventMaker("made"), world.calendar.start, end), window });
  const outcomes: Outcome[] = [];
  for (const script of scripts) {
    if (MAIL_ONLY.has(script.name) || LONGER.has(script.name)) {
      options.print(`${script.name}: left out here: ${LONGER.has(script.name) ? "it takes more days than are played" : "its records are mail"}\n`);
      continue;
    }
    const { events, truth } = layScript(world, script, end);
    const outcome = judge.judge(script.name, events, truth);
    outcomes.push(outcome);
    options.print(
      `${script.name}: rank ${outcome.ranks.map((r) => r.toFixed(1)).join(", ")} of ${outcome.devices}, first alert ${outcome.minutes === undefined ? "never" : `after ${outcome.minutes.toFixed(1)} min`}, ${outcome.models.join("; ") || "no model"}\n`,
    );
  }
  return { bench: "scripts", version: VERSION_OF_BENCH, figures: figuresOf(outcomes) };
}

/** The script played at half past nine of the day, its records as events; what reaches beyond the day is cut off. */
export function layScript(
  world: World,
  script: AttackScript,
  midnight: number,
  knobs: Readonly<Record<string, string>> = WITHIN_A_DAY[script.name] ?? {},
): { events: NetEvent[]; truth: TruthOfAttack[] } {
  const day = world.calendar.dayOf(midnight);
  const played = playAttack(script, knobs, {
    draw: world.draw.fork(`bench/${script.name}`),
    start: midnight + 9.5 * HOUR,
    net: networkTargetsOf(world, day),
    world,
  });
  const maker = new EventMaker(`attack-${script.name}`);
  const events: NetEvent[] = [];
  for (const record of played.network) {
    const event = maker.zeek(record);
    if (event !== undefined) events.push(event);
  }
  for (const item of played.emitted) {
    const event = "line" in item ? maker.line(item.file, item.line) : undefined;
    if (event !== undefined) events.push(event);
  }
  events.sort((a, b) => a.time - b.time);
  const last = midnight + 24 * HOUR;
  // A mail's sender is nobody whom these lanes could name.
  const truth = played.truth
    .filter((t) => t.start < last && !["phish", "mail-campaign", "supplier-hijack", "supplier-thread"].includes(t.step))
    .map((t) => ({ entity: t.entity.toLowerCase(), technique: t.technique, start: t.start }));
  return { events: events.filter((e) => e.time < last), truth };
}

export function figuresOf(outcomes: readonly Outcome[]): Figure[] {
  const figures: Figure[] = [];
  const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
  for (const o of outcomes) {
    figures.push({ name: `${o.attack}.rank`, method: "wonted", value: Math.min(...o.ranks) });
    if (o.ranksByConnections.length > 0)
      figures.push(
        { name: `${o.attack}.rank`, method: "control: most connections", value: Math.min(...o.ranksByConnections) },
        { name: `${o.attack}.rank`, method: "most new peers", value: Math.min(...o.ranksByNewPeers) },
      );
    if (o.minutes !== undefined) figures.push({ name: `${o.attack}.minutes`, method: "wonted", value: o.minutes });
  }
  const found = outcomes.filter((o) => o.minutes !== undefined);
  const all = (pick: (o: Outcome) => readonly number[]): number[] => outcomes.flatMap((o) => (pick(o).length === 0 ? [] : [Math.min(...pick(o))]));
  const share = (values: readonly number[], least: number): number => values.filter((v) => v <= least).length / Math.max(1, values.length);
  figures.push(
    { name: "found", method: "wonted", value: found.length / Math.max(1, outcomes.length) },
    {
      name: "firstOfAll",
      method: "wonted",
      value: share(
        all((o) => o.ranks),
        1,
      ),
    },
    {
      name: "firstOfAll",
      method: "control: most connections",
      value: share(
        all((o) => o.ranksByConnections),
        1,
      ),
    },
    {
      name: "firstOfAll",
      method: "most new peers",
      value: share(
        all((o) => o.ranksByNewPeers),
        1,
      ),
    },
    { name: "rank.median", method: "wonted", value: median(all((o) => o.ranks)) },
    { name: "rank.median", method: "control: most connections", value: median(all((o) => o.ranksByConnections)) },
    { name: "rank.median", method: "most new peers", value: median(all((o) => o.ranksByNewPeers)) },
    { name: "minutes.median", method: "wonted", value: median(found.map((o) => o.minutes ?? 0)) },
    { name: "techniques", method: "wonted", value: outcomes.reduce((n, o) => n + o.techniques, 0) / Math.max(1, outcomes.length) },
    { name: "alertsOnOthers.median", method: "wonted", value: median(outcomes.map((o) => o.onOthers)) },
    { name: "devices", method: "wonted", value: Math.max(0, ...outcomes.map((o) => o.devices)) },
  );
  return figures;
}

export const scriptsBench: Bench = {
  name: "scripts",
  goals: [],
  about: {
    what: "The attack scripts of content/attacks, one after the other on the same working day of the synthetic organisation, after a week of learning: rank of who is attacked among all machines, minutes to the first alert, techniques named, alerts on others.",
    flaws: ["The organisation and the attacks are made by the same project; its figures say that the parts work together, not how well they do outside."],
    misses: ["Scripts whose records are mail, and the ramp over weeks, are judged elsewhere."],
  },
  makesOwn: true,
  run,
};
