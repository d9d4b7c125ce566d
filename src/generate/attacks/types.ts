import type { Emitted, ZeekRecord } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";
import type { Person, World } from "../world/types.ts";

/** A machine that an attack may start from, reach or ask. */
export interface TargetHost {
  ip: string;
  hostname: string;
  mac: string;
  /** Roles as far as they are known; empty on a capture that nobody described. */
  roles: readonly string[];
  windows: boolean;
}

/** The network that an attack is laid over: the made organisation's, or that of a real capture. */
export interface NetworkTargets {
  /** Own devices. The first is the foothold unless the attack says otherwise. */
  hosts: readonly TargetHost[];
  /** Address of the name server that devices ask. */
  resolver: string;
  domainControllers: readonly TargetHost[];
  /** Suffix of own host names, and the domain's short name. */
  domain: string;
  netbios: string;
  /** CIDR /24 prefixes ("10.1.2") in which own devices stand, for sweeps. */
  prefixes: readonly string[];
  /** Account names that exist. */
  accounts: readonly string[];
}

/** Where and when an attack is played, and with which luck. */
export interface Setting {
  draw: Draw;
  /** ms: the first step begins here. */
  start: number;
  net: NetworkTargets;
  /** Whole people, mail and cloud; undefined over a capture, where such steps refuse. */
  world: World | undefined;
}

/** One fact of what was done: what a judge of alerts may compare with. Times in ms. */
export interface Truth {
  attack: string;
  step: string;
  technique: string;
  start: number;
  end: number;
  /** Who acts or is acted on, as records name it: an address, a user, a sender. */
  entity: string;
  peer?: string;
  host?: string;
  port?: number;
  what: string;
  /** Records that the fact covers. */
  records: number;
}

export interface AttackYield {
  network: ZeekRecord[];
  emitted: Emitted[];
  truth: Truth[];
  end: number;
}

/** What earlier steps of one attack left to later ones. */
export interface Stage {
  /** Name of the attack, for truth. */
  attack: string;
  setting: Setting;
  out: AttackYield;
  /** ms: when the next step may begin. */
  now: number;
  /** The machine that the attacker acts from. */
  foothold: TargetHost;
  /** Machines taken so far, foothold first. */
  taken: TargetHost[];
  /** The account in use. */
  account: string;
  /** Person whose mailbox and account are attacked, where there is a world. */
  person: Person | undefined;
  /** Domain and address of the attacker's server. */
  control: { host: string; ip: string };
  /** Where the attacker signs in from. */
  place: { ip: string; country: string; city: string; asn: number; isp: string };
}

/** Settings of one step, knobs already put in. */
export class StepValues {
  readonly #step: string;
  readonly #values: Readonly<Record<string, string | number>>;
  constructor(step: string, values: Readonly<Record<string, string | number>>) {
    this.#step = step;
    this.#values = values;
  }

  number(name: string): number {
    const value = this.#values[name];
    if (typeof value !== "number") throw new RangeError(`step ${this.#step}: ${name} is to be a number`);
    return value;
  }

  text(name: string): string {
    const value = this.#values[name];
    if (value === undefined) throw new RangeError(`step ${this.#step}: ${name} is missing`);
    return String(value);
  }
}

/** Plays one step of an attack: adds records and truth to the stage and moves its clock on. */
export type StepKind = (stage: Stage, values: StepValues) => void;
