import { describe, expect, test } from "vitest";
import { DAY, HOUR } from "../../base/time.ts";
import { addressOf } from "./addressing.ts";
import { makeWorld } from "./make-world.ts";
import type { Device, World, WorldOptions } from "./types.ts";

const OPTIONS: WorldOptions = { seed: 11, people: 40, days: 28, start: "2026-03-09" };

function plain(world: World): string {
  const { organisation, people, clients, servers, things, partners, events } = world;
  return JSON.stringify({ organisation, people, clients, servers, things, partners, events });
}

describe("the world of a synthetic organisation", () => {
  test("is the same for the same options, and another for another seed", () => {
    expect(plain(makeWorld(OPTIONS))).toBe(plain(makeWorld(OPTIONS)));
    expect(plain(makeWorld(OPTIONS))).not.toBe(plain(makeWorld({ ...OPTIONS, seed: 12 })));
  });

  test("nobody shares an address in the house on any day, nor a mail address, name of machine or hardware address", () => {
    for (const seed of [1, 2, 3]) {
      const world = makeWorld({ ...OPTIONS, seed });
      const machines: Device[] = [...world.clients, ...world.servers, ...world.things];
      for (const day of [0, 9, 27]) expect(new Set(machines.map((m) => addressOf(m, day))).size).toBe(machines.length);
      const pool = world.clients.flatMap((c) => c.vpnIp ?? []);
      expect(new Set(pool).size).toBe(pool.length);
      expect(new Set(machines.map((m) => m.mac)).size).toBe(machines.length);
      const mails = [...world.people.map((p) => p.mail), ...world.partners.flatMap((p) => p.people.map((c) => c.mail))];
      expect(new Set(mails).size).toBe(mails.length);
      for (const mail of mails) expect(mail).toMatch(/^[a-z0-9.]+@[a-z0-9.-]+$/);
    }
  });

  test("one person is an organisation, with its servers", () => {
    const world = makeWorld({ ...OPTIONS, people: 1, days: 1 });
    expect(world.people).toHaveLength(1);
    expect(world.servers.map((s) => s.role)).toContain("domain-controller");
  });

  test("a day of a clock change has 23 or 25 hours and people work on it by the wall clock", () => {
    // These four weeks hold the Sundays of America and of Europe; which of the two it is depends on the country that the seed chose.
    const zones = new Set<string>();
    for (const seed of [11, 12])
      for (const [start, change] of [
        ["2026-03-02", -HOUR],
        ["2026-10-19", HOUR],
      ] as const) {
        const { calendar, people, organisation } = makeWorld({ ...OPTIONS, seed, start, days: 28 });
        zones.add(organisation.timezone);
        const lengths = Array.from({ length: 28 }, (_, d) => calendar.midnight(d + 1) - calendar.midnight(d));
        for (let d = 0; d < 28; d++) expect(calendar.dayOf(calendar.midnight(d))).toBe(d);
        expect(lengths.filter((l) => l !== DAY)).toEqual([DAY + change]);
        const zone = calendar.clock;
        expect(zone.offset(calendar.at(27, 9)) - zone.offset(calendar.at(0, 9))).toBe(-change);
        for (const d of [0, 27]) expect(calendar.hourOf(calendar.at(d, 9))).toBeCloseTo(9);
        const begins = (days: number[]): number[] =>
          days.flatMap((d) => people.flatMap((p) => calendar.personDay(p, d).start ?? [])).map((t) => calendar.hourOf(t));
        const mean = (hours: number[]): number => hours.reduce((a, b) => a + b, 0) / hours.length;
        expect(Math.abs(mean(begins([0, 1, 2, 3])) - mean(begins([21, 22, 23, 24])))).toBeLessThan(0.4);
      }
    expect(zones).toContain("America/New_York");
    expect(zones.size).toBe(2);
  });

  test("holidays and weekends are quiet, working days are not, and lunch lies within them", () => {
    const { calendar, people } = makeWorld({ ...OPTIONS, start: "2026-12-21", days: 14 });
    const christmas = 4;
    const at = (day: number): number => people.filter((p) => calendar.personDay(p, day).start !== undefined).length;
    expect(at(christmas)).toBe(0);
    expect(at(0)).toBeGreaterThan(people.length / 2);
    for (const person of people) {
      const day = calendar.personDay(person, 0);
      if (day.start !== undefined && day.end !== undefined) expect(day.end).toBeGreaterThan(day.start);
    }
  });

  test.each([
    ["no people", { people: 0 }],
    ["half a person", { people: 1.5 }],
    ["more than there is room for", { people: 100_000 }],
    ["no days", { days: 0 }],
    ["a date that is none", { start: "2026-02-30" }],
    ["a date in words", { start: "tomorrow" }],
    ["a seed below zero", { seed: -1 }],
  ])("refuses %s in a sentence", (_, change) => {
    expect(() => makeWorld({ ...OPTIONS, ...change })).toThrow(expect.objectContaining({ code: "generate-option", exitCode: 2 }));
  });
});
