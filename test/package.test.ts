import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { type Lack, needs, registry } from "./needs.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wonted-package-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As a user's shell has it: none of the checkout's own programs. */
const PATH = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((part) => !part.includes("node_modules"))
  .join(delimiter);

function run(cwd: string, command: string, ...args: string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)|^NODE_OPTIONS$|^VITEST|^NODE_ENV$/.test(name)));
  const done = spawnSync(command, args, { cwd, encoding: "utf8", env: { ...env, PATH }, maxBuffer: 64 * 1024 * 1024 });
  return { status: done.status, stdout: done.stdout ?? "", stderr: done.stderr ?? "" };
}

/** Asks for one package that we need anyway. */
function registryAnswers(): Lack {
  const asked = registry();
  if (asked !== undefined) return asked;
  const answer = run(folder, "npm", "view", "zod@4.6.7", "version", "--fetch-retries=1", "--fetch-timeout=10000");
  return answer.stdout.trim() === "4.6.7" ? undefined : "needs a package registry: none answers";
}

/** Two devices that speak for an hour, as Zeek writes it. */
function zeekConnLog(): string {
  const fields =
    "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents";
  const types = "time string addr port addr port enum string interval count count string bool bool count string count count count count set[string]";
  const rows = Array.from({ length: 60 }, (_, minute) =>
    [
      1_700_000_000 + minute * 60,
      `C${minute}a`,
      minute % 2 === 0 ? "10.1.0.5" : "10.1.0.6",
      40_000 + minute,
      "198.51.100.7",
      443,
      "tcp",
      "ssl",
      1.5,
      1200,
      5300,
      "SF",
      "T",
      "F",
      0,
      "ShADadFf",
      10,
      1700,
      12,
      5900,
      "(empty)",
    ].join("\t"),
  );
  const head = [
    "#separator \\x09",
    "#set_separator\t,",
    "#empty_field\t(empty)",
    "#unset_field\t-",
    "#path\tconn",
    `#fields\t${fields.replaceAll(" ", "\t")}`,
    `#types\t${types.replaceAll(" ", "\t")}`,
  ];
  return `${[...head, ...rows].join("\n")}\n`;
}

test("the packed package holds JavaScript, the web app and the models, installs into an empty folder, and replays a log there", {
  timeout: 300_000,
}, (context) => {
  needs(context, registryAnswers());
  const packed = run(ROOT, "npm", "pack", "--json", "--pack-destination", folder);
  expect(packed.status, packed.stderr).toBe(0);
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  const listed = run(folder, "tar", "tzf", tarball)
    .stdout.split("\n")
    .map((path) => path.replace(/^package\//, ""));
  for (const path of ["LICENSE", "NEWS.md", "bin/wonted.mjs", "dist/app/main.js", "dist/ui/index.html"]) expect(listed).toContain(path);
  expect(listed.filter((path) => /^content\/models\/.*\.yaml$/.test(path)).length).toBeGreaterThan(0);
  expect(listed.filter((path) => /\.tsx?$|\.test\.|^(?:src|test|scripts)\//.test(path))).toEqual([]);

  const home = join(folder, "home");
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{"private":true}');
  const installed = run(home, "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", join(folder, tarball));
  expect(installed.status, installed.stderr).toBe(0);
  expect(existsSync(join(home, "node_modules/react"))).toBe(false);

  const wonted = join(home, "node_modules/.bin/wonted");
  const help = run(home, wonted, "--help");
  expect([help.status, help.stderr]).toEqual([0, ""]);
  expect(help.stdout).toContain("wonted replay");

  const lacking = run(home, wonted, "helper", "--socket", "run/helper.sock");
  expect([lacking.status, lacking.stderr]).toEqual([2, expect.stringContaining("--token is missing")]);
  // It gets as far as reading the token, as the program of its own that it is.
  const helper = run(
    home,
    wonted,
    "helper",
    "--socket",
    join(home, "run/helper.sock"),
    "--token",
    join(home, "no-such-token"),
    "--protected",
    join(home, "no-such-list"),
  );
  expect([helper.status, helper.stderr]).toEqual([1, expect.stringMatching(/^wonted-helper: .*no-such-list/)]);

  writeFileSync(join(home, "conn.log"), zeekConnLog());
  const replay = run(home, wonted, "replay", "conn.log", "--out", "out");
  expect(replay.status, replay.stderr).toBe(0);
  expect(JSON.parse(readFileSync(join(home, "out/summary.json"), "utf8"))).toMatchObject({ events: 60, rejected: 0 });
  expect(readdirSync(join(home, "out")).sort()).toEqual(
    [
      "actions.ndjson",
      "alerts.ndjson",
      "emails.ndjson",
      "events.ndjson",
      "incidents.ndjson",
      "pairs.ndjson",
      "rejected.ndjson",
      "scores.ndjson",
      "summary.json",
    ].sort(),
  );
});
