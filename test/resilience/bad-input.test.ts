import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { madeOffice, writeOffice } from "../support/made-office.ts";
import { type Ended, wonted } from "../support/run-wonted.ts";
import { put, tempFolder } from "../support/temp-folder.ts";

const ALL = process.env.WONTED_ALL === "1";
vi.setConfig({ testTimeout: ALL ? 3_600_000 : 240_000 });

interface Ran extends Ended {
  summary: { events: number; rejected: number; maxRssBytes: number; cpuSeconds: number; late: number };
  scores: string;
  rejected: { file: string; line: number; reason: string; excerpt: string }[];
}

async function replay(input: string): Promise<Ran> {
  const out = join(tempFolder(), "out");
  const ended = await wonted(["replay", input, "--out", out]);
  expect({ code: ended.code, err: ended.err }).toMatchObject({ code: 0 });
  const lines = readFileSync(join(out, "rejected.ndjson"), "utf8").split("\n");
  const rejected = lines.filter((l) => l !== "").map((l) => JSON.parse(l) as Ran["rejected"][number]);
  return {
    ...ended,
    scores: readFileSync(join(out, "scores.ndjson"), "utf8"),
    summary: JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as Ran["summary"],
    rejected,
  };
}

const office = madeOffice(3, false, 12);
const connLines = office.conn.trimEnd().split("\n");
const records = connLines.filter((l) => !l.startsWith("#"));
const head = connLines.filter((l) => l.startsWith("#"));

describe("what a sensor never should write: rejected records are named, the rest counts, the run ends well", () => {
  test("NUL bytes, invalid UTF-8, a line that is cut off, in one log", async () => {
    const folder = tempFolder();
    const bytes = Buffer.concat([
      Buffer.from(`${head.join("\n")}\n${records[0]}\n`),
      Buffer.from("\u0000\u0000\u0000\n"),
      Buffer.from(`${records[1]}\n`),
      Buffer.from([0xff, 0xfe, 0x80, 0x0a]),
      Buffer.from(`${records[2]?.replace("SF", "S\u0000F")}\n`),
      Buffer.from(`${records[3]}\n${records[4]?.slice(0, 30)}`),
    ]);
    put(folder, "conn.log", bytes);
    const ran = await replay(folder);
    expect(ran.summary.events + ran.summary.rejected).toBe(7);
    expect(ran.rejected.map((r) => r.line)).toEqual(expect.arrayContaining([9, 11, 14]));
    for (const r of ran.rejected) {
      expect(r).toMatchObject({ file: join(folder, "conn.log"), reason: expect.stringMatching(/\w{4}/) });
      expect(r.excerpt.length).toBeLessThanOrEqual(400);
    }
  });

  test("one line of 100 MB costs no memory", async () => {
    const folder = tempFolder();
    const file = openSync(put(folder, "conn.log", `${head.join("\n")}\n${records.slice(0, 50).join("\n")}\n`), "a");
    const block = Buffer.alloc(1_048_576, "x");
    for (let i = 0; i < 100; i++) writeSync(file, block);
    writeSync(file, `\n${records.slice(50).join("\n")}\n`);
    closeSync(file);
    const ran = await replay(folder);
    expect(ran.summary.events).toBe(records.length);
    expect(ran.rejected).toMatchObject([{ line: head.length + 51, reason: expect.stringContaining("longer than") }]);
    expect(ran.summary.maxRssBytes).toBeLessThan(500e6);
  });

  test("clocks years off, backwards and of no sense: nothing is lost", async () => {
    const folder = tempFolder();
    const moved = records.map((line, i) => {
      const [ts = "", ...rest] = line.split("\t");
      const time =
        i % 50 === 7 ? Number(ts) + 20 * 365 * 86_400 : i % 50 === 13 ? Number(ts) - 30 * 365 * 86_400 : i % 50 === 29 ? Number(ts) - 7_200 : Number(ts);
      return [time.toFixed(6), ...rest].join("\t");
    });
    moved.splice(
      100,
      0,
      `-5\t${records[0]?.split("\t").slice(1).join("\t")}`,
      `1e300\t${records[0]?.split("\t").slice(1).join("\t")}`,
      `soon\t${records[0]?.split("\t").slice(1).join("\t")}`,
    );
    put(folder, "conn.log", `${[...head, ...moved].join("\n")}\n`);
    const ran = await replay(folder);
    expect(ran.summary.events + ran.summary.rejected).toBe(moved.length);
    expect(ran.summary.rejected).toBeLessThanOrEqual(3);
    expect(ran.rejected.map((r) => r.line)).toEqual(expect.arrayContaining([head.length + 102, head.length + 103]));
  });

  test("a header that changes midway: columns go by the header above them", async () => {
    const folder = tempFolder();
    const half = Math.floor(records.length / 2);
    // The later half has its columns in another order and one more of them.
    const order = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14];
    const turn = (line: string): string => {
      const cells = line.split("\t");
      const first = cells[0] === "#fields" || cells[0] === "#types" ? [cells.shift() ?? ""] : [];
      return [...first, ...order.map((i) => cells[i] ?? ""), first[0] === "#fields" ? "newcomer" : first[0] === "#types" ? "string" : "x"].join("\t");
    };
    const second = [...head.map((h) => (/^#(fields|types)/.test(h) ? turn(h) : h)), ...records.slice(half).map(turn)];
    put(folder, "a/conn.log", `${[...head, ...records.slice(0, half), ...second].join("\n")}\n`);
    writeOffice(join(folder, "b"), { ...office, http: "" });
    const [changed, plain] = [await replay(join(folder, "a")), await replay(join(folder, "b", "conn.log"))];
    expect(changed.summary).toMatchObject({ events: records.length, rejected: 0 });
    expect(plain.summary).toMatchObject({ events: records.length, rejected: 0 });
    // Read by the wrong columns, sources and servers would have changed places.
    expect(changed.scores).not.toBe("");
    expect(changed.scores).toBe(plain.scores);
  });

  test("files that are no logs at all", async () => {
    const folder = tempFolder();
    put(folder, "conn.log", `${connLines.join("\n")}\n`);
    put(folder, "noise.log", Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * 7_919) % 251)));
    put(folder, "zeros.log", Buffer.alloc(50_000));
    put(folder, "half.log", head.join("\n").slice(0, 60));
    mkdirSync(join(folder, "empty"));
    const ran = await replay(folder);
    expect(ran.summary.events).toBe(records.length);
  });
});

describe("memory stays flat however large the input", () => {
  // 10 GB takes half an hour of a core and the disk for it; a hundred megabytes are enough to see memory grow with the file.
  const megabytes = ALL ? 10_000 : 100;
  test(`a conn.log of ${megabytes} MB`, async () => {
    const folder = tempFolder();
    const file = openSync(put(folder, "conn.log", `${head.join("\n")}\n`), "a");
    let written = 0;
    let lines = 0;
    for (let n = 0; written < megabytes * 1e6; ) {
      let text = "";
      for (let i = 0; i < 5_000; i++, n++) {
        const client = n % 400;
        text += `${(1_709_510_400 + n * 0.05).toFixed(6)}\tC${n.toString(36)}\t10.1.${client >> 8}.${client & 255}\t${20_000 + (n % 40_000)}\t198.51.100.${1 + ((client * 7 + n) % 12)}\t443\ttcp\tssl\t0.5\t${1_500 + (n % 900)}\t6000\tSF\tShAD\t6\t6\n`;
      }
      written += writeSync(file, text);
      lines += 5_000;
    }
    closeSync(file);
    const ran = await replay(folder);
    expect(ran.summary).toMatchObject({ events: lines, rejected: 0 });
    console.log(`${lines} records, ${Math.round(ran.summary.cpuSeconds)} s CPU, ${Math.round(ran.summary.maxRssBytes / 1e6)} MB at most`);
    expect(ran.summary.maxRssBytes).toBeLessThan(500e6);
  });
});
