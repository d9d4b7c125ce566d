import { describe, expect, test, vi } from "vitest";
import { HOUR, MINUTE } from "../../src/base/time.ts";
import { append, connLine, httpLine, type LiveLab, liveLab } from "../support/live-lab.ts";
import { madeOffice, writeOffice } from "../support/made-office.ts";

vi.setConfig({ testTimeout: 180_000 });

interface Alerts {
  alerts: { id: string; model: string; time: string; title: string; incident?: string }[];
}
interface Overview {
  blindSpots: { what: string; detail: string; source?: string; kind: string }[];
  sourcesLive: number;
}
interface Source {
  state: string;
  reason?: string;
}
interface Devices {
  devices: { ip?: string; historyHours: number }[];
}

/** A day and a half of an office that speaks every minute, read in; then the clock stands at its end, a Tuesday at 10. */
async function office(): Promise<LiveLab & { n: number; feed(agent: string): (now: number) => void }> {
  const made = madeOffice(34, false, 60);
  const lab = await liveLab(made.end - 6 * MINUTE);
  writeOffice(lab.logs, made);
  await lab.start();
  const out = Object.assign(lab, {
    n: 0,
    feed:
      (agent: string) =>
      (now: number): void => {
        // Four steps a minute: ten connections and five requests each minute, as before.
        for (let i = 0; i < 3; i++) append(lab.logs, "conn.log", connLine(now, ++out.n, `10.1.0.${10 + (out.n % 10)}`));
        append(
          lab.logs,
          "http.log",
          httpLine(now, ++out.n, agent, `10.1.0.${10 + (out.n % 10)}`) + httpLine(now, ++out.n, agent, `10.1.0.${10 + (out.n % 10)}`),
        );
      },
  });
  return out;
}

async function health(lab: LiveLab): Promise<string[]> {
  const { alerts } = await lab.get<Alerts>("/api/v1/alerts?state=all&limit=100");
  return alerts.filter((a) => a.model.startsWith("System / ")).map((a) => a.model);
}

async function learned(lab: LiveLab): Promise<number> {
  const { devices } = await lab.get<Devices>("/api/v1/devices?limit=50");
  return devices.reduce((sum, d) => sum + d.historyHours, 0);
}

describe("a source that stops or loses a field is told within 15 minutes, once (D1, X6)", () => {
  test("it stops: one alert, one incident, a blind spot; learning is frozen; it recovers", async () => {
    const lab = await office();
    await lab.pass(20 * MINUTE, lab.feed("Mozilla/5.0 (office)"));
    expect(await health(lab)).toEqual([]);
    expect((await lab.get<Overview>("/api/v1/overview")).blindSpots).toEqual([]);

    await lab.pass(15 * MINUTE);
    expect(await health(lab)).toEqual(["System / Source Silent"]);
    const spots = (await lab.get<Overview>("/api/v1/overview")).blindSpots;
    expect(spots).toMatchObject([{ source: "office", kind: "acute", what: expect.stringContaining("silent") }]);
    const before = await learned(lab);

    await lab.pass(4 * HOUR);
    expect(await health(lab)).toEqual(["System / Source Silent"]);
    const { alerts } = await lab.get<Alerts>("/api/v1/alerts?state=all&limit=100");
    expect(alerts.map((a) => a.model)).toEqual(["System / Source Silent"]);
    const { incidents } = await lab.get<{ incidents: { alerts: string[] }[] }>("/api/v1/incidents");
    expect(incidents.map((i) => i.alerts)).toEqual([[alerts[0]?.id]]);
    // Hours in which nobody looked are not quiet hours of the devices.
    expect(await learned(lab)).toBe(before);

    await lab.pass(12 * MINUTE, lab.feed("Mozilla/5.0 (office)"));
    expect(await lab.get<Source>("/api/v1/sources/office")).toMatchObject({ state: "live" });
    expect((await lab.get<Overview>("/api/v1/overview")).blindSpots).toEqual([]);
    expect(await health(lab)).toEqual(["System / Source Silent"]);
  });

  test("it loses a field: one alert that names it, a blind spot, and an end when the field is back", async () => {
    const lab = await office();
    await lab.pass(10 * MINUTE, lab.feed("Mozilla/5.0 (office)"));
    await lab.pass(15 * MINUTE, lab.feed("-"));
    expect(await health(lab)).toEqual(["System / Source Lost Field"]);
    const spots = (await lab.get<Overview>("/api/v1/overview")).blindSpots;
    expect(spots).toMatchObject([{ source: "office", what: expect.stringContaining("missing a field"), detail: expect.stringContaining("http.userAgent") }]);
    await lab.pass(30 * MINUTE, lab.feed("-"));
    expect(await health(lab)).toEqual(["System / Source Lost Field"]);
    await lab.pass(5 * MINUTE, lab.feed("Mozilla/5.0 (office)"));
    expect(await lab.get<Source>("/api/v1/sources/office")).toMatchObject({ state: "live" });
    expect((await lab.get<Overview>("/api/v1/overview")).blindSpots).toEqual([]);
  });

  test("it stops while the platform is restarted: what is usual is remembered, the alert comes once", async () => {
    const lab = await office();
    await lab.pass(10 * MINUTE, lab.feed("Mozilla/5.0 (office)"));
    await lab.stop();
    await lab.start();
    await lab.pass(15 * MINUTE);
    expect(await health(lab)).toEqual(["System / Source Silent"]);
    await lab.stop();
    await lab.start();
    await lab.pass(2 * HOUR);
    expect(await health(lab)).toEqual(["System / Source Silent"]);
  });
});
