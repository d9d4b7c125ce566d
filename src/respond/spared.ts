import { canonicalIp, parseIpv4 } from "../base/ip.ts";
import type { Directory } from "./ports.ts";
import { PROTECTED_ROLES, type ProtectedList } from "./safety.ts";

/** Addresses that a pattern of life leaves alone, at most: each is an element in the kernel for each address of the device. */
const MOST = 1_024;
/** Of a protected network that is no larger, every address is left alone one by one. */
const MOST_OF_NETWORK = 256;

export interface Spared {
  addresses: readonly string[];
  /** Why not all that is protected can be left alone, in words; a pattern of life is then not enforced. */
  beyond?: string;
}

/**
 * Every address that is protected now: listed ones, those of small networks, those of devices that are listed by name or bear a protected role. Patterns of
 * life refuse whatever they do not name, so they have to name these. Cost: a walk over all devices, some 10 ms for 100,000.
 */
export function sparedNow(list: ProtectedList, directory: Directory): Spared {
  const addresses = new Set<string>();
  const large: string[] = [];
  for (const text of list.networks) {
    const hosts = hostsOf(text);
    if (hosts === undefined) large.push(text);
    else for (const ip of hosts) addresses.add(ip);
  }
  for (const device of directory.devices()) {
    const { id, hostname } = device;
    const is = list.hasName(id) || list.hasName(hostname) || directory.tags(device).some((role) => PROTECTED_ROLES.has(role));
    if (is) for (const ip of directory.addresses(device)) addresses.add(ip);
  }
  if (large.length > 0) return { addresses: [...addresses], beyond: `the protected network ${large[0]} is too large to be left alone address by address` };
  if (addresses.size > MOST) return { addresses: [], beyond: `${addresses.size} protected addresses are more than a pattern of life can leave alone` };
  return { addresses: [...addresses] };
}

function hostsOf(text: string): string[] | undefined {
  const [address = "", bits] = text.split("/");
  const ip = canonicalIp(address);
  const value = ip === undefined ? undefined : parseIpv4(ip);
  const length = bits === undefined ? undefined : Number(bits);
  if (ip !== undefined && (length === undefined || length === (value === undefined ? 128 : 32))) return [ip];
  const size = value === undefined ? Number.POSITIVE_INFINITY : 2 ** (32 - (length ?? 32));
  if (value === undefined || size > MOST_OF_NETWORK) return undefined;
  const base = Math.floor(value / size) * size;
  return Array.from({ length: size }, (_, i) => [24, 16, 8, 0].map((shift) => Math.floor((base + i) / 2 ** shift) % 256).join("."));
}
