// Everything that can be checked without running the product. Usage: npm run check [-- --write] [-- STEP...]
//   --write  puts the pages that are made from code in step: ARCHITECTURE.md's rooms, docs/reference/events.md, docs/reference/attacks.md, docs/reference/errors.md
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { architecturePage } from "./architecture-page.ts";
import { attacksPage } from "./attacks-page.ts";
import { errorsPage } from "./errors-page.ts";
import { eventsPage } from "./events-page.ts";
import { houseRules, outwardConnections } from "./house-rules.ts";
import type { Finding } from "./page.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface Step {
  name: string;
  run: () => Promise<Finding> | Finding;
}

/** Runs a script of this Node; what it prints is the problem when it fails. */
function node(...args: string[]): Promise<Finding> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], { cwd: ROOT, env: { ...process.env, FORCE_COLOR: "0" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("close", (code) => {
      const last = output.trim().split("\n").at(-1) ?? "";
      resolve(code === 0 ? { problems: [], note: last } : { problems: [output.trim() || `ended with ${code}`] });
    });
  });
}

/** The slow ones first: with two cores the rest runs beside them. */
function steps(write: boolean): Step[] {
  const bin = (path: string): string => join("node_modules", path);
  const tsc = (project: string, name: string): Promise<Finding> => {
    if (!existsSync(join(ROOT, project))) return Promise.resolve({ problems: [], note: `absent: ${project} is not there yet` });
    return node(bin("typescript/bin/tsc"), "-p", project, "--pretty", "false", "--incremental", "--tsBuildInfoFile", bin(`.cache/wonted-${name}.tsbuildinfo`));
  };
  return [
    { name: "types", run: () => tsc("tsconfig.json", "node") },
    { name: "types of the ui", run: () => tsc("src/ui/tsconfig.json", "ui") },
    { name: "layers", run: () => node("scripts/check-layers.ts") },
    { name: "unused", run: () => node(bin("knip/bin/knip.js"), "--no-progress") },
    { name: "lint", run: () => node(bin("@biomejs/biome/bin/biome"), "ci", "--error-on-warnings", "--diagnostic-level=warn", "--colors=off") },
    { name: "content", run: content },
    { name: "rooms page", run: () => architecturePage(ROOT, write) },
    { name: "events page", run: () => eventsPage(ROOT, write) },
    { name: "attacks page", run: () => attacksPage(ROOT, write) },
    { name: "errors page", run: () => errorsPage(ROOT, write) },
    { name: "house rules", run: () => houseRules(ROOT) },
    { name: "outward connections", run: () => outwardConnections(ROOT) },
  ];
}

/** The models with their cases, and the rest of content, by the program itself. */
function content(): Promise<Finding> | Finding {
  if (!existsSync(join(ROOT, "src/app/main.ts"))) return { problems: [], note: "absent: src/app/main.ts is not there yet, so no model was tried" };
  return node("src/app/main.ts", "model", "test");
}

async function main(argv: readonly string[]): Promise<number> {
  const write = argv.includes("--write");
  const only = argv.filter((argument) => argument !== "--write");
  const waiting = steps(write).filter((step) => only.length === 0 || only.some((name) => step.name.includes(name)));
  if (waiting.length === 0) {
    process.stdout.write(
      `no-such-step: ${only.join(" ")} is not part of ${steps(false)
        .map((step) => step.name)
        .join(", ")}\n`,
    );
    return 2;
  }
  const begin = performance.now();
  const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1).padStart(5)} s`;
  let failed = 0;
  async function work(): Promise<void> {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const from = performance.now();
      let finding: Finding;
      try {
        finding = await step.run();
      } catch (error) {
        finding = { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
      }
      if (finding.problems.length > 0) failed += 1;
      process.stdout.write(
        `${finding.problems.length === 0 ? "ok    " : "FAILED"} ${seconds(from)}  ${step.name}${finding.note === undefined || finding.note === "" ? "" : `  (${finding.note})`}\n`,
      );
      for (const problem of finding.problems) process.stdout.write(`${problem.replace(/^/gm, "    ")}\n`);
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(4, availableParallelism())) }, work));
  process.stdout.write(`${failed === 0 ? "check passed" : `check failed: ${failed} of its steps`}, ${seconds(begin).trim()}\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
