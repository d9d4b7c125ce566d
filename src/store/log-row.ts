import type { Family } from "../schema/families.ts";
import type { AlertRow, LogKind, LogRow, Notice } from "./requests.ts";
import type { StoredEvent } from "./types.ts";

const REFUSED_STATES = new Set(["rejected", "attempt"]);

/** Families that a device's log must read for these kinds. */
export function familiesOf(kinds: ReadonlySet<LogKind>, all: readonly Family[]): Family[] {
  const conn = kinds.has("connection") || kinds.has("refused");
  return all.filter((family) => (family === "conn" ? conn : family === "alert" ? kinds.has("sensor-alert") : kinds.has("event")));
}

export function kindOf(event: StoredEvent): LogKind {
  if (event.family === "alert") return "sensor-alert";
  if (event.family !== "conn") return "event";
  return REFUSED_STATES.has(String(event.fields.state)) ? "refused" : "connection";
}

/** One line of a device's log. Texts are the sensor's own, unescaped: whoever shows them escapes them (S8). */
export function eventRow(event: StoredEvent, device: string): LogRow {
  const outgoing = event.srcDevice === device;
  const peer = outgoing ? event.dst : event.src;
  const row: LogRow = { id: event.id, time: event.time, kind: kindOf(event), family: event.family, what: whatOf(event, outgoing), detail: detailOf(event) };
  if (event.unusual !== undefined) row.unusual = event.unusual;
  if (peer !== undefined) row.peer = peer;
  return row;
}

function whatOf(event: StoredEvent, outgoing: boolean): string {
  const f = event.fields;
  const first = (...names: string[]): string | undefined => {
    for (const name of names) if (f[name] !== undefined) return String(f[name]);
    return undefined;
  };
  const end = outgoing
    ? `to ${host(event.dst, event.dstPort)}`
    : `from ${host(event.src, undefined)}${event.dstPort === undefined ? "" : ` on port ${event.dstPort}`}`;
  switch (event.family) {
    case "conn":
      return `${first("service") ?? event.proto ?? "connection"} ${end}`;
    case "dns":
      return `asked for ${first("query") ?? "a name"}${f.queryType === undefined ? "" : ` (${first("queryType")})`}`;
    case "http":
      return `${first("method") ?? "request"} ${first("host") ?? host(event.dst, event.dstPort)}${first("uri") ?? ""}`;
    case "tls":
      return `TLS ${first("serverName") ?? end}`;
    default:
      return `${event.family} ${first("command", "operation", "signature", "note", "name", "service", "username", "method", "query", "subject", "hostname") ?? end}`;
  }
}

function detailOf(event: StoredEvent): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(event.fields)) {
    if (name === "extra" || parts.length >= 8) continue;
    parts.push(`${name} ${Array.isArray(value) ? value.slice(0, 5).join(", ") : String(value)}`);
  }
  return parts.join(" · ").slice(0, 1_000);
}

function host(address: string | undefined, port: number | undefined): string {
  if (address === undefined) return "unknown";
  if (port === undefined) return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

export function noticeRow(notice: Notice): LogRow {
  const row: LogRow = { id: notice.id, time: notice.time, kind: notice.kind, family: "notice", what: notice.what, detail: notice.detail };
  if (notice.peer !== undefined) row.peer = notice.peer;
  if (notice.unusual !== undefined) row.unusual = notice.unusual;
  return row;
}

export function alertLogRow(alert: AlertRow): LogRow {
  const row: LogRow = {
    id: alert.id,
    time: alert.time,
    kind: "alert",
    family: "alert",
    what: alert.model,
    detail: alert.title,
    unusual: alert.score,
    alert: alert.id,
  };
  const peer = alert.peers[0]?.hostname ?? alert.peers[0]?.ip;
  if (peer !== undefined) row.peer = peer;
  return row;
}
