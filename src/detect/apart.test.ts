import { expect, test } from "vitest";
import { flow, modelOf, modelText } from "../../test/support/models.ts";
import { HOUR, MINUTE } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import { ModelEngine } from "./engine.ts";
import { parseModel } from "./parse-model.ts";

const T = Date.UTC(2024, 0, 1);
const BODY = "components: {a: {on: conn, count: {atLeast: 1, over: 6h}}}\ncombine: a\nthrottle: 6h\ngrowth: 10\nagain: {same: [], after: 7d}\napart: [service]";
const model = modelOf(BODY, "Test/Apart.yaml");

/** The services that alerts were about, in order; `restart` after how many flows the engine is saved and loaded. */
function told(flows: readonly (readonly [minutes: number, service: string])[], restart = -1): string[] {
  let engine = new ModelEngine([model]);
  const alerts: Alert[] = [];
  flows.forEach(([minutes, service], i) => {
    if (i === restart) {
      const text = engine.save();
      engine = new ModelEngine([model]);
      engine.load(text);
    }
    const o = flow(T + minutes * MINUTE, "10.0.1.9", { service, line: i, fileKey: "f" }, {}, "10.0.0.5");
    alerts.push(...engine.advance(o.time), ...engine.observe(o));
  });
  alerts.push(...engine.advance(T + (flows.at(-1)?.[0] ?? 0) * MINUTE + 24 * HOUR));
  return alerts.map((a) => String((a.events[0] as { service?: string } | undefined)?.service));
}

const REPEATED = Array.from({ length: 40 }, (_, i) => [i * 3, "ssh"] as const);

test("each value is told at once, throttled and counted by itself; repeats are told together once", () => {
  expect(
    told([
      [0, "ssh"],
      [1, "rdp"],
      [2, "ssh"],
      [3, "rdp"],
    ]),
  ).toEqual(["ssh", "rdp"]);
  expect(told(REPEATED)).toEqual(["ssh", "ssh"]);
  expect(told([...REPEATED, [60 * 24, "ssh"], [60 * 24 * 2, "rdp"]])).toEqual(["ssh", "ssh", "rdp"]);
  expect(
    told([
      [0, "ssh"],
      [60 * 24 * 8, "ssh"],
    ]),
  ).toEqual(["ssh", "ssh"]);
});

test("over a restart too", () => {
  for (const at of [1, 20, 40]) expect(told([...REPEATED, [60 * 24, "ssh"], [60 * 24 * 2, "rdp"]], at)).toEqual(["ssh", "ssh", "rdp"]);
});

test("a name that not everything has which the model watches is refused", () => {
  const reason = (body: string): string => {
    const parsed = parseModel(modelText(body), "Test/Apart.yaml", { techniques: new Set() });
    return parsed.ok ? "taken" : parsed.error.reason;
  };
  expect(reason(BODY)).toBe("taken");
  expect(reason("components: {a: {on: conn}, b: {on: http}}\ncombine: {any: [a, b]}\nwithin: 1h\napart: [userAgent]")).toContain(
    '"userAgent" is no field or fact',
  );
});
