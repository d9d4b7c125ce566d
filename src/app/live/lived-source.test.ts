import { expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../../base/time.ts";
import type { LifeSource } from "../../generate/life.ts";
import { saasLife } from "../../generate/saas/index.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import { livedSource } from "./lived-source.ts";

/** A life of one connection a minute. */
const TICKING: LifeSource = {
  name: "ticking",
  play(from, to, _day, out) {
    for (let time = from; time < to; time += MINUTE)
      out.zeek({
        log: "conn",
        time,
        fields: { uid: `C${time}`, "id.orig_h": "10.0.0.1", "id.orig_p": 50_000, "id.resp_h": "10.0.0.2", "id.resp_p": 443, proto: "tcp", conn_state: "SF" },
      });
  },
};

const open = (): Promise<never> => Promise.reject(new Error("this life sends no mail"));
const world = makeWorld({ seed: 1, people: 1, days: 3, start: "2026-03-09" });
const { start } = world.calendar;

test("history comes at once, then the day at its speed, then life itself; nothing ever lies in the future", async () => {
  const now = start + 2 * DAY;
  const clock = { time: now, now: () => clock.time };
  const source = livedSource({ id: "made", world, sources: [TICKING], watch: start + DAY, speed: 60, clock, open, openHistory: open });
  const take = async (past = false): Promise<number[]> => {
    const times: number[] = [];
    for (let empty = 0; empty < 2; ) {
      const { events, rejected, history } = await source.poll();
      expect(rejected).toEqual([]);
      if (events.length === 0) empty++;
      else expect(history).toBe(past);
      times.push(...events.map((e) => e.time));
    }
    return times;
  };
  const history = await take(true);
  expect(history).toHaveLength(DAY / MINUTE + 1);
  expect(history.at(-1)).toBe(start + DAY);

  clock.time += MINUTE;
  expect(await take()).toHaveLength(60);
  expect(await source.poll()).toMatchObject({ caughtUp: false, history: false });

  // 24 hours at 60 times their pace are met after 24.4 minutes.
  clock.time = now + 25 * MINUTE;
  const rest = await take();
  expect(rest.at(-1)).toBe(clock.time);
  expect((await source.poll()).caughtUp).toBe(true);
  clock.time += 5 * MINUTE;
  expect(await take()).toHaveLength(5);
  clock.time += DAY;
  expect((await take()).every((t) => t < world.calendar.end)).toBe(true);
  expect((await source.poll()).caughtUp).toBe(true);
});

test("between two batches others have their turn, however much there is to read", async () => {
  const clock = { now: () => start + 2 * DAY };
  const source = livedSource({ id: "made", world, sources: [TICKING], watch: start + DAY, speed: 1, clock, open, openHistory: open });
  let turn = false;
  setImmediate(() => {
    turn = true;
  });
  await source.poll();
  await source.poll();
  expect(turn).toBe(true);
});

test("closed, it says nothing more", async () => {
  const clock = { now: () => start + 5 * HOUR };
  const source = livedSource({ id: "made", world, sources: [TICKING], watch: start + HOUR, speed: 1, clock, open, openHistory: open });
  expect((await source.poll()).events.length).toBeGreaterThan(0);
  await source.close();
  expect((await source.poll()).events).toEqual([]);
});

test("T3: the directory's export of users is read as what it is, not as a message: people have their departments", async () => {
  const clock = { now: () => start + 2 * DAY };
  const directory = saasLife(world);
  const source = livedSource({ id: "made", world, sources: directory, watch: start + HOUR, speed: 1, clock, open, openHistory: open });
  const { events, rejected } = await source.poll();
  await source.close();
  expect(rejected).toEqual([]);
  const people = events.flatMap((e) => (e.family === "directory" ? [`${e.time - start} ${e.user} ${e.department}`] : []));
  expect(people).toEqual(world.people.map((p) => `0 ${p.upn} ${p.department}`));
});
