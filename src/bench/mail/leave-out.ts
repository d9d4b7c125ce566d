import { seededRandom } from "../../base/random.ts";
import type { MailRow } from "./corpus.ts";
import { type Method, newRandom } from "./methods.ts";
import { foldsOf, type Scored } from "./scores.ts";

const FOLDS = 5;

/** Scores of several methods on the same tested rows, in the same order. */
export interface Trial {
  tested: readonly MailRow[];
  scores: ReadonlyMap<string, readonly number[]>;
}

/** Fold of every row; phish campaigns and honest groups stay whole. */
export function mailFolds(rows: readonly MailRow[], seed = 0): number[] {
  return foldsOf(
    rows.map((r) => r.group),
    rows.map((r) => (r.phish ? 1 : 0)),
    FOLDS,
    seededRandom(seed),
  );
}

/**
 * Tests on `honest` and `phish`; every model is trained on honest mail that `mayTrain` allows and on phish of other folds. A tested honest message gets the
 * mean of the five models, of which none saw it; a tested phish the one that did not see its campaign.
 */
export function crossTrial(
  rows: readonly MailRow[],
  folds: readonly number[],
  honest: readonly MailRow[],
  phish: readonly MailRow[],
  mayTrain: (row: MailRow) => boolean,
  methods: ReadonlyMap<string, Method>,
): Trial {
  const foldOf = new Map(rows.map((row, i) => [row, folds[i] ?? 0]));
  const tested = [...honest, ...phish];
  const scores = new Map<string, readonly number[]>();
  for (const [name, method] of methods) {
    const random = newRandom();
    const sums = new Array<number>(tested.length).fill(0);
    for (let k = 0; k < FOLDS; k++) {
      const score = method(
        rows.filter((r) => (r.phish ? foldOf.get(r) !== k : mayTrain(r))),
        random,
      );
      tested.forEach((row, i) => {
        if (!row.phish) sums[i] = (sums[i] ?? 0) + score(row) / FOLDS;
        else if (foldOf.get(row) === k) sums[i] = score(row);
      });
    }
    scores.set(name, sums);
  }
  return { tested, scores };
}

export function scoredOf(trial: Trial, name: string): Scored {
  return {
    scores: trial.scores.get(name) ?? [],
    labels: trial.tested.map((r) => (r.phish ? 1 : 0)),
    groups: trial.tested.map((r) => r.group),
  };
}
