import { eventRow } from "./log-row.ts";
import type { LogKind, LogRow } from "./requests.ts";
import type { StoredEvent } from "./types.ts";

export function userKindOf(event: StoredEvent): LogKind {
  return event.family === "endpoint" ? "sensor-alert" : "event";
}

/** One line of a user's log, in the record's own words, unescaped: whoever shows them escapes them (S8). */
export function userRow(event: StoredEvent, user: string): LogRow & { record: string; place?: string } {
  const f = event.fields;
  const text = (name: string): string | undefined => (f[name] === undefined ? undefined : String(f[name]));
  const base = eventRow(event, "");
  if (event.family !== "saas") {
    const what = [text("title") ?? "detection", text("product")].filter((p) => p !== undefined).join(", ");
    return { ...base, kind: "sensor-alert", what, record: event.id };
  }
  const by = text("user");
  const other = by !== undefined && by.toLowerCase() !== user ? `by ${by}` : undefined;
  const targets = Array.isArray(f.targets) ? f.targets : [];
  const parts = [
    other,
    f.success === false ? `refused${text("status") === undefined ? "" : `: ${text("status")}`}` : undefined,
    text("chatName") === undefined ? undefined : `“${text("chatName")}”`,
    text("object"),
    other !== undefined
      ? undefined
      : (text("target") ??
        (targets.length === 0 ? undefined : `to ${targets.slice(0, 3).join(", ")}${targets.length > 3 ? ` and ${targets.length - 3} more` : ""}`)),
    text("app"),
    text("role"),
    Array.isArray(f.linkDomains) && f.linkDomains.length > 0 ? `link to ${f.linkDomains.join(", ")}` : undefined,
  ].filter((p) => p !== undefined && p !== "");
  const place = [text("country"), event.src].filter((p) => p !== undefined).join(" ");
  const row = {
    ...base,
    what: `${text("operation") ?? text("activity") ?? event.type}${text("service") === undefined ? "" : ` · ${text("service")}`}`,
    detail: parts.join(" · ").slice(0, 1_000),
    record: event.id,
  };
  return place === "" ? row : { ...row, place };
}
