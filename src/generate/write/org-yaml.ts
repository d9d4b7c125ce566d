import { stringify } from "yaml";
import type { World } from "../world/types.ts";

export const SYNTHETIC = "Synthetic: made by `wonted generate`. People, firms, names and traffic are invented; none of it happened.";

const ROLES: Readonly<Record<string, string>> = {
  "domain-controller": "domain-controller",
  "file-server": "file-server",
  "mail-gateway": "mail-gateway",
  scanner: "scanner",
  monitoring: "monitoring",
  backup: "backup",
  "jump-host": "jump-host",
  printer: "printer",
  camera: "camera",
};

/** What an administrator would tell of the organisation, as `--org` takes it: no more than such people know. */
export function organisationYaml(world: World): string {
  const { organisation, people, servers, things } = world;
  const { mail, web, vpn } = organisation.publicAddresses;
  const networks = organisation.sites.flatMap((s) => s.networks.map((n) => n.cidr));
  const roles = [...servers, ...things].flatMap((d) => {
    const role = ROLES[d.role];
    return role === undefined ? [] : [{ entity: d.ip, role }, ...(d.also.includes("name-server") ? [{ entity: d.ip, role: "name-server" }] : [])];
  });
  const value = {
    networks: [...networks, `${mail}/32`, `${web}/32`, `${vpn}/32`],
    domains: [...organisation.domains, organisation.adDomain, organisation.tenantDomain],
    nat: organisation.sites.map((s) => s.egress),
    vpn: [organisation.vpnGateway],
    protected: servers.filter((s) => s.role === "domain-controller" || s.role === "hypervisor").map((s) => s.ip),
    timezone: organisation.timezone,
    sites: organisation.sites.map((s) => ({ name: s.name, networks: s.networks.map((n) => n.cidr), timezone: s.timezone })),
    people: people.map((p) => ({
      name: p.name,
      mail: p.mail,
      department: p.department,
      title: p.title,
      ...(p.manager === undefined ? {} : { manager: p.manager }),
    })),
    roles,
  };
  return `# ${SYNTHETIC}\n# ${organisation.name}\n${stringify(value, { lineWidth: 0 })}`;
}
