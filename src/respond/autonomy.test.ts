import { describe, expect, test } from "vitest";
import { alertOf, cited, responseLab } from "../../test/support/response-lab.ts";
import { DAY, ZoneClock } from "../base/time.ts";
import { reportOf, switchOff, switchOn } from "./autonomy.ts";
import { modeOf, STANDARD_MODES, within } from "./modes.ts";

describe("autonomy is earned (T21, T22)", () => {
  test("not before fourteen days of shadow, then by a named person", () => {
    const watched = { kind: "block-connections", since: 0 };
    expect(() => switchOn(watched, "block-connections", "anna", "looks right", 13.9 * DAY)).toThrow(expect.objectContaining({ code: "autonomy-conflict" }));
    expect(() => switchOn(undefined, "quarantine", "anna", "now", 99 * DAY)).toThrow();
    expect(switchOn(watched, "block-connections", "anna", "looks right", 14 * DAY).on).toEqual({ by: "anna", at: 14 * DAY, why: "looks right" });
  });

  test("switching off keeps the watch", () => {
    const on = switchOn({ kind: "k", since: 5 }, "k", "anna", "", 20 * DAY);
    expect(switchOff(on, "k", 21 * DAY)).toEqual({ kind: "k", since: 5 });
  });

  test("the report lists each block that would have been made with its honest cost", async () => {
    const lab = responseLab({ autonomous: [] });
    await lab.responder.take([alertOf()]);
    lab.responder.see([cited(1_000_100, "10.0.0.5", "10.0.0.20", 80)]);
    await lab.pass(1_000);
    const report = reportOf("block-connections", { kind: "block-connections", since: 0 }, [...lab.actions.rows.values()], 10 * DAY);
    expect(report).toMatchObject({ days: 10, daysLeft: 4, actions: 1, devices: 1, refused: 1, honest: 0 });
  });
});

describe("hours of the week (X10)", () => {
  test("on the organisation's clock, over its change of summer time", () => {
    const vienna = new ZoneClock("Europe/Vienna");
    const office = { days: [0, 1, 2, 3, 4], from: 8, to: 18 };
    const at = (iso: string): boolean => within(office, vienna.hourOfWeek(Date.parse(iso)));
    expect([at("2026-03-27T07:30:00Z"), at("2026-03-30T06:30:00Z"), at("2026-03-30T16:30:00Z"), at("2026-03-29T10:00:00Z")]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("the first rule that holds decides; off in the file is off", () => {
    const zone = new ZoneClock("UTC");
    const question = { kind: "quarantine", model: "Compromise / Lateral Chain", tags: [], time: 0, content: "confirm" as const };
    const rules = [
      { mode: "shadow" as const, model: "Compromise / " },
      { mode: "off" as const, kind: "quarantine" },
    ];
    expect(modeOf(question, { ...STANDARD_MODES, rules }, zone)).toEqual({ mode: "shadow" });
    expect(modeOf({ ...question, content: "off" }, { ...STANDARD_MODES, rules }, zone)).toEqual({ mode: "off" });
  });
});
