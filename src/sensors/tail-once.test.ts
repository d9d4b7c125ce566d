import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../base/clock.ts";
import { drainFollower, makeFollower, record } from "./follow/follower-fixture.ts";
import type { FollowPosition } from "./tail.ts";

let dir: string;
let clock: ManualClock;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "wonted-tail-once-"));
  clock = new ManualClock();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

type Step = { do: "write"; count: number } | { do: "half" | "rename" | "copytruncate" | "gzip" | "restart" | "crash" | "poll" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("write" as const), count: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ do: "half" }, { do: "rename" }, { do: "copytruncate" }, { do: "gzip" }, { do: "restart" }, { do: "crash" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: "poll" }) },
);

describe("D1, X3: every record comes out exactly once", () => {
  for (const what of ["folder", "file"] as const) {
    it(`whatever writing, rotation, restarts and crashes do to a ${what}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const root = mkdtempSync(join(dir, "p-"));
          const live = join(root, "eve.json");
          clock.set(Date.now() - 5_000);
          const options = { pollBytes: 900, blockBytes: 257 };
          const path = what === "folder" ? root : live;
          let committed: string[] = [];
          let positions = new Map<string, FollowPosition>();
          let one = makeFollower(path, clock, options);
          let written = 0;
          let pending = "";
          let rotations = 0;
          const take = async (): Promise<void> => {
            clock.set(clock.now() + 60);
            const batch = await one.poll();
            committed.push(...batch.events.map((event) => event.connection ?? ""));
            for (const position of batch.positions) positions.set(position.fileKey, position);
          };
          const endLine = (): void => {
            if (pending !== "") appendFileSync(live, pending);
            pending = "";
          };
          await take();
          for (const each of steps) {
            switch (each.do) {
              case "write":
                endLine();
                for (let i = 0; i < each.count; i++) appendFileSync(live, record(++written));
                break;
              case "half": {
                endLine();
                const line = record(++written);
                appendFileSync(live, line.slice(0, 25));
                pending = line.slice(25);
                break;
              }
              case "rename":
              case "gzip":
              case "copytruncate": {
                endLine();
                if (!existsSync(live)) break;
                const rotated = `${live}.${++rotations}`;
                if (each.do === "copytruncate") {
                  copyFileSync(live, rotated);
                  truncateSync(live, 0);
                } else renameSync(live, rotated);
                if (each.do === "gzip") {
                  writeFileSync(`${rotated}.gz`, gzipSync(readFileSync(rotated)));
                  unlinkSync(rotated);
                }
                break;
              }
              case "restart":
              case "crash": {
                // A crash loses what was read and not committed together with its positions.
                const kept = [...committed];
                const known = new Map(positions);
                if (each.do === "crash") {
                  await take();
                  committed = kept;
                  positions = known;
                }
                await one.close();
                one = makeFollower(path, clock, { ...options, positions: [...positions.values()] });
                break;
              }
              case "poll":
                await take();
                break;
            }
          }
          endLine();
          const rest = await drainFollower(one, clock);
          await one.close();
          committed.push(...rest.uids);
          const expected = Array.from({ length: written }, (_, i) => `C${i + 1}`);
          expect([...committed].sort()).toEqual(expected.sort());
          rmSync(root, { recursive: true });
        }),
        { numRuns: 60 },
      );
    });
  }
});
