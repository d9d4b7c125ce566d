import { expect, test, vi } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/base/time.ts";
import { append, connLine, httpLine, liveLab } from "../support/live-lab.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";

vi.setConfig({ testTimeout: 180_000 });

test("one record from twenty years ahead, one from thirty back: stored, and what is watched goes on as before (D1, D29)", async () => {
  const made = madeOffice(60, false);
  const lab = await liveLab(made.end - 6 * MINUTE);
  writeOffice(lab.logs, made);
  let n = 0;
  const feed = (now: number): void => append(lab.logs, "conn.log", connLine(now, ++n) + connLine(now + 1, ++n, "10.1.0.11"));
  await lab.start();
  await lab.pass(2 * MINUTE, feed);
  append(lab.logs, "conn.log", connLine(lab.clock.now() + 20 * 365 * DAY, ++n) + connLine(lab.clock.now() - 30 * 365 * DAY, ++n));
  await lab.pass(2 * MINUTE, feed);
  const { blindSpots } = await lab.get<{ blindSpots: { what: string; detail: string }[] }>("/api/v1/overview");
  expect(blindSpots).toMatchObject([{ what: "Source office is ahead of the clock", detail: expect.stringMatching(/^1 records/) }]);
  await lab.pass(MINUTE, (now) => append(lab.logs, "http.log", httpLine(now, ++n, "python-requests/2.31.0", "10.1.0.13")));
  await lab.pass(2 * HOUR, feed);
  const { alerts } = await lab.get<{ alerts: { model: string; time: string }[] }>("/api/v1/alerts?state=all");
  expect(alerts.map((a) => a.model)).toEqual(["Device / New User Agent to Internal Server"]);
  const { eventTime, now } = await lab.get<{ eventTime: string; now: string }>("/api/v1/overview");
  expect(Math.abs(Date.parse(eventTime) - Date.parse(now))).toBeLessThan(5 * MINUTE);
  expect((await lab.get<{ blindSpots: object[] }>("/api/v1/overview")).blindSpots).toEqual([]);
  expect(Math.abs(Date.parse((await lab.get<{ lastEvent: string }>("/api/v1/sources/office")).lastEvent) - Date.parse(now))).toBeLessThan(5 * MINUTE);
  // The hours after it are judged: both that passed are there.
  const { devices } = await lab.get<{ devices: { id: string; ip?: string }[] }>("/api/v1/devices?limit=50");
  const device = devices.find((d) => d.ip === "10.1.0.10");
  const { hours } = await lab.get<{ hours: { start: string }[] }>(`/api/v1/devices/${encodeURIComponent(device?.id ?? "")}/scores?days=1`);
  expect(hours.some((h) => Date.parse(h.start) >= lab.clock.now() - 2 * HOUR)).toBe(true);
});
