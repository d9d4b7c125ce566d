import type { Random } from "../../base/random.ts";
import { RandomForest } from "../others/random-forest.ts";
import { aucOf, middle95 } from "../statistics.ts";

/** Flows of one machine, in order: sizes, durations and gaps as logarithms, -1 where there is none. */
export type Rows = readonly (readonly number[])[];

export interface Separation {
  auc: number;
  low: number;
  high: number;
  /** The same forest told nonsense. */
  shuffled: number;
}

/**
 * How well a forest tells `b` from `a`, machines apart: trained on half of the machines of each side and tried on the other half, both ways.
 * A side of one machine is cut in two by time. The interval comes from drawing blocks of 200 rows again, since neighbours resemble each other.
 */
export function separate(a: readonly Rows[], b: readonly Rows[], random: Random, perSide = 6_000): Separation {
  const [a1, a2] = halves(a);
  const [b1, b2] = halves(b);
  const tried: { score: number; label: number }[][] = [];
  const nonsense: number[] = [];
  for (const [trainA, trainB, testA, testB] of [
    [a1, b1, a2, b2],
    [a2, b2, a1, b1],
  ] as const) {
    const [ta, tb, va, vb] = [trainA, trainB, testA, testB].map((m) => sample(m, perSide, random)) as [number[][], number[][], number[][], number[][]];
    const rows = [...ta, ...tb];
    const labels: number[] = rows.map((_, i) => (i < ta.length ? 0 : 1));
    const options = { trees: 40, depth: 10, leaf: 20, tried: 2, random };
    const forest = new RandomForest(rows, labels, options);
    for (const [part, label] of [
      [va, 0],
      [vb, 1],
    ] as const)
      for (let i = 0; i < part.length; i += 200) tried.push(part.slice(i, i + 200).map((row) => ({ score: forest.score(row), label })));
    // Machines are clusters, so one forest of nonsense may lie far to either side: the mean of several does not.
    const test = [...va, ...vb];
    const truth = test.map((_, i) => (i < va.length ? 0 : 1));
    for (let n = 0; n < 12; n++) {
      const dull = new RandomForest(rows, shuffled(labels, random), { ...options, trees: 4 });
      nonsense.push(
        aucOf(
          test.map((r) => dull.score(r)),
          truth,
        ),
      );
    }
  }
  const area = (blocks: readonly { score: number; label: number }[][]): number =>
    aucOf(
      blocks.flat().map((t) => t.score),
      blocks.flat().map((t) => t.label),
    );
  const drawn = Array.from({ length: 200 }, () => area(Array.from({ length: tried.length }, () => tried[Math.floor(random() * tried.length)] ?? []))).filter(
    (v) => !Number.isNaN(v),
  );
  return {
    auc: area(tried),
    ...middle95(drawn, Number.NaN),
    shuffled: nonsense.reduce((x, y) => x + y, 0) / nonsense.length,
  };
}

function shuffled(labels: readonly number[], random: Random): number[] {
  const out = [...labels];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] ?? 0, out[i] ?? 0];
  }
  return out;
}

function halves(machines: readonly Rows[]): [Rows[], Rows[]] {
  const [only] = machines;
  if (machines.length === 1 && only !== undefined) {
    const middle = Math.floor(only.length / 2);
    return [[only.slice(0, middle)], [only.slice(middle)]];
  }
  return [machines.filter((_, i) => i % 2 === 0), machines.filter((_, i) => i % 2 === 1)];
}

/** The same number of each machine as far as it has them, neighbours kept together in blocks of 50. */
function sample(machines: readonly Rows[], count: number, random: Random): number[][] {
  const out: number[][] = [];
  const each = Math.ceil(count / Math.max(1, machines.length));
  for (const rows of machines) {
    if (rows.length <= each) {
      out.push(...rows.map((r) => [...r]));
      continue;
    }
    for (let n = 0; n < each; n += 50) {
      const at = Math.floor(random() * Math.max(1, rows.length - 50));
      out.push(...rows.slice(at, at + Math.min(50, each - n)).map((r) => [...r]));
    }
  }
  return out;
}

/** Windows of `size` flows as nine deciles of each column: what a look at distributions sees, not at single flows. */
export function windows(machines: readonly Rows[], size = 60): Rows[] {
  return machines.map((rows) => {
    const out: number[][] = [];
    for (let i = 0; i + size <= rows.length; i += size / 2) {
      const part = rows.slice(i, i + size);
      const width = part[0]?.length ?? 0;
      const row: number[] = [];
      for (let f = 0; f < width; f++) {
        const sorted = part.map((r) => r[f] ?? 0).sort((x, y) => x - y);
        for (const q of [0.1, 0.25, 0.5, 0.75, 0.9]) row.push(sorted[Math.floor(q * (size - 1))] ?? 0);
      }
      out.push(row);
    }
    return out;
  });
}
