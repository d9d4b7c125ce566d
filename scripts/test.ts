import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { follow } from "../bin/follow.mjs";
import type { Counts } from "./count-reporter.ts";
import { routeless } from "./no-route.ts";
import { installSystemPackages } from "./system-packages.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Tests that install packages: they cannot run without a route out. */
const REGISTRY_TESTS = ["test/package.test.ts"];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Run {
  code: number;
  counts: Counts | undefined;
}

async function vitest(args: readonly string[], env: NodeJS.ProcessEnv, prefix: readonly string[]): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "wonted-counts-"));
  const file = join(folder, "counts.json");
  const [command = process.execPath, ...before] = [...prefix, process.execPath];
  try {
    const ending = await follow(command, [...before, join(ROOT, "node_modules/vitest/vitest.mjs"), "run", ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env, WONTED_COUNTS: file },
    });
    const counts = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Counts) : undefined;
    return { code: ending.signal === null ? ending.code : 1, counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last lines: what was skipped and why, grouped by reason, then the counts of all runs. Returns the number of skips without a reason. */
export function summary(all: readonly Counts[]): { lines: string[]; unexplained: number } {
  const byReason = new Map<string, string[]>();
  for (const skip of all.flatMap((counts) => counts.skipped)) {
    const reason = skip.reason ?? "no reason given";
    byReason.set(reason, [...(byReason.get(reason) ?? []), skip.name]);
  }
  const lines: string[] = [];
  for (const [reason, names] of byReason) {
    lines.push(`skipped, ${reason}:`, ...names.map((name) => `  ${name}`));
  }
  const sum = (of: (counts: Counts) => number): number => all.reduce((total, counts) => total + of(counts), 0);
  lines.push(`${sum((c) => c.passed)} passed, ${sum((c) => c.failed)} failed, ${sum((c) => c.skipped.length)} skipped`);
  return { lines, unexplained: byReason.get("no reason given")?.length ?? 0 };
}

async function main(argv: readonly string[]): Promise<number> {
  const all = argv.includes("--all") || process.env.WONTED_ALL === "1";
  const files = argv.filter((argument) => argument !== "--all" && argument !== "--no-route");
  const ci = process.env.CI === "true";
  if (process.env.WONTED_SYSTEM === "1") {
    const missing = installSystemPackages();
    if (missing.length > 0) {
      say(`system-packages-missing: ${missing.join(", ")}`);
      return 1;
    }
  }
  const wall = ci || argv.includes("--no-route") ? routeless() : { lack: "npm test -- --no-route shows it, as root" };
  if ("lack" in wall && argv.includes("--no-route")) {
    say(`no-route: ${wall.lack}`);
    return 1;
  }
  const env: NodeJS.ProcessEnv = { ...(all ? { WONTED_ALL: "1" } : {}), ...("lack" in wall ? {} : { WONTED_NO_ROUTE: "1" }) };
  const prefix = "lack" in wall ? [] : wall.prefix;
  const runs: Run[] = [];
  const apart = (ci || all) && files.length === 0;
  if (apart) {
    say("with a package registry:");
    runs.push(await vitest(REGISTRY_TESTS, { ...(all ? { WONTED_ALL: "1" } : {}), WONTED_REGISTRY: "1" }, []));
    say("lack" in wall ? "the suite:" : "the suite, with no route out:");
  }
  if (runs.every((run) => run.code === 0))
    runs.push(await vitest([...files, ...(apart ? REGISTRY_TESTS.flatMap((file) => ["--exclude", file]) : [])], env, prefix));
  const end = summary(runs.flatMap((run) => run.counts ?? []));
  if ("lack" in wall) say(`not shown by this run: that the suite passes with no route out (${wall.lack})`);
  for (const line of end.lines) say(line);
  const code = runs.find((run) => run.code !== 0)?.code ?? 0;
  if (code === 0 && ci && end.unexplained > 0) {
    say(`silent-skip: ${end.unexplained} skipped without a reason; say why with context.skip(reason), see test/needs.ts`);
    return 1;
  }
  return code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
