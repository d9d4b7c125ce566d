import { canonicalHost } from "../../base/domain.ts";
import { parseIp } from "../../base/ip.ts";
import { isPlausibleTime } from "../../base/time.ts";
import type { MailHeader, MailHop, StatedAuthentication } from "./opened-message.ts";

/** One Received header (RFC 5321 4.4) as far as it follows any of the usual forms. */
export function parseHop(text: string): MailHop {
  const semicolon = text.lastIndexOf(";");
  const clauses = (semicolon < 0 ? text : text.slice(0, semicolon)).slice(0, 4_000);
  const from = /^\s*(?:\([^)]*\)\s*)?from\s+(.*?)(?=\s+by\s+|$)/is.exec(clauses)?.[1] ?? "";
  const by = /(?:^|\s)by\s+([^\s;()]+)/i.exec(clauses)?.[1];
  const using = /\swith\s+([A-Za-z][\w-]*)/i.exec(clauses)?.[1]?.toLowerCase();
  const addresses = [
    ...from.matchAll(/\[(?:IPv6:)?([0-9a-f:.]{3,45})\]|\((?:[^()]*?[\s@])?((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})\)/gi),
  ].map((m) => m[1] ?? m[2] ?? "");
  // What the receiver wrote itself stands in the comment, after the name that was claimed.
  const ip = addresses.reverse().find((a) => parseIp(a) !== undefined);
  return {
    from: canonicalHost(/^\[?([^\s()[\]]+)/.exec(from)?.[1] ?? ""),
    by: by === undefined ? undefined : canonicalHost(by),
    ip,
    time: semicolon < 0 ? undefined : parseMailDate(text.slice(semicolon + 1)),
    with: using,
  };
}

/** RFC 5322 3.3 dates and what programs write instead; epoch milliseconds. No zone means UTC. */
export function parseMailDate(text: string): number | undefined {
  const plain = text
    .slice(0, 200)
    .replace(/\([^)]*\)/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const match =
    /(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{2,4}),? (\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?(?: ?([+-]\d{4}|[A-Za-z]{1,5}))?/.exec(plain) ?? undefined;
  if (match === undefined) {
    const other = /^[A-Za-z]{3} ([A-Za-z]{3}) {1,2}(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:([+-]\d{4}|[A-Z]{3,4}) )?(\d{4})/.exec(plain);
    if (other !== null) return timeOf(other[2], other[1], other[7], other[3], other[4], other[5], other[6]);
    const value = /^\d{4}-\d{2}-\d{2}T/.test(plain) ? Date.parse(plain) : Number.NaN;
    return isPlausibleTime(value) ? value : undefined;
  }
  return timeOf(match[1], match[2], match[3], match[4], match[5], match[6], match[7]);
}

const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
const ZONES: Readonly<Record<string, number>> = { EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7, CET: 1, CEST: 2, BST: 1, JST: 9 };

function timeOf(day = "", month = "", year = "", hour = "", minute = "", second = "0", zone = ""): number | undefined {
  const at = MONTHS.indexOf(month.toLowerCase());
  if (at < 0 || at % 3 !== 0) return undefined;
  const short = Number(year);
  // RFC 5322 4.3: two digits below 50 are this century.
  const full = year.length === 4 ? short : year.length === 3 ? short + 1_900 : short < 50 ? short + 2_000 : short + 1_900;
  const offset = /^[+-]\d{4}$/.test(zone)
    ? (Number(zone.slice(0, 3)) * 60 + Number(zone[0] + zone.slice(3))) * 60_000
    : (ZONES[zone.toUpperCase()] ?? 0) * 3_600_000;
  const value = Date.UTC(full, at / 3, Number(day), Number(hour), Number(minute), Number(second)) - offset;
  return isPlausibleTime(value) ? value : undefined;
}

const STATED = new Set(["authentication-results", "authentication-results-original", "arc-authentication-results", "x-authentication-results", "received-spf"]);

/** Authentication-Results (RFC 8601) and Received-SPF, with comments dropped and reason strings skipped. */
export function statedAuthentication(headers: readonly MailHeader[]): StatedAuthentication[] {
  const found: StatedAuthentication[] = [];
  headers.forEach((header, at) => {
    if (!STATED.has(header.name) || found.length >= 50) return;
    if (header.name === "received-spf") {
      const result = /^\s*([a-z]+)/i.exec(header.raw)?.[1]?.toLowerCase() ?? "none";
      const ip = /client-ip=([0-9a-f.:]+)/i.exec(header.raw)?.[1];
      const domain = /(?:envelope-from|domain of)[\s="<]+(?:[^\s@>"]*@)?([\w.-]+)/i.exec(header.raw)?.[1]?.toLowerCase();
      const server = /receiver=([\w.-]+)/i.exec(header.raw)?.[1]?.toLowerCase() ?? "";
      found.push({ server, header: header.name, at, results: [{ method: "spf", result, domain, ip }] });
      return;
    }
    const ip = /(?:sender ip is|smtp\.remote-ip=|client-ip=)\s*([0-9a-f.:]+)/i.exec(header.raw)?.[1];
    const pieces = header.raw
      .replace(/\((?:[^()\\]|\\.)*\)/g, " ")
      .split(";")
      .map((p) => p.trim());
    const named = pieces.findIndex((p) => /^[a-z0-9-]+\s*(?:\/\d+)?\s*=/i.test(p) && !/^i\s*=/i.test(p));
    const server = named <= 0 ? (named === 0 ? "" : (pieces[0] ?? "")) : (pieces.slice(0, named).find((p) => !/^i\s*=/i.test(p)) ?? "");
    const results = pieces.flatMap((piece) => {
      const match = /^([a-z0-9-]+)\s*(?:\/\d+)?\s*=\s*([a-z]+)/i.exec(piece);
      if (match === null || /^i$/i.test(match[1] ?? "")) return [];
      const domain = /(?:header\.(?:d|from|i)|smtp\.(?:mailfrom|helo))\s*=\s*"?(?:[^\s@"]*@)?([\w.-]+)/i.exec(piece)?.[1]?.toLowerCase();
      return [{ method: (match[1] ?? "").toLowerCase(), result: (match[2] ?? "").toLowerCase(), domain, ip }];
    });
    found.push({ server: server.split(/\s/)[0]?.toLowerCase() ?? "", header: header.name, at, results: results.slice(0, 50) });
  });
  return found;
}
