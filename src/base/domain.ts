import { getDomain } from "tldts";
import { parseIp } from "./ip.ts";

/**
 * The registrable domain (public suffix plus one label, PSL with private suffixes) of a host name, lower case;
 * undefined for an address, a single label or rubbish. `cloudfront.net` style private suffixes count as suffixes,
 * so that each customer of a hosting provider is a domain of its own.
 */
export function registrableDomain(host: string): string | undefined {
  return getDomain(host, { allowPrivateDomains: true, extractHostname: false }) ?? undefined;
}

/** The domain that somebody registered with a registry: as registrableDomain, but the customers of a hosting provider fall under its domain. */
export function registeredDomain(host: string): string | undefined {
  return getDomain(host, { extractHostname: false }) ?? undefined;
}

/** A host name as we compare it: lower case, no trailing dot, no port, no brackets. Undefined when nothing is left. */
export function canonicalHost(text: string): string | undefined {
  let host = text.trim().toLowerCase();
  if (host.startsWith("[")) {
    const end = host.indexOf("]");
    host = end > 0 ? host.slice(1, end) : host.slice(1);
  } else if (host.indexOf(":") >= 0 && parseIp(host) === undefined) host = host.slice(0, host.indexOf(":"));
  if (host.endsWith(".")) host = host.slice(0, -1);
  return host === "" ? undefined : host;
}
