import { parse } from "tldts";

/** A host name taken apart for judging. */
export interface HostParts {
  host: string;
  /** What was registered with a registry: example.co.uk; the host itself for an address or a single label. */
  domain: string;
  /** As `domain`, but customers of a hosting provider are apart: shop.pages.dev. */
  owner: string;
  /** `domain` without its suffix: example. */
  label: string;
  sub: string;
  isIp: boolean;
  /** The suffix is a provider's own list of customers (blogspot.com, pages.dev). */
  hosted: boolean;
  /** A suffix of the registry stands behind it. */
  known: boolean;
  newTld: boolean;
}

/** Reserved names (RFC 2606) and suffixes from before 2013: others were sold in bulk and cheaply, which is a hint and no more. */
const OLD = new Set([
  "example",
  "test",
  "invalid",
  "localhost",
  "com",
  "org",
  "net",
  "edu",
  "gov",
  "mil",
  "int",
  "info",
  "biz",
  "io",
  "arpa",
  "aero",
  "coop",
  "museum",
  "name",
  "pro",
  "jobs",
  "mobi",
  "travel",
  "tel",
  "cat",
  "asia",
]);
const cache = new Map<string, HostParts>();

export function hostParts(host: string): HostParts {
  const known = cache.get(host);
  if (known !== undefined) return known;
  const plain = parse(host, { allowPrivateDomains: false, extractHostname: false });
  const own = parse(host, { allowPrivateDomains: true, extractHostname: false });
  const tld = host.slice(host.lastIndexOf(".") + 1);
  const parts: HostParts = {
    host,
    domain: plain.domain ?? host,
    owner: own.domain ?? plain.domain ?? host,
    label: plain.domainWithoutSuffix ?? "",
    sub: plain.subdomain ?? "",
    isIp: plain.isIp === true,
    hosted: own.isPrivate === true,
    known: plain.domain !== null && plain.isIp !== true,
    newTld: tld.length > 2 && !OLD.has(tld) && !tld.startsWith("xn--") && plain.isIp !== true && /^[a-z]+$/.test(tld),
  };
  if (cache.size > 20_000) cache.clear();
  cache.set(host, parts);
  return parts;
}

export interface LinkParts extends HostParts {
  url: URL;
}

/** A web address as its reader's browser would take it; undefined for anything but http(s). */
export function linkParts(text: string): LinkParts | undefined {
  const trimmed = text.trim();
  const full = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : trimmed.startsWith("//") ? `http:${trimmed}` : `http://${trimmed}`;
  try {
    const url = new URL(full);
    if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
    return { ...hostParts(url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "")), url };
  } catch {
    return undefined;
  }
}
