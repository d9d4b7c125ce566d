import { freeAddress } from "./targets.ts";
import type { NetworkTargets, Setting, Stage, TargetHost } from "./types.ts";

const WORDS = ["cdn", "static", "api", "sync", "update", "cloud", "media", "edge", "stat", "assets", "mail", "live", "app", "secure", "data", "portal"];
const TAILS = ["box", "hub", "kit", "lane", "ware", "node", "grid", "dock", "port", "works", "line", "store"];
const ENDINGS = ["com", "net", "io", "top", "xyz", "site", "online", "bond", "live", "info"];

/** The first state of an attack: its foothold, account, person, server and place, all from the seed. */
export function newStage(attack: string, setting: Setting): Stage {
  const { draw, net, world } = setting;
  const fork = draw.fork("stage");
  const foothold = pickFoothold(net, (list) => fork.pick(list));
  const employed = world?.people.filter((p) => present(p.joins, p.leaves, world.calendar.dayOf(setting.start))) ?? [];
  const device = world?.clients.find((d) => d.hostname === foothold.hostname);
  const person = employed.find((p) => p.id === device?.owner) ?? (employed.length > 0 ? fork.pick(employed) : undefined);
  // From where its owner never was: neither home nor a journey of his.
  const near = new Set([
    ...(world?.organisation.sites.map((s) => s.country) ?? []),
    ...(person === undefined ? [] : [person.home.country, ...person.travel.map((t) => t.country)]),
  ]);
  return {
    attack,
    setting,
    out: { network: [], emitted: [], truth: [], end: setting.start },
    now: setting.start,
    foothold,
    taken: [foothold],
    account: person?.account ?? (net.accounts.length > 0 ? fork.pick(net.accounts) : "svc-update"),
    person,
    control: { host: freshDomain(fork), ip: freeAddress(fork) },
    place: fork.pick(PLACES.filter((p) => !near.has(p.country))).at(fork),
  };
}

function present(joins: number, leaves: number, day: number): boolean {
  return joins <= day && day <= leaves;
}

/** A workstation where there is one: servers seldom open mail. */
function pickFoothold(net: NetworkTargets, pick: (list: readonly TargetHost[]) => TargetHost): TargetHost {
  const clients = net.hosts.filter((h) => h.windows && (h.roles.length === 0 || h.roles.some((r) => r === "workstation" || r === "laptop")));
  return pick(clients.length > 0 ? clients : net.hosts);
}

/** A domain that sounds like any other and belongs to nobody in the world. */
export function freshDomain(draw: { pick<T>(list: readonly T[]): T; token(n: number, alphabet?: string): string; chance(p: number): boolean }): string {
  const name = draw.chance(0.3) ? draw.token(12, "abcdefghijklmnopqrstuvwxyz") : `${draw.pick(WORDS)}${draw.pick(TAILS)}${draw.token(2, "0123456789")}`;
  return `${name}.${draw.pick(ENDINGS)}`;
}

interface Place {
  country: string;
  at(draw: { int(low: number, high: number): number }): Stage["place"];
}

function place(country: string, city: string, isp: string, asn: number, prefix: string): Place {
  return { country, at: (draw) => ({ ip: `${prefix}.${draw.int(2, 250)}.${draw.int(2, 250)}`, country, city, isp, asn }) };
}

/** Rented machines: the address stands in a block of that country, owner and number are invented. */
const PLACES: readonly Place[] = [
  place("PL", "Warsaw", "Nadwisla Hosting", 398_101, "195.242"),
  place("NL", "Amsterdam", "Polder Virtual Servers", 398_102, "185.220"),
  place("RU", "Moscow", "Stolitsa Data", 398_103, "95.163"),
  place("SG", "Singapore", "Straits Cloud", 398_104, "103.253"),
  place("US", "Dallas", "Lone Prairie Hosting", 398_105, "104.217"),
  place("NG", "Lagos", "Lagoon Broadband", 398_106, "105.112"),
  place("TR", "Istanbul", "Bogaz Telekom", 398_107, "88.228"),
];
