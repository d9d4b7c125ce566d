import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import type { PairScore } from "../schema/score.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import { type Contacts, ownNetworks, readContacts } from "./contacts.ts";
import type { Figure } from "./figures.ts";
import { CELLS, injectBeacons } from "./injected-beacons.ts";
import { ritaScore } from "./others/rita-formula.ts";
import { runReplay } from "./run-replay.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const LEAST_CONTACTS = 6;

async function run(options: BenchOptions): Promise<{ bench: string; version: string; figures: Figure[] }> {
  if (options.data.length === 0 || options.truth === undefined)
    throw new CodedError("bad-option", "beacons: --data DIR --truth SRC,DST are needed", { exitCode: 2 });
  const [src, dst] = options.truth.split(",");
  const org = options.org[0];
  const contacts = await readContacts(options.data, ownNetworks(org));
  const replayed = await runReplay(options.data, org);
  const names = (p: PairScore): boolean => p.src === src && (p.dst === dst || p.hostname === dst);
  const ours = [...replayed.pairs].sort((a, b) => b.score - a.score);
  const figures: Figure[] = [
    { name: "rank", method: "wonted", value: rankOf(ours.map(names)) },
    { name: "pairs", method: "wonted", value: ours.length },
    { name: "pairs.beacon>=0.9", method: "wonted", value: ours.filter((p) => p.beacon >= 0.9).length },
    ...others(contacts, `${src} ${dst}`),
  ];
  options.print("first ten by score:\n");
  for (const p of ours.slice(0, 10))
    options.print(
      `  ${p.score.toFixed(1).padStart(5)}  beacon ${p.beacon.toFixed(3)}  rarity ${p.rarity.toFixed(0).padStart(3)}  ${p.contacts} contacts  ${p.src} -> ${p.hostname ?? p.dst}\n`,
    );
  figures.push(...(await synthetic(options, contacts)));
  return { bench: "beacons", version: VERSION_OF_BENCH, figures };
}

/** 1 = first. Infinity when it is not in the list. */
function rankOf(isTrue: readonly boolean[]): number {
  const at = isTrue.indexOf(true);
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}

function others(contacts: Contacts, truth: string): Figure[] {
  const scored = [...contacts.pairs]
    .filter(([, p]) => p.times.length >= LEAST_CONTACTS)
    .map(([key, p]) => ({ key, rita: ritaScore(p, contacts.from, contacts.to) ?? 0, count: p.times.length }));
  const rank = (by: "rita" | "count"): number => rankOf([...scored].sort((a, b) => b[by] - a[by]).map((s) => s.key === truth));
  return [
    { name: "rank", method: "RITA formula", value: rank("rita") },
    { name: "rank", method: "control: most connections", value: rank("count") },
    { name: "pairs", method: "RITA formula", value: scored.length },
    { name: "pairs.beacon>=0.9", method: "RITA formula", value: scored.filter((s) => s.rita >= 0.9).length },
  ];
}

/** Beacons of known jitter and loss laid among the honest pairs of the data: share found at 1 % false positives, by Wilson's interval. */
async function synthetic(options: BenchOptions, contacts: Contacts): Promise<Figure[]> {
  const { pairs, injected, contactsOf } = await injectBeacons(options.data, options.org[0], contacts, seededRandom(options.seed));
  const methods: { method: string; score: (key: string) => number }[] = [
    { method: "wonted", score: (key) => pairs.get(key) ?? 0 },
    { method: "RITA formula", score: (key) => ritaScore(contactsOf(key), contacts.from, contacts.to) ?? 0 },
    { method: "control: most connections", score: (key) => contactsOf(key).times.length },
  ];
  const honest = [...contacts.pairs].filter(([key, p]) => p.times.length >= LEAST_CONTACTS && key !== options.truth?.replace(",", " ")).map(([key]) => key);
  const figures: Figure[] = [];
  for (const { method, score } of methods) {
    const sorted = honest.map(score).sort((a, b) => b - a);
    const threshold = sorted[Math.floor(sorted.length * 0.01)] ?? 0;
    for (const cell of CELLS) {
      const keys = injected.filter((i) => i.cell === cell).map((i) => i.key);
      const hits = keys.filter((key) => score(key) > threshold).length;
      const { low, high } = wilson(hits, keys.length);
      figures.push({ name: `tpr@1%fpr.jitter${cell.jitter * 100}.lost${cell.lost * 100}`, method, value: hits / keys.length, low, high });
    }
  }
  return figures;
}

function wilson(hits: number, n: number): { low: number; high: number } {
  const z = 1.96;
  const p = hits / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

export const beaconsBench: Bench = {
  name: "beacons",
  goals: [
    { name: "rank", atMost: 2, reach: 1 },
    { name: "tpr@1%fpr.jitter30.lost30", atLeast: 0.85, by: "value", reach: 0.95 },
    { name: "tpr@1%fpr.jitter50.lost0", atLeast: 0.85, by: "value", reach: 0.95 },
    { name: "tpr@1%fpr.jitter50.lost30", atLeast: 0.85, by: "value", reach: 0.95 },
  ],
  about: {
    what: "Zeek logs of three days of a server on the Internet in which an implant calls every 200 to 350 s: its rank among all pairs by score. Then beacons of our own making (60 of each kind, period of a minute to an hour, running from a moment of the first half to the end) laid among the honest pairs: share found at the score that 1 % of honest pairs exceed, by jitter (uniform, share of the period) and by lost beats. Score: evenness of gaps by quartiles and by Moran's spacing, how sure it is, steadiness over the hours, span, rarity and newness of the other end.",
    flaws: [
      "The ends of the beacons laid in are unique to one device, which flatters every method that looks at rarity or persistence.",
      "The honest pairs are scanners that come in bursts; in an office most pairs that keep on for hours are updaters, as regular as implants.",
    ],
    misses: [
      "A slow beacon (near an hour) with half jitter and a third of its beats lost, seen for a day or two: some forty gaps prove little. Fewer than six beats.",
      "Tried and left: quartiles alone (found all of these, and ranks honest pollers higher), autocorrelation (fails from 10 % jitter on).",
    ],
  },
  shared(folder) {
    const network = join(folder, "data", "network");
    const data = join(network, "rita", "missing_host");
    const org = join(network, "org", "rita-missing-host.yaml");
    const truth = join(network, "truth", "rita-missing-host.ndjson");
    if (![data, org, truth].every((path) => existsSync(path))) return undefined;
    const { entity, peer } = JSON.parse(readFileSync(truth, "utf8").split("\n")[0] ?? "{}") as { entity?: string; peer?: string };
    return { data: [data], org: [org], truth: `${entity},${peer}` };
  },
  run,
};
