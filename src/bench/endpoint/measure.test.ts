import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { readNetworks } from "./alert-files.ts";
import { atBudget, ceiling, meanOverNetworks, scoredUnits } from "./measure.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

function folder(rows: readonly string[]): string {
  const dir = mkdtempSync(join(tmpdir(), "alerts-"));
  writeFileSync(join(dir, "net_alerts.csv"), `time,name,ip,host,short,time_label,event_label\n${rows.join("\n")}\n`);
  writeFileSync(join(dir, "phases.json"), JSON.stringify({ net: {} }));
  return dir;
}

test("alerts become host-hours: commas in names, warm-up, steps, hours that are neither right nor wrong", async () => {
  const row = (t: number, host: string, label: string, phase = "false_positive"): string => `${t},"a, b",10.0.0.1,${host},T-1,${phase},${label}`;
  const dir = folder([
    row(0, "a", "-"),
    row(DAY + 1, "a", "scan", "scan"),
    row(DAY + 2, "a", "-"),
    row(DAY + 3, "b", "-", "scan"),
    row(DAY + HOUR, "c", "-"),
    "broken",
  ]);
  try {
    const [network] = await readNetworks(dir);
    expect(network?.units.map((u) => [u.host, u.scored, [...u.steps], u.unsure])).toEqual([
      ["a", false, [], false],
      ["a", true, ["scan"], false],
      ["b", true, [], true],
      ["c", true, [], false],
    ]);
    expect(network).toMatchObject({ alerts: 5, scoredAlerts: 4, steps: ["scan"], days: [1] });
    if (network === undefined) return;
    const units = scoredUnits(network, [9, 2, 8, 1]);
    expect(atBudget(units, 1)).toEqual({ precision: 1, coverage: 1 });
    expect(atBudget(units, 2)).toEqual({ precision: 0.5, coverage: 1 });
    expect(atBudget(scoredUnits(network, [9, 1, 8, 2]), 1)).toEqual({ precision: 0, coverage: 0 });
    expect(ceiling(units, 2)).toEqual({ precision: 0.5, coverage: 1 });
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("a folder without alerts or without phases is refused by name", async () => {
  const dir = mkdtempSync(join(tmpdir(), "alerts-"));
  try {
    await expect(readNetworks(dir)).rejects.toMatchObject({ code: "bad-option" });
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("the interval holds the mean of what it was drawn from", () => {
  const random = seededRandom(5);
  const network = () =>
    Array.from({ length: 60 }, (_, i) => ({ day: i % 6, steps: new Set(i % 10 === 0 ? [`s${i}`] : []), score: random() + (i % 10 === 0 ? 0.5 : 0) }));
  const { value, low, high } = meanOverNetworks([network(), network(), network()], (u) => atBudget(u, 1).precision, random);
  expect(low).toBeLessThanOrEqual(value);
  expect(high).toBeGreaterThanOrEqual(value);
  expect(low).toBeGreaterThan(0);
});
