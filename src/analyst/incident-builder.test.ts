import { describe, expect, test } from "vitest";
import { conn } from "../../test/support/events.ts";
import { seededRandom } from "../base/random.ts";
import { DAY, HOUR } from "../base/time.ts";
import type { Alert, Priority } from "../schema/alert.ts";
import { IncidentBuilder } from "./incident-builder.ts";

let n = 0;
function alert(time: number, entity: string, given: Partial<Alert> & { peer?: string; priority?: Priority } = {}): Alert {
  n += 1;
  const { peer, ...rest } = given;
  return {
    id: `alert-${n}`,
    time,
    created: time,
    model: "Device / Test",
    modelVersion: 1,
    category: "Suspicious",
    compliance: false,
    priority: 3,
    score: 60,
    entity: { kind: "device", id: `dev-${entity}`, ip: entity },
    peers: peer === undefined ? [] : [{ ip: peer }],
    mitre: ["T1046"],
    tags: [],
    title: `${entity} did a thing`,
    why: [],
    events: [conn(time, entity, peer ?? "192.0.2.1")],
    eventCount: 1,
    ...rest,
  };
}

describe("alerts become incidents", () => {
  test("alerts of one entity within twelve hours are one incident; later ones are another", () => {
    const builder = new IncidentBuilder();
    for (const t of [0, HOUR, 11 * HOUR, 30 * HOUR]) builder.add(alert(t, "10.0.0.1"));
    expect(builder.list(5).map((i) => i.alerts.length)).toEqual([3, 1]);
  });

  test("an alert that names another's device as peer joins them, and two incidents become one with all alerts", () => {
    const builder = new IncidentBuilder();
    builder.add(alert(0, "10.0.0.1"));
    builder.add(alert(HOUR, "10.0.0.2", { model: "Device / Other" }));
    builder.add(alert(2 * HOUR, "10.0.0.1", { peer: "10.0.0.2", model: "Device / Third" }));
    const [one, ...others] = builder.list(5);
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      alerts: [expect.any(String), expect.any(String), expect.any(String)],
      entities: [{ id: "dev-10.0.0.1" }, { id: "dev-10.0.0.2" }],
    });
    expect(builder.settle(5).gone).toHaveLength(1);
    // Different models that agree weigh more than the best of them alone.
    expect(one?.score).toBeGreaterThan(60);
  });

  test("a shared outside address joins nobody: half the company may talk to it", () => {
    const builder = new IncidentBuilder();
    builder.add(alert(0, "10.0.0.1", { peer: "192.0.2.7" }));
    builder.add(alert(1, "10.0.0.2", { peer: "192.0.2.7" }));
    expect(builder.list(5)).toHaveLength(2);
  });

  test("weak alerts make no incident alone and are in it when something stronger comes", () => {
    const builder = new IncidentBuilder();
    expect(builder.add(alert(0, "10.0.0.1", { priority: 1 }))).toBeUndefined();
    expect(builder.list(5)).toEqual([]);
    builder.add(alert(HOUR, "10.0.0.1", { priority: 3 }));
    expect(builder.list(5)[0]?.alerts).toHaveLength(2);
  });

  test("the budget marks what is beyond it on each day, best first, and hides nothing", () => {
    const builder = new IncidentBuilder();
    for (let i = 0; i < 4; i++) builder.add(alert(i, `10.0.0.${i}`, { score: 50 + i }));
    builder.add(alert(3 * DAY, "10.0.0.9", { score: 10 }));
    expect(builder.list(2).map((i) => [i.score, i.overBudget])).toEqual([
      [50, true],
      [51, true],
      [52, false],
      [53, false],
      [10, false],
    ]);
  });

  test("a restart goes on with the open incidents", () => {
    const builder = new IncidentBuilder();
    const first = builder.add(alert(0, "10.0.0.1"));
    const copy = new IncidentBuilder();
    copy.load(JSON.parse(JSON.stringify(builder.save())));
    expect(copy.add(alert(HOUR, "10.0.0.1"))?.id).toBe(first?.id);
  });

  test("every claim cites records, and nothing is said that no alert says", () => {
    const builder = new IncidentBuilder();
    const a = alert(0, "10.0.0.1", { peer: "192.0.2.7" });
    builder.add(a);
    const [incident] = builder.list(5);
    expect(incident?.evidence).toEqual([{ claim: a.title, events: [`${a.events[0]?.fileKey}-${a.events[0]?.line}`] }]);
    expect(incident?.iocs).toEqual([{ type: "ip", value: "192.0.2.7" }]);
  });

  test("a user's devices are one story, and so are those that bear the same odd value", () => {
    const builder = new IncidentBuilder();
    builder.add(alert(0, "10.0.0.1", { entity: { kind: "device", id: "dev-1", ip: "10.0.0.1", user: "Ann" } }));
    builder.add(alert(HOUR, "10.0.0.2", { entity: { kind: "device", id: "dev-2", ip: "10.0.0.2", user: "ann" } }));
    builder.add(alert(0, "10.0.0.3", { joins: ["domain:odd.test"] }));
    builder.add(alert(HOUR, "10.0.0.4", { joins: ["domain:odd.test"] }));
    expect(builder.list(5).map((i) => i.entities.map((e) => e.id))).toEqual([
      ["dev-1", "dev-2"],
      ["dev-10.0.0.3", "dev-10.0.0.4"],
    ]);
  });

  test("an odd value still joins after a night, when nothing else does any more", () => {
    const builder = new IncidentBuilder();
    builder.add(alert(0, "10.0.0.3", { joins: ["campaign:c"] }));
    builder.add(alert(17 * HOUR, "10.0.0.5", { peers: [{ ip: "10.0.0.3" }] }));
    builder.add(alert(17 * HOUR, "10.0.0.4", { joins: ["campaign:c"] }));
    builder.add(alert(17 * HOUR + 37 * HOUR, "10.0.0.6", { joins: ["campaign:c"] }));
    expect(builder.list(5).map((i) => i.entities.map((e) => e.id))).toEqual([["dev-10.0.0.3", "dev-10.0.0.4"], ["dev-10.0.0.5"], ["dev-10.0.0.6"]]);
  });

  test("who was named by an alert joins it with its own first alert", () => {
    const builder = new IncidentBuilder();
    builder.add(alert(0, "10.0.0.1", { peer: "10.0.0.2" }));
    builder.add(alert(HOUR, "10.0.0.2", { model: "Device / Other" }));
    expect(builder.list(5)).toHaveLength(1);
  });

  test("what half the company is named with joins nobody: a resolver's own alert belongs to one story only", () => {
    const builder = new IncidentBuilder();
    builder.budget = 50;
    for (let i = 1; i <= 6; i++) builder.add(alert(i, `10.0.1.${i}`, { peer: "10.0.0.53" }));
    builder.add(alert(10, "10.0.0.53", { model: "Device / Other" }));
    // The first name of it joined nothing yet; with more than four it says nothing.
    expect(builder.list(9)).toHaveLength(7);
  });

  test("a noisy model makes no incident by itself, and does when another agrees", () => {
    const builder = new IncidentBuilder();
    for (let day = 0; day < 10; day++)
      for (let i = 0; i < 30; i++) builder.add(alert(day * DAY + i, `10.1.${day}.${i}`, { model: "Device / Noisy", score: 40 }));
    const before = builder.list(5).filter((i) => i.start >= 8 * DAY).length;
    expect(before).toBe(0);
    builder.add(alert(11 * DAY, "10.2.0.1", { model: "Device / Noisy", score: 40 }));
    expect(builder.add(alert(11 * DAY + 1, "10.2.0.1", { model: "Device / Quiet", score: 40 }))).toMatchObject({ id: expect.any(String) });
    expect(builder.list(5).at(-1)?.alerts).toHaveLength(2);
    // Far above what it usually says, it is heard alone.
    expect(builder.add(alert(11 * DAY + 2, "10.2.0.2", { model: "Device / Noisy", score: 95 }))).toBeDefined();
  });

  test("the budget holds for 40 and for 400 devices alike: ten times the chance, the same number shown, and the strange one is among them", () => {
    for (const devices of [40, 400]) {
      const random = seededRandom(7);
      const builder = new IncidentBuilder();
      builder.budget = 5;
      for (let day = 0; day < 14; day++) {
        for (let d = 0; d < devices; d++)
          if (random() < 0.2)
            builder.add(alert(day * DAY + Math.floor(random() * 20 * HOUR), `10.3.${d >> 8}.${d & 255}`, { score: 30 + Math.floor(random() * 30) }));
      }
      builder.add(alert(14 * DAY, "10.4.0.1", { model: "Device / Loud", score: 90 }));
      const shown = builder.list(5).filter((i) => !i.overBudget);
      const perDay = new Map<number, number>();
      for (const i of shown) perDay.set(Math.floor(i.start / DAY), (perDay.get(Math.floor(i.start / DAY)) ?? 0) + 1);
      expect(Math.max(...perDay.values())).toBeLessThanOrEqual(5);
      expect(shown.at(-1)).toMatchObject({ score: 90, overBudget: false });
    }
  });

  test("the expected false share is unknown in the first week and then near the truth", () => {
    const builder = new IncidentBuilder();
    builder.budget = 50;
    const random = seededRandom(3);
    for (let day = 0; day < 40; day++) {
      if (day === 5) expect(builder.falseShare([50])).toBeUndefined();
      for (let i = 0; i < 4; i++)
        builder.add(alert(day * DAY + i * HOUR, `10.${day}.9.${i}`, { model: `Device / M${i}`, score: 20 + Math.floor(random() * 40) }));
      builder.list(5);
    }
    // Four chance incidents a day between 20 and 60: one of 58 or more is a fifth of an incident a day.
    expect(builder.falseShare([90, 58])).toBeCloseTo(0.1, 1);
    expect(builder.falseShare([90])).toBeLessThan(0.02);
    expect(builder.falseShare([59, 50, 40, 20])).toBeGreaterThan(0.9);
    expect(builder.falseShare([])).toBeUndefined();
  });

  test("what a throttle held back for a day goes into the incident of its own time, not into a new one", () => {
    const builder = new IncidentBuilder();
    const first = builder.add(alert(10 * HOUR, "10.0.0.1"));
    // Others move event time on; a day later comes what was so nine hours after the first.
    builder.add(alert(34 * HOUR, "10.0.0.2"));
    expect(builder.add(alert(19 * HOUR, "10.0.0.1"))?.id).toBe(first?.id);
    // At its own time too late to be one with it.
    expect(builder.add(alert(34 * HOUR, "10.0.0.1"))?.id).not.toBe(first?.id);
  });

  test("what is said too often begins nothing and brings no two incidents together, but goes along with the one that names it", () => {
    const builder = new IncidentBuilder();
    for (let day = 0; day < 10; day++)
      for (let n = 0; n < 20; n++) builder.add(alert(day * DAY + n, `10.7.${day}.${n}`, { model: "Device / Often", score: 40 }));
    const often = (time: number, who: string, peer?: string) =>
      builder.add(alert(time, who, { model: "Device / Often", score: 40, ...(peer === undefined ? {} : { peer }) }));
    expect(often(10 * DAY, "10.8.0.1")).toBeUndefined();
    const named = builder.add(alert(10 * DAY + 1, "10.8.0.2", { model: "Device / Seldom", peer: "10.8.0.3" }));
    const apart = builder.add(alert(10 * DAY + 2, "10.8.0.4", { model: "Device / Rare" }));
    expect(often(10 * DAY + HOUR, "10.8.0.3")?.id).toBe(named?.id);
    expect(often(10 * DAY + HOUR, "10.8.0.4", "10.8.0.2")?.id).toBe(apart?.id);
    expect(named?.id).not.toBe(apart?.id);
  });

  test("two models that come together on many entities every day agree about nothing any more; with a third one they do", () => {
    const builder = new IncidentBuilder();
    const both = (day: number, who: string): (string | undefined)[] =>
      ["Device / Cause", "Device / Echo"].map((model, i) => builder.add(alert(day * DAY + i * HOUR, who, { model, score: 40 }))?.id);
    for (let day = 0; day < 10; day++) for (let n = 0; n < 20; n++) both(day, `10.7.${day}.${n}`);
    expect(both(10, "10.8.0.1")).toEqual([undefined, undefined]);
    builder.add(alert(10 * DAY + 2 * HOUR, "10.8.0.1", { model: "Device / Third", score: 40 }));
    expect(builder.list(5).at(-1)).toMatchObject({ entities: [{ id: "dev-10.8.0.1" }], alerts: { length: 3 } });
  });

  test("splitting keeps every alert", () => {
    const builder = new IncidentBuilder();
    const alerts = [0, 1, 2, 3].map((i) => alert(i, "10.0.0.1"));
    for (const a of alerts) builder.add(a);
    const [whole] = builder.list(5);
    const apart = builder.split(whole?.id ?? "", [alerts[1]?.id ?? "", alerts[3]?.id ?? ""]);
    expect(builder.list(5).map((i) => i.alerts)).toEqual([
      [alerts[0]?.id, alerts[2]?.id],
      [alerts[1]?.id, alerts[3]?.id],
    ]);
    expect(alerts.map((a) => a.incident)).toEqual([whole?.id, apart?.id, whole?.id, apart?.id]);
    expect(builder.split("nobody", ["x"])).toBeUndefined();
  });

  test("merging and splitting at random lose no alert and double none", () => {
    const random = seededRandom(11);
    const builder = new IncidentBuilder();
    // Nobody is to be too often heard: all may begin incidents.
    builder.budget = 1_000;
    const given: string[] = [];
    let splits = 0;
    let merges = 0;
    for (let i = 0; i < 400; i++) {
      const peer = random() < 0.3 ? `10.0.0.${Math.floor(random() * 30)}` : undefined;
      const a = alert(i * 600_000, `10.0.0.${Math.floor(random() * 30)}`, {
        model: `Device / ${Math.floor(random() * 4)}`,
        ...(peer === undefined ? {} : { peer }),
      });
      if (builder.add(a) !== undefined) given.push(a.id);
      if (random() < 0.1) {
        const [one] = builder.list(5).filter((x) => x.alerts.length > 2);
        if (one !== undefined && builder.split(one.id, one.alerts.slice(0, 1)) !== undefined) splits++;
      }
      merges += builder.settle(5).gone.length;
    }
    expect(given.length).toBeGreaterThan(300);
    expect(splits).toBeGreaterThan(10);
    expect(merges).toBeGreaterThan(10);
    const held = builder.list(5).flatMap((i) => i.alerts);
    expect(new Set(held).size).toBe(held.length);
    for (const id of given) expect(held).toContain(id);
  });

  test("closed incidents leave memory when they have been told, and their day is ranked until then", () => {
    const builder = new IncidentBuilder();
    builder.keepClosedFor(2 * DAY);
    builder.budget = 10;
    let most = 0;
    const told = new Set<string>();
    for (let day = 0; day < 60; day++) {
      for (let i = 0; i < 4; i++) builder.add(alert(day * DAY + i, `10.5.${day}.${i}`, { model: `Device / ${i}`, score: 40 + i }));
      for (const i of builder.settle(2).changed) told.add(i.id);
      most = Math.max(most, builder.list(2).length);
    }
    expect(told.size).toBe(240);
    expect(most).toBeLessThan(20);
  });

  test("a stronger incident later in the day puts an earlier one over the budget, and that is told", () => {
    const builder = new IncidentBuilder();
    const weak = builder.add(alert(0, "10.0.0.1", { score: 40 }));
    builder.settle(1);
    builder.add(alert(HOUR, "10.0.0.2", { score: 80 }));
    expect(builder.settle(1).changed.map((i) => [i.id === weak?.id, i.overBudget])).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test("benign, error and attack change what comes after, and can be taken back", () => {
    const builder = new IncidentBuilder();
    const first = builder.add(alert(0, "10.0.0.1"));
    builder.list(5);
    const pairs = [{ model: "Device / Test", entity: "dev-10.0.0.1" }];
    builder.judge(first?.id ?? "", { verdict: "benign", start: 0, score: 60, pairs });
    expect(builder.verdict(first?.id ?? "")).toBe("benign");
    expect(builder.list(5)[0]?.score).toBe(30);
    expect(builder.add(alert(3 * DAY, "10.0.0.1"))).toBeUndefined();
    expect(builder.add(alert(3 * DAY, "10.0.0.2"))).toBeDefined();
    builder.judge(first?.id ?? "", { verdict: "error", start: 0, score: 60, pairs });
    expect(builder.add(alert(6 * DAY, "10.0.0.3"))).toBeUndefined();
    builder.judge(first?.id ?? "", undefined);
    expect(builder.add(alert(9 * DAY, "10.0.0.4"))).toBeDefined();
  });

  test("a restart keeps noise, judgements and the day's closed incidents; a state of the first form loads", () => {
    const builder = new IncidentBuilder();
    builder.keepClosedFor(2 * DAY);
    for (let i = 0; i < 50; i++) builder.add(alert(i * HOUR, `10.0.0.${i % 7}`, { model: `Device / ${i % 3}` }));
    builder.settle(5);
    const judged = builder.list(5)[0]?.id ?? "";
    builder.judge(judged, { verdict: "benign", start: 0, score: 60, pairs: [{ model: "Device / Judged", entity: "dev-10.0.0.99" }] });
    for (let i = 0; i < 300; i++) builder.add(alert(50 * HOUR + i, `10.1.1.${i % 250}`, { model: "Device / Noisy", score: 40 }));
    builder.settle(5);
    const copy = new IncidentBuilder();
    copy.keepClosedFor(2 * DAY);
    copy.load(JSON.parse(JSON.stringify(builder.save())));
    expect(JSON.stringify(copy.save())).toBe(JSON.stringify(builder.save()));
    expect(copy.verdict(judged)).toBe("benign");
    expect(copy.list(5).map((i) => i.id)).toEqual(builder.list(5).map((i) => i.id));
    const fresh = new IncidentBuilder();
    const heard = (b: IncidentBuilder): boolean[] =>
      [
        alert(60 * HOUR, "10.0.0.99", { model: "Device / Judged", score: 40 }),
        alert(60 * HOUR + 1, "10.9.9.9", { model: "Device / Noisy", score: 40 }),
        alert(60 * HOUR + 2, "10.9.9.8", { model: "Device / Calm", score: 40 }),
      ].map((a) => b.add(a) !== undefined);
    expect(heard(fresh)).toEqual([true, true, true]);
    expect(heard(copy)).toEqual([false, false, true]);
    const old = new IncidentBuilder();
    old.load({ open: [], waiting: [] });
    expect(old.list(5)).toEqual([]);
  });
});
