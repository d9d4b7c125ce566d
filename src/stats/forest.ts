import type { Random } from "../base/random.ts";

/** A tree in flat arrays: at node i go left (i of `left`) when bin of feature <= cut, else right; a leaf has feature -1 and its share of ones. */
interface Tree {
  feature: number[];
  cut: number[];
  left: number[];
  right: number[];
  value: number[];
}

export interface ForestSettings {
  trees?: number;
  leaf?: number;
  /** Share of the features tried at a split. */
  tried?: number;
  random: Random;
}

const BINS = 32;

/**
 * Random forest of classification trees on binned features, classes balanced. Out of `score`: mean share of ones in the leaves, 0-1.
 * In: rows of equal length; each feature is cut into at most 32 bins by its quantiles. Cost: trees x rows x tried features x depth.
 * Memory: a byte a value while fitting. Source: Breiman, Machine Learning 45 (2001).
 */
export class Forest {
  readonly #cuts: number[][];
  readonly #trees: Tree[] = [];

  constructor(rows: readonly ArrayLike<number>[], labels: readonly number[], settings: ForestSettings) {
    const width = rows[0]?.length ?? 0;
    this.#cuts = Array.from({ length: width }, (_, j) => cutsOf(rows, j));
    const n = rows.length;
    const bins = Array.from({ length: width }, (_, j) => Uint8Array.from(rows, (row) => binOf(this.#cuts[j] ?? [], row[j] ?? 0)));
    const ones = labels.reduce((sum, l) => sum + l, 0);
    if (ones === 0 || ones === n) return;
    const weight = [n / (2 * (n - ones)), n / (2 * ones)];
    const random = settings.random;
    for (let t = 0; t < (settings.trees ?? 200); t++) {
      const drawn = Int32Array.from({ length: n }, () => Math.floor(random() * n));
      this.#trees.push(grow(bins, labels, weight, drawn, settings.leaf ?? 2, Math.max(1, Math.round(width * (settings.tried ?? 0.2))), random));
    }
  }

  score(row: ArrayLike<number>): number {
    if (this.#trees.length === 0) return 0.5;
    const binned = this.#cuts.map((cuts, j) => binOf(cuts, row[j] ?? 0));
    let sum = 0;
    for (const tree of this.#trees) {
      let at = 0;
      while ((tree.feature[at] ?? -1) >= 0) at = ((binned[tree.feature[at] ?? 0] ?? 0) <= (tree.cut[at] ?? 0) ? tree.left[at] : tree.right[at]) ?? 0;
      sum += tree.value[at] ?? 0.5;
    }
    return sum / this.#trees.length;
  }
}

function cutsOf(rows: readonly ArrayLike<number>[], j: number): number[] {
  const sorted = Float64Array.from(rows, (row) => row[j] ?? 0).sort();
  const cuts: number[] = [];
  for (let b = 1; b < BINS; b++) {
    const v = sorted[Math.floor((b * sorted.length) / BINS)] ?? 0;
    if (v > (cuts.at(-1) ?? Number.NEGATIVE_INFINITY)) cuts.push(v);
  }
  // A rare flag lies beyond every quantile: its own cut keeps it visible.
  const least = sorted[0] ?? 0;
  if (cuts.length === 1 && cuts[0] === least) return [least];
  return cuts;
}

function binOf(cuts: readonly number[], value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grow(
  bins: readonly Uint8Array[],
  labels: readonly number[],
  weight: readonly number[],
  rows: Int32Array,
  leaf: number,
  tried: number,
  random: Random,
): Tree {
  const tree: Tree = { feature: [], cut: [], left: [], right: [], value: [] };
  const width = bins.length;
  const order = Int32Array.from({ length: width }, (_, j) => j);
  const zero = new Float64Array(BINS + 1);
  const one = new Float64Array(BINS + 1);
  const count = new Int32Array(BINS + 1);
  const split = (from: number, to: number, depth: number): number => {
    const at = tree.feature.length;
    let a = 0;
    let b = 0;
    for (let i = from; i < to; i++) {
      const label = labels[rows[i] ?? 0] ?? 0;
      if (label === 1) b += weight[1] ?? 1;
      else a += weight[0] ?? 1;
    }
    tree.feature.push(-1);
    tree.cut.push(0);
    tree.left.push(0);
    tree.right.push(0);
    tree.value.push(b / (a + b));
    if (to - from < 2 * leaf || a === 0 || b === 0 || depth > 24) return at;
    let best = (2 * a * b) / (a + b) - 1e-9;
    let feature = -1;
    let cut = 0;
    for (let k = 0; k < tried; k++) {
      const pick = k + Math.floor(random() * (width - k));
      const j = order[pick] ?? 0;
      order[pick] = order[k] ?? 0;
      order[k] = j;
      const column = bins[j] as Uint8Array;
      zero.fill(0);
      one.fill(0);
      count.fill(0);
      for (let i = from; i < to; i++) {
        const row = rows[i] ?? 0;
        const bin = column[row] ?? 0;
        count[bin] = (count[bin] ?? 0) + 1;
        if (labels[row] === 1) one[bin] = (one[bin] ?? 0) + (weight[1] ?? 1);
        else zero[bin] = (zero[bin] ?? 0) + (weight[0] ?? 1);
      }
      let la = 0;
      let lb = 0;
      let ln = 0;
      for (let bin = 0; bin < BINS; bin++) {
        la += zero[bin] ?? 0;
        lb += one[bin] ?? 0;
        ln += count[bin] ?? 0;
        if (ln < leaf) continue;
        if (to - from - ln < leaf) break;
        const ra = a - la;
        const rb = b - lb;
        const impurity = (2 * la * lb) / (la + lb) + (2 * ra * rb) / (ra + rb);
        if (impurity < best) {
          best = impurity;
          feature = j;
          cut = bin;
        }
      }
    }
    if (feature < 0) return at;
    const column = bins[feature] as Uint8Array;
    let middle = from;
    for (let i = from; i < to; i++) {
      const row = rows[i] ?? 0;
      if ((column[row] ?? 0) <= cut) {
        rows[i] = rows[middle] ?? 0;
        rows[middle++] = row;
      }
    }
    tree.feature[at] = feature;
    tree.cut[at] = cut;
    tree.left[at] = split(from, middle, depth + 1);
    tree.right[at] = split(middle, to, depth + 1);
    return at;
  };
  split(0, rows.length, 0);
  return tree;
}
