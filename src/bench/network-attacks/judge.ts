import { isHostAddress, NetworkSet } from "../../base/ip.ts";
import { MINUTE } from "../../base/time.ts";
import { countryTable } from "../../enrich/country-table.ts";
import { Places } from "../../enrich/places.ts";
import { makeCore } from "../../lanes/make-core.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import type { Alert } from "../../schema/alert.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { Organisation } from "../../schema/organisation.ts";
import { benchModels } from "../bench-core.ts";

/** Honest life to lay attacks over: learned from, then a window in which the attack is played too. */
export interface HonestGround {
  organisation: Organisation;
  roles: ReadonlyMap<string, readonly string[]>;
  history: () => Iterable<readonly NetEvent[]>;
  /** The window's events, in order of time. */
  window: readonly NetEvent[];
}

export interface TruthOfAttack {
  /** As alerts name it: an address inside, or a user in lower case. */
  entity: string;
  technique: string;
  start: number;
}

export interface Outcome {
  attack: string;
  /** Of those attacked who stand in the ranking: 1 = first of `devices`. */
  ranks: number[];
  /** By connections begun in the window, and by peers never met before. */
  ranksByConnections: number[];
  ranksByNewPeers: number[];
  devices: number;
  /** Minutes from the attack's start to the first alert of one attacked; undefined when there is none. */
  minutes: number | undefined;
  /** Share of the attack's techniques (or their parents) that an alert of an attacked one names. */
  techniques: number;
  /** Alerts of others in the window. */
  onOthers: number;
  models: string[];
}

/** Learns once, then judges one attack after the other from the same state. */
export class Judge {
  readonly #ground: HonestGround;
  readonly #own: NetworkSet;
  readonly #models = benchModels();
  readonly #places = new Places([countryTable()]);
  readonly #state: Uint8Array<ArrayBuffer>;
  readonly #known = new Set<string>();
  readonly #devices = new Set<string>();
  #honest: Set<string> | undefined;

  constructor(ground: HonestGround) {
    this.#ground = ground;
    this.#own = new NetworkSet(ground.organisation.networks);
    const core = this.#core();
    core.mode = "history";
    for (const events of ground.history()) {
      for (const e of events) this.#meet(e, this.#known);
      core.lane.process(events);
    }
    const first = ground.window[0];
    if (first !== undefined) core.lane.advance(first.time);
    this.#state = core.save();
    for (const e of ground.window) if (e.src !== undefined && e.family === "conn" && this.#inside(e.src)) this.#devices.add(e.src);
  }

  #core(): PlatformCore {
    return makeCore({ organisation: this.#ground.organisation, roles: this.#ground.roles, models: this.#models, places: this.#places });
  }

  #inside(ip: string): boolean {
    return this.#own.has(ip) && isHostAddress(ip);
  }

  #meet(e: NetEvent, met: Set<string>): void {
    if (e.family === "conn" && e.src !== undefined && this.#inside(e.src)) met.add(`${e.src} ${e.dst}`);
  }

  /** Alerts of the window with an attack laid in (or none). */
  alerts(attack: readonly NetEvent[]): Alert[] {
    const core = this.#core();
    core.load(this.#state);
    core.mode = "watch";
    const alerts: Alert[] = [];
    const all = merged(this.#ground.window, attack);
    for (let i = 0; i < all.length; i += 5_000) alerts.push(...core.lane.process(all.slice(i, i + 5_000).map(fresh)).alerts);
    alerts.push(...core.lane.advance((all.at(-1)?.time ?? 0) + 60 * MINUTE).alerts);
    return alerts;
  }

  judge(name: string, attack: readonly NetEvent[], truth: readonly TruthOfAttack[]): Outcome {
    const alerts = this.alerts(attack);
    const start = Math.min(...truth.map((t) => t.start));
    const attacked = new Set(truth.map((t) => t.entity.toLowerCase()));
    const nameOf = (a: Alert): string =>
      a.entity.ip !== undefined && attacked.has(a.entity.ip) ? a.entity.ip : (a.entity.user ?? a.entity.ip ?? a.entity.id).toLowerCase();
    const value = new Map<string, number>();
    const own = alerts.filter((a) => a.time >= start);
    // Without the attack the same day has alerts too: those are nobody's doing. What is new and names one attacked beside its own machine counts for him.
    this.#honest ??= new Set(this.alerts([]).map((a) => a.id));
    const honest = this.#honest;
    const ofAttack = (a: Alert): boolean => !honest.has(a.id) && (attacked.has(nameOf(a)) || a.peers.some((p) => p.ip !== undefined && attacked.has(p.ip)));
    const raise = (who: string, a: Alert): void => {
      value.set(who, Math.max(value.get(who) ?? 0, a.score + a.priority / 10) + 0.001);
    };
    for (const a of own) {
      raise(nameOf(a), a);
      if (ofAttack(a)) for (const p of a.peers) if (p.ip !== undefined && p.ip !== nameOf(a) && attacked.has(p.ip)) raise(p.ip, a);
    }
    const connections = new Map<string, number>();
    const fresh = new Map<string, Set<string>>();
    for (const e of merged(this.#ground.window, attack)) {
      if (e.family !== "conn" || e.src === undefined || !this.#inside(e.src) || e.time < start) continue;
      connections.set(e.src, (connections.get(e.src) ?? 0) + 1);
      if (!this.#known.has(`${e.src} ${e.dst}`)) fresh.set(e.src, (fresh.get(e.src) ?? new Set()).add(e.dst ?? ""));
    }
    const everybody = new Set([...this.#devices, ...[...attacked].filter((x) => this.#inside(x))]);
    const rank = (of: string, by: (who: string) => number): number => {
      let above = 0;
      let equal = 0;
      for (const who of everybody) {
        if (who === of) continue;
        if (by(who) > by(of)) above++;
        else if (by(who) === by(of)) equal++;
      }
      return 1 + above + equal / 2;
    };
    // Users and senders are ranked among all who have an alert, since nobody counts those who have none.
    for (const a of own) if (!this.#inside(nameOf(a))) everybody.add(nameOf(a));
    for (const who of attacked) everybody.add(who);
    const devices = [...attacked].filter((x) => this.#inside(x));
    const hits = own.filter(ofAttack);
    const named = new Set(hits.flatMap((a) => a.mitre));
    const wanted = [...new Set(truth.map((t) => t.technique))];
    return {
      attack: name,
      ranks: [...attacked].map((who) => rank(who, (x) => value.get(x) ?? 0)),
      ranksByConnections: devices.map((who) => rank(who, (x) => connections.get(x) ?? 0)),
      ranksByNewPeers: devices.map((who) => rank(who, (x) => fresh.get(x)?.size ?? 0)),
      devices: everybody.size,
      minutes: hits.length === 0 ? undefined : (Math.min(...hits.map((a) => a.time)) - start) / MINUTE,
      techniques: wanted.filter((t) => [...named].some((n) => n === t || n.split(".")[0] === t || n === t.split(".")[0])).length / wanted.length,
      onOthers: own.length - hits.length,
      models: [...new Set(hits.map((a) => a.model))],
    };
  }
}

/** A copy as the parser gave it: a lane writes on its events, and the window is played many times. */
function fresh(event: NetEvent): NetEvent {
  return { ...event, direction: "unknown", srcDevice: undefined, dstDevice: undefined, duplicateOf: undefined };
}

export function merged(a: readonly NetEvent[], b: readonly NetEvent[]): NetEvent[] {
  const out: NetEvent[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const x = a[i];
    const y = b[j];
    if (y === undefined || (x !== undefined && x.time <= y.time)) {
      if (x !== undefined) out.push(x);
      i++;
    } else {
      out.push(y);
      j++;
    }
  }
  return out;
}
