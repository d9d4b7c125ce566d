import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { MINUTE } from "../../src/base/time.ts";
import { liveLab } from "../support/live-lab.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";
import { wonted } from "../support/run-wonted.ts";

vi.setConfig({ testTimeout: 180_000 });

const MODELS = fileURLToPath(new URL("../../content/models/", import.meta.url));

test("model backtest on what a running platform stored: it fires on the device and the day that it fired on live (D29)", async () => {
  const office = madeOffice(96, true);
  const lab = await liveLab(office.end + MINUTE);
  writeOffice(lab.logs, office);
  await lab.start();
  await lab.pass(MINUTE);
  const { alerts } = await lab.get<{ alerts: { model: string; time: string; entity: { id: string } }[] }>("/api/v1/alerts?state=all");
  await lab.stop();
  const path = "Device / New User Agent to Internal Server";
  const live = alerts.filter((a) => a.model === path);
  expect(live).toHaveLength(1);

  const file = `${MODELS}${path.replaceAll(" / ", "/")}.yaml`;
  const ended = await wonted(["model", "backtest", file, "--days", "2", "--data", lab.data, "--json"]);
  expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: "" });
  const report = JSON.parse(ended.out) as {
    model: string;
    alerts: number;
    rows: { entity: string; day: number; alerts: number }[];
    attacks: { found: number };
  };
  expect(report).toMatchObject({ model: path, alerts: 1 });
  expect(report.rows).toMatchObject([{ alerts: 1, day: Math.floor(Date.parse(live[0]?.time ?? "") / 86_400_000) * 86_400_000 }]);
  // It is the model in force itself: nothing changes, here or for the attacks.
  expect(report).toMatchObject({ against: { hidden: 0, added: 0 }, attacks: { hidden: 0, gained: 0, names: [] } });
  expect(report.attacks.found).toBeGreaterThan(10);
  expect(report.rows[0]?.entity).toContain(live[0]?.entity.id);

  // A model for which nothing was odd: it never fired, and that is an answer.
  const quiet = await wonted(["model", "backtest", `${MODELS}System/Source Silent.yaml`, "--days", "2", "--data", lab.data, "--no-attacks"]);
  expect(quiet).toMatchObject({ code: 0, out: expect.stringContaining("0 alerts on 0 entities") });

  // An edit that asks for much more is told by what it hides.
  const edited = join(lab.folder, "models", `${path.replaceAll(" / ", "/")}.yaml`);
  mkdirSync(dirname(edited), { recursive: true });
  const text = readFileSync(file, "utf8");
  const blunt = text.replace(/^exceptions:\n/m, "exceptions:\n  - {fact: historyHours, atLeast: 1h}\n");
  expect(blunt).not.toBe(text);
  writeFileSync(edited, blunt);
  const less = await wonted(["model", "backtest", edited, "--days", "2", "--data", lab.data, "--no-attacks"]);
  expect(less).toMatchObject({ code: 0, out: expect.stringContaining("Against the model in force it hides 1 alerts of these days and adds 0") });
});
