import type { Draw } from "../world/draw.ts";
import type { Device, Person, World } from "../world/types.ts";

/** Where a person acts from in the cloud: the address that the service sees, and the program. */
export interface Standpoint {
  ip: string;
  country: string;
  city: string;
  asn: number;
  isp: string;
  device: Device | undefined;
  agent: string;
  os: string;
  browser: string;
}

/** Work that falls into an hour, as a share of the person's working day; a little of it in the evening, by telephone. */
export function shareOfWork(world: World, person: Person, from: number, to: number, day: number): number {
  const plan = world.calendar.personDay(person, day);
  if (plan.start === undefined || plan.end === undefined) return plan.state === "absent" ? 0 : plan.state === "leave" ? 0.003 : 0.005;
  const worked = overlap(from, to, plan.start, plan.end) - overlap(from, to, plan.lunchStart ?? 0, plan.lunchEnd ?? 0);
  const hour = world.calendar.hourOf(from);
  const evening = hour >= 6 && hour < 23 ? 0.004 : 0;
  return Math.max(worked / (plan.end - plan.start), evening);
}

function overlap(a: number, b: number, c: number, d: number): number {
  return Math.max(0, Math.min(b, d) - Math.max(a, c));
}

/** Moments of a habit within an hour: `perDay` on a whole working day, in bursts (the rate of an hour is log-normal). In order. */
export function moments(draw: Draw, from: number, to: number, perDay: number, share: number): number[] {
  const count = draw.poisson(perDay * share * draw.lognormal(0.8, 0.7));
  return Array.from({ length: count }, () => Math.floor(draw.between(from, to))).sort((a, b) => a - b);
}

const indexes = new WeakMap<World, Map<string, Device[]>>();

/** A person's machines, without a walk over everybody's: worlds have thousands. */
export function machinesOf(world: World, person: Person): readonly Device[] {
  let index = indexes.get(world);
  if (index === undefined) {
    index = new Map();
    for (const device of world.clients) if (device.owner !== undefined) index.set(device.owner, [...(index.get(device.owner) ?? []), device]);
    indexes.set(world, index);
  }
  return index.get(person.id) ?? [];
}

/** The person's standpoint at a moment; by telephone over the carrier's network one time in five, and outside working hours mostly. */
export function standpoint(world: World, person: Person, at: number, draw: Draw): Standpoint {
  const day = world.calendar.dayOf(at);
  const plan = world.calendar.personDay(person, day);
  const working = plan.start !== undefined && plan.end !== undefined && at >= plan.start && at <= plan.end;
  const owned = machinesOf(world, person);
  const phone = owned.find((d) => d.role === "phone");
  const computer = owned.find((d) => d.role !== "phone");
  if (phone !== undefined && draw.chance(working ? 0.15 : 0.85)) {
    const carrier = draw.chance(0.45) || plan.state === "travel";
    const { mobile, home } = person;
    if (carrier && plan.state !== "travel") return placed(mobile.ip, mobile.country, home.city, mobile.asn, mobile.isp, phone, world, at);
    return placed(working ? plan.egress : home.ip, plan.country, plan.city, plan.asn, plan.isp, phone, world, at);
  }
  const vpn = world.events.find((e) => e.kind === "vpn-egress-change" && e.start <= at && at < e.end);
  const full = plan.state === "home" && (person.objectId.charCodeAt(0) & 3) === 0;
  if (full && computer !== undefined) {
    const site = world.organisation.sites.find((s) => s.name === person.site) ?? world.organisation.sites[0];
    const line = vpn === undefined ? world.organisation.vpnGateway : nextAddress(world.organisation.vpnGateway);
    return placed(line, site?.country ?? plan.country, site?.city ?? plan.city, 0, world.organisation.name, computer, world, at);
  }
  return placed(plan.egress, plan.country, plan.city, plan.asn, plan.isp, computer, world, at);
}

function nextAddress(ip: string): string {
  const parts = ip.split(".").map(Number);
  return `${parts[0]}.${parts[1]}.${parts[2]}.${((parts[3] ?? 0) + 97) % 254 || 1}`;
}

function placed(ip: string, country: string, city: string, asn: number, isp: string, device: Device | undefined, world: World, at: number): Standpoint {
  return { ip, country, city, asn, isp, device, ...program(device, world.calendar.dayOf(at)) };
}

/** Browser and system as they name themselves; the browser's major version rolls on every four weeks. */
export function program(device: Device | undefined, day: number): { agent: string; os: string; browser: string } {
  if (device?.os.family === "ios")
    return {
      agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
      os: "Ios 17.6",
      browser: "Mobile Safari",
    };
  if (device?.os.family === "android")
    return {
      agent: "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36",
      os: "Android 14",
      browser: "Chrome Mobile 128.0.0",
    };
  const major = (device?.browser?.major ?? 126) + Math.floor(Math.max(0, day) / 28);
  const system =
    device?.os.family === "macos" ? "Macintosh; Intel Mac OS X 10_15_7" : device?.os.family === "linux" ? "X11; Linux x86_64" : "Windows NT 10.0; Win64; x64";
  const os = device?.os.family === "macos" ? "MacOs" : device?.os.family === "linux" ? "Linux" : device?.os.name === "Windows 11" ? "Windows11" : "Windows10";
  const name = device?.browser?.name ?? "Edge";
  if (name === "Firefox") return { agent: `Mozilla/5.0 (${system}; rv:${major}.0) Gecko/20100101 Firefox/${major}.0`, os, browser: `Firefox ${major}.0` };
  if (name === "Safari")
    return { agent: `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15`, os, browser: "Safari 17.6" };
  const chrome = `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
  return name === "Edge" ? { agent: `${chrome} Edg/${major}.0.0.0`, os, browser: `Edge ${major}.0.0` } : { agent: chrome, os, browser: `Chrome ${major}.0.0` };
}
