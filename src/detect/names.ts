import { factsOf } from "../schema/facts.ts";
import { FAMILIES, FAMILY_NAMES, type Family } from "../schema/families.ts";
import type { ObservationKind } from "../schema/observation.ts";

export type ValueKind = "text" | "number" | "flag" | "list";
/** What a bare number of a name counts; a knob compared with it must carry the same kind of unit. `per` = ms or bytes in one. */
export interface NameUnit {
  unit: "time" | "bytes";
  per: number;
}

const DERIVED_KINDS = ["hour", "burst", "beacon", "modelAlert", "source", "action", "campaign", "detectionHour"] as const;
export const OBSERVATION_KINDS: readonly ObservationKind[] = [...FAMILY_NAMES, ...DERIVED_KINDS];

export function isEventKind(kind: ObservationKind): kind is Family {
  return kind in FAMILIES;
}

/** Fields of every event that a model may name, beside the columns of its family. */
const BASE_FIELDS: Readonly<Record<string, ValueKind>> = {
  src: "text",
  srcPort: "number",
  dst: "text",
  dstPort: "number",
  proto: "text",
  direction: "text",
  sensor: "text",
  type: "text",
};

/** Fields of every observation, events or not. */
export const OBSERVATION_FIELDS: Readonly<Record<string, ValueKind>> = {
  entityId: "text",
  entityKind: "text",
  peerIp: "text",
  peerHost: "text",
  peerPort: "number",
  /** Registrable domain of the name asked for or contacted (DNS query, Host, SNI, host name of the peer); dear, so it is read last. */
  registrableDomain: "text",
};

const SECONDS: NameUnit = { unit: "time", per: 1_000 };
const MINUTES: NameUnit = { unit: "time", per: 60_000 };
const HOURS: NameUnit = { unit: "time", per: 3_600_000 };
const DAYS: NameUnit = { unit: "time", per: 86_400_000 };
const BYTES: NameUnit = { unit: "bytes", per: 1 };
const UNITS: Readonly<Record<string, NameUnit>> = {
  duration: SECONDS,
  period: SECONDS,
  ttl: SECONDS,
  lease: SECONDS,
  silentMinutes: MINUTES,
  historyHours: HOURS,
  targetHistoryHours: HOURS,
  administrationHours: HOURS,
  spanHours: HOURS,
  knownBeforeHours: HOURS,
  certificateAgeDays: DAYS,
  actorAgeDays: DAYS,
  actorDays: DAYS,
  tenantAgeDays: DAYS,
  tenantDays: DAYS,
  idleDays: DAYS,
  adminDays: DAYS,
  operationDays: DAYS,
  learnedDays: DAYS,
  registeredDays: DAYS,
  linkRegisteredDays: DAYS,
  approachedHours: HOURS,
  clickedHours: HOURS,
  typeHours: HOURS,
  otherCountryMinutes: MINUTES,
  burstMinutes: MINUTES,
  lateMinutes: MINUTES,
  bytesOut: BYTES,
  bytesIn: BYTES,
  bytesOutInternal: BYTES,
  requestBytes: BYTES,
  responseBytes: BYTES,
  size: BYTES,
  topPeerBytesOut: BYTES,
  sentDay: BYTES,
  sentWeek: BYTES,
  sentMonth: BYTES,
  sentDayUsual: BYTES,
  sentWeekUsual: BYTES,
  sentMonthUsual: BYTES,
};

export function unitOf(name: string): NameUnit | undefined {
  return UNITS[name] ?? UNITS[name.replace(/(?:Expected|High|Day)$/, "")];
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Kind of a field on observations of this kind; undefined when it has none of that name. */
export function fieldKind(on: ObservationKind, name: string): ValueKind | undefined {
  const common = own(OBSERVATION_FIELDS, name);
  if (common !== undefined) return common;
  if (!isEventKind(on)) return undefined;
  const base = own(BASE_FIELDS, name);
  if (base !== undefined) return base;
  const column = own(FAMILIES[on].columns as Readonly<Record<string, { kind: string }>>, name);
  if (column === undefined) return undefined;
  return column.kind === "integer" || column.kind === "real" ? "number" : (column.kind as ValueKind);
}

/** Kind of a fact on observations of this kind; undefined when learning adds none of that name. */
export function factKind(on: ObservationKind, name: string): ValueKind | undefined {
  return own(factsOf(on), name)?.kind;
}
