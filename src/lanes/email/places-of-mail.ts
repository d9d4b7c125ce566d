import { DEFAULT_OWN_NETWORKS, isHostAddress, NetworkSet } from "../../base/ip.ts";
import type { Places } from "../../enrich/places.ts";
import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";

/** The three places of a mail, kept apart: where its domain belongs, which server brought it, where its author's program was. ISO 3166-1, "" = unknown. */
export interface MailPlaces {
  domain: string;
  connection: string;
  connectionIp: string;
  author: string;
  authorIp: string;
}

/** With the addresses that providers share among customers (RFC 6598). */
const NOT_OUTSIDE = new NetworkSet([...DEFAULT_OWN_NETWORKS, "100.64.0.0/10"]);
/** Suffixes of two letters that are sold to everybody and name no country. */
const NO_COUNTRY = new Set(["ai", "cc", "co", "fm", "io", "is", "la", "ly", "me", "sh", "to", "tv", "ws", "eu", "su"]);
const CODES: Readonly<Record<string, string>> = { uk: "GB" };

export function isOutside(ip: string): boolean {
  return isHostAddress(ip) && !NOT_OUTSIDE.has(ip);
}

/** @param isOwn addresses of the organisation's own relays, which say nothing of the sender */
export function placesOfMail(m: OpenedMessage, domain: string, places: Places, isOwn: (ip: string) => boolean): MailPlaces {
  const country = (ip: string): string => (ip === "" ? "" : (places.lookup(ip)?.country ?? ""));
  const hops = m.hops.map((h) => h.ip ?? "").filter((ip) => ip !== "" && isOutside(ip) && !isOwn(ip));
  const connectionIp = hops[0] ?? "";
  const stated = m.originatingIp !== undefined && isOutside(m.originatingIp) ? m.originatingIp : "";
  const authorIp = stated !== "" ? stated : hops.length > 1 ? (hops.at(-1) ?? "") : "";
  return { domain: countryOfDomain(domain), connection: country(connectionIp), connectionIp, author: country(authorIp), authorIp };
}

/** Country that a domain's suffix names; "" for those that name none. */
export function countryOfDomain(domain: string): string {
  const tld = domain.slice(domain.lastIndexOf(".") + 1).toLowerCase();
  if (!/^[a-z]{2}$/.test(tld) || NO_COUNTRY.has(tld)) return "";
  return CODES[tld] ?? tld.toUpperCase();
}

export function networkOf(ip: string): string {
  if (ip === "") return "";
  return ip.includes(":") ? ip.split(":").slice(0, 2).join(":") : ip.split(".").slice(0, 2).join(".");
}
