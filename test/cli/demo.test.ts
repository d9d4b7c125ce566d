import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { needs } from "../needs.ts";
import { serve } from "../support/run-wonted.ts";
import { tempFolder } from "../support/temp-folder.ts";

vi.setConfig({ testTimeout: 600_000 });

const slow = process.env.WONTED_ALL === "1" ? undefined : "half a minute of both cores: npm test -- --all runs it";

interface Alert {
  model: string;
  time: string;
}

test("the demonstration learns its history without alerting, then shows the first of its attacks; everything says synthetic", async (context) => {
  needs(context, slow);
  const data = tempFolder();
  const started = Date.now();
  const running = await serve(["--demo", "--data", data]);
  const ask = async <T>(path: string): Promise<T> => (await (await fetch(`${running.url}${path}`)).json()) as T;
  let alerts: Alert[] = [];
  while (alerts.length === 0) {
    await new Promise((done) => setTimeout(done, 1_000));
    alerts = (await ask<{ alerts: Alert[] }>("/api/v1/alerts?state=all&sort=time&limit=50")).alerts;
  }
  const seconds = (Date.now() - started) / 1_000;
  expect(alerts.map((a) => a.model)).toContain("Device / Network Scan");
  const overview = await ask<{ synthetic: boolean; organisation: string; eventTime: string; now: string }>("/api/v1/overview");
  expect(overview).toMatchObject({ synthetic: true, organisation: expect.stringContaining("(synthetic)") });
  expect(Date.parse(overview.eventTime)).toBeLessThanOrEqual(Date.parse(overview.now));
  expect(existsSync(join(data, "demo", "organisation.yaml")) && readFileSync(join(data, "demo", "organisation.yaml"), "utf8")).toMatch(/^# Synthetic/);
  expect(await running.stop()).toBe(0);
  context.annotate(`first alert ${seconds.toFixed(0)} s after the start`);
});
