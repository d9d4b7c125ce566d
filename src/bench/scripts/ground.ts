import { IncidentBuilder } from "../../analyst/incident-builder.ts";
import { isHostAddress, NetworkSet } from "../../base/ip.ts";
import { MINUTE } from "../../base/time.ts";
import type { Model } from "../../detect/index.ts";
import { countryTable } from "../../enrich/country-table.ts";
import { Places } from "../../enrich/places.ts";
import { makeWorld } from "../../generate/world/make-world.ts";
import type { World } from "../../generate/world/types.ts";
import { makeCore } from "../../lanes/make-core.ts";
import type { PlatformCore } from "../../lanes/platform-core.ts";
import { FlowBook } from "../../respond/flow-book.ts";
import type { Alert, Incident } from "../../schema/alert.ts";
import type { NetEvent } from "../../schema/event.ts";
import { madeHours } from "../made/made-hours.ts";
import { madeOrganisation } from "../network-attacks/made-honest.ts";
import { DayCounts, KINDS, type Kind } from "./day-counts.ts";

/** Days that are only learned, then days that are watched too, so that noisy models are known; the next day is the attack's. */
const LEARNED = 4;
const WATCHED = 3;
export const BUDGET = 5;
/** Days after that of the attack, for attacks that go on. */
const AFTER = 7;
/** Events handed to the lanes at once. */
const TURN = 2_000;

/** An organisation's honest life up to a working day, learned once, and that day, kept: attacks are laid over it one after the other from the same state. */
export class Ground {
  readonly world: World;
  /** ms: the day of the attack, and its end. */
  readonly midnight: number;
  readonly end: number;
  readonly window: NetEvent[] = [];
  readonly book: FlowBook;
  honest: Alert[] = [];
  honestIncidents: Incident[] = [];
  readonly forests = new Map<Kind, ReturnType<DayCounts["forest"]>>();
  readonly counts: DayCounts;
  readonly #models: readonly Model[];
  readonly #made: ReturnType<typeof madeOrganisation>;
  readonly #own: NetworkSet;
  #state: Uint8Array<ArrayBuffer> | undefined;
  #incidents = "";

  private constructor(world: World, models: readonly Model[]) {
    this.world = world;
    this.#models = models;
    this.#made = madeOrganisation(world);
    this.#own = new NetworkSet(this.#made.organisation.networks);
    this.midnight = world.calendar.midnight(LEARNED + WATCHED);
    this.end = world.calendar.midnight(LEARNED + WATCHED + 1);
    this.counts = new DayCounts((ip) => this.isOwn(ip));
    this.book = new FlowBook({ deviceId: (index) => this.#devices?.get(index).id });
  }
  #devices: PlatformCore["devices"] | undefined;

  static async make(seed: number, people: number, models: readonly Model[]): Promise<Ground> {
    const world = makeWorld({ seed, people, days: LEARNED + WATCHED + 1 + AFTER, start: "2027-03-01" });
    const ground = new Ground(world, models);
    await ground.#learn(seed);
    return ground;
  }

  get organisation(): ReturnType<typeof madeOrganisation>["organisation"] {
    return this.#made.organisation;
  }

  isOwn(ip: string): boolean {
    return this.#own.has(ip) && isHostAddress(ip);
  }

  #core(): PlatformCore {
    const core = makeCore({ ...this.#made, models: this.#models, places: new Places([countryTable()]) });
    core.incidents.budget = BUDGET;
    return core;
  }

  async #learn(seed: number): Promise<void> {
    const core = this.#core();
    this.#devices = core.devices;
    for await (const hour of madeHours(this.world)) {
      if (hour.from >= this.end) break;
      if (hour.from >= this.midnight) {
        this.window.push(...hour.events);
        continue;
      }
      core.mode = hour.day < LEARNED ? "history" : "watch";
      for (let i = 0; i < hour.events.length; i += TURN) {
        const events = hour.events.slice(i, i + TURN);
        for (const alert of core.lane.process(events).alerts) core.incidents.add(alert);
        for (const event of events) {
          this.book.learn(event);
          this.counts.see(event);
        }
      }
    }
    this.counts.close();
    for (const alert of core.lane.advance(this.midnight).alerts) core.incidents.add(alert);
    this.#state = core.save();
    this.#incidents = JSON.stringify(core.incidents.save());
    for (const kind of KINDS) this.forests.set(kind, this.counts.forest(kind, seed));
    this.honest = this.alerts(this.window);
    const builder = this.builder();
    for (const alert of this.honest) builder.add(alert);
    this.honestIncidents = builder.list(BUDGET).filter((i) => i.start >= this.midnight);
  }

  /** The platform as it stood at midnight. */
  coreAtMidnight(): PlatformCore {
    const core = this.#core();
    if (this.#state !== undefined) core.load(this.#state);
    core.mode = "watch";
    return core;
  }

  builder(): IncidentBuilder {
    const builder = new IncidentBuilder();
    builder.budget = BUDGET;
    builder.load(JSON.parse(this.#incidents));
    return builder;
  }

  /** Alerts on events of the day (and after), from the state at midnight; windows are closed an hour after the last. In order of time. */
  alerts(events: readonly NetEvent[]): Alert[] {
    const core = this.coreAtMidnight();
    const alerts: Alert[] = [];
    for (let i = 0; i < events.length; i += TURN) alerts.push(...core.lane.process(events.slice(i, i + TURN).map(fresh)).alerts);
    const last = events.at(-1)?.time ?? this.midnight;
    for (let t = last + 5 * MINUTE; t <= last + 70 * MINUTE; t += 5 * MINUTE) alerts.push(...core.lane.advance(t).alerts);
    return alerts.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  }

  /** Honest life of some machines after the day, for attacks that go on: other machines' connections are left out. */
  async after(until: number, touched: ReadonlySet<string>): Promise<NetEvent[]> {
    const out: NetEvent[] = [];
    const touching = (orig: unknown, resp: unknown): boolean => touched.has(String(orig)) || touched.has(String(resp));
    for await (const hour of madeHours(this.world, { mail: false, only: (r) => touching(r.fields["id.orig_h"], r.fields["id.resp_h"]) })) {
      if (hour.from >= until) break;
      if (hour.from >= this.end) out.push(...hour.events.filter((e) => touching(e.src, e.dst)));
    }
    return out;
  }
}

/** A copy as the parser gave it: a lane writes on its events, and the day is played many times. */
export function fresh(event: NetEvent): NetEvent {
  return { ...event, direction: "unknown", srcDevice: undefined, dstDevice: undefined, duplicateOf: undefined };
}
