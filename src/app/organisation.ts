import { z } from "zod";
import { DEFAULT_OWN_NETWORKS, NetworkSet } from "../base/ip.ts";
import { ZoneClock } from "../base/time.ts";
import type { Organisation } from "../schema/organisation.ts";
import { parseYaml, readYamlFile } from "./yaml-file.ts";

const network = z.string().refine(isNetwork, { message: "not a network in CIDR form, such as 10.0.0.0/8" });
const timezone = z.string().refine(isZone, { message: "not an IANA time zone, such as Europe/Vienna" });
const texts = z.array(z.string().min(1).max(253)).max(10_000);

const organisationSchema = z
  .strictObject({
    networks: z.array(network).max(10_000),
    domains: texts,
    receivers: z.array(z.string().max(253)).max(1_000),
    nat: texts,
    proxies: texts,
    vpn: texts,
    protected: texts,
    timezone,
    sites: z.array(z.strictObject({ name: z.string(), networks: z.array(network), timezone: timezone.optional() })),
    people: z.array(
      z.strictObject({ name: z.string(), mail: z.string(), department: z.string().optional(), title: z.string().optional(), manager: z.string().optional() }),
    ),
    roles: z.array(z.strictObject({ entity: z.string(), role: z.string() })),
  })
  .partial();

function isNetwork(text: string): boolean {
  try {
    new NetworkSet([text]);
    return true;
  } catch {
    return false;
  }
}

function isZone(text: string): boolean {
  try {
    new ZoneClock(text);
    return true;
  } catch {
    return false;
  }
}

/** Reads `--org FILE`; without a file every default of docs/reference/organisation.md holds. */
export function readOrganisation(path: string | undefined): Organisation {
  return organisationOf(path === undefined ? {} : readYamlFile(path, organisationSchema, "organisation file"));
}

/** The text of such a file; `shown` names it in errors. */
export function organisationFromText(text: string, shown: string): Organisation {
  return organisationOf(parseYaml(text, shown, organisationSchema, "organisation file"));
}

function organisationOf(given: z.infer<typeof organisationSchema>): Organisation {
  return {
    networks: given.networks ?? DEFAULT_OWN_NETWORKS,
    defaultNetworks: given.networks === undefined,
    domains: given.domains ?? [],
    ...(given.receivers === undefined ? {} : { receivers: given.receivers.map((r) => r.toLowerCase()) }),
    nat: given.nat ?? [],
    proxies: given.proxies ?? [],
    vpn: given.vpn ?? [],
    protected: given.protected ?? [],
    timezone: given.timezone ?? "UTC",
    sites: (given.sites ?? []).map((s) =>
      s.timezone === undefined ? { name: s.name, networks: s.networks } : { name: s.name, networks: s.networks, timezone: s.timezone },
    ),
    people: (given.people ?? []) as Organisation["people"],
    roles: given.roles ?? [],
  };
}

/** Roles by entity, lower case; NAT, proxy and VPN addresses carry the role of that name. */
export function rolesOf(organisation: Organisation): Map<string, string[]> {
  const roles = new Map<string, string[]>();
  const add = (entity: string, role: string): void => {
    const key = entity.toLowerCase();
    roles.set(key, [...(roles.get(key) ?? []), role]);
  };
  for (const { entity, role } of organisation.roles) add(entity, role);
  for (const nat of organisation.nat) add(nat, "nat");
  for (const proxy of organisation.proxies) add(proxy, "proxy");
  for (const vpn of organisation.vpn) add(vpn, "vpn");
  return roles;
}
