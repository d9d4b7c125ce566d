import type { EventRecord } from "../client/types.ts";
import { bytes } from "./numbers.ts";

/** One line for a record: what matters most in its family, from the fields as they are. Any other family: its first fields. */
export function recordWords(record: EventRecord): { what: string; result: string } {
  const f = record.fields;
  switch (record.family) {
    case "conn":
      return { what: [text(f.service) || record.proto, state(f.state)].filter((p) => p).join(", "), result: `↑ ${size(f.bytesOut)} ↓ ${size(f.bytesIn)}` };
    case "http":
      return { what: `${text(f.method)} ${text(f.host)}${text(f.uri)}`, result: [text(f.status), size(f.responseBytes)].filter((p) => p).join("  ") };
    case "dns":
      return { what: `${text(f.queryType)} ${text(f.query)}`, result: text(f.responseCode) };
    case "tls":
      return { what: text(f.serverName) || "no server name", result: text(f.version) };
    case "ssh":
      return { what: `${text(f.client)} to ${text(f.server)}`, result: f.authSuccess === true ? "logged in" : f.authSuccess === false ? "refused" : "" };
    case "smb":
      return { what: `${text(f.command)} ${text(f.share)} ${text(f.name)}`.trim(), result: text(f.status) };
    case "kerberos":
      return { what: `${text(f.requestType)} ${text(f.client)} for ${text(f.service)}`, result: f.success === false ? text(f.error) : text(f.cipher) };
    case "file":
      return { what: text(f.name) || text(f.mimeType), result: size(f.size) };
    case "notice":
      return { what: text(f.message), result: text(f.note) };
    case "alert":
      return { what: text(f.signature), result: `severity ${text(f.severity)}` };
    case "dcerpc":
      return { what: `${text(f.endpoint)} ${text(f.operation)}`, result: text(f.namedPipe) };
    case "saas": {
      const other = text(f.target) || text(f.object) || (Array.isArray(f.targets) ? text(f.targets.slice(0, 2)) : "");
      const name = text(f.chatName);
      const link = Array.isArray(f.linkDomains) && f.linkDomains.length > 0 ? `link to ${text(f.linkDomains)}` : "";
      return {
        what: [text(f.operation) || text(f.activity), name === "" ? "" : `“${name}”`, other === "" ? "" : `to ${other}`, link, text(f.role), text(f.user)]
          .filter((p) => p !== "")
          .join(", "),
        result: f.success === false ? text(f.status) || "refused" : text(f.app) || text(f.service),
      };
    }
    case "endpoint":
      return {
        what: [text(f.title), text(f.host), text(f.threat)].filter((p) => p !== "").join(", "),
        result: [text(f.severity), text(f.product)].filter((p) => p !== "").join(" "),
      };
    case "logon":
      return {
        what: [text(f.action), text(f.user), text(f.computer)].filter((p) => p !== "").join(", "),
        result: f.success === false ? text(f.status) || "refused" : "",
      };
    case "mail":
      return { what: [text(f.sender), `“${text(f.subject)}”`].join(", "), result: text(f.actions) };
    default:
      return {
        what: Object.entries(f)
          .filter(([, v]) => v !== undefined && v !== null && v !== "")
          .slice(0, 4)
          .map(([k, v]) => `${k} ${text(v)}`)
          .join(", "),
        result: "",
      };
  }
}

/** Any field as text; lists by commas, objects as JSON. */
export function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(text).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function size(value: unknown): string {
  return typeof value === "number" ? bytes(value) : "";
}

function state(value: unknown): string {
  return value === "established" ? "" : text(value);
}
