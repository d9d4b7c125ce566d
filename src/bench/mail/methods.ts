import { type Random, seededRandom } from "../../base/random.ts";
import { ContentModel, type ContentWeights } from "../../baseline/mail/content-model.ts";
import { FEATURE_NAMES, FEATURES } from "../../lanes/email/evidence/features.ts";
import { Forest } from "../../stats/forest.ts";
import { fitLogistic, logOdds } from "../../stats/logistic-regression.ts";
import { TextClassifier } from "../../stats/text-classifier.ts";
import type { MailRow } from "./corpus.ts";

/** Learns on training rows, then scores others: larger = more like phish. */
export type Method = (train: readonly MailRow[], random: Random) => (row: MailRow) => number;

const labelsOf = (rows: readonly MailRow[]): number[] => rows.map((r) => (r.phish ? 1 : 0));
const signs = FEATURE_NAMES.map((name) => FEATURES[name].sign);

/** Weights of evidence, each with the sign that we gave it; `use` picks the features. */
export function evidenceMethod(least: readonly number[], use: (name: (typeof FEATURE_NAMES)[number]) => boolean = () => true, penalty = 10): Method {
  const columns = FEATURE_NAMES.map((_, j) => j).filter((j) => use(FEATURE_NAMES[j] as (typeof FEATURE_NAMES)[number]));
  const pick = (row: MailRow): number[] => columns.map((j) => row.evidence[j] ?? 0);
  return (train) => {
    const model = fitLogistic(train.map(pick), labelsOf(train), { penalty, least: columns.map((j) => least[j] ?? 0) });
    return (row) => logOdds(model, pick(row));
  };
}

/** Without any label: the tail share of each feature among honest mail, in nats, capped at 6 and summed. */
export const unlabelledMethod: Method = (train) => {
  const honest = train.filter((r) => !r.phish);
  const columns = FEATURE_NAMES.map((_, j) => Float64Array.from(honest, (r) => (signs[j] ?? 1) * (r.evidence[j] ?? 0)).sort());
  return (row) => {
    let sum = 0;
    columns.forEach((sorted, j) => {
      const v = (signs[j] ?? 1) * (row.evidence[j] ?? 0);
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sorted[middle] ?? 0) < v - 1e-9) low = middle + 1;
        else high = middle;
      }
      sum += Math.min(6, -Math.log(Math.min(1, (sorted.length - low + 0.5) / (sorted.length + 1))));
    });
    return sum;
  };
};

export const forestMethod: Method = (train, random) => {
  const forest = new Forest(
    train.map((r) => r.evidence),
    labelsOf(train),
    { trees: 150, leaf: 2, tried: 0.2, random },
  );
  return (row) => {
    const p = forest.score(row.evidence);
    return Math.log((p + 0.005) / (1.005 - p));
  };
};

export const textMethod: Method = (train) => {
  const model = new TextClassifier(
    train.map((r) => r.text),
    labelsOf(train),
  );
  return (row) => model.logOdds(row.text);
};

export const newRandom = (): Random => seededRandom(20);

/** The weights as shipped, nothing learned. */
export function shippedMethod(weights: readonly number[]): Method {
  return () => (row) => weights.reduce((sum, w, j) => sum + w * (row.evidence[j] ?? 0), 0);
}

/** The product's own model of content, as it is learned on site. */
export function siteMethod(shipped: ContentWeights, useText: boolean): Method {
  return (train, random) => {
    const model = new ContentModel(train, labelsOf(train), shipped, random, useText);
    return (row) => model.score(row);
  };
}
