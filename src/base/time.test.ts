import { describe, expect, test } from "vitest";
import { HOUR, iso, ZoneClock } from "./time.ts";

describe("local time", () => {
  test("hour of week starts on Monday at midnight, local", () => {
    const monday = Date.UTC(2023, 4, 1);
    expect(new ZoneClock("UTC").hourOfWeek(monday)).toBe(0);
    expect(new ZoneClock("UTC").hourOfWeek(monday - 1)).toBe(167);
    expect(new ZoneClock("Europe/Vienna").hourOfWeek(monday)).toBe(2);
    expect(new ZoneClock("America/New_York").hourOfWeek(monday)).toBe(164);
  });

  test("summer time moves the hour, zones of half an hour too", () => {
    const vienna = new ZoneClock("Europe/Vienna");
    const change = Date.UTC(2023, 2, 26, 1);
    expect(vienna.offset(change - 1)).toBe(HOUR);
    expect(vienna.offset(change)).toBe(2 * HOUR);
    expect(new ZoneClock("Asia/Kolkata").offset(change)).toBe(5.5 * HOUR);
  });

  test("times leave as ISO 8601 with Z", () => {
    expect(iso(1_588_206_738_095.51)).toBe("2020-04-30T00:32:18.095Z");
  });
});
