import { expect, test } from "vitest";
import { flow, modelOf } from "../../test/support/models.ts";
import { createBacktest } from "./backtest.ts";
import { ModelEngine } from "./engine.ts";

const T = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

test("a backtest counts firings by device and day, and keeps examples", () => {
  const model = modelOf("components: {a: {on: conn, where: [{field: dstPort, equals: 22}]}}\ncombine: a\nthrottle: 1h");
  const backtest = createBacktest(() => new ModelEngine([model]));
  for (let hour = 0; hour < 72; hour++) {
    backtest.advance(T + hour * HOUR);
    backtest.observe(flow(T + hour * HOUR, "10.0.0.9", { dstPort: hour < 3 || hour === 30 ? 22 : 80 }));
    backtest.observe(flow(T + hour * HOUR, "10.0.0.9", { dstPort: hour === 5 ? 22 : 80 }, {}, "10.0.0.6"));
  }
  const report = backtest.report();
  expect(report).toMatchObject({ observations: 144, alerts: 5, days: 3, entities: 2 });
  expect(report.perDay).toBeCloseTo(5 / 3);
  expect(report.rows.map((r) => [r.entity, (r.day - T) / (24 * HOUR), r.alerts])).toEqual([
    ["10.0.0.5", 0, 3],
    ["10.0.0.6", 0, 1],
    ["10.0.0.5", 1, 1],
  ]);
  expect(report.examples).toHaveLength(5);
});

test("nothing observed is nothing fired", () => {
  expect(createBacktest(() => new ModelEngine([])).report()).toMatchObject({ observations: 0, alerts: 0, days: 1, rows: [] });
});
