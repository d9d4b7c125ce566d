import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { featureName, weights } from "./features.ts";
import { bytes, counted, opening, probability, ramp, score } from "./numbers.ts";
import { age, dayAndTime, fromField, span, timeWithMs, toField } from "./time.ts";

describe("numbers in words", () => {
  test("counts, bytes, probabilities", () => {
    expect([counted(1, "device"), counted(1_180, "device"), opening(3, "incident"), opening(12, "incident"), opening(0, "alert")]).toEqual([
      "1 device",
      "1,180 devices",
      "Three incidents",
      "12 incidents",
      "No alerts",
    ]);
    expect([bytes(0), bytes(999), bytes(1_100), bytes(41e9), bytes(-2_000_000)]).toEqual(["0 B", "999 B", "1.1 kB", "41 GB", "−2 MB"]);
    expect([probability(0.62), probability(0.0004), probability(1e-7), probability(0)]).toEqual(["0.62", "0.0004", "1e−7", "1e−300"]);
  });

  test("a score below 100 is never shown as 100, and the ramp only rises", () => {
    expect([score(99.9), score(100), score(0.2)]).toEqual(["99", "100", "0"]);
    fc.assert(fc.property(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (a, b) => a > b || ramp(a) <= ramp(b)));
  });

  test("shares of a score add up to it, and reasons without p get none", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: 1e-9, max: 0.99, noNaN: true }), { nil: undefined }), { minLength: 1, maxLength: 8 }), (ps) => {
        const { points } = weights(
          80,
          ps.map((p) => ({ feature: "port", observed: 1, expected: 1, text: "", ...(p === undefined ? {} : { p }) })),
        );
        const sum = points.reduce((a, b) => a + b, 0);
        expect(ps.every((p) => p === undefined) ? sum : Math.abs(sum - 80)).toBeLessThan(1e-6);
        expect(ps.every((p, i) => p !== undefined || points[i] === 0)).toBe(true);
      }),
    );
  });

  test("unknown features keep their name, words apart", () => {
    expect([featureName("userAgent"), featureName("newThingSeen"), featureName("odd.name_here")]).toEqual([
      "Program name (user agent)",
      "New thing seen",
      "Odd name here",
    ]);
  });
});

describe("times in words", () => {
  const time = "2024-03-14T14:06:51.440Z";
  test("the year stands only when it is another", () => {
    expect([dayAndTime(time, "utc", "2024-12-01T00:00:00Z"), dayAndTime(time, "utc", "2026-01-01T00:00:00Z", false), timeWithMs(time, "utc")]).toEqual([
      "14 Mar 14:06:51",
      "14 Mar 2024 14:06",
      "14:06:51.440",
    ]);
  });

  test("spans and ages", () => {
    expect([span(59), span(1_500), span(33_000), span(36_000), span(190_800), span(-5), span(Number.NaN)]).toEqual([
      "59 s",
      "25 min",
      "9 h 10 min",
      "10 h",
      "2 d 5 h",
      "0 s",
      "unknown",
    ]);
    expect(age("2024-03-14T14:00:00Z", "2024-03-14T14:25:00Z")).toBe("25 min");
  });

  test("a time field gives back the minute that was put into it, on both clocks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.constantFrom("utc" as const, "local" as const), (seconds, clock) => {
        const iso = new Date(Math.floor(seconds / 60) * 60_000).toISOString();
        expect(fromField(toField(iso, clock), clock)).toBe(iso);
      }),
    );
    expect(fromField("no time", "utc")).toBeUndefined();
  });
});
