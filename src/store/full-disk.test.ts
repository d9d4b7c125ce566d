import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "../base/clock.ts";
import type { NetEvent } from "../schema/event.ts";
import { type Lab, makeAlert, makeEvent, makePosition, openLab, T0 } from "./made-for-tests.ts";
import { openStore } from "./open-store.ts";

describe("the low-water mark, with a disk that the test says is full", () => {
  let lab: Lab;
  afterEach(() => lab.end());

  test("nothing more is taken in, nothing is lost, and it goes on when there is room", async () => {
    let free = 1e9;
    lab = await openLab({ limits: { lowWaterBytes: 1e6, batchEvents: 10 }, freeSpace: () => free });
    await lab.store.append(Array.from({ length: 25 }, (_, i) => makeEvent("conn", i + 1)));
    free = 1e6 - 1;
    await lab.store.append(Array.from({ length: 10 }, (_, i) => makeEvent("conn", i + 26)));
    expect(lab.store.status().state).toBe("full");
    await expect(lab.store.append([makeEvent("conn", 36)])).rejects.toMatchObject({ code: "store-full" });
    expect((await lab.store.ask("storage", {})).full).toBe(true);
    // What was taken before is committed; queries and people's work go on.
    expect((await lab.store.checkpoint([makePosition("conn", 35)])).committed).toBe(35);
    await lab.store.commitAlerts([makeAlert("a")]);
    free = 1e6 + 1;
    await expect(lab.store.append([makeEvent("conn", 36)])).rejects.toMatchObject({ code: "store-full" });
    free = 2e6;
    await lab.store.append([makeEvent("conn", 36)]);
    expect((await lab.store.checkpoint([makePosition("conn", 36)])).committed).toBe(1);
    expect((await lab.store.ask("familyStats", {}))[0]?.events).toBe(36);
  });
});

const mayMount = process.env.WONTED_SYSTEM === "1" && process.getuid?.() === 0;

describe("a disk that really is full: a small tmpfs", () => {
  test("a refused commit keeps everything for the next try", async ({ skip }) => {
    skip(!mayMount, "mounts a tmpfs: needs WONTED_SYSTEM=1 and root");
    const dir = mkdtempSync(join(tmpdir(), "wonted-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", dir]);
    try {
      const store = await openStore({ dir: join(dir, "data"), clock: new ManualClock(T0), limits: { lowWaterBytes: 0, heldEvents: 2_000_000 } });
      let line = 0;
      const make = (): NetEvent => {
        line++;
        return makeEvent("http", line, { uri: `/${Math.sin(line)}${Math.cos(line)}${Math.tan(line)}`.repeat(4), raw: "" } as object);
      };
      let failed: unknown;
      for (let round = 0; round < 60 && failed === undefined; round++) {
        await store.append(Array.from({ length: 8_192 }, make));
        failed = await store.checkpoint([makePosition("http", line)]).then(
          () => undefined,
          (error: unknown) => error,
        );
      }
      expect(failed).toMatchObject({ code: "store-full" });
      expect(store.status().state).toBe("full");
      await expect(store.append([makeEvent("http", line + 1)])).rejects.toMatchObject({ code: "store-full" });
      await expect(store.checkpoint([makePosition("http", line)])).rejects.toMatchObject({ code: "store-full" });
      execFileSync("mount", ["-o", "remount,size=400m", dir]);
      await store.checkpoint([makePosition("http", line)]);
      expect(store.status()).toMatchObject({ state: "open", uncommitted: 0 });
      await store.append([make()]);
      await store.checkpoint([makePosition("http", line)]);
      expect((await store.ask("familyStats", {}))[0]?.events).toBe(line);
      await store.close();
    } finally {
      execFileSync("umount", [dir]);
      rmdirSync(dir);
    }
  }, 120_000);
});
