import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { seededRandom } from "../../base/random.ts";
import { CodedError } from "../../base/result.ts";
import type { Bench, BenchOptions } from "../bench.ts";
import type { BenchResult, Figure } from "../figures.ts";
import { middle95 } from "../statistics.ts";
import { VERSION_OF_BENCH } from "../version.ts";
import { firstSeenMethods } from "./first-seen.ts";
import { type AuditAlert, type ReplayedAudit, replayAudit } from "./replay-audit.ts";
import type { PlainRecord, Verdict } from "./verdict.ts";

interface Label {
  Id: string;
  UserId: string;
  CreationTime: string;
  episode: string;
}

const FIRST = 5;
const REDRAWS = 1_000;

async function run(options: BenchOptions): Promise<BenchResult> {
  const [labelFile] = options.given("labels");
  if (options.data.length === 0 || labelFile === undefined)
    throw new CodedError("bad-option", "audit: --history F --data F --labels F are needed", { exitCode: 2 });
  const history = options.history.flatMap(recordsOf);
  const data = options.data.flatMap(recordsOf);
  const inData = new Set(data.map((r) => r.id));
  const labels = (JSON.parse(readFileSync(labelFile, "utf8")) as Label[]).filter((l) => inData.has(l.Id));
  if (labels.length === 0) throw new CodedError("bad-option", `audit: no record that ${labelFile} names is in the data`, { exitCode: 2 });
  const labelled = new Set(labels.map((l) => `${l.UserId.toLowerCase()} ${l.CreationTime.slice(0, 10)}`));
  const days = spanOf(data);
  const ours = ourVerdict(await replayAudit(options.history, options.data, options.org[0]), labelled, options);
  const methods = [ours, ...firstSeenMethods(history, data, labelled), constant(data, labelled)];
  const figures = methods.flatMap((m) => figuresOf(m, labels, labelled, days, options.seed));
  options.print(`\n${data.length} records over ${days} days, ${labels.length} labelled on ${labelled.size} user-days\n`);
  const equal = firstSeenMethods(history, data, labelled)
    .filter((m) => m.offLabel <= ours.offLabel)
    .map((m) => share(labels, m));
  options.print(
    `recall of the best first-seen rule with no more alerts off the labels than ours (${ours.offLabel}): ${equal.length === 0 ? "none has so few" : Math.max(...equal).toFixed(2)}\n`,
  );
  figures.push({ name: "recall@equalOffLabel", method: "wonted", value: share(labels, ours) });
  figures.push({ name: "recall@equalOffLabel", method: "first-seen rules, best", value: equal.length === 0 ? 0 : Math.max(...equal) });
  return { bench: "audit", version: VERSION_OF_BENCH, figures };
}

function recordsOf(path: string): PlainRecord[] {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .split("\n")
    .filter((l) => l.trim() !== "")
    .map((line) => {
      const r = JSON.parse(line) as Record<string, string | undefined>;
      return {
        id: r.Id ?? "",
        user: (r.UserId ?? "").toLowerCase(),
        day: (r.CreationTime ?? "").slice(0, 10),
        operation: r.Operation ?? "",
        address: r.ClientIP ?? r.ClientIPAddress ?? "",
      };
    });
}

function spanOf(data: readonly PlainRecord[]): number {
  const days = data.map((r) => Date.parse(r.day)).filter(Number.isFinite);
  return Math.max(1, Math.round((Math.max(...days) - Math.min(...days)) / 86_400_000) + 1);
}

function dayOf(alert: AuditAlert, replayed: ReplayedAudit): string {
  const user =
    alert.entity.kind === "user" ? alert.entity.id : (alert.events.map((e) => replayed.userOf.get(e)).find((u) => u !== undefined) ?? alert.entity.id);
  return `${user} ${alert.time.slice(0, 10)}`;
}

/** A user-day is as strange as its alerts of different models together: 1 - product of (1 - score/100). */
function ourVerdict(replayed: ReplayedAudit, labelled: ReadonlySet<string>, options: BenchOptions): Verdict {
  const best = new Map<string, Map<string, number>>();
  const records = new Set<string>();
  let offLabel = 0;
  for (const alert of replayed.alerts) {
    const day = dayOf(alert, replayed);
    const models = best.get(day) ?? new Map<string, number>();
    best.set(day, models.set(alert.model, Math.max(models.get(alert.model) ?? 0, alert.score)));
    for (const event of alert.events) {
      const native = replayed.nativeOf.get(event);
      if (native !== undefined) records.add(native);
    }
    if (!labelled.has(day)) offLabel++;
  }
  const days = new Map([...best].map(([day, models]) => [day, 1 - [...models.values()].reduce((rest, s) => rest * (1 - Math.min(99, s) / 100), 1)]));
  options.print("strangest user-days:\n");
  for (const [day, score] of ranked(days).slice(0, 8))
    options.print(`  ${score.toFixed(4)}  ${labelled.has(day) ? "labelled" : "        "}  ${day}  (${best.get(day)?.size ?? 0} models)\n`);
  return { method: "wonted", records, days, offLabel };
}

function ranked(days: ReadonlyMap<string, number>): [string, number][] {
  return [...days].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Knows nothing: every record is an alert, every user-day alike (in the order of the alphabet). */
function constant(data: readonly PlainRecord[], labelled: ReadonlySet<string>): Verdict {
  const days = new Map(data.map((r) => [`${r.user} ${r.day}`, 1] as const));
  return {
    method: "control: constant",
    records: new Set(data.map((r) => r.id)),
    days,
    offLabel: data.filter((r) => !labelled.has(`${r.user} ${r.day}`)).length,
  };
}

function share(labels: readonly Label[], m: Verdict): number {
  return labels.filter((l) => m.records.has(l.Id)).length / labels.length;
}

function figuresOf(m: Verdict, labels: readonly Label[], labelled: ReadonlySet<string>, days: number, seed: number): Figure[] {
  const first = ranked(m.days).slice(0, FIRST);
  const found = first.filter(([day]) => labelled.has(day)).map(([day]) => day);
  const episodes = new Set(
    labels.filter((l) => m.records.has(l.Id) && found.includes(`${l.UserId.toLowerCase()} ${l.CreationTime.slice(0, 10)}`)).map((l) => l.episode),
  );
  const { low, high } = redrawn(labels, m, seed);
  return [
    { name: "recall", method: m.method, value: share(labels, m), low, high },
    { name: "episodesFound", method: m.method, value: episodes.size },
    { name: "episodes", method: m.method, value: new Set(labels.map((l) => l.episode)).size },
    { name: `userDays@${FIRST}`, method: m.method, value: found.length },
    { name: "offLabelAlertsPerDay", method: m.method, value: m.offLabel / days },
  ];
}

/** 95 % interval over redrawn user-days and operations: records of one kind on one user-day are one observation. */
function redrawn(labels: readonly Label[], m: Verdict, seed: number): { low: number; high: number } {
  const groups = new Map<string, Label[]>();
  for (const l of labels) {
    const key = `${l.UserId.toLowerCase()} ${l.CreationTime.slice(0, 13)}`;
    groups.set(key, [...(groups.get(key) ?? []), l]);
  }
  const all = [...groups.values()];
  const random = seededRandom(seed);
  const shares = Array.from({ length: REDRAWS }, () => {
    const drawn = all.flatMap(() => all[Math.floor(random() * all.length)] ?? []);
    return drawn.filter((l) => m.records.has(l.Id)).length / Math.max(1, drawn.length);
  });
  return middle95(shares, 0);
}

export const auditBench: Bench = {
  name: "audit",
  goals: [
    { name: "recall", atLeast: 0.6, by: "value" },
    { name: "episodesFound", atLeast: 1 },
    { name: `userDays@${FIRST}`, atLeast: 3 },
    { name: "offLabelAlertsPerDay", atMost: 1 },
  ],
  about: {
    what: "Unified audit records of a tenant: history is learned, the data are judged; labels name the records of simulated account takeovers. Recall: labelled records that an alert cites. A user-day's score: its alerts of different models together.",
    flaws: [
      "One lab tenant with sixteen named users, some of whom act only when the simulation does.",
      "The labels are a reading of the records by us, not the simulation's own log.",
      "Most records are the service's own.",
    ],
    misses: ["Places: half of the records bear addresses of the vendor's own servers."],
  },
  run,
};
