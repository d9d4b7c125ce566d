import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KINDS, makeNew } from "../scripts/new.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const NOT_COPIED = new Set(["node_modules", "dist", "data", "coverage", ".git"]);

function namingFeatures(root: string): string[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => join("src", path))
    .filter(
      (path) => /\.ts$/.test(path) && !path.startsWith("src/ui/") && /CategoricalFeature|CATEGORICAL_FEATURES/.test(readFileSync(join(root, path), "utf8")),
    );
}

describe("npm run new, in a copy of the checkout", () => {
  let root = "";
  const made: Record<string, string[]> = {};

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "wonted-new-"));
    for (const entry of readdirSync(ROOT)) if (!NOT_COPIED.has(entry)) cpSync(join(ROOT, entry), join(root, entry), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
    for (const [kind, { example }] of Object.entries(KINDS)) {
      const result = makeNew(root, kind, `${example.replaceAll('"', "")} zz`);
      if ("problem" in result) throw new Error(`${kind}: ${result.problem}`);
      made[kind] = result.written;
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function node(...args: string[]): { status: number | null; output: string } {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^VITEST|^WONTED_COUNTS$|^NODE_OPTIONS$/.test(name)));
    const done = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      cwd: root,
      encoding: "utf8",
      env: { ...env, FORCE_COLOR: "0" },
    });
    return { status: done.status, output: `${done.stdout}${done.stderr}` };
  }

  test("each kind writes its file and its test", () => {
    for (const files of Object.values(made)) expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(Object.keys(made)).toEqual(["model", "feature", "estimator", "parser", "page"]);
  });

  test("their tests pass, and there are some for each", { timeout: 600_000 }, () => {
    const tests = Object.values(made)
      .flat()
      .filter((path) => /\.test\.tsx?$/.test(path));
    const run = node("node_modules/vitest/vitest.mjs", "run", "--reporter=dot", ...tests);
    expect(run.status, run.output).toBe(0);
  });

  test("the new model's cases hold", { timeout: 300_000 }, () => {
    const run = node("src/app/main.ts", "model", "test", ...(made.model ?? []));
    expect(run.status, run.output).toBe(0);
  });

  test("types, style and layers have nothing to say against them", { timeout: 600_000 }, () => {
    const code = Object.values(made)
      .flat()
      .filter((path) => /\.tsx?$/.test(path));
    const style = node(
      "node_modules/@biomejs/biome/bin/biome",
      "ci",
      "--colors=off",
      "--error-on-warnings",
      "--diagnostic-level=warn",
      "--vcs-enabled=false",
      ...code,
    );
    expect(style.status, style.output).toBe(0);
    for (const [project, files] of [
      // A new feature must also suit whoever has a line for each.
      ["tsconfig.json", [...code.filter((path) => !path.startsWith("src/ui/")), ...namingFeatures(root)]],
      ["src/ui/tsconfig.json", code.filter((path) => path.startsWith("src/ui/"))],
    ] as const) {
      if (files.length === 0) continue;
      writeFileSync(join(root, "tsconfig.new.json"), JSON.stringify({ extends: `./${project}`, include: [], exclude: [], files }));
      const types = node("node_modules/typescript/bin/tsc", "-p", "tsconfig.new.json", "--pretty", "false");
      expect(types.status, types.output).toBe(0);
    }
    const layers = node("scripts/check-layers.ts", root);
    expect(
      layers.output.split("\n").filter(
        (line) =>
          made &&
          Object.values(made)
            .flat()
            .some((path) => line.includes(path)),
      ),
    ).toEqual([]);
  });

  test("it refuses to overwrite, and names what it does not know", () => {
    expect(makeNew(root, "estimator", "running-mean zz")).toEqual({ problem: "already-there: src/stats/running-mean-zz.ts" });
    expect(makeNew(root, "connector", "acme")).toMatchObject({ problem: expect.stringContaining("no-such-room") });
    expect(makeNew(root, "chair", "a")).toMatchObject({ problem: expect.stringContaining("no-such-kind: chair is not one of model,") });
    expect(makeNew(root, "model", "Lonely Name")).toMatchObject({ problem: expect.stringContaining("bad-name") });
    expect(makeNew(root, "parser", "../../etc")).not.toHaveProperty("written", expect.arrayContaining([expect.stringContaining("..")]));
    expect(makeNew(root, "model", "../../x / y")).toMatchObject({ problem: expect.stringContaining("bad-name") });
  });
});
