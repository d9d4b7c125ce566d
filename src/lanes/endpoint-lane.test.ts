import { describe, expect, test } from "vitest";
import { DAY, HOUR, ZoneClock } from "../base/time.ts";
import { BLANK } from "../parsers/event-template.ts";
import type { EventOf, NetEvent } from "../schema/event.ts";
import type { Observation } from "../schema/observation.ts";
import { EndpointLane } from "./endpoint/endpoint-lane.ts";
import { DeviceRegistry } from "./network/device-registry.ts";

const T0 = Date.UTC(2026, 2, 2, 8);
let line = 0;

function detection(more: Partial<EventOf<"endpoint">>): EventOf<"endpoint"> {
  const event = BLANK.endpoint();
  line++;
  Object.assign(
    event,
    {
      type: "graph-alert",
      sensor: "microsoft",
      source: "s",
      file: "f",
      fileKey: "k",
      line,
      offset: line,
      time: T0,
      seen: T0,
      native: `a${line}`,
      raw: "",
      title: "Odd script",
      product: "Defender",
      severity: "medium",
    },
    more,
  );
  return event;
}

function lease(time: number, mac: string, assigned: string, hostname: string): NetEvent {
  const event = BLANK.dhcp();
  Object.assign(event, { time, mac, assigned, hostname });
  return event;
}

function lane(): { lane: EndpointLane; devices: DeviceRegistry; seen: Observation[] } {
  const devices = new DeviceRegistry({ isOwn: (ip) => ip.startsWith("10."), roles: new Map() });
  const seen: Observation[] = [];
  const made = new EndpointLane({
    devices,
    zone: new ZoneClock("UTC"),
    models: {
      observe: (o) => {
        seen.push({ ...o, facts: { ...o.facts }, entity: o.entity, events: o.events, why: () => o.why() });
        return [];
      },
      learn: () => undefined,
      advance: () => [],
    },
    mode: () => "watch",
  });
  return { lane: made, devices, seen };
}

describe("the right device (D13)", () => {
  test("by name, by hardware address, by the address that it had then, over a change of lease", () => {
    const { lane: l, devices, seen } = lane();
    devices.learn(lease(T0 - DAY, "aa:bb:cc:00:00:01", "10.0.0.5", "pc1"));
    devices.learn(lease(T0 - DAY, "aa:bb:cc:00:00:02", "10.0.0.6", "pc2"));
    devices.learn(lease(T0 - DAY / 2, "aa:bb:cc:00:00:01", "10.0.0.5", "pc1"));
    devices.learn(lease(T0, "aa:bb:cc:00:00:02", "10.0.0.5", "pc2"));
    const at = (more: Partial<EventOf<"endpoint">>): string | undefined => {
      l.process([detection(more)]);
      return seen.filter((o) => o.kind === "endpoint").at(-1)?.entity.id;
    };
    expect(at({ host: "PC1.ours.example" })).toBe("mac:aa:bb:cc:00:00:01");
    expect(at({ macs: ["aa:bb:cc:00:00:02"] })).toBe("mac:aa:bb:cc:00:00:02");
    expect(at({ addresses: ["10.0.0.5"], time: T0 - 0.7 * DAY })).toBe("mac:aa:bb:cc:00:00:01");
    expect(at({ addresses: ["10.0.0.5"], time: T0 + HOUR })).toBe("mac:aa:bb:cc:00:00:02");
  });

  test("a device that the network never showed is named as the product names it; without one the user stands", () => {
    const { lane: l, seen } = lane();
    l.process([detection({ host: "far.example" }), detection({ user: "anna@ours.example" }), detection({})]);
    expect(seen.map((o) => [o.entity.kind, o.entity.id])).toEqual([
      ["device", "far.example"],
      ["user", "anna@ours.example"],
      ["external", "Defender"],
    ]);
  });

  test("inventory tells the operating system with its provenance (D15)", () => {
    const { lane: l, devices } = lane();
    devices.learn(lease(T0 - DAY, "aa:bb:cc:00:00:01", "10.0.0.5", "pc1"));
    const info = BLANK.host();
    Object.assign(info, { type: "DeviceInfo", sensor: "microsoft", time: T0, seen: T0, native: "i1", host: "pc1", os: "Windows11 10.0 26100" });
    l.process([info]);
    expect(devices.get(0).identity).toContainEqual({ what: "os", value: "Windows11 10.0 26100", from: T0, to: T0, by: "microsoft DeviceInfo" });
  });
});

test("noise of thirty days falls, the first of its kind rises (D18, D22)", () => {
  const { lane: l, seen } = lane();
  for (let d = 0; d < 30; d++)
    for (let h = 0; h < 8; h++)
      for (let host = 0; host < 8; host++)
        l.process([detection({ time: T0 + d * DAY + h * HOUR + host * 1_000, host: `pc${host}`, title: "Noisy rule", severity: "low" })]);
  l.process([detection({ time: T0 + 30 * DAY, host: "pc3", title: "Noisy rule" })]);
  const noise = seen.at(-1)?.facts;
  l.process([detection({ time: T0 + 30 * DAY + 60_000, host: "pc3", title: "Credential theft" })]);
  const first = seen.at(-1)?.facts;
  expect(noise).toMatchObject({ typeNovelty: 0 });
  expect(first).toMatchObject({ typeNovelty: 3 });
  expect(noise?.typeP as number).toBeGreaterThan(0.2);
  expect(first?.typeP as number).toBeLessThan(0.01);
  expect(first?.unusual as number).toBeGreaterThan((noise?.unusual as number) + 20);
});

test("both clocks are kept and said; a copy by id counts once (D20)", () => {
  const { lane: l, seen } = lane();
  const result = l.process([detection({ native: "same", reported: T0 + 5 * 60_000 }), detection({ native: "same" })]);
  expect(result.copies).toBe(1);
  expect(seen[0]?.facts.lateMinutes).toBe(5);
  expect(seen[0]?.why().map((w) => w.feature)).toContain("clocks");
});

test("what history showed counts as told, and is not told", () => {
  const told: Observation[] = [];
  const learned: Observation[] = [];
  const observe = (o: Observation): [] => {
    told.push(o);
    return [];
  };
  const models = { observe, learn: (o: Observation) => void learned.push(o), advance: () => [] };
  let mode: "watch" | "history" = "history";
  const devices = new DeviceRegistry({ isOwn: (ip) => ip.startsWith("10."), roles: new Map() });
  const l = new EndpointLane({ devices, zone: new ZoneClock("UTC"), models, mode: () => mode });
  const before = l.process([detection({ host: "pc1" }), detection({ host: "pc1", time: T0 + 2 * HOUR })]);
  expect([learned.map((o) => o.kind), told, before.notices, before.hours]).toEqual([["endpoint", "detectionHour", "endpoint"], [], [], []]);
  mode = "watch";
  l.process([detection({ host: "pc1", time: T0 + 3 * HOUR })]);
  expect(told.map((o) => o.kind)).toContain("endpoint");
  expect(learned).toHaveLength(3);
});

test("what is learned goes over a save and load", () => {
  const a = lane();
  for (let d = 0; d < 6; d++) a.lane.process([detection({ time: T0 + d * DAY, host: "pc1" }), detection({ time: T0 + d * DAY, host: "pc2", title: "Other" })]);
  const b = lane();
  b.lane.load(a.lane.save());
  const fresh = lane();
  for (const { lane: l } of [a, b, fresh]) l.process([detection({ time: T0 + 7 * DAY, host: "pc1", native: "probe", title: "Other" })]);
  const novelty = ({ seen }: { seen: Observation[] }): unknown => seen.at(-1)?.facts.typeNovelty;
  expect(b.seen.at(-1)?.facts).toEqual(a.seen.at(-1)?.facts);
  expect(novelty(a)).not.toBe(novelty(fresh));
});
