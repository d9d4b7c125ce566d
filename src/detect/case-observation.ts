import type { EntityRef, Peer } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import { FAMILIES } from "../schema/families.ts";
import type { Observation } from "../schema/observation.ts";
import type { CaseStep, Counted } from "./model-case.ts";
import { isEventKind } from "./names.ts";

/** Cases begin at a fixed Monday, 00:00 UTC. */
export const CASE_START = Date.UTC(2024, 0, 1);

/** The observations of a case in time order: each step `times` times, "{n}" in texts counting from 1. */
export function observationsOf(steps: readonly CaseStep[]): Observation[] {
  const out: Observation[] = [];
  let line = 0;
  for (const step of steps) {
    for (let n = 1; n <= step.times; n++) out.push(toObservation(step, n, CASE_START + step.at + (n - 1) * step.every, ++line));
  }
  return out
    .map((o, i) => ({ o, i }))
    .sort((a, b) => a.o.time - b.o.time || a.i - b.i)
    .map(({ o }) => o);
}

function toObservation(step: CaseStep, n: number, time: number, line: number): Observation {
  const put = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll("{n}", String(n));
    return typeof value === "object" && value !== null && "from" in value ? (value as Counted).from + n : value;
  };
  const fields = mapValues(step.fields, put);
  const ip = String(put(step.entity));
  const actorOurs = !isEventKind(step.on) || fields.direction === "internal" || fields.direction === "outbound" || fields.direction === "unknown";
  const isSource = step.on === "source";
  const isUser = step.on === "saas" || (step.on === "modelAlert" && ip.includes("@"));
  const entity: EntityRef = isUser
    ? { kind: "user", id: ip }
    : step.on === "mail" || step.on === "campaign"
      ? { kind: step.on === "mail" ? "sender" : "external", id: ip }
      : actorOurs
        ? isSource
          ? { kind: "device", id: ip }
          : { kind: "device", id: ip, ip }
        : { kind: "external", id: ip, ip };
  const peer = step.peer === undefined ? undefined : (mapValues({ ...step.peer }, put) as Peer);
  const common =
    step.on === "saas" || step.on === "endpoint"
      ? {}
      : isEventKind(step.on)
        ? { actorIsOurs: actorOurs }
        : step.on === "modelAlert" || step.on === "source"
          ? {}
          : { actorIsOurs: true };
  const events = isEventKind(step.on) ? [toEvent(step, fields, entity, peer, time, line)] : [];
  return {
    kind: step.on,
    time,
    entity,
    peer,
    fields: (events[0] as unknown as Record<string, unknown> | undefined) ?? {},
    facts: { ...common, ...mapValues(step.facts, put) },
    events,
    why: () => [],
  };
}

function toEvent(step: CaseStep, fields: Record<string, unknown>, entity: EntityRef, peer: Peer | undefined, time: number, line: number): NetEvent {
  const columns = isEventKind(step.on) ? FAMILIES[step.on].columns : {};
  const event: Record<string, unknown> = {
    family: step.on,
    type: step.on,
    sensor: "zeek",
    source: "case",
    file: "case",
    fileKey: "case",
    line,
    offset: line,
    time,
    seen: time,
    native: undefined,
    connection: undefined,
    src: entity.ip,
    srcPort: 50_000,
    dst: peer?.ip,
    dstPort: peer?.port,
    proto: "tcp",
    raw: `case record ${line}`,
    direction: "unknown",
    srcDevice: undefined,
    dstDevice: undefined,
    duplicateOf: undefined,
  };
  for (const key of Object.keys(columns)) event[key] = undefined;
  if (step.on === "other") event.extra = {};
  if (step.on === "saas") {
    // The place of a user's deed is its source; there is no other end.
    event.src = peer?.ip;
    event.dst = undefined;
    event.srcPort = undefined;
    event.proto = undefined;
    event.user = entity.id;
  }
  if (step.on === "http" && peer?.hostname !== undefined) event.host = peer.hostname;
  if (step.on === "tls" && peer?.hostname !== undefined) event.serverName = peer.hostname;
  return Object.assign(event, fields) as unknown as NetEvent;
}

function mapValues(record: Readonly<Record<string, unknown>>, put: (value: unknown) => unknown): Record<string, never> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(record)) out[key] = put(value);
  return out as Record<string, never>;
}
