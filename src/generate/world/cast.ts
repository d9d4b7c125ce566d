/** What a world is made from; the same options make the same world on any machine. */
export interface WorldOptions {
  seed: number;
  /** People employed on the first day, 1-5,000. */
  people: number;
  days: number;
  /** First day, YYYY-MM-DD on the organisation's clock. */
  start: string;
}

export interface Network {
  name: string;
  /** CIDR. */
  cidr: string;
  kind: "clients" | "servers" | "things" | "guests" | "vpn" | "dmz";
  site: string;
  gateway: string;
}

export interface Site {
  name: string;
  city: string;
  country: string;
  timezone: string;
  /** Address under which the site is seen outside. */
  egress: string;
  networks: Network[];
}

export interface OrganisationLife {
  name: string;
  /** Mail domain of the first rank, then others that it owns. */
  domains: string[];
  domain: string;
  /** Active Directory: DNS name, NetBIOS name, domain SID. */
  adDomain: string;
  netbios: string;
  sid: string;
  tenantId: string;
  tenantDomain: string;
  country: string;
  language: string;
  timezone: string;
  sites: Site[];
  /** Address of the VPN gateway outside, and the pool inside. */
  vpnGateway: string;
  vpnPool: string;
  /** Public addresses of own servers. */
  publicAddresses: { mail: string; web: string; vpn: string };
  industry: string;
}

export const DEPARTMENTS = [
  "Management",
  "Finance",
  "Human Resources",
  "Sales",
  "Marketing",
  "Engineering",
  "Operations",
  "Legal",
  "Purchasing",
  "Support",
  "IT",
] as const;
export type Department = (typeof DEPARTMENTS)[number];

export interface Person {
  id: string;
  /** As written by its bearer, in its script. */
  name: string;
  given: string;
  family: string;
  mail: string;
  upn: string;
  /** Windows account name. */
  account: string;
  sid: string;
  objectId: string;
  department: Department;
  title: string;
  /** Mail of the manager; none at the top. */
  manager?: string;
  site: string;
  language: string;
  /** IT administrator with an account apart, `adminAccount`. */
  admin: boolean;
  adminAccount?: string;
  /** Chief or finance: whom frauds imitate. */
  vip: boolean;
  /** Usual day on the local clock, hours; weekdays 0 = Monday. */
  hours: { start: number; end: number; spread: number; weekdays: number[] };
  /** Weekdays usually at home, 0 = Monday. */
  homeDays: number[];
  home: { ip: string; isp: string; asn: number; city: string; country: string; changesEvery: number };
  mobile: { ip: string; isp: string; asn: number; country: string };
  travel: Travel[];
  /** Days (index) on leave or ill. */
  away: number[];
  /** Index of the first day of work, and of the last; outside the period for most. */
  joins: number;
  leaves: number;
  devices: string[];
  /** How much mail, chat, browsing: 1 = the median person; heavy-tailed over people. */
  activity: { mail: number; chat: number; web: number; files: number };
  phone: string;
}

export interface Travel {
  /** Day indexes, both included. */
  from: number;
  to: number;
  city: string;
  country: string;
  ip: string;
  isp: string;
  asn: number;
}

export type DeviceRole =
  | "workstation"
  | "laptop"
  | "phone"
  | "domain-controller"
  | "name-server"
  | "dhcp-server"
  | "file-server"
  | "mail-gateway"
  | "proxy"
  | "backup"
  | "monitoring"
  | "database"
  | "intranet"
  | "web"
  | "vpn"
  | "hypervisor"
  | "scanner"
  | "build"
  | "print-server"
  | "jump-host"
  | "nas"
  | "printer"
  | "camera"
  | "recorder"
  | "telephone"
  | "door"
  | "display"
  | "switch";

export interface Device {
  id: string;
  hostname: string;
  role: DeviceRole;
  /** Further roles that it serves. */
  also: DeviceRole[];
  site: string;
  /** Address on the first day; `addressOf` (addressing.ts) knows of moves and new leases. */
  ip: string;
  /** Another address of its own that a later lease may give. */
  otherIp?: string;
  /** Address in the remote-access pool, for machines that leave the house. */
  vpnIp?: string;
  /** It stands in another network from this day on. */
  moves?: { day: number; ip: string };
  mac: string;
  dhcp: boolean;
  os: OperatingSystem;
  /** Person's id. */
  owner?: string;
  /** Listening ports by service name. */
  services: { port: number; proto: "tcp" | "udp"; service: string }[];
  browser?: Browser;
  /** Defender and directory ids. */
  deviceId: string;
  joins: number;
  leaves: number;
}

export interface OperatingSystem {
  family: "windows" | "macos" | "linux" | "ios" | "android" | "firmware";
  name: string;
  version: string;
  build: string;
}

export interface Browser {
  name: "Edge" | "Chrome" | "Firefox" | "Safari";
  /** Major version on the first day; it rolls on about every four weeks. */
  major: number;
}

export interface Contact {
  name: string;
  given: string;
  family: string;
  mail: string;
  title: string;
  phone: string;
  /** Relative rate of correspondence. */
  weight: number;
}

export interface Partner {
  id: string;
  name: string;
  kind: "supplier" | "customer" | "partner" | "authority" | "bank" | "agency";
  domain: string;
  country: string;
  language: string;
  timezone: string;
  tenantId: string;
  /** Whether it has Microsoft 365, and so federates Teams. */
  m365: boolean;
  asn: number;
  asnName: string;
  mailServers: { hostname: string; ip: string }[];
  /** Office egress, where its people's clients stand. */
  egress: string;
  auth: { spf: boolean; dkim: boolean; dmarc: "none" | "quarantine" | "reject" | "absent" };
  people: Contact[];
  /** Heavy-tailed share of all correspondence. */
  weight: number;
  /** Index of the first day of dealings: some come new within the period. */
  since: number;
  /** People (ids) of ours who deal with it. */
  owners: string[];
  /** Invoices are theirs to send. */
  invoices: boolean;
}

export interface Newsletter {
  id: string;
  name: string;
  from: string;
  domain: string;
  /** Platform that sends it: bounce and link domains. */
  platform: { name: string; domain: string; ips: string[] };
  language: string;
  /** Days between issues. */
  every: number;
  /** Local hour of sending. */
  hour: number;
  subscribers: string[];
}

export interface MailingList {
  address: string;
  name: string;
  /** Ours (distribution list) or an outside discussion list. */
  inside: boolean;
  members: string[];
  /** Messages on a working day. */
  rate: number;
  host?: { hostname: string; ip: string };
}

/** A machine that writes mail or chat: tickets, monitoring, calendars, scanners-to-mail, build results. */
export interface Bot {
  id: string;
  name: string;
  mail: string;
  kind: "ticket" | "monitoring" | "build" | "scanner" | "crm" | "backup" | "hr" | "meeting" | "delivery";
  inside: boolean;
  ip: string;
  rate: number;
  audience: string[];
}

export interface SaasProvider {
  id: string;
  name: string;
  domain: string;
  kind: "crm" | "tickets" | "files" | "signature" | "travel" | "expenses" | "design" | "meetings" | "payroll" | "code";
  noreply: string;
  ips: string[];
  users: string[];
}

export type OrgEventKind =
  | "office-move"
  | "software-rollout"
  | "internal-mass-mail"
  | "mass-invite"
  | "penetration-test"
  | "vpn-egress-change"
  | "help-desk-session"
  | "new-partner"
  | "conference"
  | "patch-day"
  | "outage"
  | "all-hands"
  | "password-change-campaign"
  | "new-server";

/** Something lawful that is not every day. Times in ms; `people`, `devices`, `partners` hold ids. */
export interface OrgEvent {
  id: string;
  kind: OrgEventKind;
  start: number;
  end: number;
  what: string;
  people: string[];
  devices: string[];
  partners: string[];
}

/** How one person spends one day. Times in ms; undefined `start` when not at work. */
export interface PersonDay {
  state: "office" | "home" | "travel" | "off" | "leave" | "absent";
  start?: number;
  end?: number;
  lunchStart?: number;
  lunchEnd?: number;
  /** Address under which the world outside sees the person's clients. */
  egress: string;
  country: string;
  city: string;
  asn: number;
  isp: string;
  trip?: Travel;
}
