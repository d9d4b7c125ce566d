import type { Random } from "../../base/random.ts";

type Node = { size: number } | { feature: number; cut: number; left: Node; right: Node };

/**
 * Isolation forest as its authors wrote it (Liu, Ting, Zhou, ICDM 2008): trees of random cuts on samples of 256, depth limited to log2 of
 * the sample, score 2^(-mean path / c), 0-1, larger = stranger. Fitted once on a batch of rows of equal length.
 */
export class BatchForest {
  readonly #trees: Node[];
  readonly #usual: number;

  constructor(rows: readonly (readonly number[])[], random: Random, trees = 100, sample = 256) {
    const size = Math.min(sample, rows.length);
    const limit = Math.ceil(Math.log2(Math.max(2, size)));
    this.#usual = pathOf(size);
    this.#trees = Array.from({ length: trees }, () => {
      const drawn = Array.from({ length: size }, () => rows[Math.floor(random() * rows.length)] ?? []);
      return grow(drawn, limit, random);
    });
  }

  score(row: readonly number[]): number {
    let sum = 0;
    for (let node of this.#trees) {
      let depth = 0;
      while ("feature" in node) {
        node = (row[node.feature] ?? 0) < node.cut ? node.left : node.right;
        depth++;
      }
      sum += depth + pathOf(node.size);
    }
    return 2 ** (-sum / this.#trees.length / this.#usual);
  }
}

/** Mean length of an unsuccessful search in a binary tree of n. */
function pathOf(n: number): number {
  return n <= 1 ? 0 : n === 2 ? 1 : 2 * (Math.log(n - 1) + 0.5772156649) - (2 * (n - 1)) / n;
}

function grow(rows: readonly (readonly number[])[], left: number, random: Random): Node {
  const width = rows[0]?.length ?? 0;
  if (left === 0 || rows.length <= 1) return { size: rows.length };
  for (let tries = 0; tries < width; tries++) {
    const feature = Math.floor(random() * width);
    const values = rows.map((r) => r[feature] ?? 0);
    const low = Math.min(...values);
    const high = Math.max(...values);
    if (low === high) continue;
    const cut = low + random() * (high - low);
    return {
      feature,
      cut,
      left: grow(
        rows.filter((r) => (r[feature] ?? 0) < cut),
        left - 1,
        random,
      ),
      right: grow(
        rows.filter((r) => (r[feature] ?? 0) >= cut),
        left - 1,
        random,
      ),
    };
  }
  return { size: rows.length };
}
