import type { Random } from "../../base/random.ts";

export interface ForestOptions {
  trees: number;
  depth: number;
  /** Least samples in a leaf. */
  leaf: number;
  /** Features tried at each split. */
  tried: number;
  random: Random;
}

interface Node {
  feature: number;
  /** At most this bin goes left; -1 in a leaf. */
  cut: number;
  left: number;
  right: number;
  share: number;
}

const BINS = 64;

/**
 * Random forest for two classes (Breiman 2001): bootstrap samples, Gini splits over quantile bins, mean of the leaves' shares.
 * Shape: rows of numbers, finite; labels 0 or 1; score in [0, 1], larger = class 1. Cost: trees x depth x rows x tried.
 */
export class RandomForest {
  readonly #cuts: number[][];
  readonly #trees: Node[][] = [];

  constructor(rows: readonly (readonly number[])[], labels: readonly number[], options: ForestOptions) {
    const width = rows[0]?.length ?? 0;
    this.#cuts = Array.from({ length: width }, (_, f) => quantileCuts(rows.map((r) => r[f] ?? 0)));
    const binned = rows.map((r) => Uint8Array.from(r, (v, f) => binOf(this.#cuts[f] ?? [], v)));
    const y = Uint8Array.from(labels);
    for (let t = 0; t < options.trees; t++) {
      const sample = Array.from({ length: rows.length }, () => Math.floor(options.random() * rows.length));
      const nodes: Node[] = [];
      grow(nodes, binned, y, sample, options.depth, width, options);
      this.#trees.push(nodes);
    }
  }

  score(row: readonly number[]): number {
    const bins = row.map((v, f) => binOf(this.#cuts[f] ?? [], v));
    let sum = 0;
    for (const nodes of this.#trees) {
      let node = nodes[0];
      while (node !== undefined && node.cut >= 0) node = nodes[(bins[node.feature] ?? 0) <= node.cut ? node.left : node.right];
      sum += node?.share ?? 0.5;
    }
    return sum / this.#trees.length;
  }
}

function quantileCuts(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const cuts = new Set<number>();
  for (let i = 1; i < BINS; i++) cuts.add(sorted[Math.floor((i / BINS) * sorted.length)] ?? 0);
  return [...cuts].sort((a, b) => a - b);
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
  nodes: Node[],
  rows: readonly Uint8Array[],
  labels: Uint8Array,
  sample: readonly number[],
  depth: number,
  width: number,
  options: ForestOptions,
): number {
  const at = nodes.length;
  let ones = 0;
  for (const i of sample) ones += labels[i] ?? 0;
  const node: Node = { feature: 0, cut: -1, left: 0, right: 0, share: ones / Math.max(1, sample.length) };
  nodes.push(node);
  if (depth === 0 || sample.length < 2 * options.leaf || ones === 0 || ones === sample.length) return at;
  const best = bestSplit(rows, labels, sample, ones, width, options);
  if (best === undefined) return at;
  const left = sample.filter((i) => (rows[i]?.[best.feature] ?? 0) <= best.cut);
  const right = sample.filter((i) => (rows[i]?.[best.feature] ?? 0) > best.cut);
  node.feature = best.feature;
  node.cut = best.cut;
  node.left = grow(nodes, rows, labels, left, depth - 1, width, options);
  node.right = grow(nodes, rows, labels, right, depth - 1, width, options);
  return at;
}

function bestSplit(
  rows: readonly Uint8Array[],
  labels: Uint8Array,
  sample: readonly number[],
  ones: number,
  width: number,
  options: ForestOptions,
): { feature: number; cut: number } | undefined {
  let best: { feature: number; cut: number } | undefined;
  let least = Number.POSITIVE_INFINITY;
  const total = sample.length;
  for (let k = 0; k < options.tried; k++) {
    const feature = Math.floor(options.random() * width);
    const count = new Float64Array(BINS + 1);
    const positive = new Float64Array(BINS + 1);
    for (const i of sample) {
      const bin = rows[i]?.[feature] ?? 0;
      count[bin] = (count[bin] ?? 0) + 1;
      positive[bin] = (positive[bin] ?? 0) + (labels[i] ?? 0);
    }
    let n = 0;
    let p = 0;
    for (let cut = 0; cut < BINS; cut++) {
      n += count[cut] ?? 0;
      p += positive[cut] ?? 0;
      if (n < options.leaf) continue;
      if (total - n < options.leaf) break;
      const gini = n * impurity(p / n) + (total - n) * impurity((ones - p) / (total - n));
      if (gini < least) {
        least = gini;
        best = { feature, cut };
      }
    }
  }
  return best;
}

function impurity(share: number): number {
  return 2 * share * (1 - share);
}
