import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeEvent } from "../../../test/support/events.ts";
import { tempFolder } from "../../../test/support/temp-folder.ts";
import { systemClock } from "../../base/clock.ts";
import { Places } from "../../enrich/places.ts";
import { makeCore } from "../../lanes/make-core.ts";
import { openStore } from "../../store/index.ts";
import type { Position, Store } from "../../store/types.ts";
import { readOrganisation, rolesOf } from "../organisation.ts";
import { HealthBoard } from "./health-board.ts";
import { LivePlatform } from "./live-platform.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";
import { positionsToReadFrom } from "./reading-progress.ts";

const POLLS = 400;

/** One event a poll, and the position behind it. */
function sourceOf(start: number): LiveSource {
  let line = 0;
  const position = (): Position => ({ source: "made", fileKey: "made", path: "made.log", inode: 1, offset: line * 100, line, header: {} });
  return {
    id: "made",
    kind: "zeek",
    path: "made.log",
    fixed: true,
    ends: false,
    async poll(): Promise<SourceBatch> {
      await wait(1);
      if (line === POLLS) return { events: [], rejected: [], positions: [], caughtUp: true, bytes: 0 };
      line += 1;
      const time = start + line * 1_000;
      const event = makeEvent("conn", {
        time,
        source: "made",
        file: "made.log",
        fileKey: "made",
        line,
        offset: (line - 1) * 100,
        src: "10.0.0.5",
        dst: "203.0.113.9",
      });
      return { events: [event], rejected: [], positions: [position()], caughtUp: false, bytes: 100 };
    },
    positions: () => [position()],
    outage: () => undefined,
    wait: () => wait(5),
    fileCount: () => 1,
    close: () => Promise.resolve(),
  };
}

test("what is learned is never kept ahead of the events that are stored, however slow the disk is", async () => {
  const real = await openStore({ dir: tempFolder(), clock: systemClock });
  const stored = { offset: 0 };
  const kept: { learned: number; stored: number }[] = [];
  const store = new Proxy(real, {
    get(target, name) {
      if (name === "checkpoint")
        return async (positions: readonly Position[]) => {
          // A slow disk: the loop reads on meanwhile.
          await wait(15);
          const answer = await target.checkpoint(positions);
          for (const position of positions) stored.offset = Math.max(stored.offset, position.offset);
          return answer;
        };
      if (name === "saveSnapshot")
        return async (bytes: Uint8Array<ArrayBuffer>, positions: readonly Position[]) => {
          for (const position of positions) kept.push({ learned: position.offset, stored: stored.offset });
          await target.saveSnapshot(bytes, positions);
        };
      const value = Reflect.get(target, name) as unknown;
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  }) as Store;
  const organisation = readOrganisation(undefined);
  const core = makeCore({ organisation, roles: rolesOf(organisation), models: [], places: new Places([]) });
  const read = Promise.withResolvers<void>();
  const platform = new LivePlatform({
    core,
    store,
    health: new HealthBoard(systemClock, "UTC"),
    clock: systemClock,
    budget: () => 5,
    stored: [],
    learned: [],
    broadcast: () => undefined,
    caughtUp: () => read.resolve(),
    log: () => undefined,
    checkpointMs: 1,
    snapshotMs: 1,
  });
  platform.add(sourceOf(Date.UTC(2031, 0, 6, 8)));
  platform.start();
  await read.promise;
  await platform.stop();
  await store.close();
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter((k) => k.learned > k.stored)).toEqual([]);
  expect(kept.at(-1)).toEqual({ learned: POLLS * 100, stored: POLLS * 100 });
});

test("a state that an older version kept ahead of the stored events is read on from where the events end", () => {
  const at = (fileKey: string, offset: number, source = "one"): Position => ({ source, fileKey, path: "a.log", inode: 1, offset, line: offset, header: {} });
  expect(
    positionsToReadFrom(
      [at("ahead", 900), at("equal", 500), at("behind", 100), at("never stored", 700), at("equal", 40, "two")],
      [at("ahead", 300), at("equal", 500), at("behind", 400), at("equal", 50, "two")],
    ),
  ).toEqual([at("ahead", 300), at("equal", 500), at("behind", 100), at("equal", 40, "two")]);
});
