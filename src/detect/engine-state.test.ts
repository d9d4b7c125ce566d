import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flow, modelOf } from "../../test/support/models.ts";
import { CodedError } from "../base/result.ts";
import type { Alert } from "../schema/alert.ts";
import type { Observation } from "../schema/observation.ts";
import { ModelEngine } from "./engine.ts";

const T = Date.UTC(2024, 0, 1);
const models = [
  modelOf("components: {a: {on: conn, count: {atLeast: 4, over: 10m}}}\ncombine: a\nthrottle: 20m", "Test/Count.yaml"),
  modelOf("components: {a: {on: conn, distinct: {of: dst, atLeast: 3, over: 10m}}}\ncombine: a\nthrottle: 5m", "Test/Distinct.yaml"),
  modelOf(
    "components: {a: {on: conn, where: [{field: dstPort, equals: 1}]}, b: {on: conn, where: [{field: dstPort, equals: 2}]}}\ncombine: {sequence: [a, b]}\nwithin: 15m\nthrottle: 5m",
    "Test/Sequence.yaml",
  ),
  modelOf(
    "components: {a: {on: conn, where: [{field: dstPort, equals: 1}]}, b: {on: conn, where: [{field: dstPort, equals: 3}]}}\ncombine: a\ndelay: {wait: 3m, cancel: b}\nthrottle: 5m",
    "Test/Delay.yaml",
  ),
  modelOf("components: {a: {on: conn, new: {of: dstPort, over: 1h}}}\ncombine: a\nthrottle: 2m", "Test/New.yaml"),
];

const history = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 200_000 }), dst: fc.nat(4), port: fc.integer({ min: 1, max: 3 }), src: fc.nat(1) }), {
  minLength: 1,
  maxLength: 80,
});

function observations(given: readonly { gap: number; dst: number; port: number; src: number }[]): Observation[] {
  let time = T;
  return given.map(({ gap, dst, port, src }) => {
    time += gap;
    return flow(time, `10.0.1.${dst}`, { dstPort: port, line: time - T, fileKey: "f" }, {}, `10.0.0.${src}`);
  });
}

function step(engine: ModelEngine, o: Observation): Alert[] {
  return [...engine.advance(o.time), ...engine.observe(o)];
}

/** An alert as it is told: what JSON holds of it. */
function told(alerts: readonly Alert[]): unknown {
  return JSON.parse(JSON.stringify(alerts));
}

describe("saved state", () => {
  test("an engine saved and loaded anywhere goes on as if nothing had happened", () => {
    fc.assert(
      fc.property(history, fc.nat(80), (given, at) => {
        const all = observations(given);
        const whole = new ModelEngine(models);
        const expected = all.flatMap((o) => step(whole, o));
        expected.push(...whole.advance(T + 1e9));
        let broken = new ModelEngine(models);
        const seen = all.flatMap((o, i) => {
          if (i === at % all.length) {
            const text = broken.save();
            broken = new ModelEngine(models);
            broken.load(text);
            expect(broken.save()).toBe(text);
          }
          return step(broken, o);
        });
        seen.push(...broken.advance(T + 1e9));
        expect(told(seen)).toEqual(told(expected));
      }),
      { numRuns: 60 },
    );
  });

  test("an event of a loaded state has every key of its family again", () => {
    const engine = new ModelEngine(models);
    for (const o of observations([{ gap: 0, dst: 1, port: 1, src: 0 }])) engine.observe(o);
    const loaded = new ModelEngine(models);
    loaded.load(engine.save());
    const [alert] = [1, 2, 3].flatMap((i) => step(loaded, flow(T + i, "10.0.1.1", { dstPort: 9 }, {}, "10.0.0.0"))).filter((a) => a.model === "Test / Count");
    expect(Object.keys(alert?.events[0] ?? {}).sort()).toEqual(Object.keys(flow(T, "10.0.1.1").events[0] ?? {}).sort());
  });

  test.each(["", "{}", "null", "[1,2", '{"format":99,"events":[],"models":[]}'])("%j is refused with a code", (text) => {
    const engine = new ModelEngine(models);
    expect(() => engine.load(text)).toThrow(CodedError);
  });
});

describe("a new list of models", () => {
  const count = (n: number) => modelOf(`components: {a: {on: conn, count: {atLeast: ${n}, over: 10m}}}\ncombine: a`, "Test/Count.yaml");
  const other = modelOf("components: {a: {on: conn, count: {atLeast: 99, over: 10m}}}\ncombine: a", "Test/Other.yaml");
  const feed = (engine: ModelEngine, n: number, from = 0): Alert[] =>
    Array.from({ length: n }, (_, i) => step(engine, flow(T + from + i * 1_000, "10.0.0.9"))).flat();

  test("what did not change keeps its state, what changed starts afresh", () => {
    const engine = new ModelEngine([count(5)]);
    feed(engine, 3);
    engine.replaceModels([other, count(5)]);
    expect(feed(engine, 2, 10_000)).toHaveLength(1);
    const changed = new ModelEngine([count(5)]);
    feed(changed, 3);
    changed.replaceModels([count(4)]);
    expect(feed(changed, 3, 10_000)).toHaveLength(0);
    expect(feed(changed, 1, 20_000)).toHaveLength(1);
  });

  test("a model that is gone fires no more", () => {
    const engine = new ModelEngine([count(2)]);
    engine.replaceModels([]);
    expect(feed(engine, 10)).toHaveLength(0);
  });
});

describe("bounded memory", () => {
  test("keys and events stay under their limits, whatever is thrown at the engine", () => {
    const engine = new ModelEngine(models, { maxKeys: 100, maxEvents: 500 });
    for (let i = 0; i < 20_000; i++) engine.observe(flow(T + i * 10, `10.0.${i & 255}.1`, { dstPort: (i % 3) + 1 }, {}, `10.${(i >> 8) & 255}.${i & 255}.7`));
    const saved = JSON.parse(engine.save());
    for (const model of saved.models) {
      expect(model.keys.length).toBeLessThanOrEqual(100);
      expect(model.firings.length).toBeLessThanOrEqual(100);
      for (const windows of model.windows) expect(windows.length).toBeLessThanOrEqual(100);
    }
    expect(saved.events.length).toBeLessThan(2_000);
  });

  test("what has been idle for long is forgotten", () => {
    const engine = new ModelEngine(models);
    for (let i = 0; i < 1_000; i++) engine.observe(flow(T + i, "10.0.0.1", { dstPort: 1 }, {}, `10.1.${i >> 8}.${i & 255}`));
    engine.advance(T + 60 * 86_400_000);
    const saved = JSON.parse(engine.save());
    expect(saved.held).toBe(0);
    expect(saved.models.flatMap((m: { keys: unknown[]; firings: unknown[] }) => [...m.keys, ...m.firings])).toEqual([]);
  });
});
