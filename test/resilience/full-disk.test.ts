import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { openStore } from "../../src/store/index.ts";
import { needs, root } from "../needs.ts";
import { madeOffice, type Office, writeOffice } from "../support/made-office.ts";
import { addToken, get, serve, until } from "../support/run-wonted.ts";
import { put, tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 300_000 });

const system = process.env.WONTED_SYSTEM === "1" ? undefined : "mounts a small disk: set WONTED_SYSTEM=1";

interface Overview {
  blindSpots: { what: string }[];
}

function configuration(keepFree: string): string {
  return `version: 1\ncommitSeconds: 0.2\nsnapshotSeconds: 1\nretention: {keepFreeGigabytes: ${keepFree}}\nsources:\n  - {id: office, kind: zeek, path: sensor}\n`;
}

/** A disk of its own for the data folder, gone with the test. */
function smallDisk(size: string): { folder: string; grow(size: string): void } {
  const folder = mkdtempSync(join(tmpdir(), "wonted-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  onTestFinished(() => {
    execFileSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  });
  return { folder, grow: (larger) => void execFileSync("mount", ["-o", `remount,size=${larger}`, folder]) };
}

/** Fills the disk to its last byte with something that is not ours. */
function fill(folder: string): string {
  const path = join(folder, "somebody-elses");
  const file = openSync(path, "w");
  try {
    for (let size = 1_048_576; size >= 4_096; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch {
        size /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
  return path;
}

/** Both logs are there at one moment: what is read first must not hang on the test's own speed. */
function appear(folder: string, office: Office): void {
  rmSync(join(folder, "sensor"), { recursive: true, force: true });
  writeOffice(join(folder, "made"), office);
  renameSync(join(folder, "made"), join(folder, "sensor"));
}

async function stored(data: string, end: number): Promise<{ events: number; alerts: string[] }> {
  const store = await openStore({ dir: data, clock: systemClock });
  const stats = await store.ask("familyStats", {});
  const { alerts } = await store.ask("alerts", { state: "all", limit: 500, to: end + 1e9 });
  await store.close();
  return { events: stats.reduce((sum, s) => sum + s.events, 0), alerts: alerts.map((a) => `${a.id} ${a.model}`).sort() };
}

test.for([
  ["every write fails", "0", "90m"],
  ["less is free than is to stay free", "0.2", "120m"],
] as const)("a full disk while it serves (%s): said, nothing lost, it goes on when there is room", async ([, keepFree, size], context) => {
  needs(context, system, root());
  const office = madeOffice(96, true);
  const logs = tempFolder();
  const config = put(logs, "wonted.yaml", configuration(keepFree));

  // What a disk with room would hold.
  const calm = join(logs, "calm");
  const calmToken = await addToken(calm);
  const quiet = await serve(["--data", calm, "--config", config]);
  appear(logs, office);
  await until(
    () => get<{ events: number }>(quiet.url, calmToken, "/api/v1/sources/office"),
    (s) => s.events >= office.lines,
  );
  expect(await quiet.stop()).toBe(0);
  const expected = await stored(calm, office.end);
  expect(expected.events).toBe(office.lines);
  expect(expected.alerts.length).toBeGreaterThan(1);

  rmSync(join(logs, "sensor"), { recursive: true });
  const disk = smallDisk(size);
  const data = join(disk.folder, "data");
  const token = await addToken(data);
  const served = await serve(["--data", data, "--config", config]);
  const blocker = keepFree === "0" ? fill(disk.folder) : undefined;
  appear(logs, office);
  const overview = (): Promise<Overview> => get<Overview>(served.url, token, "/api/v1/overview");
  await until(overview, (o) => o.blindSpots.some((b) => b.what === "The disk is full"));
  expect(await get<{ full: boolean }>(served.url, token, "/api/v1/storage")).toMatchObject({ full: true });
  await served.says("the disk is full");
  expect(served.child.exitCode).toBeNull();

  if (blocker !== undefined) rmSync(blocker);
  disk.grow("1500m");
  await until(overview, (o) => o.blindSpots.every((b) => b.what !== "The disk is full"));
  expect(served.texts.err).toContain("there is room again");
  expect(served.texts.err.match(/the disk is full/g)).toHaveLength(1);
  await until(
    () => get<{ rate: number; events: number }>(served.url, token, "/api/v1/sources/office"),
    (s) => s.events >= office.lines,
  );
  expect(await served.stop()).toBe(0);
  const after = await stored(data, office.end);
  expect(after).toEqual(expected);
});

test("ended or killed while the disk is full: the next start has lost nothing", async (context) => {
  needs(context, system, root());
  const office = madeOffice(96, true);
  const disk = smallDisk("90m");
  const logs = tempFolder();
  const config = put(logs, "wonted.yaml", configuration("0"));
  const data = join(disk.folder, "data");
  const token = await addToken(data);
  for (const end of ["stop", "kill"] as const) {
    const served = await serve(["--data", data, "--config", config]);
    const blocker = fill(disk.folder);
    appear(logs, office);
    await until(
      () => get<Overview>(served.url, token, "/api/v1/overview"),
      (o) => o.blindSpots.some((b) => b.what === "The disk is full"),
    );
    if (end === "stop") expect(await served.stop()).toBe(0);
    else await served.kill();
    rmSync(blocker);
  }
  disk.grow("1500m");
  const served = await serve(["--data", data, "--config", config]);
  await served.says("Source office is read up to now");
  expect(await served.stop()).toBe(0);
  const after = await stored(data, office.end);
  expect(after.events).toBe(office.lines);
  expect(after.alerts.length).toBeGreaterThan(1);
  expect(new Set(after.alerts.map((a) => a.split(" ", 1)[0])).size).toBe(after.alerts.length);
});
