import { expect, test } from "vitest";
import { bytesText, durationText, numberText, parseKnob } from "./units.ts";

test.each([
  ["10m", { value: 600_000, unit: "time" }],
  ["1h", { value: 3_600_000, unit: "time" }],
  ["5 MB", { value: 5e6, unit: "bytes" }],
  ["1.5kB", { value: 1500, unit: "bytes" }],
  ["20%", { value: 0.2, unit: "share" }],
  [30, { value: 30, unit: "none" }],
] as const)("knob %s", (given, knob) => {
  const read = parseKnob(given);
  expect(read?.unit).toBe(knob.unit);
  expect(read?.value).toBeCloseTo(knob.value, 10);
});

test.each(["10 minutes", "1H", "", "h", "1e9s", "5MiB", "--3s", Number.NaN, Number.POSITIVE_INFINITY, true, null])("%j is no knob", (given) => {
  expect(parseKnob(given)).toBeUndefined();
});

test("values are said as a person would", () => {
  expect([durationText(3_600_000), durationText(290_000), durationText(1_800)]).toEqual(["1 h", "4.8 min", "1.8 s"]);
  expect([bytesText(500), bytesText(2_190_000), bytesText(3e9)]).toEqual(["500 B", "2.2 MB", "3 GB"]);
  expect([numberText(1_234_567), numberText(0.000_12), numberText(4.567), numberText(0)]).toEqual(["1,234,567", "0.00012", "4.57", "0"]);
});
