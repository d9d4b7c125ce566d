import { type EventBase, eventId, type NetEvent } from "../schema/event.ts";
import { FAMILIES } from "../schema/families.ts";
import type { StoredEvent } from "./types.ts";

/** What is kept of an event that an alert cites: the same form in which stored events are read back, with the record's text. */
export function citedRecord(event: NetEvent, deviceId: ((index: number) => string | undefined) | undefined): StoredEvent {
  const fields: Record<string, unknown> = {};
  const values = event as unknown as Record<string, unknown>;
  for (const name of Object.keys(FAMILIES[event.family].columns)) if (values[name] !== undefined) fields[name] = values[name];
  if (event.family === "other") fields.extra = event.extra;
  const device = (index: number | undefined): string | undefined => (index === undefined || index < 0 ? undefined : deviceId?.(index));
  const base: EventBase = event;
  return {
    id: eventId(base),
    time: base.time,
    seen: base.seen,
    family: base.family,
    type: base.type,
    sensor: base.sensor,
    source: base.source,
    file: base.file,
    fileKey: base.fileKey,
    line: base.line,
    offset: base.offset,
    native: base.native,
    connection: base.connection,
    src: base.src,
    srcPort: base.srcPort,
    dst: base.dst,
    dstPort: base.dstPort,
    proto: base.proto,
    direction: base.direction,
    srcDevice: device(base.srcDevice),
    dstDevice: device(base.dstDevice),
    duplicateOf: base.duplicateOf,
    unusual: undefined,
    fields,
    raw: base.raw,
  };
}
