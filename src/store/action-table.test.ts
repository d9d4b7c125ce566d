import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../base/time.ts";
import type { Action } from "../schema/action.ts";
import { type Lab, makeEntry, makeEvent, makePosition, openLab, T0 } from "./made-for-tests.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.end());

function action(id: string, more: Partial<Action> = {}): Action {
  return {
    id,
    revision: 1,
    kind: "block-connections",
    target: { entity: { kind: "device", id: "d5", ip: "10.0.0.5" }, flows: [{ src: "10.0.0.5", dst: "10.0.0.20", port: 80 }] },
    title: "d5 cannot reach 10.0.0.20",
    reason: "seen by Anna",
    mode: "confirm",
    state: "proposed",
    created: T0,
    seconds: 7_200,
    until: T0 + HOUR,
    alert: "a1",
    model: "Test / One",
    cost: { flows: 0, perDay: 0 },
    tally: { count: 0, bytes: 0, honest: 0 },
    changes: [{ time: T0, from: "none", to: "proposed", by: "u1", why: "Anna said so", until: T0 + HOUR }],
    ...more,
  };
}

describe("actions in the store", () => {
  test("are found by state, entity, kind, model and alert; the counts are of all states", async () => {
    await lab.store.ask("putActions", {
      actions: [action("1"), action("2", { state: "active", alert: "a2" }), action("3", { state: "expired", kind: "quarantine" })],
    });
    const ids = async (filter: Parameters<typeof lab.store.ask<"actions">>[1]): Promise<string[]> =>
      (await lab.store.ask("actions", filter)).actions.map((a) => a.id).sort();
    expect(await ids({})).toEqual(["1", "2", "3"]);
    expect(await ids({ states: ["proposed", "active"] })).toEqual(["1", "2"]);
    expect(await ids({ alert: "a2" })).toEqual(["2"]);
    expect(await ids({ kind: "quarantine", entity: "10.0.0.5" })).toEqual(["3"]);
    expect(await ids({ entity: "d6" })).toEqual([]);
    expect((await lab.store.ask("actions", { states: ["active"] })).counts).toEqual({ proposed: 1, active: 1, expired: 1 });
    expect((await lab.store.ask("openActions", {})).map((a) => a.id).sort()).toEqual(["1", "2"]);
    await expect(lab.store.ask("action", { id: "9" })).rejects.toMatchObject({ code: "action-not-found" });
  });

  test("an older revision is refused, and its audit row with it", async () => {
    await lab.store.ask("putActions", { actions: [action("1", { revision: 3 })] });
    await expect(lab.store.ask("putActions", { actions: [action("1", { revision: 2 })], audit: makeEntry("change") })).rejects.toMatchObject({
      code: "action-conflict",
    });
    expect(await lab.store.accounts.auditRows(undefined, 10)).toEqual([]);
  });

  test("what was cleared keeps its pair alone until its time, over a restart", async () => {
    await lab.store.ask("putActions", { actions: [action("1", { state: "cleared", quietUntil: T0 + 2 * HOUR })] });
    lab.clock.set(T0 + HOUR);
    expect(await lab.store.ask("openActions", {})).toHaveLength(1);
    lab.clock.set(T0 + 3 * HOUR);
    expect(await lab.store.ask("openActions", {})).toEqual([]);
  });

  test("erasing a person takes the name out of reasons and histories", async () => {
    const user = { id: "u1", name: "Anna", role: "analyst" as const, passwordHash: "x", created: T0, disabled: false };
    await lab.store.accounts.write([{ op: "put-user", user }], []);
    await lab.store.ask("putActions", { actions: [action("1")] });
    expect((await lab.store.ask("action", { id: "1" })).changes[0]).toMatchObject({ by: "Anna", why: "Anna said so" });
    await lab.store.ask("eraseName", { userId: "u1", audit: makeEntry("change") });
    const after = await lab.store.ask("action", { id: "1" });
    expect([after.reason, after.changes[0]?.why, after.changes[0]?.by]).toEqual(["seen by [erased]", "[erased] said so", "u1"]);
  });
});

describe("one-time links (S17)", () => {
  const link = (hash: string, decision: "activate" | "refuse") => ({ hash, action: "1", decision, person: "u1", revision: 1, expires: T0 + HOUR });

  test("decide once; the other answer of the same person dies with the first; an expired one never decides", async () => {
    await lab.store.ask("putActionLink", link("yes", "activate"));
    await lab.store.ask("putActionLink", link("no", "refuse"));
    await lab.store.ask("putActionLink", { ...link("late", "refuse"), person: "u2" });
    const tries = await Promise.all([1, 2, 3].map(() => lab.store.ask("useActionLink", { hash: "yes" })));
    expect(tries.map((t) => t.used)).toEqual([true, false, false]);
    expect(await lab.store.ask("useActionLink", { hash: "no" })).toEqual({ used: false });
    lab.clock.set(T0 + HOUR);
    expect(await lab.store.ask("useActionLink", { hash: "late" })).toEqual({ used: false });
    expect(await lab.store.ask("useActionLink", { hash: "forged" })).toEqual({ used: false });
  });
});

test("customary connections come back from the stored events", async () => {
  const day = (n: number, line: number) => makeEvent("conn", line, { time: T0 + n * DAY, packetsIn: 3, dst: "10.0.0.20", dstPort: 445 });
  await lab.store.append([day(0, 1), day(1, 2), day(1, 3), day(2, 4), makeEvent("conn", 5, { time: T0, packetsIn: 0, dst: "10.0.0.21" })]);
  await lab.store.checkpoint([makePosition("conn", 5)]);
  const first = Math.floor(T0 / DAY);
  expect(await lab.store.ask("usualFlows", { since: T0 - DAY })).toEqual([
    { src: "10.0.0.5", dst: "10.0.0.20", port: 445, proto: "tcp", count: 4, days: 3, firstDay: first, lastDay: first + 2 },
  ]);
});
