import { describe, expect, test } from "vitest";
import { playLife } from "../play-life.ts";
import { makeWorld } from "../world/make-world.ts";
import { defenderAlert } from "./defender.ts";
import { endpointLife } from "./index.ts";

const make = (seed: number) => makeWorld({ seed, people: 24, days: 25, start: "2027-03-01" });
const world = make(3);
const items = playLife(world, endpointLife(world), 3).emitted.map((e) => ({
  file: e.file,
  time: e.time,
  record: JSON.parse("line" in e ? e.line : "{}") as Record<string, unknown>,
}));
const of = (file: string) => items.filter((i) => i.file.endsWith(file)).map((i) => i.record);

describe("D1 what machines say of themselves", () => {
  test("the same seed gives the same bytes, another seed others", () => {
    const again = make(3);
    expect(playLife(again, endpointLife(again), 1).emitted).toEqual(playLife(world, endpointLife(world), 1).emitted);
    expect(playLife(make(4), endpointLife(make(4)), 1).emitted).not.toEqual(playLife(world, endpointLife(world), 1).emitted);
  });

  test("log-ons of every type, tickets and programs occur, each on a machine that is Windows", () => {
    const security = of("Security.ndjson");
    const ids = new Set(security.map((r) => r.EventID));
    for (const id of [4624, 4625, 4688, 4768, 4769, 4776, 5140]) expect(ids).toContain(id);
    expect(new Set(security.filter((r) => r.EventID === 4624).map((r) => r.LogonType))).toEqual(new Set([2, 3, 4, 5, 7, 10, 11]));
    const windows = new Set(
      [...world.clients, ...world.servers].filter((d) => d.os.family === "windows").map((d) => `${d.hostname}.${world.organisation.adDomain}`.toLowerCase()),
    );
    expect(security.every((r) => windows.has(String(r.Hostname)))).toBe(true);
  });

  test("failed log-ons are few, and fail by their own word", () => {
    const tried = of("Security.ndjson").filter((r) => r.EventID === 4624 || r.EventID === 4625);
    const failed = tried.filter((r) => r.EventID === 4625);
    expect(failed.length / tried.length).toBeLessThan(0.05);
    expect(failed.every((r) => r.EventType === "AUDIT_FAILURE" && r.Status === "0xc000006d")).toBe(true);
  });

  test("a host sensor's hours have the shape that was measured: two kinds at the median, a heavy tail of counts", () => {
    const hours = new Map<string, string[]>();
    for (const { file, time, record } of items)
      if (file.startsWith("host-ids"))
        hours.set(`${record.host}/${Math.floor(time / 3_600_000)}`, [
          ...(hours.get(`${record.host}/${Math.floor(time / 3_600_000)}`) ?? []),
          String(record.title),
        ]);
    const kinds = [...hours.values()].map((t) => new Set(t).size).sort((a, b) => a - b);
    const counts = [...hours.values()].map((t) => t.length).sort((a, b) => a - b);
    expect(kinds[Math.floor(kinds.length / 2)]).toBe(2);
    expect((counts[Math.floor(counts.length * 0.9)] ?? 0) / (counts[Math.floor(counts.length / 2)] ?? 1)).toBeGreaterThan(8);
  });

  test("an alert stands in Graph's form and in both tables under one id, evidence with it", () => {
    const [device] = world.clients;
    if (device === undefined) throw new Error("no client");
    const made = defenderAlert(world, world.draw.fork("x"), {
      time: 1_800_000_000_000,
      title: "Title",
      severity: "high",
      category: "Execution",
      techniques: ["T1059"],
      detection: "microsoftDefenderForEndpoint",
      device,
      ip: device.ip,
      person: world.people[0],
      process: { image: "C:\\a\\b.exe", command: "b.exe -x" },
    });
    const [graph, info, machine, process] = made.map(
      (m) => JSON.parse("line" in m ? m.line : "{}") as { id?: string; evidence?: { "@odata.type": string }[]; properties?: { AlertId: string } },
    );
    expect([info?.properties?.AlertId, machine?.properties?.AlertId, process?.properties?.AlertId]).toEqual([graph?.id, graph?.id, graph?.id]);
    expect(graph?.evidence?.map((e) => e["@odata.type"].split(".").at(-1))).toEqual(["deviceEvidence", "userEvidence", "processEvidence"]);
  });
});
