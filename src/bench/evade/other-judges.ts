import { DAY, HOUR } from "../../base/time.ts";
import { CountedRandom } from "../../stats/counted-random.ts";
import { BatchForest } from "../others/batch-forest.ts";
import type { Flow } from "./office.ts";

/** One device's hour as the other methods see it. */
interface Hour {
  device: string;
  hour: number;
  /** ln(1+x) of bytes out, connections, responders, responders new to the device, responders new to the office, and ports new to the device. */
  row: number[];
  attacked: boolean;
}

const NEW_TO_OFFICE = 4;

export interface OtherJudge {
  name: string;
  /** Hours of honest devices that it alarms on. */
  honestAlarms: number;
  detects(attack: readonly Flow[]): number | undefined;
}

/** Scores hours in order; refits, if it does, once a week on all hours before. */
type Score = (hours: readonly Hour[], from: number) => number[];

function hoursOf(flows: readonly Flow[], attack: ReadonlySet<Flow>): Hour[] {
  const peers = new Map<string, Set<string>>();
  const ports = new Map<string, Set<number>>();
  const office = new Set<string>();
  const open = new Map<
    string,
    { hour: number; out: number; flows: number; peers: Set<string>; fresh: number; unknown: number; ports: number; attacked: boolean }
  >();
  const out: Hour[] = [];
  const close = (device: string): void => {
    const h = open.get(device);
    if (h === undefined) return;
    out.push({ device, hour: h.hour, row: [h.out, h.flows, h.peers.size, h.fresh, h.unknown, h.ports].map(Math.log1p), attacked: h.attacked });
    open.delete(device);
  };
  for (const flow of flows) {
    const hour = Math.floor(flow.time / HOUR);
    if ((open.get(flow.src)?.hour ?? hour) !== hour) close(flow.src);
    const h = open.get(flow.src) ?? { hour, out: 0, flows: 0, peers: new Set<string>(), fresh: 0, unknown: 0, ports: 0, attacked: false };
    open.set(flow.src, h);
    const known = peers.get(flow.src) ?? new Set<string>();
    peers.set(flow.src, known);
    const used = ports.get(flow.src) ?? new Set<number>();
    ports.set(flow.src, used);
    h.out += flow.out;
    h.flows++;
    h.peers.add(flow.dst);
    if (!known.has(flow.dst)) h.fresh++;
    if (!office.has(flow.dst)) h.unknown++;
    if (!used.has(flow.port)) h.ports++;
    if (attack.has(flow)) h.attacked = true;
    known.add(flow.dst);
    office.add(flow.dst);
    used.add(flow.port);
  }
  for (const device of [...open.keys()]) close(device);
  return out.sort((a, b) => a.hour - b.hour || (a.device < b.device ? -1 : 1));
}

/** The largest z over features, each against the device's own hours so far. */
const zScore: Score = (hours) => {
  const states = new Map<string, { n: number; mean: number[]; squares: number[] }>();
  return hours.map(({ device, row }) => {
    const s = states.get(device) ?? { n: 0, mean: row.map(() => 0), squares: row.map(() => 0) };
    states.set(device, s);
    let worst = 0;
    row.forEach((y, j) => {
      const z = (y - (s.mean[j] ?? 0)) / Math.sqrt(((s.squares[j] ?? 0) + 2) / (s.n + 2));
      if (s.n > 5) worst = Math.max(worst, z);
    });
    s.n++;
    row.forEach((y, j) => {
      const off = y - (s.mean[j] ?? 0);
      s.mean[j] = (s.mean[j] ?? 0) + off / s.n;
      s.squares[j] = (s.squares[j] ?? 0) + off * (y - (s.mean[j] ?? 0));
    });
    return worst;
  });
};

const forest: Score = (hours, from) => {
  const random = new CountedRandom(9);
  let fitted: BatchForest | undefined;
  let week = Number.NEGATIVE_INFINITY;
  return hours.map((h, i) => {
    if (h.hour < from) return 0;
    const now = Math.floor(h.hour / (7 * 24));
    if (fitted === undefined || now > week) {
      fitted = new BatchForest(
        hours.slice(0, i).map((x) => x.row),
        random,
      );
      week = now;
    }
    return fitted.score(h.row);
  });
};

const SCORES: readonly { name: string; score: Score }[] = [
  { name: "z-score", score: zScore },
  { name: "isolation forest", score: forest },
  { name: "control: bytes an hour", score: (hours) => hours.map((h) => h.row[0] ?? 0) },
  { name: "control: connections an hour", score: (hours) => hours.map((h) => h.row[1] ?? 0) },
  { name: "first seen in the office", score: (hours) => hours.map((h) => h.row[NEW_TO_OFFICE] ?? 0) },
];

/** Each alarms at the score that its honest days exceed as often as `alarms` says (at least once): the same number of false alarms for all. */
export function otherJudges(history: readonly Flow[], honest: readonly Flow[], alarms: number): OtherJudge[] {
  const begin = honest[0]?.time ?? 0;
  const from = Math.floor(begin / DAY) * 24;
  const quiet = hoursOf([...history, ...honest], new Set());
  return SCORES.map(({ name, score }) => {
    const usual = score(quiet, from)
      .filter((_, i) => (quiet[i]?.hour ?? 0) >= from)
      .sort((a, b) => b - a);
    const line = usual[Math.max(1, alarms)] ?? Number.POSITIVE_INFINITY;
    return {
      name,
      honestAlarms: usual.filter((s) => s > line).length,
      detects(attack) {
        const hours = hoursOf(
          [...history, ...honest, ...attack].sort((a, b) => a.time - b.time),
          new Set(attack),
        );
        const scores = score(hours, from);
        const at = hours.findIndex((h, i) => h.attacked && (scores[i] ?? 0) > line);
        const found = hours[at];
        return found === undefined ? undefined : (found.hour + 1) * HOUR;
      },
    };
  });
}
