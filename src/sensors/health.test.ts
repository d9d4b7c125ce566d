import { describe, expect, it } from "vitest";
import { seededRandom } from "../base/random.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import { HealthOfSource, type SavedHealth, type SourceTransition, sourceFacts } from "./health.ts";

/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 0, 5);

function event(time: number, fields: Partial<Record<string, unknown>> = {}, family = "conn"): NetEvent {
  return {
    family,
    time,
    src: "10.0.0.1",
    dst: "10.0.0.2",
    srcPort: 1,
    dstPort: 2,
    proto: "tcp",
    native: undefined,
    duplicateOf: undefined,
    ...fields,
  } as unknown as NetEvent;
}

function make(now: number, saved?: SavedHealth): HealthOfSource {
  return new HealthOfSource({ id: "z", kind: "zeek", path: "/logs", now, ...(saved === undefined ? {} : { saved }) });
}

/** Exponential gaps in bursts: by day some thousand events an hour, at night a burst now and then, some nights none for hours. */
function* office(seed: number, from: number, to: number): Generator<number> {
  const random = seededRandom(seed);
  const exponential = (mean: number): number => -Math.log(1 - random()) * mean;
  let now = from;
  while (now < to) {
    const day = Math.floor((now - MONDAY) / DAY) % 7;
    const hour = ((now - MONDAY) % DAY) / HOUR;
    const busy = day < 5 && hour >= 7.5 && hour < 18;
    // A burst, then a pause.
    const length = Math.ceil(exponential(busy ? 20 : 5));
    for (let i = 0; i < length && now < to; i++) {
      yield now;
      now += exponential(busy ? 1.5 * SECOND : 3 * SECOND);
    }
    now += exponential(busy ? 20 * SECOND : 14 * MINUTE);
  }
}

function live(
  health: HealthOfSource,
  times: Iterable<number>,
  options: { from: number; to: number; make?: (time: number) => NetEvent | undefined },
): SourceTransition[] {
  const out: SourceTransition[] = [];
  let tick = options.from + MINUTE;
  const ticks = (until: number): void => {
    for (; tick <= until; tick += MINUTE) out.push(...health.tick(tick));
  };
  for (const time of times) {
    ticks(time);
    const made = options.make === undefined ? event(time) : options.make(time);
    if (made !== undefined) health.came(made, time);
  }
  ticks(options.to);
  return out;
}

describe("a source that is honest", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`X3: quiet nights and weekends raise nothing in 30 days (${seed})`, () => {
      const health = make(MONDAY + 9 * HOUR);
      const to = MONDAY + 30 * DAY;
      expect(live(health, office(seed, MONDAY + 9 * HOUR, to), { from: MONDAY + 9 * HOUR, to })).toEqual([]);
    });
  }

  it("raises nothing on a holiday, when a working day is as quiet as a night", () => {
    const health = make(MONDAY + 9 * HOUR);
    const holiday = MONDAY + 15 * DAY;
    const sunday = (time: number): number => time - 2 * DAY;
    const times = [...office(11, MONDAY + 9 * HOUR, holiday), ...[...office(12, sunday(holiday), sunday(holiday) + DAY)].map((time) => time + 2 * DAY)];
    expect(live(health, times, { from: MONDAY + 9 * HOUR, to: holiday + DAY - HOUR })).toEqual([]);
  });
});

describe("a source that stops", () => {
  for (const [what, day, hour] of [
    ["in a working hour", 9, 11],
    ["on the first day", 0, 15],
    ["in the afternoon of the fourth week", 24, 16],
  ] as const) {
    it(`X3: is found within 15 minutes ${what}, once`, () => {
      const stop = MONDAY + day * DAY + hour * HOUR;
      const health = make(MONDAY + 9 * HOUR);
      const found = live(health, office(21, MONDAY + 9 * HOUR, stop), { from: MONDAY + 9 * HOUR, to: stop + 20 * HOUR });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ state: "silent", previous: expect.stringMatching(/live|quiet/) });
      expect((found[0]?.time ?? 0) - stop).toBeLessThan(15 * MINUTE);
      expect((found[0]?.silentMinutes ?? 99) + 1).toBeLessThanOrEqual(16);
      expect(health.learningFrozen()).toBe(true);
      expect(sourceFacts(found[0] as SourceTransition)).toEqual({
        source: "z",
        state: "silent",
        previous: found[0]?.previous,
        silentMinutes: found[0]?.silentMinutes,
      });
    });
  }

  it("is live again when it comes back, and its outage taught it nothing", () => {
    const stop = MONDAY + 9 * DAY + 11 * HOUR;
    const health = make(MONDAY + 9 * HOUR);
    const times = [...office(31, MONDAY + 9 * HOUR, stop), ...office(32, stop + 3 * HOUR, stop + DAY)];
    const found = live(health, times, { from: MONDAY + 9 * HOUR, to: stop + DAY + 15 * MINUTE });
    expect(found.map((each) => each.state)).toEqual(["silent", "live", "silent"]);
    expect((found[2]?.time ?? 0) - (stop + DAY)).toBeLessThan(15 * MINUTE);
  });

  it("keeps what it learned over a restart", () => {
    const stop = MONDAY + 9 * DAY + 11 * HOUR;
    const before = make(MONDAY + 9 * HOUR);
    live(before, office(41, MONDAY + 9 * HOUR, stop), { from: MONDAY + 9 * HOUR, to: stop });
    const saved = JSON.parse(JSON.stringify(before.save())) as SavedHealth;
    const after = make(stop + 5 * MINUTE, saved);
    const found = live(after, office(42, stop + 5 * MINUTE, stop + HOUR), { from: stop + 5 * MINUTE, to: stop + 2 * HOUR });
    expect(found.map((each) => each.state)).toEqual(["silent"]);
    expect(after.snapshot(stop + 2 * HOUR).events).toBeGreaterThan(before.snapshot(stop).events);
  });

  it("says after 15 minutes that nothing came at all", () => {
    const health = make(MONDAY);
    expect(live(health, [], { from: MONDAY, to: MONDAY + 14 * MINUTE })).toEqual([]);
    expect(live(health, [], { from: MONDAY + 14 * MINUTE, to: MONDAY + 17 * MINUTE })).toMatchObject([{ state: "silent", previous: "starting" }]);
  });
});

it("learns from old logs that are read in when it is set up", () => {
  const now = MONDAY + 9 * DAY + 11 * HOUR;
  const health = make(now);
  for (const time of office(81, MONDAY + 9 * HOUR, now)) health.came(event(time), time);
  expect(health.tick(now)).toEqual([]);
  expect(health.snapshot(now).usualRate).toBeGreaterThan(5);
  expect(live(health, [], { from: now, to: now + HOUR })).toMatchObject([{ state: "silent" }]);
  expect(live(health, office(82, now + 2 * HOUR, now + 4 * HOUR), { from: now + HOUR, to: now + 4 * HOUR })).toMatchObject([{ state: "live" }]);
});

describe("a source that brings less", () => {
  it("X3: is found thinning within 15 minutes when 19 of 20 events are lost", () => {
    const stop = MONDAY + 9 * DAY + 11 * HOUR;
    const health = make(MONDAY + 9 * HOUR);
    const thinned = [...office(51, stop, stop + 2 * HOUR)].filter((_, i) => i % 20 === 0);
    const found = live(health, [...office(52, MONDAY + 9 * HOUR, stop), ...thinned], { from: MONDAY + 9 * HOUR, to: stop + HOUR });
    expect(found[0]).toMatchObject({ state: "thinning", reason: expect.stringContaining("events in 10 minutes") });
    expect((found[0]?.time ?? 0) - stop).toBeLessThan(15 * MINUTE);
    expect(health.learningFrozen()).toBe(true);
  });

  it("names the family that stopped, and freezes only what that family teaches", () => {
    const stop = MONDAY + 9 * DAY + 11 * HOUR;
    const health = make(MONDAY + 9 * HOUR);
    let n = 0;
    const found = live(health, office(61, MONDAY + 9 * HOUR, stop + HOUR), {
      from: MONDAY + 9 * HOUR,
      to: stop + HOUR,
      make: (time) => (n++ % 2 === 0 ? event(time) : time < stop ? event(time, {}, "dns") : undefined),
    });
    expect(found).toMatchObject([{ state: "thinning", family: "dns", reason: expect.stringContaining("no dns records") }]);
    expect((found[0]?.time ?? 0) - stop).toBeLessThan(15 * MINUTE);
    expect([health.learningFrozen("dns"), health.learningFrozen("conn"), health.learningFrozen()]).toEqual([true, false, false]);
  });

  it("X3: names the field that is not filled any more, and its return", () => {
    const stop = MONDAY + 2 * DAY + 11 * HOUR;
    const health = make(MONDAY + 9 * HOUR);
    let n = 0;
    const found = live(health, office(71, MONDAY + 9 * HOUR, stop + 3 * HOUR), {
      from: MONDAY + 9 * HOUR,
      to: stop + 3 * HOUR,
      make: (time) => {
        const lost = time >= stop && time < stop + HOUR;
        return event(time, { host: "a.example", userAgent: n++ % 3 === 0 && !lost ? "curl" : undefined }, "http");
      },
    });
    expect(found.map((each) => [each.state, each.family, each.field])).toEqual([
      ["field-lost", "http", "userAgent"],
      ["live", undefined, undefined],
    ]);
    expect((found[0]?.time ?? 0) - stop).toBeLessThan(15 * MINUTE);
    expect((found[1]?.time ?? 0) - (stop + HOUR)).toBeLessThan(2 * MINUTE);
  });
});

describe("what the page shows", () => {
  it("counts by quarter hour, null where nobody looked", () => {
    const health = make(MONDAY + 9 * HOUR + 20 * MINUTE);
    const times = Array.from({ length: 50 }, (_, i) => MONDAY + 9 * HOUR + 21 * MINUTE + i * MINUTE);
    live(health, times, { from: MONDAY + 9 * HOUR + 20 * MINUTE, to: MONDAY + 10 * HOUR + 12 * MINUTE });
    const history = health.history();
    expect(history).toHaveLength(96);
    expect(history.slice(-5).map((each) => each.events)).toEqual([null, 9, 15, 15, 11]);
    expect(history.at(-1)?.start).toBe(MONDAY + 10 * HOUR);
  });

  it("shows rate, lag, counts and errors", () => {
    const health = make(MONDAY);
    const times = Array.from({ length: 600 }, (_, i) => MONDAY + i * SECOND);
    live(health, times, { from: MONDAY, to: MONDAY + 10 * MINUTE });
    health.rejected(3);
    health.read(2, 1_000);
    expect(health.snapshot(MONDAY + 10 * MINUTE)).toMatchObject({
      state: "live",
      rate: 60,
      events: 600,
      rejected: 3,
      duplicates: 0,
      files: 2,
      bytes: 1_000,
      lag: SECOND,
    });
    health.setError("no permission to read it");
    expect(health.tick(MONDAY + 11 * MINUTE)).toMatchObject([{ state: "error", previous: "live", reason: "no permission to read it" }]);
    expect(health.learningFrozen("conn")).toBe(true);
    health.setError(undefined);
    expect(health.tick(MONDAY + 12 * MINUTE)).toMatchObject([{ state: "live", previous: "error" }]);
    health.end();
    expect(health.tick(MONDAY + 13 * MINUTE)).toMatchObject([{ state: "ended" }]);
    expect(health.families()).toEqual([{ family: "conn", events: 600, last: MONDAY + 599 * SECOND }]);
  });
});
