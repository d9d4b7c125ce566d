import { canonicalIp } from "../../base/ip.ts";
import { TextTable } from "../text-table.ts";

/** Address of a client as cloud services write it: bare, `::ffff:1.2.3.4`, `1.2.3.4:port`, `[v6]:port`. Undefined for words ("aws.internal"). */
export const CLIENT_ADDRESS = new TextTable(clientAddress);

function clientAddress(text: string): string | undefined {
  let bare = text.trim();
  if (bare.startsWith("[")) bare = bare.slice(1, Math.max(1, bare.indexOf("]")));
  else if (/^\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}$/.test(bare)) bare = bare.slice(0, bare.indexOf(":"));
  const zone = bare.indexOf("%");
  if (zone > 0) bare = bare.slice(0, zone);
  return canonicalIp(bare);
}

/** Port of `1.2.3.4:port` and `[v6]:port`. */
export function clientPort(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const match = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[^\]]+\]):(\d{1,5})$/.exec(text);
  const port = Number(match?.[1]);
  return port >= 0 && port <= 65_535 ? port : undefined;
}

/**
 * A user as we know it: address in lower case. Forms of SharePoint claims (`i:0#.f|membership|anna@x.org`, `urn:spo:guest#anna@x.org`),
 * of guests in our directory (`anna_x.org#EXT#@ours.onmicrosoft.com` is anna@x.org), of Exchange's tree
 * (`.../Microsoft Exchange Hosted Organizations/ours.onmicrosoft.com/anna`) and of AWS (the last part of an ARN) are unfolded.
 */
export const USER = new TextTable((text) => unfoldUser(text));

function unfoldUser(text: string): string | undefined {
  let user = text.trim().toLowerCase();
  if (user === "" || user === "not available" || user === "not-found" || user === "unknown" || user === "null") return undefined;
  if (user.startsWith("i:0")) user = user.slice(user.lastIndexOf("|") + 1);
  else if (user.startsWith("urn:spo:guest#")) user = user.slice("urn:spo:guest#".length);
  else if (user.startsWith("user_") && /^user_[0-9a-f-]{36}$/.test(user)) user = user.slice(5);
  const hosted = /\/microsoft exchange hosted organizations\/([^/]+)\/(?:[^/]+\/)*([^/\s]+)$/.exec(user);
  if (hosted !== null) return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(hosted[2] ?? "") ? hosted[2] : `${hosted[2]}@${hosted[1]}`;
  const ext = user.indexOf("#ext#");
  if (ext > 0) {
    const outside = user.slice(0, ext);
    const at = outside.lastIndexOf("_");
    if (at > 0) return `${outside.slice(0, at)}@${outside.slice(at + 1)}`;
  }
  return user;
}

/** Is the raw name that of a guest account of ours? */
export function isGuestName(raw: string): boolean {
  return /#ext#/i.test(raw) || /^urn:spo:guest#/i.test(raw);
}

/** Text of a web address to its host, lower case; undefined when it has none. Cost: 1 µs. */
export function hostOfUrl(url: string): string | undefined {
  const match = /^[a-z][a-z0-9+.-]{0,20}:\/\/(?:[^/?#@\s]{0,200}@)?(\[[^\]]{2,45}\]|[^/?#:\s]{1,255})/i.exec(url);
  return match?.[1]?.toLowerCase();
}

/** Domain part of an address; undefined when it has none. */
export function domainOfUser(user: string | undefined): string | undefined {
  const at = user?.lastIndexOf("@") ?? -1;
  return user === undefined || at < 0 || at === user.length - 1 ? undefined : user.slice(at + 1);
}

/** A value as short text for people: what a record says was set. At most `most` characters. */
export function brief(value: unknown, most = 400): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const text = typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}
