import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { DAY, HOUR } from "../base/time.ts";
import { makeWorld } from "../generate/world/make-world.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { ownNetworks } from "./contacts.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { ritaScore } from "./others/rita-formula.ts";
import { madeAlertHours, readAlertHours } from "./reality/host-alerts.ts";
import { madeMail, mailShape, readTimeline } from "./reality/mail-shape.ts";
import { separate, windows } from "./reality/separate.ts";
import { distance, hill, quantile } from "./reality/tails.ts";
import { contactsPerHour, type FlowSeen, madeTraffic, pairsOf, readTraffic, rowsOf, type Traffic } from "./reality/traffic.ts";
import { VERSION_OF_BENCH } from "./version.ts";

/** Sets of the shared folder that hold honest machines; each with the file that names its own networks. */
const HONEST = [
  ["network/stratosphere/008-zeek-mixed", "network/org/stratosphere-008.yaml"],
  ["network/stratosphere/011-zeek-mixed", "network/org/stratosphere-011.yaml"],
] as const;

/** What we make beside what was measured. `made` is ours (method wonted), `real` the capture. */
async function run(options: BenchOptions): Promise<BenchResult> {
  const [folder] = options.data;
  if (folder === undefined) throw new CodedError("bad-option", "reality: --data DIR (the folder of the public data) is missing", { exitCode: 2 });
  const people = Number(options.given("people")[0] ?? 24);
  const days = Number(options.given("days")[0] ?? 2);
  const figures: Figure[] = [];
  const both = (name: string, made: number, real: number, unit?: string): void => {
    figures.push(
      { name, method: "wonted", value: made, ...(unit === undefined ? {} : { unit }) },
      { name, method: "real", value: real, ...(unit === undefined ? {} : { unit }) },
    );
  };
  options.print(`making ${people} people over ${days} days (seed ${options.seed})\n`);
  const made = madeTraffic(makeWorld({ seed: options.seed, people, days, start: "2027-03-01" }));
  const real: Traffic[] = [];
  for (const [set, org] of HONEST) if (existsSync(join(folder, set))) real.push(await readTraffic([join(folder, set)], ownNetworks(join(folder, org))));
  if (real.length > 0) network(options, made, real, both, figures);
  else options.print("no honest captures there: network left out\n");
  await agents(folder, made, both);
  mail(options, folder, both);
  hostAlerts(options, folder, both);
  return { bench: "reality", version: VERSION_OF_BENCH, figures };
}

type Both = (name: string, made: number, real: number, unit?: string) => void;

function network(options: BenchOptions, made: Traffic, real: readonly Traffic[], both: Both, figures: Figure[]): void {
  const madeFlows = [...made.flows.values()].filter((f) => f.length >= 200);
  const realFlows = real.flatMap((t) => [...t.flows.values()]).filter((f) => f.length >= 200);
  const all = (machines: readonly (readonly FlowSeen[])[], value: (f: FlowSeen) => number): number[] => machines.flat().map(value);
  both("machines", madeFlows.length, realFlows.length);
  both("flowsPerMachineDay", perDay(madeFlows), perDay(realFlows));
  const gaps = (machines: readonly (readonly FlowSeen[])[]): number[] =>
    machines.flatMap((m) => m.slice(1).map((f, i) => (f.time - (m[i]?.time ?? 0)) / 1_000));
  const columns: [string, number[], number[]][] = [
    ["bytesOut", all(madeFlows, (f) => f.out), all(realFlows, (f) => f.out)],
    ["bytesIn", all(madeFlows, (f) => f.in), all(realFlows, (f) => f.in)],
    ["seconds", all(madeFlows, (f) => f.seconds), all(realFlows, (f) => f.seconds)],
    ["gap", gaps(madeFlows), gaps(realFlows)],
    ["contactsPerHour", madeFlows.flatMap(contactsPerHour), realFlows.flatMap(contactsPerHour)],
  ];
  for (const [name, m, r] of columns) {
    for (const q of [0.1, 0.5, 0.9, 0.99]) both(`${name}.p${q * 100}`, quantile(m, q), quantile(r, q));
    both(`${name}.tail`, hill(m), hill(r));
    figures.push({ name: `${name}.distance`, method: "wonted", value: distance(m, r) });
  }
  const share = (machines: readonly (readonly FlowSeen[])[], test: (f: FlowSeen) => boolean): number =>
    machines.flat().filter(test).length / Math.max(1, machines.flat().length);
  for (const [name, test] of [
    ["share.https", (f: FlowSeen) => f.port === 443],
    ["share.http", (f: FlowSeen) => f.port === 80],
    ["share.udp443", (f: FlowSeen) => f.port === 443 && f.proto === "udp"],
    ["share.other", (f: FlowSeen) => ![80, 443].includes(f.port)],
    ["share.unanswered", (f: FlowSeen) => !f.answered],
    ["share.noBytesIn", (f: FlowSeen) => f.in === 0],
    ["share.night", (f: FlowSeen) => new Date(f.time).getUTCHours() < 5],
  ] as const)
    both(name, share(madeFlows, test), share(realFlows, test));
  both("pollersPerMachineDay", pollers(madeFlows), pollers(realFlows));
  const random = seededRandom(options.seed);
  const rows = (machines: readonly (readonly FlowSeen[])[]): number[][][] => machines.map(rowsOf);
  const [a, b] = [rows(realFlows), rows(madeFlows)];
  const put = (name: string, s: { auc: number; low: number; high: number; shuffled: number }): void => {
    figures.push({ name, method: "wonted", value: s.auc, low: s.low, high: s.high }, { name, method: "control: shuffled labels", value: s.shuffled });
  };
  put("separable.auc", separate(a, b, random));
  // Trained on the first halves of all machines, tried on the second: here the forest knows the two real machines themselves.
  const early = (m: number[][][]): number[][][] => m.map((r) => r.slice(0, Math.floor(r.length / 2)));
  const late = (m: number[][][]): number[][][] => m.map((r) => r.slice(Math.floor(r.length / 2)));
  put("separable.sameMachines.auc", separate(interleaved(early(a), late(a)), interleaved(early(b), late(b)), random));
  put("separable.windows.auc", separate(windows(a), windows(b), random, 2_000));
  const names = ["bytesOut", "bytesIn", "seconds", "gap"];
  names.forEach((name, i) => {
    const only = (m: number[][][]): number[][][] => m.map((r) => r.map((row) => [row[i] ?? 0]));
    figures.push({ name: `separable.${name}.auc`, method: "wonted", value: separate(only(a), only(b), random, 4_000).auc });
  });
  // How well one real machine is told from another: what "alike" can mean at all.
  const [first, second] = a;
  if (first !== undefined && second !== undefined) {
    figures.push({ name: "separable.auc", method: "real: one machine from the other", value: separate([first], [second], random).auc });
    figures.push({
      name: "separable.windows.auc",
      method: "real: one machine from the other",
      value: separate(windows([first]), windows([second]), random, 2_000).auc,
    });
  }
}

/** Early halves in even places, late ones in odd places: what `separate` trains on and tries on. */
function interleaved(early: readonly number[][][], late: readonly number[][][]): number[][][] {
  return early.flatMap((e, i) => [e, late[i] ?? []]);
}

function perDay(machines: readonly (readonly FlowSeen[])[]): number {
  return machines.flat().length / machines.reduce((n, m) => n + days(m), 0);
}

/** Days from a machine's first to its last flow, at least a third. */
function days(flows: readonly FlowSeen[]): number {
  return Math.max(1 / 3, ((flows.at(-1)?.time ?? 0) - (flows[0]?.time ?? 0)) / DAY);
}

/** Destinations of a machine that a formula for beacons takes for one, by day: updates, mail, telemetry. */
function pollers(machines: readonly (readonly FlowSeen[])[]): number {
  let found = 0;
  for (const flows of machines) {
    const [from, to] = [flows[0]?.time ?? 0, flows.at(-1)?.time ?? HOUR];
    for (const pair of pairsOf(flows).values()) if (pair.times.length >= 20 && (ritaScore(pair, from, to) ?? 0) >= 0.7) found++;
  }
  return found / machines.reduce((n, m) => n + days(m), 0);
}

/** How common user agents are: how many there are a machine, which share the commonest has, how many are of one machine alone. */
async function agents(folder: string, made: Traffic, both: Both): Promise<void> {
  const set = join(folder, "network", "rita", "dnscat2-ja3-strobe-agent");
  if (!existsSync(set)) return;
  const real = await readTraffic([set], ownNetworks(undefined));
  const shape = (t: Traffic): { hosts: number; perHost: number; top: number; alone: number; kinds: number } => {
    const users = new Map<string, number>();
    const requests = new Map<string, number>();
    for (const own of t.agents.values())
      for (const [agent, n] of own) {
        users.set(agent, (users.get(agent) ?? 0) + 1);
        requests.set(agent, (requests.get(agent) ?? 0) + n);
      }
    const total = [...requests.values()].reduce((x, y) => x + y, 0);
    return {
      hosts: t.agents.size,
      perHost: [...t.agents.values()].reduce((n, own) => n + own.size, 0) / t.agents.size,
      top: Math.max(...requests.values()) / total,
      alone: [...users.values()].filter((n) => n === 1).length / users.size,
      kinds: users.size,
    };
  };
  const [m, r] = [shape(made), shape(real)];
  both("agents.hosts", m.hosts, r.hosts);
  both("agents.kinds", m.kinds, r.kinds);
  both("agents.perHost", m.perHost, r.perHost);
  both("agents.shareOfCommonest", m.top, r.top);
  both("agents.shareOfOneHostAlone", m.alone, r.alone);
}

function mail(options: BenchOptions, folder: string, both: Both): void {
  const set = join(folder, "email");
  const timeline = existsSync(set) ? readdirSync(set).find((f) => /timeline\.jsonl(\.gz)?$/.test(f)) : undefined;
  if (timeline === undefined) {
    options.print("no timeline of mail there: mail left out\n");
    return;
  }
  const real = mailShape(readTimeline(join(set, timeline)), 0);
  const made = mailShape(madeMail(makeWorld({ seed: options.seed, people: 60, days: 45, start: "2027-03-01" })), 1 / 3);
  for (const key of Object.keys(real) as (keyof typeof real)[]) both(`mail.${key}`, made[key], real[key]);
}

/** Kinds and counts of a host sensor's alerts in an hour that has any. */
function hostAlerts(options: BenchOptions, folder: string, both: Both): void {
  const set = join(folder, "network", "ait-alerts");
  if (!existsSync(set)) return;
  const real = readAlertHours(set);
  const made = madeAlertHours(makeWorld({ seed: options.seed, people: 24, days: 5, start: "2027-03-01" }));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  both("hostAlerts.shareOfHours", made.share, mean(real.map((r) => r.share)));
  for (const q of [0.5, 0.9, 0.99]) {
    both(`hostAlerts.kinds.p${q * 100}`, quantile(made.kinds, q), mean(real.map((r) => quantile(r.kinds, q))));
    both(`hostAlerts.count.p${q * 100}`, quantile(made.counts, q), mean(real.map((r) => quantile(r.counts, q))));
  }
}

export const realityBench: Bench = {
  name: "reality",
  goals: [{ name: "separable.auc", atMost: 0.75 }],
  about: {
    what: "The synthetic organisation beside real captures: shares of never-seen senders and new countries in mail, tails of contacts and bytes, pollers, user agents, and a forest that is told to separate made flows from real ones by size, duration and gap.",
    flaws: [
      "Two real machines of one university and one mailing list are all that is compared with; the forest tells those two machines apart as well, which bounds what a likeness can mean.",
    ],
    misses: [],
  },
  shared: (folder) => (existsSync(join(folder, HONEST[0][0])) ? { data: [folder] } : undefined),
  run,
};
