import type { IncomingHttpHeaders } from "node:http";
import { formatIp, parseIp } from "../base/ip.ts";
import { ApiError } from "./problem.ts";
import { csrfOf, sameText } from "./secrets.ts";

/** What counts as one client address: IPv4 whole, IPv6 by its /64, since one subscriber has that many. */
export function clientKey(address: string): string {
  const ip = parseIp(address);
  if (ip === undefined) return address;
  return ip.version === 4 ? formatIp(ip) : `${Array.from(ip.groups.subarray(0, 4), (group) => group.toString(16)).join(":")}::/64`;
}

/** 127.0.0.0/8, ::1 and the name localhost. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const ip = parseIp(host.replace(/^\[|\]$/g, ""));
  if (ip === undefined) return false;
  if (ip.version === 4) return (ip.groups[6] ?? 0) >> 8 === 127;
  return ip.groups.every((group, i) => group === (i === 7 ? 1 : 0));
}

/**
 * The names under which a browser may reach us, against DNS rebinding: a page of evil.example that resolves to our address still says
 * `Host: evil.example`. Loopback names are always allowed, as no stranger's page can have them; others must be configured.
 */
export class HostList {
  readonly #names: ReadonlySet<string>;
  readonly #scheme: "http" | "https";
  constructor(listenHost: string, names: readonly string[], tls: boolean) {
    this.#scheme = tls ? "https" : "http";
    const all = names.map((name) => name.toLowerCase());
    all.push("localhost", "127.0.0.1", "[::1]");
    // A wildcard is not a name that anyone can ask for.
    if (listenHost !== "0.0.0.0" && listenHost !== "::") all.push(bracketed(listenHost.toLowerCase()));
    this.#names = new Set(all);
  }

  /** `port` is the one we listen on; 0 allows any (before the socket is open, as in injected tests). */
  allows(host: string | undefined, port: number): boolean {
    if (host === undefined) return false;
    const match = /^(\[[0-9a-f:.]+\]|[^:[\]@/\s]+)(?::(\d{1,5}))?$/i.exec(host);
    if (match === null) return false;
    const given = match[2] === undefined ? (this.#scheme === "https" ? 443 : 80) : Number(match[2]);
    // A name that was configured may sit behind a port that another program forwards; loopback never does.
    return this.#names.has((match[1] ?? "").toLowerCase()) && (port === 0 || given === port || !isLoopback(match[1] ?? ""));
  }

  /** Own origin = the scheme we serve and the very host that was asked. */
  isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
    return origin !== undefined && host !== undefined && origin.toLowerCase() === `${this.#scheme}://${host.toLowerCase()}`;
  }
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

/** Carries the session-bound token of every change. */
export const CSRF_HEADER = "x-wonted-csrf";
/** Set by a page for requests that nobody asked for, as polling: they do not keep a session from going idle. */
export const BACKGROUND_HEADER = "x-wonted-background";

/** Pages of other sites, and of other ports of this machine, have no business with the API, not even reading. Browsers send the header themselves; other clients do not. */
export function refuseForeignPage(headers: IncomingHttpHeaders): void {
  const site = headers["sec-fetch-site"];
  if (site === "cross-site" || site === "same-site") throw new ApiError("foreign-page", "The API answers its own pages only.", 403);
}

export function requireJson(headers: IncomingHttpHeaders): void {
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new ApiError("content-type", "Changes are JSON: send Content-Type: application/json.", 415);
}

/** For changes by cookie: own Origin, and the token bound to the session where there is one. */
export function requireOwnOrigin(hosts: HostList, headers: IncomingHttpHeaders): void {
  if (!hosts.isOwnOrigin(headers.origin, headers.host)) throw new ApiError("foreign-origin", "Changes are taken from Wonted's own pages only.", 403);
}

export function requireCsrf(sessionId: string, headers: IncomingHttpHeaders): void {
  const sent = headers[CSRF_HEADER];
  if (typeof sent !== "string" || !sameText(sent, csrfOf(sessionId))) {
    throw new ApiError("csrf-token", "The page's token does not belong to this session.", 403, { hint: "Load the page again." });
  }
}
