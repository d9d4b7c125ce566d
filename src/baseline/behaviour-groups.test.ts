import { describe, expect, test } from "vitest";
import { live, MONDAY, makeLife, outbound } from "../../test/support/learning.ts";
import { seededRandom } from "../base/random.ts";
import { DAY, HOUR } from "../base/time.ts";
import type { NetEvent } from "../schema/event.ts";
import type { PatternOfLife } from "./pattern-of-life.ts";

const OFFICE = 20;
const TILLS = 16;
/** One that comes later, and one that changes its ways. */
const LATE = OFFICE + TILLS;

/** People's machines by day at many sites; tills at night and day at two places of their own. */
function hourOf(device: number, hour: number, random: () => number, isTill = device >= OFFICE): NetEvent[] {
  const of = new Date(hour).getUTCHours();
  const out: NetEvent[] = [];
  if (isTill) {
    if (of < 6 || of > 22) return out;
    for (let i = 0; i < 3; i++)
      out.push(
        outbound(hour + random() * HOUR, device, `198.18.0.${1 + (i % 2)}`, { dstPort: 8_883, bytesOut: 400 + Math.round(50 * random()), bytesIn: 300 }),
      );
    return out;
  }
  if (of < 8 || of > 17) return out;
  for (let i = 0; i < 10; i++)
    out.push(
      outbound(hour + random() * HOUR, device, `93.184.0.${Math.floor(20 * random())}`, { bytesOut: Math.round(Math.exp(8 + random())), bytesIn: 90_000 }),
    );
  return out;
}

function days(life: PatternOfLife, from: number, to: number, devices: number, seed: number, ofTill?: (device: number) => boolean): void {
  const random = seededRandom(seed);
  for (let hour = MONDAY - 8 * HOUR + from * DAY; hour < MONDAY - 8 * HOUR + to * DAY; hour += HOUR) {
    const events: NetEvent[] = [];
    for (let d = 0; d < devices; d++) events.push(...hourOf(d, hour, random, ofTill?.(d)));
    live(
      life,
      events.sort((a, b) => a.time - b.time),
    );
    life.advance(hour + HOUR);
  }
}

describe("peer groups by behaviour", () => {
  test("two clearly different sets of clients become two groups after three days in a row; the device page says how", () => {
    const life = makeLife(LATE + 1);
    days(life, 0, 3, OFFICE + TILLS, 1);
    expect(life.profile(0).group).toBe("clients");
    expect(life.profile(OFFICE).group).toBe("clients");
    days(life, 3, 7, OFFICE + TILLS, 2);
    const office = new Set(Array.from({ length: OFFICE }, (_, d) => life.profile(d).group));
    const tills = new Set(Array.from({ length: TILLS }, (_, d) => life.profile(OFFICE + d).group));
    expect([...office]).toHaveLength(1);
    expect([...tills]).toHaveLength(1);
    expect([...office][0]).not.toBe([...tills][0]);
    const split = [life.profile(0), life.profile(OFFICE)].find((p) => p.group !== "clients");
    expect(split?.groupFound).toMatch(/^Found by what it uses, when it is active and how much it does: there since the group was found/);
    expect(split?.groupFound).toMatch(/Likeness to the \d+ devices of group C [01]\.\d\d, to the next group 0\.\d\d/);
    expect([life.profile(0), life.profile(OFFICE)].map((p) => p.groupSize).sort((a, b) => a - b)).toEqual([TILLS, OFFICE]);
  });

  test("a device is judged by the group that it is like from its first hour, and moves only after three days of another life", () => {
    const life = makeLife(LATE + 1);
    days(life, 0, 7, OFFICE + TILLS, 1);
    const tillGroup = life.profile(OFFICE).group;
    const officeGroup = life.profile(0).group;
    // It comes as a till, in an hour of its own.
    const random = seededRandom(9);
    const first = MONDAY - 8 * HOUR + 7 * DAY + 10 * HOUR;
    live(life, hourOf(LATE, first, random, true));
    expect(life.advance(first + HOUR).some((o) => o.kind === "hour")).toBe(true);
    expect(life.profile(LATE).group).toBe(tillGroup);
    days(life, 8, 10, LATE + 1, 3, (d) => d >= OFFICE && d < LATE);
    expect(life.profile(LATE).group, "two days of an office's life").toBe(tillGroup);
    expect(life.profile(LATE).groupFound).toMatch(/Another group was nearer on [12] of the 3 days/);
    days(life, 10, 13, LATE + 1, 4, (d) => d >= OFFICE && d < LATE);
    expect(life.profile(LATE).group).toBe(officeGroup);
  });

  test("an office of one kind, or a handful of devices, stays one group", () => {
    const life = makeLife(40);
    days(life, 0, 8, 40, 5, () => false);
    expect(new Set(Array.from({ length: 40 }, (_, d) => life.profile(d).group))).toEqual(new Set(["clients"]));
    const small = makeLife(12);
    days(small, 0, 8, 12, 6, (d) => d >= 6);
    expect(new Set(Array.from({ length: 12 }, (_, d) => small.profile(d).group))).toEqual(new Set(["clients"]));
  });

  test("groups go over a restart bit for bit, in the middle of a day too; 12 B a device", () => {
    const one = makeLife(LATE + 1);
    days(one, 0, 7, OFFICE + TILLS, 1);
    const other = makeLife(LATE + 1);
    expect(other.load(one.save())).toMatchObject({ ok: true });
    const random = seededRandom(8);
    const day = Array.from({ length: 24 }, (_, h) => MONDAY + (7 * 24 - 8 + h) * HOUR).flatMap((hour) =>
      Array.from({ length: LATE + 1 }, (__, d) => hourOf(d, hour, random)).flat(),
    );
    day.sort((a, b) => a.time - b.time);
    for (const life of [one, other]) live(life, day);
    expect(Buffer.compare(other.save(), one.save())).toBe(0);
  });
});
