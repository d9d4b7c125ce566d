import { parseIpv4 } from "../../base/ip.ts";
import type { Draw } from "./draw.ts";
import type { Browser, Device, DeviceRole, OperatingSystem, OrganisationLife, Person } from "./types.ts";

type Service = Device["services"][number];

/** First three bytes of hardware addresses by maker; the last three are drawn. */
const MAKERS: Readonly<Record<string, readonly string[]>> = {
  pc: ["3c:52:82", "54:bf:64", "a4:bb:6d", "f8:b1:56", "e8:6a:64", "c8:5b:76"],
  apple: ["f0:18:98", "a4:83:e7", "3c:22:fb", "14:7d:da"],
  virtual: ["00:50:56", "00:0c:29"],
  printer: ["00:26:73", "9c:93:4e", "b0:5c:da"],
  camera: ["00:40:8c", "ac:cc:8e", "bc:ad:28"],
  telephone: ["00:04:13", "80:5e:c0", "64:16:7f"],
  gear: ["00:1b:0d", "94:b4:0f", "f0:9f:c2"],
};

/** Hands out the host numbers of a network in order, from an offset on. Throws RangeError when it is full. */
export class AddressBook {
  readonly #next = new Map<string, number>();

  take(cidr: string, first = 10): string {
    const [address = "", bits = "24"] = cidr.split("/");
    const base = parseIpv4(address) ?? 0;
    const used = this.#next.get(cidr) ?? first;
    if (used >= 2 ** (32 - Number(bits)) - 1) throw new RangeError(`no address left in ${cidr}`);
    this.#next.set(cidr, used + 1);
    const value = base + used;
    return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
  }
}

const tcp = (port: number, service: string): Service => ({ port, proto: "tcp", service });
const udp = (port: number, service: string): Service => ({ port, proto: "udp", service });

function windows(name: string, build: string): OperatingSystem {
  return { family: "windows", name, version: build, build: `${build}.${name.includes("Server") ? "4171" : "4652"}` };
}

const WIN11 = windows("Windows 11", "10.0.22631");
const WIN10 = windows("Windows 10", "10.0.19045");
const SERVER_2019 = windows("Windows Server 2019", "10.0.17763");
const SERVER_2022 = windows("Windows Server 2022", "10.0.20348");
const DEBIAN: OperatingSystem = { family: "linux", name: "Debian", version: "12", build: "6.1.0-25-amd64" };
const UBUNTU: OperatingSystem = { family: "linux", name: "Ubuntu", version: "22.04", build: "5.15.0-122-generic" };
const MACOS: OperatingSystem = { family: "macos", name: "macOS", version: "14.6", build: "23G93" };
const FIRMWARE: OperatingSystem = { family: "firmware", name: "firmware", version: "4.2", build: "4.2.11" };

export interface MadeDevices {
  clients: Device[];
  servers: Device[];
  things: Device[];
}

/** Machines of the organisation; `people[].devices` is filled on the way. */
export function makeDevices(root: Draw, organisation: OrganisationLife, people: Person[]): MadeDevices {
  const book = new AddressBook();
  const main = organisation.sites[0];
  if (main === undefined) throw new RangeError("an organisation has a site");
  const network = (site: string, kind: string, name?: string): string => {
    const at = organisation.sites.find((s) => s.name === site) ?? main;
    const found = at.networks.find((n) => n.kind === kind && (name === undefined || n.name.endsWith(name)));
    if (found === undefined) throw new RangeError(`no network of ${kind} at ${site}`);
    return found.cidr;
  };
  let count = 0;
  const base = (draw: Draw, role: DeviceRole, hostname: string, site: string, ip: string, os: OperatingSystem, maker: string): Device => ({
    id: `d${String(++count).padStart(5, "0")}`,
    hostname,
    role,
    also: [],
    site,
    ip,
    mac: `${draw.pick(MAKERS[maker] ?? MAKERS.pc ?? [])}:${draw.hex(2)}:${draw.hex(2)}:${draw.hex(2)}`,
    dhcp: false,
    os,
    services: [],
    deviceId: draw.hex(40),
    joins: Number.NEGATIVE_INFINITY,
    leaves: Number.POSITIVE_INFINITY,
  });

  const clients: Device[] = [];
  const style = root.fork("style");
  const prefix = style.pick(["NB", "PC", "WS", "LT", "CL"]);
  const wide = style.chance(0.5);
  for (const person of people) {
    const draw = root.fork(`client/${person.id}`);
    const mobile = person.homeDays.length > 0 || person.travel.length > 0 || draw.chance(0.5);
    const mac = draw.chance(person.department === "Marketing" ? 0.6 : person.department === "Engineering" ? 0.2 : 0.05);
    const linux = !mac && person.department === "Engineering" && draw.chance(0.2);
    const os = mac ? MACOS : linux ? UBUNTU : draw.chance(0.72) ? WIN11 : WIN10;
    const name = wide ? `${prefix}${draw.int(10_000, 99_999)}` : `${prefix}-${String(people.indexOf(person) + 101)}`;
    const device = base(
      draw,
      mobile ? "laptop" : "workstation",
      mac ? `${person.account.split(".")[0]}s-MacBook-Pro` : name,
      person.site,
      book.take(network(person.site, "clients", "clients"), 40),
      os,
      mac ? "apple" : "pc",
    );
    device.otherIp = book.take(network(person.site, "clients", "clients"));
    device.dhcp = true;
    device.owner = person.id;
    device.browser = browserOf(draw, os);
    device.joins = person.joins;
    device.leaves = person.leaves;
    if (mobile) device.vpnIp = book.take(organisation.vpnPool);
    if (os.family === "windows") device.services.push(tcp(135, "epmap"), tcp(445, "smb"));
    if (os.family === "linux") device.services.push(tcp(22, "ssh"));
    clients.push(device);
    person.devices.push(device.id);
    if (draw.chance(0.75)) {
      const ios = draw.chance(0.55);
      const phone = base(
        draw,
        "phone",
        ios ? "iPhone" : `Android-${draw.hex(6)}`,
        person.site,
        book.take(network(person.site, "guests")),
        ios ? { family: "ios", name: "iOS", version: "17.6", build: "21G80" } : { family: "android", name: "Android", version: "14", build: "UP1A" },
        ios ? "apple" : "gear",
      );
      phone.dhcp = true;
      phone.owner = person.id;
      phone.browser = { name: ios ? "Safari" : "Chrome", major: ios ? 17 : 128 };
      phone.joins = person.joins;
      phone.leaves = person.leaves;
      clients.push(phone);
      person.devices.push(phone.id);
    }
  }

  const servers: Device[] = [];
  const server = (
    role: DeviceRole,
    hostname: string,
    os: OperatingSystem,
    services: Service[],
    also: DeviceRole[] = [],
    cidr = network(main.name, "servers"),
  ): Device => {
    const device = base(root.fork(`server/${hostname}`), role, hostname, main.name, book.take(cidr), os, "virtual");
    device.services = services;
    device.also = also;
    servers.push(device);
    return device;
  };
  const directory = [
    udp(53, "dns"),
    tcp(53, "dns"),
    udp(88, "krb"),
    tcp(88, "krb"),
    tcp(135, "epmap"),
    tcp(389, "ldap"),
    udp(389, "ldap"),
    tcp(445, "smb"),
    udp(123, "ntp"),
    tcp(3389, "rdp"),
  ];
  const many = people.length;
  server("domain-controller", "SRV-DC01", SERVER_2022, directory, ["name-server", "dhcp-server"]);
  server("domain-controller", "SRV-DC02", SERVER_2019, directory, ["name-server"]);
  server("file-server", "SRV-FILE01", SERVER_2022, [tcp(445, "smb"), tcp(3389, "rdp"), tcp(5985, "winrm")]);
  if (many > 150) server("file-server", "SRV-FILE02", SERVER_2019, [tcp(445, "smb"), tcp(3389, "rdp"), tcp(5985, "winrm")]);
  server("print-server", "SRV-PRINT", SERVER_2019, [tcp(445, "smb"), tcp(135, "epmap"), tcp(3389, "rdp")]);
  server("intranet", "intranet", DEBIAN, [tcp(80, "http"), tcp(443, "ssl"), tcp(22, "ssh")]);
  server("database", "SRV-ERP", SERVER_2022, [tcp(443, "ssl"), tcp(1433, "mssql"), tcp(3389, "rdp"), tcp(5985, "winrm")]);
  server("backup", "SRV-BACKUP", SERVER_2019, [tcp(445, "smb"), tcp(9392, "backup"), tcp(3389, "rdp")]);
  server("nas", "nas01", DEBIAN, [tcp(2049, "nfs"), tcp(445, "smb"), tcp(443, "ssl"), tcp(22, "ssh")]);
  server("monitoring", "monitor", DEBIAN, [tcp(443, "ssl"), tcp(22, "ssh"), udp(514, "syslog")]);
  server("scanner", "vulnscan", DEBIAN, [tcp(443, "ssl"), tcp(22, "ssh")]);
  server("build", "build01", UBUNTU, [tcp(443, "ssl"), tcp(22, "ssh"), tcp(8080, "http")]);
  server("jump-host", "SRV-ADMIN", SERVER_2022, [tcp(3389, "rdp"), tcp(22, "ssh")]);
  for (let i = 1; i <= (many > 150 ? 4 : 2); i++)
    server("hypervisor", `esx0${i}`, { family: "linux", name: "ESXi", version: "8.0", build: "24022510" }, [
      tcp(443, "ssl"),
      tcp(902, "vmauth"),
      tcp(22, "ssh"),
    ]);
  const dmz = network(main.name, "dmz");
  server("mail-gateway", "mx1", DEBIAN, [tcp(25, "smtp"), tcp(587, "smtp"), tcp(22, "ssh")], [], dmz);
  server("web", "www1", DEBIAN, [tcp(80, "http"), tcp(443, "ssl"), tcp(22, "ssh")], [], dmz);
  server("vpn", "gate", FIRMWARE, [tcp(443, "ssl"), udp(443, "dtls")], [], dmz);

  const things: Device[] = [];
  const thing = (site: string, role: DeviceRole, hostname: string, maker: string, services: Service[]): void => {
    const device = base(root.fork(`thing/${site}/${hostname}`), role, hostname, site, book.take(network(site, "things")), FIRMWARE, maker);
    device.services = services;
    device.dhcp = role === "telephone" || role === "display" || role === "printer";
    things.push(device);
  };
  organisation.sites.forEach((site, s) => {
    const here = people.filter((p) => p.site === site.name).length;
    const each = (share: number): number => Math.max(1, Math.round(here / share));
    for (let i = 1; i <= each(14); i++)
      thing(site.name, "printer", `PRN-${s + 1}-${String(i).padStart(2, "0")}`, "printer", [
        tcp(9100, "jetdirect"),
        tcp(631, "ipp"),
        tcp(80, "http"),
        tcp(443, "ssl"),
        udp(161, "snmp"),
      ]);
    for (let i = 1; i <= each(12); i++) thing(site.name, "camera", `cam-${s + 1}-${String(i).padStart(2, "0")}`, "camera", [tcp(554, "rtsp"), tcp(80, "http")]);
    thing(site.name, "recorder", `nvr-${s + 1}`, "camera", [tcp(443, "ssl"), tcp(554, "rtsp")]);
    for (let i = 1; i <= each(3); i++)
      thing(site.name, "telephone", `SIP${site.name.length}${s}${String(i).padStart(4, "0")}`, "telephone", [udp(5060, "sip")]);
    thing(site.name, "door", `door-${s + 1}`, "gear", [tcp(4050, "door")]);
    for (let i = 1; i <= each(30); i++) thing(site.name, "display", `room-${s + 1}-${i}`, "gear", []);
    for (let i = 1; i <= each(20); i++) thing(site.name, "switch", `sw-${s + 1}-${String(i).padStart(2, "0")}`, "gear", [tcp(22, "ssh"), udp(161, "snmp")]);
  });
  return { clients, servers, things };
}

function browserOf(draw: Draw, os: OperatingSystem): Browser {
  if (os.family === "macos") return draw.chance(0.5) ? { name: "Safari", major: 17 } : { name: "Chrome", major: 128 };
  if (os.family === "linux") return draw.chance(0.5) ? { name: "Firefox", major: 130 } : { name: "Chrome", major: 128 };
  const name = draw.weighted(["Edge", "Chrome", "Firefox"] as const, (b) => ({ Edge: 48, Chrome: 40, Firefox: 12 })[b]);
  return { name, major: name === "Firefox" ? 130 : 128 };
}
