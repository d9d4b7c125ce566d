import type { ColumnKind, FAMILIES, Family } from "./families.ts";

type ValueOf<K extends ColumnKind> = K extends "text" ? string : K extends "flag" ? boolean : K extends "list" ? readonly string[] : number;

/** Fields of a family. Every key stands on every event of the family (undefined when the sensor did not say), so that all have one hidden class. */
export type FieldsOf<F extends Family> = {
  -readonly [C in keyof (typeof FAMILIES)[F]["columns"]]: (typeof FAMILIES)[F]["columns"][C] extends { kind: infer K extends ColumnKind }
    ? ValueOf<K> | undefined
    : never;
};

/** internal = both ends ours; outbound, inbound = by who initiated; external = neither end ours; unknown = no addresses. */
export type Direction = "internal" | "outbound" | "inbound" | "external" | "unknown";

/** Where a record stands: enough to find its bytes again and to name it for ever. */
export interface RecordRef {
  /** Id of the source (config or path): stable over restarts. */
  source: string;
  /** Path of the file as shown to people (pcap, log). */
  file: string;
  /** Stable key of the file's identity over rotation: hash of source and of its first bytes. */
  fileKey: string;
  /** Counts from 1. For pcap: ordinal of the event in our sorted order. */
  line: number;
  /** Byte offset of the record in the (decompressed) file. */
  offset: number;
}

/** The program or service that wrote the record. */
export type SensorName = "zeek" | "suricata" | "microsoft" | "windows" | "aws" | "okta" | "google" | "mail" | "other";

export interface EventBase extends RecordRef {
  family: Family;
  /** The sensor's own record type: Zeek path ("conn", "smb_files") or EVE event_type ("flow", "fileinfo"). */
  type: string;
  sensor: SensorName;
  /** The event's own time: ms since the epoch with a fraction. A flow's is its start. */
  time: number;
  /** When we saw it, ms. In a replay equal to `time`. */
  seen: number;
  /** Zeek uid or Suricata community_id; never flow_id, which changes from run to run. Names a connection, never merges records. */
  native: string | undefined;
  /** Zeek uid / EVE flow_id as text: joins records of one connection within one file set; not stored from pcap. */
  connection: string | undefined;
  /** Canonical addresses: initiator and responder. Undefined when the record has none. */
  src: string | undefined;
  srcPort: number | undefined;
  dst: string | undefined;
  dstPort: number | undefined;
  /** tcp, udp, icmp, icmp6..., lower case. */
  proto: string | undefined;
  /** The record as it stood in the file (decoded UTF-8, else Latin-1). Kept because what an alert cites is copied into the store. */
  raw: string;
  /** Set by the lane. Parsers write "unknown". */
  direction: Direction;
  /** Set by the lane: ids of own devices at either end, else undefined. */
  srcDevice: number | undefined;
  dstDevice: number | undefined;
  /** Set by the lane: another sensor or tap reported the same thing before; kept, not counted. Value: event id of the first. */
  duplicateOf: string | undefined;
}

export type EventOf<F extends Family> = EventBase & { family: F } & FieldsOf<F> & Beside<F>;

/** What stands on events of a family beside its columns. `opened`: the message with all its layers while it is judged; never stored, undefined on what was. */
type Beside<F extends Family> = F extends "other" ? { extra: Readonly<Record<string, unknown>> } : F extends "mail" ? { opened: unknown } : unknown;
export type NetEvent = { [F in Family]: EventOf<F> }[Family];

/** Id of an event: stable for the same record of the same file, over restarts and rotation. */
export function eventId(ref: Pick<RecordRef, "fileKey" | "line">): string {
  return `${ref.fileKey}-${ref.line}`;
}

/** A record that could not be understood. It is counted and kept with its reason, and stops nothing. */
export interface Rejected {
  source: string;
  file: string;
  line: number;
  reason: string;
  /** First 200 characters, escaped by whoever shows it. */
  excerpt: string;
}
