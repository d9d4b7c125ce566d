import { type Interval, middle95 } from "../statistics.ts";
import type { Edges } from "./read-edges.ts";

const BINS = 2_000;

/** Lines that an AUC is about: all benign ones, and attack lines of the kind asked for. */
export interface EdgeSet {
  lines: Uint32Array;
  /** 1 = attack, by place in `lines`. */
  attack: Uint8Array;
  day: Int32Array;
}

/** Attack lines whose label has `least` to `most` lines in that hour, and all benign lines, of the days asked for. */
export function edgeSet(edges: Edges, order: Uint32Array, takes: (line: number, day: number) => boolean, least = 1, most = Number.POSITIVE_INFINITY): EdgeSet {
  const inHour = new Map<number, number>();
  const keyOf = (line: number): number => Math.floor((edges.minute[line] ?? 0) / 60) * 65_536 + (edges.label[line] ?? 0);
  for (const line of order) if (edges.label[line] !== 0) inHour.set(keyOf(line), (inHour.get(keyOf(line)) ?? 0) + 1);
  const lines = order.filter((line) => {
    if (!takes(line, Math.floor((edges.minute[line] ?? 0) / 1_440))) return false;
    if (edges.label[line] === 0) return true;
    const many = inHour.get(keyOf(line)) ?? 0;
    return many >= least && many <= most;
  });
  return {
    lines,
    attack: Uint8Array.from(lines, (line) => (edges.label[line] === 0 ? 0 : 1)),
    day: Int32Array.from(lines, (line) => Math.floor((edges.minute[line] ?? 0) / 1_440)),
  };
}

/** Share of pairs of an attack line and a benign one that are ranked right, ties half; and its interval over days drawn anew. */
export function edgeAuc(set: EdgeSet, scores: Float32Array, draws: readonly ReadonlyMap<number, number>[]): Interval | undefined {
  const attacks = set.attack.reduce((sum, a) => sum + a, 0);
  if (attacks === 0 || attacks === set.lines.length) return undefined;
  const benign = Float32Array.from(
    set.lines.filter((_, i) => set.attack[i] === 0),
    (line) => scores[line] ?? 0,
  ).sort();
  const cuts: number[] = [];
  for (let b = 1; b < BINS; b++) {
    const cut = benign[Math.floor((b * benign.length) / BINS)] ?? 0;
    if (cuts.length === 0 || cut > (cuts.at(-1) ?? 0)) cuts.push(cut);
  }
  const days = [...new Set(set.day)];
  const index = new Map(days.map((day, i) => [day, i]));
  const width = 2 * cuts.length + 1;
  const counts = [new Float64Array(days.length * width), new Float64Array(days.length * width)];
  let right = 0;
  for (let i = 0; i < set.lines.length; i++) {
    const score = scores[set.lines[i] ?? 0] ?? 0;
    const attack = set.attack[i] ?? 0;
    // Places of cuts and of what lies between them take turns, so that ties at a cut stay ties.
    const at = place(cuts, score);
    const cell = (index.get(set.day[i] ?? 0) ?? 0) * width + at;
    const into = counts[attack];
    if (into !== undefined) into[cell] = (into[cell] ?? 0) + 1;
    if (attack === 1) right += (bound(benign, score, false) + bound(benign, score, true)) / 2;
  }
  const drawn = draws.map((weight) => binned(days, counts, width, weight)).filter((v) => !Number.isNaN(v));
  const value = right / (attacks * benign.length);
  return { value, ...middle95(drawn, value) };
}

function place(cuts: readonly number[], score: number): number {
  const below = bound(cuts, score, false);
  return 2 * below + (cuts[below] === score ? 1 : 0);
}

/** How many of the sorted numbers are below `value` (or not above it). */
function bound(sorted: ArrayLike<number>, value: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const v = sorted[middle] ?? 0;
    if (v < value || (orEqual && v === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function binned(days: readonly number[], counts: readonly Float64Array[], width: number, weight: ReadonlyMap<number, number>): number {
  let benign = 0;
  let attacks = 0;
  let right = 0;
  for (let bin = 0; bin < width; bin++) {
    let b = 0;
    let a = 0;
    for (const [i, day] of days.entries()) {
      const w = weight.get(day) ?? 0;
      if (w === 0) continue;
      b += w * (counts[0]?.[i * width + bin] ?? 0);
      a += w * (counts[1]?.[i * width + bin] ?? 0);
    }
    right += a * (benign + b / 2);
    benign += b;
    attacks += a;
  }
  return right / (benign * attacks);
}
