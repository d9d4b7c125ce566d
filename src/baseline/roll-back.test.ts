import { expect, test } from "vitest";
import { event, live, MONDAY, makeLife, outbound } from "../../test/support/learning.ts";
import { seededRandom } from "../base/random.ts";
import { DAY, HOUR, MINUTE } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts } from "../schema/observation.ts";
import type { PatternOfLife } from "./pattern-of-life.ts";

const DEVICES = 6;
/** Ten working days, then three on which device 0 is taught an attacker's ways. */
const ALERT = MONDAY + 14 * DAY;
const END = ALERT + 3 * DAY;

function honest(from: number, to: number, seed: number): NetEvent[] {
  const random = seededRandom(seed);
  const out: NetEvent[] = [];
  for (let hour = from; hour < to; hour += HOUR) {
    if (new Date(hour).getUTCHours() < 8 || new Date(hour).getUTCHours() > 17) continue;
    for (let d = 0; d < DEVICES; d++)
      for (let i = 0; i < 6; i++)
        out.push(outbound(hour + random() * HOUR, d, `93.184.0.${Math.floor(8 * random())}`, { bytesOut: Math.round(5_000 + 4_000 * random()) }));
  }
  return out.sort((a, b) => a.time - b.time);
}

function taught(): NetEvent[] {
  const out: NetEvent[] = [];
  for (let hour = ALERT; hour < END; hour += HOUR)
    for (let i = 0; i < 10; i++)
      out.push(
        outbound(hour + i * 5 * MINUTE, 0, "198.51.100.66", { bytesOut: 40e6, dstPort: 8_443 }),
        event("http", hour + i * 5 * MINUTE + 1, {
          src: "10.0.0.0",
          srcDevice: 0,
          direction: "outbound",
          dst: "198.51.100.66",
          host: "c2.example",
          userAgent: "loader/1",
        }),
      );
  return out;
}

/** What the profile says of the attacker's next flow and of an hour like his, of honest values too. */
function scoresOf(life: PatternOfLife, time: number): Record<string, unknown> {
  const copy = makeLife(DEVICES);
  copy.load(life.save());
  const probe = (e: NetEvent): Facts => ({ ...copy.score(e) });
  const flow = probe(outbound(time, 0, "198.51.100.66", { dstPort: 8_443 }));
  const agent = probe(
    event("http", time, { src: "10.0.0.0", srcDevice: 0, direction: "outbound", dst: "198.51.100.66", host: "c2.example", userAgent: "loader/1" }),
  );
  const known = probe(outbound(time, 0, "93.184.0.3"));
  const usual = copy.profile(0).usual.find((u) => u.feature === "bytesOut");
  return {
    endpoint: flow.endpointNovelty,
    port: flow.portNovelty,
    portP: flow.portP,
    agent: agent.userAgentNovelty,
    host: agent.endpointNovelty,
    known: known.endpointNovelty,
    high: usual?.high,
    hours: copy.historyHours(0),
    night: flow.hourP,
  };
}

function poisoned(): { life: PatternOfLife; before: Record<string, unknown> } {
  const life = makeLife(DEVICES);
  live(life, honest(MONDAY, ALERT, 1));
  life.advance(ALERT);
  const before = scoresOf(life, ALERT);
  life.alerted(0, ALERT);
  live(life, taught());
  life.advance(END);
  return { life, before };
}

test("a profile that an attacker taught for three days scores as before once the incident is called an attack (X3)", () => {
  const { life, before } = poisoned();
  const taught = scoresOf(life, END);
  expect(taught).toMatchObject({ endpoint: 0, port: 0, agent: 0, host: 0 });
  expect(Number(taught.high)).toBeGreaterThan(20 * Number(before.high));

  expect(life.canRollBack("i1", [0, 1], ALERT, ALERT + HOUR)).toEqual([{ device: 0, since: ALERT }]);
  expect(life.undoLearning("i1", [0, 1], ALERT, ALERT + HOUR)).toEqual([{ device: 0, since: ALERT }]);
  const back = scoresOf(life, END);
  // Novel to the device and to all others again, the volume as it was; only what the group learned of these hours stays in it.
  expect(back).toMatchObject({ endpoint: 3, port: 3, agent: 3, host: 3, known: before.known, hours: before.hours });
  expect(Number(back.high) / Number(before.high)).toBeGreaterThan(0.9);
  expect(Number(back.high) / Number(before.high)).toBeLessThan(1.1);

  // Twice is once, and the way back leads to where it was.
  life.undoLearning("i1", [0, 1], ALERT, ALERT + HOUR);
  expect(scoresOf(life, END)).toEqual(back);
  expect(life.redoLearning("i1")).toEqual([{ device: 0, since: ALERT }]);
  expect(scoresOf(life, END)).toMatchObject({ endpoint: 0, port: 0, agent: 0, host: 0, hours: taught.hours });
});

test("the copies go over a restart, bit for bit", () => {
  const { life } = poisoned();
  const other = makeLife(DEVICES);
  expect(other.load(life.save())).toMatchObject({ ok: true });
  for (const one of [life, other]) one.undoLearning("i1", [0], ALERT, ALERT + HOUR);
  expect(other.save()).toEqual(life.save());
  const third = makeLife(DEVICES);
  third.load(other.save());
  expect(third.redoLearning("i1")).toHaveLength(1);
});

test("an alert on a closed hour: the copy holds neither its volume nor what it met for the first time", () => {
  const life = makeLife(DEVICES);
  live(life, honest(MONDAY, ALERT, 1));
  const night = [...honest(ALERT, ALERT + 1, 2), ...taught().filter((e) => e.time < ALERT + HOUR)].sort((a, b) => a.time - b.time);
  life.advance(ALERT);
  const before = scoresOf(life, ALERT);
  live(life, night);
  life.advance(ALERT + HOUR);
  life.alerted(0, ALERT + HOUR);
  life.undoLearning("i2", [0], ALERT + HOUR, ALERT + 2 * HOUR);
  expect(scoresOf(life, ALERT + 2 * HOUR)).toMatchObject({ endpoint: 3, port: 3, agent: 3 });
  const high = Number(scoresOf(life, ALERT + 2 * HOUR).high);
  expect(high / Number(before.high)).toBeLessThan(1.2);
});

test("memory is bounded: five hundred copies, four a device, none for a device that is not known, none twice within a story", () => {
  const life = makeLife(700);
  for (let d = 0; d < 700; d++) live(life, [outbound(MONDAY + d * 1_000, d, "93.184.0.1")]);
  life.advance(MONDAY + HOUR);
  const empty = life.memory().bytes;
  for (let round = 0; round < 6; round++) for (let d = 0; d < 700; d++) life.alerted(d, MONDAY + DAY + round * 13 * HOUR);
  expect(life.memory().bytes - empty).toBeLessThan(500 * 4_000);
  const one = makeLife(2);
  live(one, [outbound(MONDAY, 0, "93.184.0.1")]);
  const size = one.memory().bytes;
  one.alerted(1, MONDAY);
  expect(one.memory().bytes).toBe(size);
  one.alerted(0, MONDAY + HOUR);
  const held = one.memory().bytes;
  one.alerted(0, MONDAY + 2 * HOUR);
  expect(one.memory().bytes).toBe(held);
  expect(held).toBeGreaterThan(size);
});
