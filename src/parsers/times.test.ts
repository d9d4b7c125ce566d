import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "../../test/support/any-text.ts";
import { MAX_TIME } from "../base/time.ts";
import { epochToMs, parseEpoch, parseIso, parseOpenTime } from "./times.ts";

const TIME = fc.integer({ min: 0, max: MAX_TIME });
const MICROS = fc.integer({ min: 0, max: 999 });

test("every millisecond of the calendar reads as Date reads it, with its microseconds", () => {
  fc.assert(
    fc.property(TIME, MICROS, (ms, micros) => {
      const text = new Date(ms).toISOString().slice(0, -1) + String(micros).padStart(3, "0");
      expect(parseIso(`${text}+0000`)).toBeCloseTo(ms + micros / 1000, ms > 8e12 ? 1 : 3);
      expect(parseIso(`${text}Z`)).toBe(parseIso(`${text}+0000`));
    }),
  );
});

test("the three forms of one instant are one number", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), MICROS, (ms, micros) => {
      const seconds = Math.floor(ms / 1000);
      const fraction = String(ms % 1000).padStart(3, "0") + String(micros).padStart(3, "0");
      const epoch = parseEpoch(`${seconds}.${fraction}`);
      expect(parseIso(`${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`)).toBe(epoch);
      expect(epochToMs(Number(`${seconds}.${fraction}`))).toBe(epoch);
    }),
  );
});

test("offsets from UTC", () => {
  const utc = Date.UTC(2026, 0, 1);
  expect(parseIso("2026-01-01T02:00:00+0200")).toBe(utc);
  expect(parseIso("2025-12-31T18:30:00-05:30")).toBe(utc);
  expect(parseIso("2026-01-01 00:00:00")).toBe(utc);
  expect(parseOpenTime("2026-01-01-00-00-00")).toBe(utc);
});

test.each([
  "",
  "now",
  "2026-13-01T00:00:00Z",
  "2026-01-01T25:00:00Z",
  "2026-01-01T00:00:00X",
  "2026-01-01T00:00",
  "20260101T000000Z",
  "2026-01-01T00:00:00.5x",
])("%j is no ISO time", (text) => {
  expect(parseIso(text)).toBeNaN();
});

test.each(["", "-", "x", "1.x", "1-2", "."])("%j is no epoch time", (text) => {
  expect(parseEpoch(text)).toBeNaN();
});

test("no text throws", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const read of [parseIso, parseEpoch, parseOpenTime]) expect(typeof read(text)).toBe("number");
    }),
  );
});
