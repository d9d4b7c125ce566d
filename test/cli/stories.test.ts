import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { NOT_BUILT } from "../../src/app/stories/not-built.ts";
import { lineOf, NUMBERS, Table } from "../../src/app/stories/table.ts";
import { namespaces, needs, program, suricata } from "../needs.ts";

const STORIES = fileURLToPath(new URL("../../scripts/stories.ts", import.meta.url));
const ROW = /^\| ([DTEX]\d+) \| [^|]+ \| (seen|failed|skipped) \| \d+ ms \| [^|]* \|$/;

function told(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", STORIES, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const texts = { out: "", err: "" };
  child.stdout.on("data", (d: Buffer) => {
    texts.out += String(d);
  });
  child.stderr.on("data", (d: Buffer) => {
    texts.err += String(d);
  });
  return new Promise((done) => child.once("close", (code) => done({ code, ...texts })));
}

function rowsOf(out: string): Map<string, string> {
  const lines = out.trimEnd().split("\n");
  const rows = new Map(lines.map((line) => ROW.exec(line)).flatMap((m) => (m === null ? [] : [[m[1] ?? "", m[2] ?? ""] as const])));
  expect(rows.size).toBe(lines.length);
  return rows;
}

describe("the table of stories", () => {
  test("what is seen, not so, or thrown; a row is told once; a cell breaks no table", async () => {
    const said: string[] = [];
    const table = new Table((line) => said.push(line));
    await table.check("D1", "a | b", () => "one\ntwo | three");
    await table.check("D2", "x", () => undefined);
    await table.check("D3", "x", () => {
      throw new Error("no answer");
    });
    table.skip(["D4"], "needs root");
    table.failRest(["D1", "D5"], "broke off");
    expect([...table.rows.values()].map((r) => [r.capability, r.seen, r.detail])).toEqual([
      ["D1", "seen", "one\ntwo | three"],
      ["D2", "failed", "it was not so"],
      ["D3", "failed", "no answer"],
      ["D4", "skipped", ""],
      ["D5", "failed", "broke off"],
    ]);
    for (const row of table.rows.values()) expect(lineOf(row)).toMatch(ROW);
    expect(said).toHaveLength(3);
    await expect(table.check("D1", "again", () => "x")).rejects.toThrow("told twice");
    expect(() => table.skip(["D46"], "x")).toThrow("no capability");
  });

  test("what is not built is a capability, each with its reason", () => {
    expect(NUMBERS).toHaveLength(141);
    for (const [number, why] of Object.entries(NOT_BUILT)) {
      expect(NUMBERS).toContain(number);
      expect(why).toMatch(/^not built yet: /);
    }
  });
});

test("a story that there is not is refused with the list of those there are", async () => {
  const { code, out, err } = await told("--only", "fairy");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain('there is no story "fairy"');
  expect(err).toMatch(/wire, intrusion, .*chat/);
});

test("the first post with real packets: Suricata, alerts of both kinds, a firewall that cuts exactly this (D19, D29, D36-D43)", async (context) => {
  const lacks = [process.env.WONTED_SYSTEM === "1" ? undefined : "makes network namespaces: set WONTED_SYSTEM=1", namespaces(), suricata()];
  needs(context, ...lacks, program("nft"), program("ip", "-V"));
  const { code, out, err } = await told("--only", "wire");
  const rows = rowsOf(out);
  expect({ failed: [...rows].filter(([, seen]) => seen !== "seen"), code, err }).toMatchObject({ failed: [], code: 0 });
  expect([...rows.keys()]).toEqual(["D19", "D29", "D36", "D37", "D38", "D39", "D40", "D41", "D42", "D43"]);
}, 180_000);

test("all stories: a row for each of the 141 capabilities, none failed, most of them seen", async (context) => {
  needs(context, process.env.WONTED_ALL === "1" ? undefined : "four minutes of a core: npm test -- --all runs it");
  const { code, out, err } = await told();
  const rows = rowsOf(out);
  expect({ failed: [...rows].filter(([, seen]) => seen === "failed"), code, err }).toMatchObject({ failed: [], code: 0 });
  expect([...rows.keys()]).toEqual([...NUMBERS]);
  const skipped = [...rows].filter(([, seen]) => seen === "skipped").map(([number]) => number);
  // On a machine with everything, only what is not built is left out.
  if (process.env.WONTED_SYSTEM === "1") expect(skipped.sort()).toEqual(Object.keys(NOT_BUILT).sort());
}, 1_200_000);
