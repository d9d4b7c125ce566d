import { describe, expect, test } from "vitest";
import { conn } from "../../test/support/events.ts";
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
    expect(builder.mergedAway()).toHaveLength(1);
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
});
