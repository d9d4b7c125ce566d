import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replay } from "../../src/app/replay/replay.ts";

interface Told {
  time: string;
  model: string;
  priority: number;
  entity: { ip?: string };
  why: { feature: string; expected: string | number; p?: number }[];
}

const demo = fileURLToPath(new URL("../../demo", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "wonted-demo-"));
const alerts: Told[] = [];

beforeAll(async () => {
  await replay(
    { paths: [join(demo, "eve.json.gz")], history: [], out, org: join(demo, "org.yaml"), site: undefined, budget: 5, asnTable: undefined },
    { now: () => 0 },
  );
  for (const line of readFileSync(join(out, "alerts.ndjson"), "utf8").split("\n")) if (line !== "") alerts.push(JSON.parse(line) as Told);
}, 60_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe("the demonstration's week (D1, D28-D30)", () => {
  test("a week of ordinary work is silent, and on the day of the scenes so is everybody else", () => {
    expect(alerts.filter((a) => a.time < "2026-11-23")).toEqual([]);
    expect(new Set(alerts.map((a) => a.entity.ip))).toEqual(new Set(["10.20.1.23"]));
  });

  test.each([
    ["09:12", "Device / New User Agent to Internal Server"],
    ["09:20", "Compromise / Rare Endpoint with New User Agent"],
    ["10:00", "Compromise / Beaconing to a Rare Destination"],
    ["10:41", "Device / Network Scan"],
    ["10:41", "Device / Port Scan"],
    ["11:05", "Device / Login Guessing over HTTP"],
    ["11:05", "Device / Login Guessing"],
    ["11:05", "Device / New Administration Protocol"],
    ["12:00", "Device / Administration of Several Devices"],
    ["12:03", "Compromise / DNS Tunnel"],
    ["14:00", "Unusual Activity / Unusual Amount Sent Out"],
  ])("%s %s", (time, model) => {
    expect(alerts.find((a) => a.model === model)?.time).toContain(`2026-11-23T${time}`);
  });

  test("control and then spread bears the time of the step that completed it, after the control", () => {
    const chain = alerts.filter((a) => a.model === "Compromise / Control and then Spread");
    expect(chain).toHaveLength(1);
    const control = alerts.find((a) => a.model === "Compromise / Beaconing to a Rare Destination");
    const spread = alerts.find((a) => a.model === "Device / Network Scan");
    expect(chain[0]?.time).toBe(spread?.time);
    expect(String(chain[0]?.time) > String(control?.time)).toBe(true);
  });

  test("every reason says what it compares with, each feature once, and no p is 1", () => {
    for (const alert of alerts) {
      for (const why of alert.why) {
        expect(String(why.expected)).not.toMatch(/^$|not at all|undefined/);
        if (why.p !== undefined && why.p !== null) expect(why.p).toBeLessThan(1);
      }
      const features = alert.why.map((w) => w.feature).filter((f) => f !== "model");
      expect(new Set(features).size).toBe(features.length);
    }
  });
});

describe("what would have been done about it (D36-D39, T22)", () => {
  const actions = (): { time: string; action: string; mode: string; state: string; expires: string; alert: string; target: { entity: { ip?: string } } }[] =>
    readFileSync(join(out, "actions.ndjson"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));

  test("actions are planned on the device of the scenes, and on the one it reached to administer nothing new; in order, and carried out never", () => {
    const list = actions();
    expect(list.length).toBeGreaterThan(3);
    const [held, others] = [list.filter((a) => a.action === "enforce-administration"), list.filter((a) => a.action !== "enforce-administration")];
    expect(new Set(others.map((a) => a.target.entity.ip))).toEqual(new Set(["10.20.1.23"]));
    expect(new Set(held.map((a) => a.target.entity.ip))).toEqual(new Set(["10.20.2.40"]));
    expect(list.map((a) => a.time)).toEqual([...list.map((a) => a.time)].sort());
    expect(new Set(list.map((a) => a.state))).toEqual(new Set(["planned", "proposed"]));
  });

  test("the new program's connection is blocked for two hours; where it is customary a person is asked", () => {
    const first = actions().find((a) => a.time.slice(11, 16) === "09:12");
    expect(first).toMatchObject({ action: "block-connections", mode: "confirm", held: expect.stringContaining("customary") });
    const beacon = actions().find((a) => a.mode === "autonomous" && a.action === "block-connections");
    expect(Date.parse(beacon?.expires ?? "") - Date.parse(beacon?.time ?? "")).toBe(7_200_000);
  });
});
