import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../base/time.ts";
import { type Lab, makeAlert, makeEntry, makeEvent, openLab, T0 } from "./made-for-tests.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.end());

const ids = async (filter: object): Promise<string[]> => (await lab.store.ask("alerts", filter)).alerts.map((a) => a.id);

describe("alerts", () => {
  test("are stored once under their id, whatever is raised again", async () => {
    expect(await lab.store.commitAlerts([makeAlert("a"), makeAlert("b")])).toEqual(["a", "b"]);
    expect(await lab.store.commitAlerts([makeAlert("b", { score: 99 }), makeAlert("c")])).toEqual(["c"]);
    const { alerts, total } = await lab.store.ask("alerts", {});
    expect([total, alerts.find((a) => a.id === "b")?.score]).toEqual([3, 50]);
  });

  test("carry what they cite, byte for byte, though the events were never stored", async () => {
    const raw = 'tab\there, NUL \u0000 and "quotes" ☃';
    await lab.store.commitAlerts([makeAlert("a", { events: [makeEvent("http", 4, { uri: "/x", raw } as object), makeEvent("dns", 2)] })]);
    const alert = await lab.store.ask("alert", { id: "a" });
    expect(alert.events).toEqual(["keyhttp-4", "keydns-2"]);
    expect(alert.records.map((r) => [r.id, r.raw, r.fields])).toEqual([
      ["keyhttp-4", raw, { uri: "/x" }],
      ["keydns-2", "record 2 of dns", {}],
    ]);
    expect((await lab.store.ask("eventsById", { ids: ["keyhttp-4"] }))[0]).toMatchObject({ raw, srcDevice: "10.0.0.5", family: "http" });
    expect(alert.lead?.feature).toBe("endpoint");
  });

  test("an id that nobody has is answered with a word", async () => {
    await expect(lab.store.ask("alert", { id: "nope" })).rejects.toMatchObject({ code: "alert-not-found" });
  });

  test("every filter takes away what it says and nothing else", async () => {
    await lab.store.commitAlerts([
      makeAlert("a", { time: T0, score: 10, priority: 1, model: "Device / Beacon" }),
      makeAlert("b", {
        time: T0 + HOUR,
        score: 90,
        priority: 5,
        model: "Device / Scan",
        entity: { kind: "device", id: "mac:aa", ip: "10.0.0.6", hostname: "Srv-02" },
      }),
      makeAlert("c", { time: T0 + 2 * HOUR, score: 50, priority: 3, model: "Devices / Other", title: "Grüße from the 100%_odd title" }),
    ]);
    expect(await ids({})).toEqual(["b", "c", "a"]);
    expect(await ids({ sort: "time" })).toEqual(["c", "b", "a"]);
    expect(await ids({ from: T0 + HOUR, to: T0 + 2 * HOUR })).toEqual(["b"]);
    expect(await ids({ model: "Device" })).toEqual(["b", "a"]);
    expect(await ids({ model: "Device / Scan" })).toEqual(["b"]);
    expect(await ids({ entity: "mac:aa" })).toEqual(["b"]);
    expect(await ids({ entity: "srv-02" })).toEqual(["b"]);
    expect(await ids({ entity: "10.0.0.6" })).toEqual(["b"]);
    expect(await ids({ minPriority: 3 })).toEqual(["b", "c"]);
    expect(await ids({ minScore: 50.5 })).toEqual(["b"]);
    expect(await ids({ text: "gruße od" })).toEqual(["c"]);
    expect(await ids({ text: "ws-01.corp" })).toEqual(["c", "a"]);
    expect(await ids({ text: '" OR title : *' })).toEqual([]);
    expect(await ids({ limit: 1, offset: 1 })).toEqual(["c"]);
    expect((await lab.store.ask("alerts", { limit: 1 })).total).toBe(3);
  });

  test("groups count their alerts and those that are open", async () => {
    await lab.store.commitAlerts([makeAlert("a"), makeAlert("b", { score: 80, time: T0 + 9 }), makeAlert("c", { model: "Device / Scan", score: 70 })]);
    await lab.store.ask("acknowledge", { id: "a", acknowledged: true, by: "u1" });
    const { groups, total } = await lab.store.ask("alertGroups", { by: "model", state: "all" });
    expect(total).toBe(2);
    expect(groups[0]).toEqual({ key: "Device / Beacon", label: "Device / Beacon", count: 2, maxScore: 80, newest: T0 + 9, oldest: T0, priority: 3, open: 1 });
    expect((await lab.store.ask("alertGroups", { by: "entity" })).groups).toMatchObject([{ key: "10.0.0.5", label: "ws-01.corp.example", count: 2 }]);
  });

  test("acknowledging and commenting change the alert and leave their rows of the audit log", async () => {
    await lab.store.accounts.write([{ op: "put-user", user: { id: "u1", name: "Ada", role: "analyst", passwordHash: "x", created: T0, disabled: false } }], []);
    await lab.store.commitAlerts([makeAlert("a")]);
    expect(await lab.store.ask("acknowledge", { id: "a", acknowledged: true, by: "u1", audit: makeEntry("acknowledge-alert") })).toMatchObject({
      state: "acknowledged",
      acknowledgedBy: "Ada",
    });
    expect(await ids({})).toEqual([]);
    expect(await ids({ state: "acknowledged" })).toEqual(["a"]);
    expect(await lab.store.ask("comment", { id: "a", by: "u1", text: "looks like the backup agent", audit: makeEntry("comment-alert") })).toEqual({
      time: T0,
      author: "Ada",
      text: "looks like the backup agent",
    });
    expect(await ids({ state: "all", text: "backup" })).toEqual(["a"]);
    await lab.store.ask("acknowledge", { id: "a", acknowledged: false, by: "u1" });
    expect(await ids({})).toEqual(["a"]);
    expect((await lab.store.accounts.auditRows(undefined, 10)).map((row) => row.action)).toEqual(["comment-alert", "acknowledge-alert"]);
  });

  test("a change that fails leaves no row of the audit log", async () => {
    await expect(lab.store.ask("comment", { id: "nope", by: "u1", text: "x", audit: makeEntry("comment-alert") })).rejects.toMatchObject({
      code: "alert-not-found",
    });
    expect(await lab.store.accounts.auditRows(undefined, 10)).toEqual([]);
  });

  test("earlier alerts are those of the same model and entity before it", async () => {
    await lab.store.commitAlerts([
      makeAlert("a", { time: T0 }),
      makeAlert("b", { time: T0 + 1 }),
      makeAlert("c", { time: T0 + 2 }),
      makeAlert("x", { time: T0, model: "Device / Scan" }),
    ]);
    expect((await lab.store.ask("alert", { id: "c" })).earlier.map((e) => e.id)).toEqual(["b", "a"]);
  });

  test("counts by day and by model", async () => {
    await lab.store.commitAlerts([makeAlert("a"), makeAlert("b", { time: T0 + DAY, score: 70 }), makeAlert("c", { time: T0 + DAY, score: 60 })]);
    expect(await lab.store.ask("alertsPerDay", {})).toEqual([
      { day: "2026-03-02", alerts: 1, worst: 50 },
      { day: "2026-03-03", alerts: 2, worst: 70 },
    ]);
    expect(await lab.store.ask("modelStats", { since: T0 + HOUR })).toEqual([{ model: "Device / Beacon", alerts: 2, lastAlert: T0 + DAY }]);
  });
});

describe("snoozes", () => {
  const snooze = { id: "s1", model: "Device / Beacon", entity: "10.0.0.5", until: T0 + HOUR, why: "patching", by: "u1" };

  test("hide what stands and what comes, say how many, and give it back at their end", async () => {
    await lab.store.commitAlerts([makeAlert("a"), makeAlert("other", { model: "Device / Scan" })]);
    expect((await lab.store.ask("snoozePreview", { model: snooze.model, entity: snooze.entity, days: 30 })).hidden).toBe(1);
    expect(await lab.store.ask("createSnooze", { ...snooze, audit: makeEntry("create-snooze") })).toMatchObject({ hidden: 1, by: "u1", created: T0 });
    await lab.store.commitAlerts([makeAlert("b", { time: T0 + MINUTE, created: T0 + MINUTE })]);
    expect(await lab.store.ask("alerts", {})).toMatchObject({ total: 1, hiddenBySnooze: 2, alerts: [{ id: "other" }] });
    expect(await ids({ state: "snoozed" })).toEqual(["b", "a"]);
    expect((await lab.store.ask("alert", { id: "a" })).state).toBe("snoozed");
    lab.clock.set(T0 + HOUR);
    expect(await lab.store.ask("alerts", {})).toMatchObject({ total: 3, hiddenBySnooze: 0 });
    expect((await lab.store.ask("snoozes", {}))[0]?.hidden).toBe(2);
  });

  test("ended by hand, what it hid comes back", async () => {
    await lab.store.commitAlerts([makeAlert("a")]);
    await lab.store.ask("createSnooze", snooze);
    expect(await ids({})).toEqual([]);
    await lab.store.ask("deleteSnooze", { id: "s1", audit: makeEntry("delete-snooze") });
    expect(await ids({})).toEqual(["a"]);
    await expect(lab.store.ask("deleteSnooze", { id: "s2" })).rejects.toMatchObject({ code: "snooze-not-found" });
  });

  test("one that would end in the past is refused", async () => {
    await expect(lab.store.ask("createSnooze", { ...snooze, until: T0 })).rejects.toMatchObject({ code: "snooze-invalid" });
  });
});
