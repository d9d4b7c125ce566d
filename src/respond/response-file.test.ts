import { describe, expect, test } from "vitest";
import { alertOf, BLOCK, responseOf } from "../../test/support/response-lab.ts";
import { FlowBook } from "./flow-book.ts";
import { KindRegistry } from "./kinds.ts";
import { Planner } from "./planner.ts";
import { parseResponse } from "./response-file.ts";

const SEQUENCE = BLOCK.replace("when: {any: [{model: Test / One}]}", "when: {sequence: [{model: Product /}, {model: Test / One}], within: 10m}");

describe("files of content/responses", () => {
  test.each([
    ["an unknown key", BLOCK.replace("mode: autonomous", "mode: autonomous\ntarget: 10.0.0.1"), 5, "target"],
    ["a duration without a unit", BLOCK.replace("mode: autonomous", "mode: autonomous\nduration: 7200"), 6, "duration"],
    ["a day too many", BLOCK.replace("mode: autonomous", "mode: autonomous\nduration: 2d"), 6, "24 h"],
    ["a trigger that says nothing", BLOCK.replace("[{model: Test / One}]}", "[{}]}"), 6, "says nothing"],
    ["an alias", BLOCK.replace("version: 1", "version: &a 1\nx: *a"), 1, "aliases"],
    ["cases of one kind only", BLOCK.replace("expect: silent", "expect: plans"), 8, "stays silent"],
    ["no YAML", "a: [", 1, ""],
  ])("%s is refused with its place", (_what, text, line, words) => {
    const parsed = parseResponse(text, "Test/Block.yaml");
    if (parsed.ok) throw new Error("was taken");
    expect(parsed.error.reason).toContain(words);
    expect(Math.abs(parsed.error.line - line)).toBeLessThanOrEqual(2);
  });

  test("every beginning of a sound file is taken or refused, never thrown at", () => {
    for (let n = 0; n < BLOCK.length; n += 7) expect(() => parseResponse(BLOCK.slice(0, n), "x.yaml")).not.toThrow();
  });
});

describe("responses over several kinds of telemetry (D36)", () => {
  const planner = (text: string) => new Planner([responseOf(text)], { kinds: new KindRegistry(), customs: new FlowBook(), addresses: () => ["10.0.0.5"] });
  const product = alertOf({ id: "p", time: 1_000_000, model: "Product / Finding" });
  const ours = alertOf({ id: "o", time: 1_060_000, model: "Test / One" });

  test("either alone plans nothing, both in order plan one action at the second", () => {
    expect(planner(SEQUENCE).plan(product)).toEqual([]);
    expect(planner(SEQUENCE).plan(ours)).toEqual([]);
    const both = planner(SEQUENCE);
    both.plan(product);
    expect(both.plan(ours)).toMatchObject([{ alert: "o", reason: "something happened (after Product / Finding)" }]);
  });

  test("the wrong order, another entity and too long a pause plan nothing", () => {
    const wrong = planner(SEQUENCE);
    wrong.plan(ours);
    expect(wrong.plan({ ...product, time: ours.time + 1 })).toEqual([]);
    const other = planner(SEQUENCE);
    other.plan({ ...product, entity: { kind: "device", id: "d6", ip: "10.0.0.6" } });
    expect(other.plan(ours)).toEqual([]);
    const late = planner(SEQUENCE);
    late.plan(product);
    expect(late.plan({ ...ours, time: product.time + 601_000 })).toEqual([]);
  });

  test("an alert that comes late completes what it would have completed in time, and nothing else", () => {
    for (const text of [SEQUENCE, SEQUENCE.replace("sequence:", "all:")]) {
      const late = planner(text);
      late.plan(ours);
      expect(late.plan(product)).toMatchObject([{ alert: "p" }]);
      const apart = planner(text);
      apart.plan({ ...ours, time: product.time + 601_000 });
      expect(apart.plan(product)).toEqual([]);
    }
  });

  test("over three: the one that comes late may be the first, the middle or the last, within the time of all", () => {
    const three = SEQUENCE.replace("{model: Test / One}], within", "{model: Test / Between}, {model: Test / One}], within");
    const between = alertOf({ id: "b", time: 1_030_000, model: "Test / Between" });
    for (const text of [three, three.replace("sequence:", "all:")])
      for (const order of [
        [between, ours, product],
        [product, ours, between],
        [product, between, ours],
        [ours, between, product],
      ]) {
        const p = planner(text);
        expect(order.map((a) => p.plan(a).length)).toEqual([0, 0, 1]);
        const long = planner(text);
        expect(order.flatMap((a) => long.plan(a === ours ? { ...ours, time: product.time + 601_000 } : a))).toEqual([]);
      }
  });

  test("one alert does not stand for two", () => {
    const p = planner(SEQUENCE.replace("sequence:", "all:").replace("{model: Product /}", "{model: Test /}"));
    expect(p.plan(ours)).toEqual([]);
    expect(p.plan({ ...ours, id: "o2" })).toHaveLength(1);
  });

  test("what was told before a restart counts", () => {
    const restarted = planner(SEQUENCE);
    restarted.remember(product);
    expect(restarted.plan(ours)).toHaveLength(1);
  });

  test("in any order", () => {
    const text = SEQUENCE.replace("sequence:", "all:");
    for (const order of [
      [product, ours],
      [{ ...ours, time: 900_000 }, product],
    ]) {
      const p = planner(text);
      expect(order.flatMap((a) => p.plan(a))).toHaveLength(1);
    }
  });
});
