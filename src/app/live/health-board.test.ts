import { expect, test } from "vitest";
import { HOUR } from "../../base/time.ts";
import { HealthBoard } from "./health-board.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";

function source(plays: boolean): LiveSource {
  return {
    id: "made",
    kind: "zeek",
    path: "p",
    fixed: true,
    ends: false,
    ...(plays ? { plays } : {}),
    poll: () => Promise.reject(new Error("not polled here")),
    positions: () => [],
    outage: () => undefined,
    wait: () => Promise.resolve(),
    fileCount: () => 1,
    close: () => Promise.resolve(),
  } as LiveSource;
}

const batch = (caughtUp: boolean): SourceBatch => ({ events: [], rejected: [], positions: [], caughtUp, bytes: 10 });

test("a source whose days are played faster than life is heard; old logs that are read in say nothing yet", () => {
  const clock = { time: 100 * HOUR, now: () => clock.time };
  const states = [true, false].map((plays) => {
    const board = new HealthBoard(clock, "UTC");
    const one = source(plays);
    board.add(one);
    expect(board.list()[0]?.state).toBe("starting");
    board.polled(one, batch(false));
    return board.list()[0]?.state;
  });
  expect(states).toEqual(["live", "starting"]);
});

test("once it meets the clock its own records say how it is", () => {
  const clock = { time: 100 * HOUR, now: () => clock.time };
  const board = new HealthBoard(clock, "UTC");
  const one = source(true);
  board.add(one);
  board.polled(one, batch(false));
  board.polled(one, batch(true));
  expect(board.list()[0]?.state).toBe("starting");
});
