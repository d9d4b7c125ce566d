/**
 * Roles of devices by their one name: what the organisation file says, what is proposed from behaviour, what models except and what responses spare. A role
 * that is not in the list may be written all the same (it names the device on screens); nothing of ours asks for it.
 */
export const ROLES = [
  "administration",
  "automation",
  "backup",
  "bot",
  "camera",
  "dhcp-server",
  "dns-server",
  "domain-controller",
  "file-server",
  "firewall",
  "gateway",
  "hypervisor",
  "identity",
  "jump-host",
  "mail-gateway",
  "mail-server",
  "management-server",
  "monitoring",
  "nat",
  "partner",
  "printer",
  "protected",
  "proxy",
  "router",
  "scanner",
  "server",
  "service-account",
  "terminal-server",
  "time-server",
  "vpn",
  "vulnerability-scanner",
  "wonted",
] as const;
export type Role = (typeof ROLES)[number];

/** The same role by other names that people write. */
const ALSO: Readonly<Record<string, Role>> = {
  "backup-server": "backup",
  dhcp: "dhcp-server",
  dns: "dns-server",
  "name-server": "dns-server",
  nameserver: "dns-server",
  resolver: "dns-server",
  dc: "domain-controller",
  "jump-server": "jump-host",
  bastion: "jump-host",
  "software-distribution": "management-server",
  "ntp-server": "time-server",
  "vpn-gateway": "vpn",
};

/** "Name server" and "name-server" are "dns-server": lower case, hyphens, the one name of those that mean the same. */
export function roleName(text: string): string {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, "-");
  return ALSO[plain] ?? plain;
}
