import { addressOf, insideAddress } from "../world/addressing.ts";
import type { Device, World } from "../world/types.ts";
import type { NetworkTargets, TargetHost } from "./types.ts";

/** The made organisation's network as an attacker finds it on a day: servers, and the machines of those who are at work, in the house or by remote access. */
export function networkTargetsOf(world: World, day: number): NetworkTargets {
  const host = (d: Device, ip: string): TargetHost => ({
    ip,
    hostname: d.hostname,
    mac: d.mac,
    roles: [d.role, ...d.also],
    windows: d.os.family === "windows",
  });
  const there = (d: Device): boolean => d.joins <= day && day <= d.leaves;
  const computers = world.clients.filter((d) => there(d) && d.role !== "phone");
  const present = computers.flatMap((d) => {
    const owner = world.people.find((p) => p.id === d.owner);
    const ip = owner === undefined ? undefined : insideAddress(world.calendar, d, owner, day);
    return ip === undefined ? [] : [host(d, ip)];
  });
  // On a day off hardly anybody is there: then those that were left on stand in.
  const clients = present.length >= 2 ? present : computers.map((d) => host(d, addressOf(d, day)));
  const servers = world.servers.filter(there).map((d) => host(d, addressOf(d, day)));
  const controllers = servers.filter((s) => s.roles.includes("domain-controller"));
  const resolver = servers.find((s) => s.roles.includes("name-server")) ?? controllers[0] ?? servers[0];
  return {
    hosts: [...clients, ...servers],
    resolver: resolver?.ip ?? "10.0.0.1",
    domainControllers: controllers,
    domain: world.organisation.adDomain,
    netbios: world.organisation.netbios,
    prefixes: [...new Set(world.organisation.sites.flatMap((s) => s.networks.map((n) => n.cidr.split(".").slice(0, 3).join("."))))],
    accounts: world.people.filter((p) => p.joins <= day && day <= p.leaves).map((p) => p.account),
  };
}

/** The network of a capture: own addresses as they were seen, with what is known of them. */
export function networkTargetsOfCapture(
  addresses: readonly { ip: string; hostname?: string; server?: boolean }[],
  resolver: string | undefined,
): NetworkTargets {
  const hosts = addresses.map(({ ip, hostname, server }) => ({
    ip,
    hostname: hostname ?? `host-${ip.replaceAll(/[.:]/g, "-")}`,
    mac: "",
    roles: server === true ? ["file-server"] : [],
    windows: true,
  }));
  return {
    hosts,
    resolver: resolver ?? hosts.at(-1)?.ip ?? "10.0.0.1",
    domainControllers: hosts.filter((h) => h.ip === resolver),
    domain: "corp.local",
    netbios: "CORP",
    prefixes: [...new Set(addresses.filter((a) => a.ip.includes(".")).map((a) => a.ip.split(".").slice(0, 3).join(".")))],
    accounts: [],
  };
}

/** First octets of blocks that hosters of several countries hold; the rest is drawn. Never a private or reserved address. */
const OCTETS = [
  5, 23, 31, 37, 45, 46, 62, 77, 78, 80, 84, 91, 93, 94, 103, 104, 107, 109, 138, 144, 146, 157, 159, 162, 165, 176, 178, 185, 188, 193, 194, 195,
];

export function freeAddress(draw: { pick<T>(list: readonly T[]): T; int(low: number, high: number): number }): string {
  return `${draw.pick(OCTETS)}.${draw.int(32, 250)}.${draw.int(0, 255)}.${draw.int(1, 254)}`;
}
