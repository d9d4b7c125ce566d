import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { wonted } from "../support/run-wonted.ts";
import { tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 300_000 });

const BASE = ["generate", "--seed", "3", "--people", "3", "--days", "2", "--start", "2026-03-28"];

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name).slice(dir.length + 1))
    .sort();
}

test("what is generated is read back without a refused record, and is the same every time", async () => {
  const root = tempFolder();
  const [a, b, out] = [join(root, "a"), join(root, "b"), join(root, "out")];
  for (const dir of [a, b]) expect(await wonted([...BASE, "--attack", "internal-scan", "--out", dir])).toMatchObject({ code: 0, out: "" });
  expect(filesOf(a)).toEqual(filesOf(b));
  for (const file of filesOf(a)) expect(readFileSync(join(b, file)).equals(readFileSync(join(a, file))), file).toBe(true);
  expect(readFileSync(join(a, "README.txt"), "utf8")).toContain("Synthetic");
  expect(readFileSync(join(a, "org.yaml"), "utf8")).toMatch(/^# Synthetic/);
  const truth = readFileSync(join(a, "truth.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((l) => JSON.parse(l) as Record<string, unknown>);
  expect(truth.length).toBeGreaterThan(0);
  for (const fact of truth)
    expect(fact).toMatchObject({
      attack: "internal-scan",
      time: expect.stringMatching(/Z$/),
      end: expect.stringMatching(/Z$/),
      entity: expect.any(String),
      technique: expect.stringMatching(/^T\d/),
    });

  expect(await wonted(["replay", a, "--org", join(a, "org.yaml"), "--out", out])).toMatchObject({ code: 0 });
  const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as { events: number; rejected: number; notes: string[] };
  expect(summary.rejected).toBe(0);
  expect(summary.events).toBeGreaterThan(5_000);
});

test("Suricata on one segment and Zeek on the rest tell together what Zeek alone does", async () => {
  const root = tempFolder();
  const both = join(root, "both");
  expect(await wonted([...BASE, "--format", "both", "--out", both])).toMatchObject({ code: 0 });
  expect(filesOf(both).some((f) => f.endsWith("eve.json")) && filesOf(both).some((f) => f.endsWith("conn.log"))).toBe(true);
  const out = join(root, "out");
  expect(await wonted(["replay", both, "--org", join(both, "org.yaml"), "--out", out])).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))).toMatchObject({ rejected: 0 });
});

test.each([
  ["no people", ["--people", "0"], "--people"],
  ["a month of minus one day", ["--days", "-1"], "--days"],
  ["a day that is none", ["--start", "2026-02-30"], "2026-02-30"],
  ["an attack that nobody wrote", ["--attack", "alchemy"], "alchemy"],
  ["an impossible knob", ["--attack", "internal-scan:nonsense=1"], "nonsense"],
  ["a form that nobody reads", ["--format", "smoke"], "--format"],
])("%s is refused in a sentence, and nothing is left behind", async (_, words, said) => {
  const dir = join(tempFolder(), "out");
  const ended = await wonted([...BASE.filter((_w, i) => BASE[i] !== words[0] && BASE[i - 1] !== words[0]), ...words, "--out", dir]);
  expect(ended.err).toContain(said);
  expect(ended.err).not.toMatch(/\n\s+at |fault of the program/);
  expect(ended.code).toBe(2);
  expect(existsSync(dir)).toBe(false);
});

test("a folder that is not empty is left alone", async () => {
  const dir = tempFolder();
  mkdirSync(join(dir, "mine"));
  writeFileSync(join(dir, "mine", "letter"), "kept");
  const ended = await wonted([...BASE, "--out", dir]);
  expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("not empty") });
  expect(filesOf(dir)).toEqual([join("mine", "letter")]);
});
