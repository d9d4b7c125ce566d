import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import { kindOf, ModelNoise, pairKind } from "./model-noise.ts";

const BUDGET = 5;
const by = (day: number, entity: string, score: number): Pick<Alert, "time" | "score" | "entity"> => ({
  time: day * DAY + 9 * HOUR,
  score,
  entity: { kind: "device", id: entity },
});

/** `perDay` entities a day for some days, at scores spread evenly from 30 to 69. */
function speak(noise: ModelNoise, kind: string, perDay: number, days: number): void {
  for (let day = 0; day < days; day++) for (let n = 0; n < perDay; n++) noise.learn(kind, by(day, `${kind} ${day} ${n}`, 30 + (((day * perDay + n) * 7) % 40)));
}

describe("what speaks too often", () => {
  test("kinds share what there is: the seldom one is heard, the frequent ones at scores that they seldom reach", () => {
    const noise = new ModelNoise();
    speak(noise, "often", 20, 14);
    speak(noise, "daily", 4, 14);
    noise.learn("seldom", by(3, "a", 40));
    noise.watch(14 * DAY);
    expect(noise.isNoisy("often", 40, BUDGET)).toBe(true);
    expect(noise.isNoisy("often", 90, BUDGET)).toBe(false);
    expect(noise.isNoisy("daily", 30, BUDGET)).toBe(true);
    expect(noise.isNoisy("daily", 69, BUDGET)).toBe(false);
    expect(noise.isNoisy("seldom", 40, BUDGET)).toBe(false);
    expect(noise.isNoisy("never spoke", 0, BUDGET)).toBe(false);
  });

  test("nobody is noisy while all together have less than their part", () => {
    const noise = new ModelNoise();
    for (let day = 0; day < 14; day++) noise.learn("daily", by(day, String(day), 50));
    expect(noise.level(BUDGET / 2)).toBe(Number.POSITIVE_INFINITY);
    expect(noise.isNoisy("daily", 50, BUDGET)).toBe(false);
  });

  test("ten times the people make ten times the alerts, and no more of them is heard alone", () => {
    const perDay = [1, 10].map((size) => {
      const noise = new ModelNoise();
      let heard = 0;
      for (let day = 0; day < 28; day++)
        for (let kind = 0; kind < 20; kind++)
          for (let n = 0; n < size; n++) {
            const said = by(day, `${kind} ${day} ${n}`, 30 + ((day * 11 + kind * 3 + n * 7) % 50));
            if (day >= 14 && !noise.isNoisy(`kind ${kind}`, said.score, BUDGET)) heard++;
            noise.learn(`kind ${kind}`, said);
          }
      return heard / 14;
    });
    expect(perDay[0]).toBeGreaterThan(0.5);
    expect(perDay[1]).toBeGreaterThan(0.5);
    for (const heard of perDay) expect(heard, String(perDay)).toBeLessThan(BUDGET + 1);
  });

  test("a flood of one kind silences that kind alone", () => {
    const noise = new ModelNoise();
    speak(noise, "calm", 1, 10);
    for (let n = 0; n < 400; n++) noise.learn("flooded", by(9, `flood ${n}`, 60));
    expect(noise.isNoisy("flooded", 60, BUDGET)).toBe(true);
    expect(noise.isNoisy("calm", 69, BUDGET)).toBe(false);
    expect(noise.isNoisy("another", 30, BUDGET)).toBe(false);
  });

  test("the first of a kind are heard: two or three on the first day prove nothing", () => {
    const noise = new ModelNoise();
    noise.learn("new", by(0, "a", 50));
    expect(noise.isNoisy("new", 50, BUDGET)).toBe(false);
    for (const who of ["b", "c", "d", "e", "f", "g"]) noise.learn("new", by(0, who, 50));
    expect(noise.isNoisy("new", 50, BUDGET)).toBe(true);
  });

  test("one title of a product may be noise while another is heard, and two that always come together are one kind", () => {
    expect(kindOf({ model: "m" })).not.toBe(kindOf({ model: "m", apart: "title" }));
    expect(kindOf({ model: "m", apart: "a" })).not.toBe(kindOf({ model: "m", apart: "b" }));
    expect(pairKind("a", "b")).toBe(pairKind("b", "a"));
    expect(pairKind("a", "b")).not.toBe(pairKind("a", "c"));
  });

  test("a repeat on one entity and day counts once; what was saved goes on as it stood; a state of the first form loads", () => {
    const noise = new ModelNoise();
    for (let i = 0; i < 50; i++) noise.learn("m", by(0, "one", 40 + (i % 3)));
    expect(noise.rate("m", 0)).toBeCloseTo(1);
    speak(noise, "often", 20, 14);
    const copy = new ModelNoise();
    copy.load(JSON.parse(JSON.stringify(noise.save())));
    expect(JSON.stringify(copy.save())).toBe(JSON.stringify(noise.save()));
    for (const score of [0, 40, 60, 90]) expect(copy.isNoisy("often", score, BUDGET)).toBe(noise.isNoisy("often", score, BUDGET));
    const old = new ModelNoise();
    old.load({ kinds: noise.save().kinds.map(({ last, ...first }) => first) });
    expect(old.isNoisy("often", 40, BUDGET)).toBe(true);
    expect(old.isNoisy("often", 95, BUDGET)).toBe(false);
  });

  test("memory holds two thousand kinds, those that spoke last", () => {
    const noise = new ModelNoise();
    for (let i = 0; i < 2_500; i++) noise.learn(`kind ${i}`, by(i / 100, "a", 50));
    expect(noise.save().kinds).toHaveLength(2_000);
    expect(noise.rate("kind 0", 0)).toBe(0);
    expect(noise.rate("kind 2499", 0)).toBeGreaterThan(0);
  });
});
