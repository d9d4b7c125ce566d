import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { needs, root } from "../needs.ts";
import { wonted } from "../support/run-wonted.ts";
import { tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 120_000 });

const MAIN = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));
const system = process.env.WONTED_SYSTEM === "1" ? undefined : "mounts a small disk: set WONTED_SYSTEM=1";

test("a disk that fills up while the organisation is written: a sentence, and nothing half-written", async (context) => {
  needs(context, system, root());
  const disk = tempFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
  onTestFinished(() => {
    execFileSync("umount", [disk]);
  });
  const made = join(disk, "made");
  const ended = await wonted(["generate", "--people", "6", "--days", "2", "--out", made]);
  expect(ended).toMatchObject({ code: 2, err: expect.stringMatching(/the disk is full.*\[generate-write\]/s) });
  expect(existsSync(made)).toBe(false);
  // The mount itself as the folder: it stays, empty.
  expect(await wonted(["generate", "--people", "6", "--days", "2", "--out", disk])).toMatchObject({ code: 2 });
  expect(readdirSync(disk)).toEqual([]);
});

test("stopped on the way, it takes away what it wrote", async () => {
  const dir = join(tempFolder(), "made");
  mkdirSync(dir);
  const child = spawn(process.execPath, [MAIN, "generate", "--people", "200", "--days", "60", "--out", dir], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  while (!existsSync(join(dir, ".part", "zeek"))) await wait(50);
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(said).toContain("[generate-stopped]");
  expect(readdirSync(dir)).toEqual([]);
});
