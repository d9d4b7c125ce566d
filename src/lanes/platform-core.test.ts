import { describe, expect, test } from "vitest";
import { Places } from "../enrich/places.ts";
import { BLANK } from "../parsers/event-template.ts";
import type { NetEvent } from "../schema/event.ts";
import { emptyResult, type Lane } from "./lane.ts";
import type { NetworkCoreOptions } from "./network/network-core.ts";
import { PlatformCore } from "./platform-core.ts";

const OPTIONS: NetworkCoreOptions = {
  organisation: {
    networks: ["10.0.0.0/8"],
    defaultNetworks: false,
    domains: [],
    nat: [],
    proxies: [],
    vpn: [],
    protected: [],
    timezone: "UTC",
    sites: [],
    people: [],
    roles: [],
  },
  roles: new Map(),
  models: [],
  places: new Places([]),
};

/** Takes NTP events, scores each with its line, and remembers how many it saw. */
function counting(): Lane & { seen: number[] } {
  const seen: number[] = [];
  return {
    name: "counting",
    families: ["ntp"],
    seen,
    get eventTime() {
      return seen.at(-1) ?? Number.NEGATIVE_INFINITY;
    },
    process(events) {
      const result = emptyResult(events.length);
      events.forEach((event, i) => {
        seen.push(event.time);
        result.unusual[i] = event.line;
      });
      return result;
    },
    advance: () => emptyResult(),
    save: () => new TextEncoder().encode(JSON.stringify(seen)),
    load(bytes) {
      seen.splice(0, seen.length, ...(JSON.parse(new TextDecoder().decode(bytes)) as number[]));
    },
  };
}

function event(family: "ntp" | "conn", line: number): NetEvent {
  return Object.assign(BLANK[family](), { time: line * 1_000, seen: line * 1_000, line, fileKey: "f" }) as NetEvent;
}

describe("lanes as one", () => {
  test("each event goes to the lane of its family, and its score stands at its own place", () => {
    const lane = counting();
    const core = new PlatformCore(OPTIONS, () => [lane]);
    const result = core.lane.process([event("ntp", 1), event("conn", 2), event("conn", 3), event("ntp", 4)]);
    expect(lane.seen).toEqual([1_000, 4_000]);
    expect(result.unusual).toHaveLength(4);
    expect([result.unusual[0], result.unusual[3]]).toEqual([1, 4]);
    expect(core.lane.eventTime).toBe(4_000);
  });

  test("saved state comes back part by part; a lane that it does not know begins anew", () => {
    const before = new PlatformCore(OPTIONS, () => [counting()]);
    before.lane.process([event("ntp", 7)]);
    const lane = counting();
    new PlatformCore(OPTIONS, () => [lane]).load(before.save());
    expect(lane.seen).toEqual([7_000]);
    const later = counting();
    new PlatformCore(OPTIONS, () => [later]).load(new PlatformCore(OPTIONS).save());
    expect(later.seen).toEqual([]);
  });

  test("saved bytes that are cut in their head, their middle or their end are refused with a word", () => {
    const bytes = new PlatformCore(OPTIONS).save();
    for (const length of [0, 5, 20, 60, Math.floor(bytes.length / 2), bytes.length - 1])
      expect(() => new PlatformCore(OPTIONS).load(bytes.slice(0, length))).toThrow(expect.objectContaining({ code: "snapshot-unreadable" }));
  });
});
