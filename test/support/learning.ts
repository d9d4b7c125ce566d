import { ZoneClock } from "../../src/base/time.ts";
import { PatternOfLife, type PatternOptions } from "../../src/baseline/pattern-of-life.ts";
import type { Device } from "../../src/schema/entity.ts";
import type { EventOf, NetEvent } from "../../src/schema/event.ts";
import type { Family } from "../../src/schema/families.ts";
import type { Observation } from "../../src/schema/observation.ts";
import { makeEvent } from "./events.ts";

/** A Monday, 08:00 UTC. */
export const MONDAY = Date.UTC(2031, 0, 6, 8);

/** An event of a family at a time. */
export function event<F extends Family>(family: F, time: number, fields: Partial<EventOf<F>>): NetEvent {
  return makeEvent(family, { ...fields, time }) as NetEvent;
}

export function devices(count: number): Device[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    id: `10.0.${index >> 8}.${index & 255}`,
    ip: `10.0.${index >> 8}.${index & 255}`,
    mac: undefined,
    hostname: `host${index}`,
    firstSeen: 0,
    lastSeen: 0,
    roles: [],
    identity: [],
  }));
}

/** A flow of an own device to the outside. */
export function outbound(time: number, device: number, dst: string, more: Partial<EventOf<"conn">> = {}): NetEvent {
  return event("conn", time, {
    src: `10.0.${device >> 8}.${device & 255}`,
    srcDevice: device,
    dst,
    dstPort: 443,
    proto: "tcp",
    direction: "outbound",
    state: "established",
    bytesOut: 1_000,
    bytesIn: 5_000,
    packetsOut: 8,
    packetsIn: 9,
    ...more,
  });
}

/** A flow from outside to an own device. */
export function inbound(time: number, src: string, device: number, more: Partial<EventOf<"conn">> = {}): NetEvent {
  return event("conn", time, {
    src,
    dst: `10.0.${device >> 8}.${device & 255}`,
    dstDevice: device,
    dstPort: 80,
    proto: "tcp",
    direction: "inbound",
    state: "established",
    bytesOut: 200,
    bytesIn: 800,
    packetsOut: 5,
    packetsIn: 5,
    ...more,
  });
}

export function makeLife(count: number, more: Partial<PatternOptions> = {}): PatternOfLife {
  const own = devices(count);
  return new PatternOfLife({
    zone: new ZoneClock("UTC"),
    ownDevices: (index) => {
      const device = own[index];
      if (device === undefined) throw new RangeError(`no device ${index}`);
      return device;
    },
    ...more,
  });
}

/** Walks events in order of time as the lane does, and returns what windows showed. */
export function live(life: PatternOfLife, events: readonly NetEvent[], weight = 1): Observation[] {
  const out: Observation[] = [];
  let advanced = Number.NEGATIVE_INFINITY;
  for (const e of events) {
    if (e.time - advanced >= 15_000) {
      advanced = e.time;
      out.push(...life.advance(e.time));
    }
    life.score(e);
    life.learn(e, weight);
  }
  return out;
}
