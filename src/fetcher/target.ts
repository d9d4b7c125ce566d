import type { AddressGuard, AddressRefusal } from "./address-guard.ts";

export interface Target {
  url: URL;
  /** Name to ask for and to greet with; an address stands in `address`. */
  name: string | undefined;
  address: string | undefined;
  port: 80 | 443;
}

export type TargetRefusal = AddressRefusal | "not-a-web-address" | "port-refused" | "credentials-refused" | "inner-name" | "unsafe-link";

const MOST = 4_096;
/** Names that are resolved inside a network, never by the public tree (RFC 6761, 6762, 8375, 9476 and customs). */
const INNER =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|corp|home|lan|private|home\.arpa|in-addr\.arpa|ip6\.arpa|test|example|invalid|onion|alt)$/;

/**
 * A link as a place that may be asked: http or https, ports 80 and 443, no credentials, a name of the public tree or a global address. The URL parser
 * turns every spelling of an IPv4 address (decimal, octal, hexadecimal, short, fullwidth digits) into dots before it is judged. Links that do something
 * when they are opened (`unsafe`: whole words of path and query) are left alone.
 */
export function targetOf(text: string, guard: AddressGuard, unsafe: ReadonlySet<string>): Target | TargetRefusal {
  if (text.length > MOST) return "not-a-web-address";
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "not-a-web-address";
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return "not-a-web-address";
  if (url.username !== "" || url.password !== "") return "credentials-refused";
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (port !== 80 && port !== 443) return "port-refused";
  url.hash = "";
  const host = url.hostname.replace(/\.$/, "");
  if (acts(url, unsafe)) return "unsafe-link";
  if (host.startsWith("[") || /^[\d.]+$/.test(host)) {
    const address = host.replace(/^\[|\]$/g, "");
    return guard.refuses(address) ?? { url, name: undefined, address, port };
  }
  if (!host.includes(".") || INNER.test(host)) return "inner-name";
  return { url, name: host, address: undefined, port };
}

/** Whole words only: "confirm" in /confirm-order or ?action=confirm, not in /conference. */
function acts(url: URL, unsafe: ReadonlySet<string>): boolean {
  const text = decoded(`${url.pathname} ${url.search}`)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  const words = text.split(/[^a-z]+/);
  return words.some((word, i) => unsafe.has(word) || unsafe.has(`${word} ${words[i + 1] ?? ""}`));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
