import { type Random, seededRandom } from "../../base/random.ts";
import { type Interval, middle95 } from "../statistics.ts";

/** Share of the guilty above the threshold that at most `share` of the honest pass. */
export function recallAt(scores: ArrayLike<number>, labels: ArrayLike<number>, share: number): number {
  const honest: number[] = [];
  const guilty: number[] = [];
  for (let i = 0; i < scores.length; i++) (labels[i] === 1 ? guilty : honest).push(scores[i] ?? 0);
  honest.sort((a, b) => b - a);
  const threshold = honest[Math.floor(share * honest.length)] ?? Number.NEGATIVE_INFINITY;
  return guilty.length === 0 ? Number.NaN : guilty.filter((s) => s > threshold).length / guilty.length;
}

export interface Scored {
  scores: readonly number[];
  labels: readonly number[];
  groups: readonly number[];
}

/** A figure with the 95 % interval of a bootstrap over whole campaigns: messages of one campaign are one observation. */
export function withInterval(scored: Scored, figure: (scores: number[], labels: number[]) => number, draws = 200, seed = 1): Interval {
  const value = figure([...scored.scores], [...scored.labels]);
  const members = new Map<number, number[]>();
  scored.groups.forEach((group, i) => {
    const list = members.get(group);
    if (list === undefined) members.set(group, [i]);
    else list.push(i);
  });
  const groups = [...members.values()];
  const random = seededRandom(seed);
  const drawn: number[] = [];
  for (let d = 0; d < draws; d++) {
    const scores: number[] = [];
    const labels: number[] = [];
    for (let k = 0; k < groups.length; k++) {
      for (const i of groups[Math.floor(random() * groups.length)] ?? []) {
        scores.push(scored.scores[i] ?? 0);
        labels.push(scored.labels[i] ?? 0);
      }
    }
    const v = figure(scores, labels);
    if (Number.isFinite(v)) drawn.push(v);
  }
  return { value, ...middle95(drawn, value) };
}

/** Whole groups to k folds, the classes balanced over them; largest groups first, ties by chance. */
export function foldsOf(groups: readonly number[], labels: readonly number[], k: number, random: Random): number[] {
  const sizes = new Map<number, { ones: number; all: number }>();
  groups.forEach((group, i) => {
    const size = sizes.get(group) ?? { ones: 0, all: 0 };
    size.all++;
    size.ones += labels[i] ?? 0;
    sizes.set(group, size);
  });
  const order = [...sizes].map(([group, size]) => ({ group, ...size, key: random() })).sort((a, b) => b.all - a.all || a.key - b.key);
  const load = Array.from({ length: k }, () => [0, 0]);
  const foldOf = new Map<number, number>();
  for (const { group, ones, all } of order) {
    const kind = ones * 2 > all ? 1 : 0;
    let best = 0;
    for (let f = 1; f < k; f++) if ((load[f]?.[kind] ?? 0) < (load[best]?.[kind] ?? 0)) best = f;
    const row = load[best] as number[];
    row[0] = (row[0] ?? 0) + all - ones;
    row[1] = (row[1] ?? 0) + ones;
    foldOf.set(group, best);
  }
  return groups.map((group) => foldOf.get(group) ?? 0);
}
