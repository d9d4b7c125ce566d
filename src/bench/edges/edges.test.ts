import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import type { BenchOptions } from "../bench.ts";
import { Midas } from "../others/midas.ts";
import { edgeAuc, edgeSet } from "./measure-edges.ts";
import { dayDraws, Ranking, truthOf } from "./measure-units.ts";
import { networkEdgesBench } from "./network-edges-bench.ts";
import { readEdges, timeOrder } from "./read-edges.ts";

const folder = mkdtempSync(join(tmpdir(), "wonted-edges-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, lines: readonly string[], gz = false): string {
  const path = join(folder, name);
  const text = `${lines.join("\n")}\n`;
  writeFileSync(path, gz ? gzipSync(text) : text);
  return path;
}

test("T36 edge lines: day 32 of July is August 1st, bad lines keep their place, gzip is read alike", () => {
  const lines = ["172.016.000.001,010.000.000.001,07/32/1998-00:05,-", "rubbish", "010.000.000.001,172.016.000.001,07/31/1998-23:59,scan"];
  const edges = readEdges([], [file("a.csv", lines)]);
  expect(edges.count).toBe(3);
  expect(edges.unread).toBe(1);
  expect((edges.minute[0] ?? 0) * 60_000).toBe(Date.UTC(1998, 7, 1, 0, 5));
  expect([...timeOrder(edges)]).toEqual([2, 0]);
  expect(readEdges([], [file("a.csv.gz", lines, true)])).toEqual(edges);
});

test("T36 units, campaigns and device-days as the contract defines them", () => {
  const edges = readEdges(
    [file("h.csv", ["172.016.000.001,172.016.000.009,01/01/2001-10:00,-"])],
    [
      file("d.csv", [
        // .002 never sends: no device. 10.0.0.5 reaches two: a unit; 10.0.0.6 one: none.
        "010.000.000.005,172.016.000.001,01/02/2001-10:00,scan",
        "010.000.000.005,172.016.000.002,01/02/2001-10:30,scan",
        "010.000.000.006,172.016.000.001,01/02/2001-12:00,-",
        "010.000.000.006,172.016.000.002,01/03/2001-12:00,guess",
      ]),
    ],
  );
  const day = Date.UTC(2001, 0, 2) / 86_400_000;
  const truth = truthOf(edges, timeOrder(edges), 0, Number.POSITIVE_INFINITY, (line) => line >= edges.dataFrom);
  const name = (e: number): string | undefined => edges.addresses[e];
  expect(truth.units.map((u) => `${name(u.entity)} ${u.malicious}`).sort()).toEqual(["010.000.000.005 2", "172.016.000.001 0", "172.016.000.001 1"]);
  expect(truth.campaigns.size).toBe(2);
  expect(truth.days).toEqual([day, day + 1]);
  expect([...truth.deviceDays]).toEqual([[day, 1]]);
  const best = new Ranking(
    truth,
    truth.units.map((u) => u.malicious),
  ).at(1);
  expect(best).toEqual({ precision: 1, falsePerDeviceDay: 0, coverage: 0.5, slowCoverage: 0.5 });
  for (const weight of dayDraws(truth.days, 5, seededRandom(1))) expect([...weight.values()].reduce((a, b) => a + b)).toBe(2);
});

test("T36 AUC of edges: ties count half, the band by label and hour", () => {
  const at = (label: string): string => `010.000.000.005,172.016.000.001,01/02/2001-10:00,${label}`;
  const edges = readEdges([], [file("auc.csv", [at("-"), at("-"), at("x"), at("x"), at("y")])]);
  const order = timeOrder(edges);
  const scores = Float32Array.of(1, 2, 2, 3, 0);
  const all = edgeAuc(
    edgeSet(edges, order, () => true),
    scores,
    [],
  );
  expect(all?.value).toBeCloseTo((1.5 + 2 + 0) / 6);
  const two = edgeAuc(
    edgeSet(edges, order, () => true, 2, 5),
    scores,
    dayDraws([Date.UTC(2001, 0, 2) / 86_400_000], 3, seededRandom(1)),
  );
  expect(two).toEqual({ value: 3.5 / 4, low: 3.5 / 4, high: 3.5 / 4 });
  expect(
    edgeAuc(
      edgeSet(edges, order, () => true, 9, 9),
      scores,
      [],
    ),
  ).toBeUndefined();
});

/** Twenty days of office life made from a seed; a sweep on day 18. */
function madeDays(): string[] {
  const random = seededRandom(5);
  const lines: string[] = [];
  const pad = (n: number): string => String(n).padStart(3, "0");
  for (let day = 1; day <= 20; day++) {
    for (let hour = 8; hour < 18; hour++) {
      for (let minute = 0; minute < 60; minute += 4) {
        const stamp = `03/${String(day).padStart(2, "0")}/2001-${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
        for (let k = 0; k < 6; k++) {
          const from = Math.floor(random() * 12);
          lines.push(`172.016.001.${pad(from)},010.002.000.${pad((from * 3 + Math.floor(random() * 5)) % 40)},${stamp},-`);
        }
        if (day === 18 && hour === 11 && minute < 20) for (let t = 0; t < 30; t++) lines.push(`010.009.009.009,172.016.001.${pad(t)},${stamp},sweep`);
      }
    }
  }
  return lines;
}

test("T36 E2 a sweep from a stranger ranks first, edge by edge and by the hour, and two runs write the same bytes", async () => {
  const lines = madeDays();
  const data = file("made.csv", lines);
  const run = async (units: string): Promise<Map<string, number>> => {
    const options: BenchOptions = {
      data: [data],
      history: [],
      org: [],
      truth: undefined,
      seed: 1,
      events: undefined,
      units: join(folder, units),
      given: () => [],
      print: () => undefined,
    };
    const result = await networkEdgesBench.run(options);
    return new Map(result.figures.filter((f) => f.method === "wonted").map((f) => [f.name, f.value]));
  };
  const figures = await run("one");
  expect(figures.get("edge.auc")).toBeGreaterThan(0.99);
  expect(figures.get("units.coverage@1")).toBe(1);
  expect(figures.get("units.precision@1")).toBeGreaterThan(0.8);
  const scores = readFileSync(join(folder, "one", "edges.txt"), "utf8");
  expect(scores.trimEnd().split("\n")).toHaveLength(lines.length);
  const units = readFileSync(join(folder, "one", "units.ndjson"), "utf8");
  const best = units
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { entity: string; start: string; score: number })
    .sort((a, b) => b.score - a.score)[0];
  expect(best).toMatchObject({ start: "2001-03-18T11:00:00.000Z" });
  await run("two");
  expect(readFileSync(join(folder, "two", "edges.txt"), "utf8")).toBe(scores);
  expect(readFileSync(join(folder, "two", "units.ndjson"), "utf8")).toBe(units);
});

test("T36 MIDAS: a burst on a steady stream scores above the stream; the filtering form does not learn it", () => {
  for (const filtering of [false, true]) {
    const midas = new Midas(filtering, 3);
    let steady = 0;
    for (let minute = 0; minute < 50; minute++) for (let k = 0; k < 5; k++) steady = midas.edge(k, k + 10, minute);
    let first = 0;
    for (let k = 0; k < 200; k++) first = midas.edge(1, 11, 50);
    expect(first).toBeGreaterThan(20 * Math.max(1, steady));
    midas.edge(2, 12, 51);
    let again = 0;
    for (let k = 0; k < 200; k++) again = midas.edge(1, 11, 60);
    if (filtering) expect(again).toBeGreaterThan(first / 4);
  }
});
