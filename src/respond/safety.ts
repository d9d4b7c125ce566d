import { canonicalIp, NetworkSet } from "../base/ip.ts";
import { HOUR } from "../base/time.ts";
import type { Action, ActionTarget, FlowMatch } from "../schema/action.ts";
import type { Role } from "../schema/roles.ts";
import type { Directory } from "./ports.ts";

export interface SafetyLimits {
  /** Actions that begin by themselves within an hour, all kinds together. */
  perHour: number;
  /** Share of the own devices that may be under an action at once, 0-1; three always may. */
  fleetShare: number;
}
export const STANDARD_LIMITS: SafetyLimits = { perHour: 20, fleetShare: 0.05 };
const ALWAYS_ALLOWED = 3;

/** Roles whose whole entity is never cut, and whose other end is never taken from anybody: without them nothing works. */
export const PROTECTED_ROLES: ReadonlySet<string> = new Set<Role>([
  "gateway",
  "router",
  "firewall",
  "dns-server",
  "dhcp-server",
  "protected",
  "wonted",
  "nat",
  "vpn",
  "proxy",
]);
/** Roles that may lose a single connection to them but are never confined, blocked or quarantined themselves. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set<Role>(["domain-controller", "hypervisor", "backup", "time-server"]);

/** What a role means for responses, in a sentence; undefined when nothing. */
export function protectionOf(role: string): string | undefined {
  if (PROTECTED_ROLES.has(role)) return "No response is ever taken against it, or against connections to it.";
  if (INFRASTRUCTURE.has(role))
    return "It is never quarantined or confined to its pattern of life; single connections to it may be blocked, and administration that is new to it may be refused.";
  return undefined;
}

/** Texts of the organisation's protected list: addresses, networks, ids, names; lower case. */
export class ProtectedList {
  readonly #networks: NetworkSet;
  readonly #names: ReadonlySet<string>;

  constructor(texts: readonly string[]) {
    const networks: string[] = [];
    const names = new Set<string>();
    for (const text of texts) {
      const plain = text.trim().toLowerCase();
      const [address = "", bits] = plain.split("/");
      if (canonicalIp(address) !== undefined && (bits === undefined || /^\d{1,3}$/.test(bits))) networks.push(plain);
      else names.add(plain);
    }
    this.#networks = new NetworkSet(networks);
    this.#names = names;
  }

  /** Addresses and networks, as they were written. */
  get networks(): readonly string[] {
    return this.#networks.texts;
  }
  hasAddress(ip: string): boolean {
    return this.#networks.has(ip);
  }
  hasName(name: string | undefined): boolean {
    if (name === undefined) return false;
    const lower = name.toLowerCase();
    return this.#names.has(lower) || this.#names.has(lower.split(".", 1)[0] ?? lower) || this.#networks.has(lower);
  }
}

/**
 * Why this target must not be touched, in words; undefined when it may. Neither end of a rule may be protected, by address, by network, by the
 * device behind it or by its role: an action that touches a protected entity is not weakened, it is not done, whoever asks.
 */
export function protectedBy(target: ActionTarget, list: ProtectedList, directory: Directory, wholeEntity: boolean): string | undefined {
  const { entity } = target;
  if (list.hasName(entity.id) || list.hasName(entity.hostname) || list.hasName(entity.user)) return `${entity.hostname ?? entity.id} is on the protected list`;
  const roles = directory.tags(entity);
  const role = roles.find((r) => PROTECTED_ROLES.has(r) || (wholeEntity && INFRASTRUCTURE.has(r)));
  if (role !== undefined) return `${entity.hostname ?? entity.id} is a ${role}`;
  const ends = new Set([...(entity.ip === undefined ? [] : [entity.ip]), ...directory.addresses(entity), ...(target.flows ?? []).flatMap(endsOf)]);
  for (const ip of ends) {
    if (list.hasAddress(ip)) return `${ip} is on the protected list`;
    const owner = directory.owner(ip);
    if (owner === undefined || owner === entity.id) continue;
    const other = directory.entity({ kind: "device", id: owner });
    if (list.hasName(owner) || list.hasName(other?.hostname)) return `${other?.hostname ?? owner} is on the protected list`;
    const otherRole = directory.tags({ kind: "device", id: owner }).find((r) => PROTECTED_ROLES.has(r));
    if (otherRole !== undefined) return `${other?.hostname ?? ip} is a ${otherRole}`;
  }
  return undefined;
}

function endsOf(flow: FlowMatch): string[] {
  return [flow.src, flow.dst].filter((ip) => ip !== undefined);
}

/** Counts what began by itself, and how much of the fleet is under an action. */
export class Limits {
  readonly limits: SafetyLimits;
  readonly #started: number[] = [];

  constructor(limits: SafetyLimits) {
    this.limits = limits;
  }

  /** Why one more may not begin by itself now; undefined when it may. */
  exceeded(entity: string, active: Iterable<Action>, fleet: number, now: number): string | undefined {
    while ((this.#started[0] ?? now) <= now - HOUR) this.#started.shift();
    if (this.#started.length >= this.limits.perHour) return `${this.limits.perHour} actions began by themselves within the hour`;
    const touched = new Set([entity]);
    for (const action of active) touched.add(action.target.entity.id);
    const most = Math.max(ALWAYS_ALLOWED, Math.floor(fleet * this.limits.fleetShare));
    if (touched.size > most) return `more than ${most} of ${fleet} devices would be under an action at once`;
    return undefined;
  }

  began(now: number): void {
    this.#started.push(now);
  }
}
