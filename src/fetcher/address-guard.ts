import { formatIp, NetworkSet, parseIp } from "../base/ip.ts";

/**
 * Special-purpose blocks of the IANA registries (RFC 6890 and its successors) that no link of the outside leads to: unspecified, private, shared (RFC 6598),
 * loopback, link-local with the metadata services of clouds, protocol assignments, documentation, 6to4 relays, benchmarks, multicast, reserved, broadcast.
 */
const SPECIAL_V4 = new NetworkSet([
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
]);
/** Addresses that clouds answer with their metadata or platform services, though they are global unicast. */
const METADATA = new NetworkSet(["168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128"]);
/** IPv6 that is visited lies in 2000::/3; of that, what embeds an IPv4 address or is set apart is not: Teredo, ORCHID, documentation, 6to4. */
const GLOBAL_V6 = new NetworkSet(["2000::/3"]);
const SPECIAL_V6 = new NetworkSet(["2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16"]);

/** Why an address is not visited; undefined for one that may be. */
export type AddressRefusal = "not-an-address" | "inner-address" | "own-address";

/** Decides on addresses by number, never by text: whatever way one is written, it is parsed first. Global unicast that is not the organisation's own. */
export class AddressGuard {
  readonly #own: NetworkSet;

  /** @param own networks in CIDR form; throws RangeError naming one that is none */
  constructor(own: readonly string[]) {
    this.#own = new NetworkSet(own);
  }

  refuses(text: string): AddressRefusal | undefined {
    const ip = parseIp(text);
    if (ip === undefined) return "not-an-address";
    // Mapped addresses are IPv4 from here on; every other way to embed one lies outside 2000::/3 or in a block of its own.
    const canonical = formatIp(ip);
    const global = ip.version === 4 ? !SPECIAL_V4.has(canonical) : GLOBAL_V6.has(canonical) && !SPECIAL_V6.has(canonical);
    if (!global || METADATA.has(canonical)) return "inner-address";
    return this.#own.has(canonical) ? "own-address" : undefined;
  }
}
