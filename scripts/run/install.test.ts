import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { ensureInstalled, isStale, tryLock, unlock, wantedStamp, withoutCallersOptions } from "./install.mjs";

const made: string[] = [];

function checkout(): string {
  const root = mkdtempSync(join(tmpdir(), "wonted-install-"));
  made.push(root);
  writeFileSync(join(root, "package-lock.json"), '{"lockfileVersion":3}');
  return root;
}

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync("true").pid;
}

afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
});

test("a checkout is stale until an install of its lockfile succeeded, and again when the lockfile changes", async () => {
  const root = checkout();
  expect(isStale(root)).toBe(true);
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  expect(await ensureInstalled(root, { say, install: () => 7 })).toBe(7);
  expect(isStale(root)).toBe(true);
  expect(said.at(-1)).toContain("install-failed");
  expect(await ensureInstalled(root, { say, install: () => 0 })).toBe(0);
  expect(isStale(root)).toBe(false);
  const before = wantedStamp(root);
  writeFileSync(join(root, "package-lock.json"), '{"lockfileVersion":3,"packages":{}}');
  expect(wantedStamp(root)).not.toBe(before);
  expect(isStale(root)).toBe(true);
});

test("nothing is said and nothing is installed when all is in place", async () => {
  const root = checkout();
  await ensureInstalled(root, { say: () => {}, install: () => 0 });
  const said: string[] = [];
  const code = await ensureInstalled(root, {
    say: (line) => said.push(line),
    install: () => {
      throw new Error("must not install");
    },
  });
  expect([code, said]).toEqual([0, []]);
});

test("a lock that another process holds is respected; one whose holder died is taken", () => {
  const root = checkout();
  mkdirSync(join(root, "node_modules"));
  const lock = join(root, "node_modules/.wonted-installing");
  writeFileSync(lock, `${process.ppid}`);
  expect(tryLock(root)).toBe(process.ppid);
  writeFileSync(lock, `${deadPid()}`);
  expect(tryLock(root)).toBeUndefined();
  expect(readFileSync(lock, "utf8")).toBe(`${process.pid}`);
  unlock(root);
  expect(existsSync(lock)).toBe(false);
});

test("four processes at once, with a dead one's lock in the way, install once", async () => {
  const root = checkout();
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, "node_modules/.wonted-installing"), `${deadPid()}`);
  const log = join(root, "log");
  const script = `
    import { appendFileSync } from "node:fs";
    import { ensureInstalled } from ${JSON.stringify(new URL("install.mjs", import.meta.url).href)};
    const install = () => {
      appendFileSync(${JSON.stringify(log)}, "begin\\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      appendFileSync(${JSON.stringify(log)}, "end\\n");
      return 0;
    };
    process.exitCode = await ensureInstalled(${JSON.stringify(root)}, { say: () => {}, install });
  `;
  const codes = await Promise.all(
    Array.from(
      { length: 4 },
      () =>
        new Promise((resolve) =>
          spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "inherit" }).once("exit", (code) => resolve(code)),
        ),
    ),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(log, "utf8")).toBe("begin\nend\n");
  expect(isStale(root)).toBe(false);
});

test("options of an npm that it runs under are not the install's; where packages come from is", () => {
  expect(
    withoutCallersOptions({
      npm_config_dry_run: "true",
      npm_config_json: "true",
      NPM_CONFIG_OMIT: "dev",
      npm_config_registry: "r",
      npm_config_cache: "c",
      PATH: "p",
    }),
  ).toEqual({
    npm_config_registry: "r",
    npm_config_cache: "c",
    PATH: "p",
  });
});
