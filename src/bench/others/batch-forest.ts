import type { CountedRandom } from "../../stats/counted-random.ts";
import { growTree, type IsolationTrees, makeTrees, pathLength } from "../../stats/isolation-tree.ts";

const TREES = 100;

/**
 * Isolation forest as its authors wrote it (Liu, Ting and Zhou, ICDM 2008): 100 trees on samples of 256, fitted once on a batch of rows of equal
 * length. Out of `score`: 2^(-mean path / its mean), 0-1, larger = stranger.
 */
export class BatchForest {
  readonly #trees: IsolationTrees = makeTrees(TREES);

  constructor(rows: readonly (readonly number[])[], random: CountedRandom) {
    const width = rows[0]?.length ?? 0;
    const flat = Float32Array.from(rows.flat());
    for (let t = 0; t < TREES; t++) growTree(this.#trees, t, flat, rows.length, width, random);
  }

  score(row: readonly number[]): number {
    let sum = 0;
    for (let t = 0; t < TREES; t++) sum += pathLength(this.#trees, t, row);
    return 2 ** (-sum / TREES);
  }
}
