import { DEFAULT_OWN_NETWORKS, NetworkSet } from "../base/ip.ts";
import type { Action, ActionTarget, FlowMatch } from "../schema/action.ts";
import type { EntityRef } from "../schema/entity.ts";

/**
 * Can it be done, and if not, why: said before the click. `soon`: it could, were the driver there; what is decided meanwhile is tried again. `limits`: what
 * of it this driver cannot do. `hand`: a person has to do it, by these steps.
 */
export type Able = { able: true; limits?: string; hand?: string } | { able: false; why: string; soon?: true };

export interface DriverHealth {
  state: "ready" | "degraded" | "unavailable";
  /** Plain words, also when ready: what it enforces and how. */
  detail: string;
}

/** What is in force of one action, as the driver sees it. */
export interface InForce {
  /** Rules of this action that stand. */
  rules: number;
  /** Rules that it should have. */
  wanted: number;
  packets: number;
  bytes: number;
}

/**
 * Carries actions out. One driver may know several kinds. All three verbs are idempotent: applied twice is applied once, with the end that was named last.
 * Rejections are CodedErrors; `driver-unavailable` is tried again while the action's time lasts.
 */
export interface Driver {
  readonly id: string;
  readonly label: string;
  readonly kinds: readonly string[];
  /** It does nothing itself: a person does, and says so. */
  readonly byHand?: boolean;
  able(kind: string, target: ActionTarget): Able;
  /** In force for so many seconds from now, whatever it was before. Resolves when it is. */
  apply(id: string, kind: string, target: ActionTarget, seconds: number): Promise<void>;
  clear(id: string, kind: string, target: ActionTarget): Promise<void>;
  /** What of these stands; undefined when the driver cannot tell. */
  inForce?(ids: readonly string[]): Promise<ReadonlyMap<string, InForce> | undefined>;
  health(): DriverHealth;
}

/** Who is who now. Network kinds follow a device over its addresses. */
export interface Directory {
  /** The entity as of now; undefined when there is none (any more). */
  entity(ref: EntityRef): EntityRef | undefined;
  /** Every address that is the entity's now. */
  addresses(ref: EntityRef): readonly string[];
  /** Id of the own device behind an address. */
  owner(ip: string): string | undefined;
  /** The own device behind an address now, as alerts would name it. */
  deviceAt(ip: string): EntityRef | undefined;
  /** Roles (by their one name, schema/roles.ts) and tags of an entity. */
  tags(ref: EntityRef): readonly string[];
  /** Every own device that is known. */
  devices(): readonly EntityRef[];
  /** Own devices known: the share of the fleet is counted of them. */
  fleet(): number;
}

/** What is customary, for patterns of life and for the cost of an action. Implemented by FlowBook. */
export interface Customs {
  /** Customary connections of a device, by others too where `incoming`. */
  usualOf(device: string, before: number): readonly CustomaryFlow[];
  /** Customary flows of the peers that behave most like it. */
  usualOfPeers(device: string, before: number): readonly CustomaryFlow[];
  /** Whole days for which customs were learned before a time: of anybody, or of what one device began. */
  learnedDays(before: number, device?: string): number;
  /** Endpoints that a tenth of the own devices, and at least three, are used to begin TCP connections to, on these ports. */
  commonAt(ports: readonly number[], before: number): readonly { dst: string; port: number; dstId?: string }[];
}

export interface CustomaryFlow {
  src: string;
  dst: string;
  port: number;
  proto: "tcp" | "udp";
  /** Connections a day, on the days that it was used. */
  perDay: number;
  /** Own device at each end, or the address: several flows of the same ends are one custom. */
  srcId?: string;
  dstId?: string;
}

/** The row of the audit log that goes with a change, as the server made it; handed through to the store and never looked into. */
export type AuditRow = object;

/** Where actions are kept. `put` is durable when it resolves, and all or nothing. */
export interface ActionStore {
  put(actions: readonly Action[], audit?: AuditRow): Promise<void>;
  one(id: string): Promise<Action | undefined>;
  /** All that is not at its end, and those whose clearing still keeps others away. */
  open(): Promise<Action[]>;
}

export function flowKey(flow: FlowMatch): string {
  return `${flow.src ?? "*"} ${flow.dst ?? (flow.inside === true ? "inside" : "*")} ${flow.proto ?? "*"} ${flow.port ?? "*"}`;
}

const INSIDE = new NetworkSet(DEFAULT_OWN_NETWORKS);

/** Does a connection fall under it? */
export function covers(match: FlowMatch, src: string, dst: string, port: number | undefined, proto: string | undefined): boolean {
  return (
    (match.src === undefined || match.src === src) &&
    (match.dst === undefined || match.dst === dst) &&
    (match.port === undefined || match.port === port) &&
    (match.proto === undefined || match.proto === proto) &&
    (match.inside !== true || INSIDE.has(dst))
  );
}
