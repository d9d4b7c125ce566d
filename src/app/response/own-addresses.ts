import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { canonicalIp } from "../../base/ip.ts";

/** What no action may ever touch, wherever we run: this machine's addresses, its gateways and the name servers that it asks. */
export function ownAddresses(): string[] {
  const out = new Set<string>();
  for (const list of Object.values(networkInterfaces())) for (const each of list ?? []) add(out, each.address);
  for (const line of textOf("/proc/net/route").split("\n").slice(1)) {
    const [, destination, gateway] = line.split("\t");
    if (destination === "00000000" && gateway !== undefined && /^[0-9A-F]{8}$/.test(gateway)) add(out, littleEndian(gateway));
  }
  for (const match of textOf("/etc/resolv.conf").matchAll(/^nameserver\s+(\S+)/gm)) add(out, match[1] ?? "");
  return [...out].sort();
}

function add(out: Set<string>, text: string): void {
  const ip = canonicalIp(text);
  if (ip !== undefined) out.add(ip);
}

function littleEndian(hex: string): string {
  return [6, 4, 2, 0].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)).join(".");
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Not Linux, or not allowed: the organisation's own list has to name them.
    return "";
  }
}
