import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { aucOf } from "../statistics.ts";
import { RandomForest } from "./random-forest.ts";

function noise(seed: number, n: number): { rows: number[][]; labels: number[] } {
  const random = seededRandom(seed);
  const rows = Array.from({ length: n }, () => [random(), random(), random()]);
  return { rows, labels: rows.map(() => (random() < 0.5 ? 1 : 0)) };
}

test("a forest finds an exclusive-or that no single feature shows, on rows it never saw", () => {
  const { rows } = noise(1, 3_000);
  const labels = rows.map((r) => ((r[0] ?? 0) > 0.5 !== (r[1] ?? 0) > 0.5 ? 1 : 0));
  const forest = new RandomForest(rows.slice(0, 2_000), labels.slice(0, 2_000), { trees: 30, depth: 8, leaf: 5, tried: 3, random: seededRandom(2) });
  expect(
    aucOf(
      rows.slice(2_000).map((r) => forest.score(r)),
      labels.slice(2_000),
    ),
  ).toBeGreaterThan(0.95);
});

test("a forest finds nothing in labels that mean nothing, and the same random state gives the same forest", () => {
  const { rows, labels } = noise(3, 3_000);
  const make = () => new RandomForest(rows.slice(0, 2_000), labels.slice(0, 2_000), { trees: 30, depth: 8, leaf: 5, tried: 2, random: seededRandom(4) });
  const [a, b] = [make(), make()];
  const area = aucOf(
    rows.slice(2_000).map((r) => a.score(r)),
    labels.slice(2_000),
  );
  expect(Math.abs(area - 0.5)).toBeLessThan(0.06);
  expect(rows.map((r) => a.score(r))).toEqual(rows.map((r) => b.score(r)));
});

test("area under the curve: ties count half, order does not matter", () => {
  expect(aucOf([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
  expect(aucOf([1, 1, 1, 1], [0, 1, 0, 1])).toBe(0.5);
  expect(aucOf([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
});
