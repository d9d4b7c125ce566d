import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOUR } from "../base/time.ts";
import type { Incident } from "../schema/alert.ts";
import type { Device } from "../schema/entity.ts";
import type { SourceHealth } from "../schema/source.ts";
import { type Lab, makeAlert, makeEntry, openLab, T0 } from "./made-for-tests.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.end());

const incident: Incident = {
  id: "i1",
  overBudget: false,
  title: "t",
  summary: "s",
  category: "suspicious",
  score: 70,
  start: T0,
  end: T0 + HOUR,
  entities: [{ kind: "device", id: "10.0.0.5" }],
  alerts: ["a", "b"],
  phases: [],
  mitre: ["T1071"],
  iocs: [],
  evidence: [],
};

test("an incident is acknowledged when all its alerts are, and carries the reason of its worst", async () => {
  await lab.store.commitAlerts([
    makeAlert("a", { eventCount: 3 }),
    makeAlert("b", { score: 80, eventCount: 4, why: [{ feature: "w", observed: 1, expected: 0, text: "worst" }] }),
  ]);
  await lab.store.ask("putIncidents", { incidents: [incident] });
  expect(await lab.store.ask("incidents", {})).toMatchObject([{ id: "i1", state: "open", eventCount: 7, lead: { text: "worst" } }]);
  expect((await lab.store.ask("alert", { id: "a" })).incident).toBe("i1");
  await lab.store.ask("acknowledge", { id: "a", acknowledged: true, by: "u" });
  expect((await lab.store.ask("incident", { id: "i1" })).state).toBe("open");
  await lab.store.ask("acknowledge", { id: "b", acknowledged: true, by: "u" });
  expect(await lab.store.ask("incidents", {})).toEqual([]);
  expect(await lab.store.ask("incidents", { state: "acknowledged", from: T0 })).toMatchObject([{ id: "i1", state: "acknowledged" }]);
  await expect(lab.store.ask("incident", { id: "i2" })).rejects.toMatchObject({ code: "incident-not-found" });
});

describe("devices", () => {
  const device = (id: string, more: Partial<Device> = {}): Device => ({
    index: 0,
    id,
    ip: undefined,
    mac: undefined,
    hostname: undefined,
    firstSeen: T0,
    lastSeen: T0,
    roles: [],
    identity: [],
    ...more,
  });

  test("are listed by their worst hour of the last day, with their alerts and history", async () => {
    await lab.store.ask("putDevices", {
      devices: [device("10.0.0.5", { hostname: "ws-01", roles: ["scanner"] }), device("mac:aa", { ip: "10.0.0.6", lastSeen: T0 + 1 })],
    });
    const hour = (id: string, n: number, unusual: number) => ({
      entity: { kind: "device" as const, id },
      start: T0 + n * HOUR,
      end: T0 + (n + 1) * HOUR,
      unusual,
      p: 0.5,
      why: [],
    });
    await lab.store.ask("putHours", { hours: [hour("10.0.0.5", 0, 99), hour("10.0.0.5", 30, 20), hour("mac:aa", 30, 40)] });
    await lab.store.commitAlerts([makeAlert("a")]);
    const { devices, total } = await lab.store.ask("devices", {});
    expect(total).toBe(2);
    expect(devices.map((d) => [d.id, d.unusual, d.historyHours, d.alerts])).toEqual([
      ["mac:aa", 40, 1, 0],
      ["10.0.0.5", 20, 2, 1],
    ]);
    expect((await lab.store.ask("devices", { text: "WS-0" })).devices.map((d) => d.id)).toEqual(["10.0.0.5"]);
    expect((await lab.store.ask("devices", { sort: "alerts", limit: 1 })).devices.map((d) => d.id)).toEqual(["10.0.0.5"]);
    expect((await lab.store.ask("device", { id: "10.0.0.6" })).id).toBe("mac:aa");
    expect((await lab.store.ask("hours", { entity: "10.0.0.5", from: T0 + HOUR })).map((h) => h.unusual)).toEqual([20]);
    await expect(lab.store.ask("device", { id: "10.9.9.9" })).rejects.toMatchObject({ code: "device-not-found" });
  });
});

describe("sources", () => {
  const health: SourceHealth = {
    id: "lab",
    kind: "zeek",
    path: "/logs",
    state: "live",
    since: T0,
    lastEvent: undefined,
    lag: undefined,
    rate: 4,
    usualRate: undefined,
    events: 9,
    rejected: 1,
    duplicates: 0,
    files: 1,
    bytes: 100,
  };

  test("health is what was put last; a removed source is gone, with its row of the audit log", async () => {
    await lab.store.ask("putSources", { sources: [health, { ...health, id: "z" }] });
    await lab.store.ask("putSources", { sources: [{ ...health, state: "silent", reason: "no event for 20 minutes" }] });
    expect(await lab.store.ask("sources", {})).toEqual([
      { ...health, state: "silent", reason: "no event for 20 minutes" },
      { ...health, id: "z" },
    ]);
    await lab.store.ask("removeSource", { id: "z", audit: makeEntry("remove-source") });
    expect((await lab.store.ask("sources", {})).map((s) => s.id)).toEqual(["lab"]);
    expect(await lab.store.accounts.auditRows(undefined, 9)).toMatchObject([{ action: "remove-source" }]);
  });

  test("of rejected records the newest hundred are kept of each source", async () => {
    const rejected = (source: string, n: number) => ({ source, file: "f", line: n, reason: "not JSON", excerpt: "x".repeat(500) });
    await lab.store.ask("putRejected", { rejected: Array.from({ length: 250 }, (_, n) => rejected("lab", n)) });
    await lab.store.ask("putRejected", { rejected: [rejected("other", 1), rejected("lab", 250)] });
    const kept = await lab.store.ask("rejected", { source: "lab", limit: 500 });
    expect([kept.length, kept[0]?.line, kept[99]?.line, kept[0]?.excerpt.length]).toEqual([100, 250, 151, 200]);
    expect(await lab.store.ask("rejected", { source: "other" })).toHaveLength(1);
  });

  test("settings are JSON and go with undefined", async () => {
    expect(await lab.store.ask("setting", { key: "budget" })).toBeUndefined();
    await lab.store.ask("putSetting", { key: "budget", value: { perDay: 5 } });
    expect(await lab.store.ask("setting", { key: "budget" })).toEqual({ perDay: 5 });
    await lab.store.ask("putSetting", { key: "budget", value: undefined });
    expect(await lab.store.ask("setting", { key: "budget" })).toBeUndefined();
  });
});

test("users, sessions, tokens and the setup code are what was written last", async () => {
  const { accounts } = lab.store;
  const session = { hash: "h1", userId: "u1", created: T0, lastSeen: T0, confirmed: T0, authMethod: "password" as const };
  const user = { id: "u1", name: "Ada", role: "admin" as const, passwordHash: "p", created: T0, disabled: false };
  const token = { id: "t1", name: "siem", role: "viewer" as const, hash: "th", userId: "u1", created: T0, expires: T0 + 9 };
  await accounts.write(
    [
      { op: "put-setup-code", code: { hash: "c", created: T0, tries: 0 } },
      { op: "put-setup-code", code: { hash: "c", created: T0, tries: 1 } },
      { op: "put-user", user },
      { op: "put-user", user: { ...user, lastLogin: T0 + 1 } },
      { op: "put-session", session },
      { op: "put-session", session: { ...session, hash: "h2", lastSeen: T0 - 1 } },
      { op: "put-token", token },
    ],
    [],
  );
  expect(await accounts.setupCode()).toEqual({ hash: "c", created: T0, tries: 1 });
  expect(await accounts.users()).toEqual([{ ...user, lastLogin: T0 + 1 }]);
  expect(await accounts.tokens()).toEqual([token]);
  expect(await accounts.tokenByHash("th")).toEqual(token);
  await accounts.write([{ op: "delete-old-sessions", idleBefore: T0, createdBefore: 0 }, { op: "delete-setup-code" }, { op: "delete-token", id: "t1" }], []);
  expect([await accounts.session("h1"), await accounts.session("h2")]).toEqual([session, undefined]);
  expect([await accounts.setupCode(), await accounts.tokens()]).toEqual([undefined, []]);
  await accounts.write([{ op: "delete-sessions-of", userId: "u1" }], []);
  expect(await accounts.session("h1")).toBeUndefined();
});

test("an incident that somebody judged is handled, says who, and is given back for the learned state; taken back, it is open again", async () => {
  await lab.store.accounts.write([{ op: "put-user", user: { id: "u1", name: "Ada", role: "analyst", passwordHash: "x", created: T0, disabled: false } }], []);
  await lab.store.commitAlerts([makeAlert("a", {}), makeAlert("b", {})]);
  await lab.store.ask("putIncidents", { incidents: [incident] });
  const judged = await lab.store.ask("judgeIncident", { id: "i1", verdict: "benign", by: "u1" });
  expect(judged).toMatchObject({
    verdict: "benign",
    verdictBy: "Ada",
    state: "acknowledged",
    pairs: [{ model: expect.any(String), entity: expect.any(String) }],
  });
  expect(await lab.store.ask("incidents", {})).toEqual([]);
  expect(await lab.store.ask("verdicts", {})).toMatchObject([{ incident: "i1", verdict: "benign", score: incident.score, start: incident.start }]);
  // An incident grows on, and stays judged.
  await lab.store.ask("putIncidents", { incidents: [{ ...incident, score: incident.score + 1 }] });
  expect((await lab.store.ask("incident", { id: "i1" })).verdict).toBe("benign");
  expect(await lab.store.ask("judgeIncident", { id: "i1", by: "u1" })).toMatchObject({ state: "open" });
  expect(await lab.store.ask("verdicts", {})).toEqual([]);
  await expect(lab.store.ask("judgeIncident", { id: "nobody", verdict: "attack", by: "u1" })).rejects.toMatchObject({ code: "incident-not-found" });
});

test("what went into another incident is gone, and its alerts bear the id of what took them", async () => {
  await lab.store.commitAlerts([makeAlert("a", {}), makeAlert("b", {})]);
  await lab.store.ask("putIncidents", { incidents: [incident] });
  await lab.store.ask("putIncidents", { incidents: [{ ...incident, id: "i0" }], gone: ["i1"] });
  await expect(lab.store.ask("incident", { id: "i1" })).rejects.toMatchObject({ code: "incident-not-found" });
  expect((await lab.store.ask("alert", { id: "a" })).incident).toBe("i0");
});
