import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const STATS = join(import.meta.dirname, "../../src/stats");
const SUITE = readFileSync(join(import.meta.dirname, "estimators.test.ts"), "utf8");

/** What of src/stats does not go through the contract suite, and why. */
const EXCLUDED: Readonly<Record<string, string>> = {
  "bytes.ts": "writes and reads states; it is none",
  "combine.ts": "arithmetic without a state",
  "counted-random.ts": "a source of numbers that an estimator is handed",
  "day-level.ts": "part of a packed device state: judges a day once it is over, so there is nothing to score one value with (drift-guards.test.ts)",
  "estimator.ts": "the contract itself",
  "forest.ts": "a classifier trained as a whole on labelled examples: it learns no single value (classifiers.test.ts)",
  "isolation-tree.ts": "part of the online isolation forest",
  "letter-prior.ts": "words that a letter model begins with",
  "level-shift.ts": "a watch that answers once, when a change has lasted; it has no score (drift-guards.test.ts)",
  "load-state.ts": "frame of saved states",
  "logistic-regression.ts": "a classifier trained as a whole on labelled examples (classifiers.test.ts)",
  "slow-level.ts": "part of a packed device state: a level that may rise only so fast, judged with its group's (outflow.test.ts)",
  "special-functions.ts": "arithmetic without a state",
  "tail-rank.ts": "ranks a finished list; it has no stream",
  "text-classifier.ts": "a classifier trained as a whole on labelled examples (classifiers.test.ts)",
  "vector.ts": "arithmetic without a state",
};

/** Estimators whose two shards are not one to 1e-6, with the reason: what they hold depends on the order of time, which shards do not share. */
const APPROXIMATE: Readonly<Record<string, string>> = {
  "gamma-poisson burst": "what a minute may teach is limited by the level of then, which the later shard did not know",
  "tracked novelty": "a rate that forgets at the pace of what each shard saw",
  "evidence memory": "numbers of 32 bits, faded twice",
};

test("every state of src/stats passes the contract suite, or says why it is none", () => {
  const files = readdirSync(STATS).filter((f) => f.endsWith(".ts") && !f.endsWith(".test.ts"));
  const inSuite = files.filter((f) => SUITE.includes(`src/stats/${f}"`));
  expect(files.filter((f) => !inSuite.includes(f) && EXCLUDED[f] === undefined)).toEqual([]);
  expect(Object.keys(EXCLUDED).filter((f) => !files.includes(f) || inSuite.includes(f))).toEqual([]);
  expect(inSuite.length).toBeGreaterThan(10);
});

test("what keeps the contract says so in its type, and what is left out of it does not", () => {
  for (const f of readdirSync(STATS)) {
    if (!f.endsWith(".ts") || f.endsWith(".test.ts") || f === "estimator.ts") continue;
    const says = /implements Estimator</.test(readFileSync(join(STATS, f), "utf8"));
    expect({ f, says }).toEqual({ f, says: EXCLUDED[f] === undefined });
  }
});

test("a looser merge than 1e-6 is named with its reason", () => {
  const cases = SUITE.split("checkEstimator({").slice(1);
  const looser = cases.filter((c) => /^\s*tolerance:/m.test(c)).map((c) => /name: "([^"]+)"/.exec(c)?.[1]);
  expect(looser.sort()).toEqual(Object.keys(APPROXIMATE).sort());
});
