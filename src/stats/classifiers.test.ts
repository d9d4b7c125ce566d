import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { Forest } from "./forest.ts";
import { fitLogistic, logOdds } from "./logistic-regression.ts";
import { TailRank } from "./tail-rank.ts";
import { TextClassifier, textVector } from "./text-classifier.ts";

function sample(n: number): { rows: number[][]; labels: number[] } {
  const random = seededRandom(4);
  const rows: number[][] = [];
  const labels: number[] = [];
  for (let i = 0; i < n; i++) {
    const label = i % 2;
    rows.push([random() + label, random(), random() < 0.5 ? 1 : 0, random() - label]);
    labels.push(label);
  }
  return { rows, labels };
}

describe("logistic regression", () => {
  test("tells two classes apart, and a weight keeps the sign and the least strength that it was given", () => {
    const { rows, labels } = sample(400);
    const model = fitLogistic(rows, labels, { least: [0.0001, 0, -2, 0.5] });
    const right = rows.filter((row, i) => logOdds(model, row) > 0 === (labels[i] === 1)).length;
    expect(right / rows.length).toBeGreaterThan(0.75);
    expect((model.weights[2] ?? 0) / (model.spread[2] ?? 1)).toBeLessThanOrEqual(-2 + 1e-9);
    // Data say that the fourth falls with guilt; the belief that it rises stays.
    expect((model.weights[3] ?? 0) / (model.spread[3] ?? 1)).toBeGreaterThanOrEqual(0.5 - 1e-9);
  });

  test("any numbers give a finite score", () => {
    const model = fitLogistic(
      [
        [0, 1e300],
        [1, Number.NaN],
        [2, -1e300],
      ],
      [0, 1, 0],
    );
    fc.assert(fc.property(fc.double(), fc.double(), (a, b) => Number.isFinite(logOdds(model, [a, b]))));
  });

  test("one class alone leaves what was believed", () => {
    const model = fitLogistic([[1], [0]], [1, 1], { least: [3] });
    expect((model.weights[0] ?? 0) / (model.spread[0] ?? 1)).toBeCloseTo(3);
  });
});

describe("forest", () => {
  test("sees a conjunction that no single feature shows", () => {
    const random = seededRandom(9);
    const rows = Array.from({ length: 600 }, () => [random() < 0.5 ? 1 : 0, random() < 0.5 ? 1 : 0, random()]);
    const labels = rows.map(([a, b]) => (a === b ? 1 : 0));
    const forest = new Forest(rows, labels, { trees: 60, tried: 1, random });
    expect(forest.score([1, 1, 0.5])).toBeGreaterThan(0.8);
    expect(forest.score([1, 0, 0.5])).toBeLessThan(0.2);
  });

  test("nothing learned is one half, and the same seed gives the same scores", () => {
    const { rows, labels } = sample(100);
    expect(new Forest([], [], { random: seededRandom(1) }).score([1])).toBe(0.5);
    const once = new Forest(rows, labels, { trees: 10, random: seededRandom(7) }).score([1, 1, 1, 1]);
    expect(new Forest(rows, labels, { trees: 10, random: seededRandom(7) }).score([1, 1, 1, 1])).toBe(once);
  });
});

describe("text classifier", () => {
  test("learns words of any script on site", () => {
    const phish = ["请立即验证您的账号密码", "verify your password now", "비밀번호를 확인하세요"];
    const honest = ["周五的会议改到下午三点", "the meeting moved to friday", "회의록을 보냅니다"];
    const texts = Array.from({ length: 20 }, () => [...phish, ...honest]).flat();
    const labels = texts.map((t) => (phish.includes(t) ? 1 : 0));
    const model = new TextClassifier(
      texts.map((t) => textVector(t)),
      labels,
    );
    for (const t of phish) expect(model.logOdds(textVector(t))).toBeGreaterThan(1);
    for (const t of honest) expect(model.logOdds(textVector(t))).toBeLessThan(-1);
  });

  test("any text gives a finite number, the empty one too", () => {
    const model = new TextClassifier([textVector("aa bb"), textVector("cc")], [0, 1]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => Number.isFinite(model.logOdds(textVector(text)))));
  });
});

describe("rank in the tail", () => {
  test("p is the share above, and beyond the largest it goes on, to a limit", () => {
    const rank = new TailRank();
    for (let i = 0; i < 1_000; i++) rank.learnOne(i / 1_000);
    rank.load(rank.save());
    expect(Math.exp(-rank.scoreOne(0.5))).toBeCloseTo(0.5, 2);
    const most = rank.scoreOne(0.999);
    expect(rank.scoreOne(1.01)).toBeGreaterThan(most);
    expect(rank.scoreOne(1e9)).toBeLessThanOrEqual(-Math.log(0.5 / 1_001 / 50) + 1e-9);
  });

  test("larger is never less strange", () => {
    const rank = new TailRank(200);
    const random = seededRandom(3);
    for (let i = 0; i < 500; i++) rank.learnOne(random() ** 3);
    fc.assert(
      fc.property(fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: 0, max: 5, noNaN: true }), (a, d) => {
        expect(rank.scoreOne(a + d)).toBeGreaterThanOrEqual(rank.scoreOne(a) - 1e-12);
      }),
    );
    expect(new TailRank().scoreOne(5)).toBe(0);
  });
});
