import { DAY, MINUTE } from "../../base/time.ts";
import { countryTable } from "../../enrich/country-table.ts";
import { Places } from "../../enrich/places.ts";
import { saasLife } from "../../generate/saas/index.ts";
import type { World } from "../../generate/world/types.ts";
import type { LaneResult } from "../../lanes/lane.ts";
import { makeCore } from "../../lanes/make-core.ts";
import { PlannedResponses } from "../../lanes/planned-responses.ts";
import type { Alert, Incident } from "../../schema/alert.ts";
import type { NetEvent } from "../../schema/event.ts";
import { benchModels } from "../bench-core.ts";
import { ActingResponses } from "../made/acting-responses.ts";
import { benchResponses } from "../made/bench-responses.ts";
import { type MadeHour, madeHours } from "../made/made-hours.ts";
import { madeOrganisation } from "../network-attacks/made-honest.ts";
import { CountedByOthers } from "./counted-by-others.ts";

/** Events handed to the lanes at once. */
const TURN = 4_000;
/** As replay's end: windows close in their order, then everything. */
const CLOSING = 70 * MINUTE;

export interface MonthOptions {
  world: World;
  /** Days at the beginning that are learned and not watched. */
  learned: number;
  budget: number;
  thin: number;
  /** The life of the cloud services alone: a fiftieth of the cost. */
  cloudOnly?: boolean;
  seed: number;
  progress(day: number, month: HonestMonth): void;
}

/** What is counted of the responses, in two settings: as their files say, every kind having earned it, and all of them let act. */
export interface Harm {
  responses: PlannedResponses;
  acting: ActingResponses;
  cut: number;
}

/** One honest life of a made organisation, judged as the product judges a live one: every lane, incidents, planned responses. */
export class HonestMonth {
  readonly #o: MonthOptions;
  readonly #core: ReturnType<typeof makeCore>;
  readonly others: CountedByOthers;
  readonly harm: { byContent: Harm; allAct: Harm };
  readonly #days = new Set<string>();
  #before: readonly NetEvent[] = [];
  readonly alertsByModel = new Map<string, number>();
  readonly alertsByDay = new Map<number, number>();
  /** A device (or user) with an alert of priority 2 or more, by day: the kindest grouping without any thought. */
  readonly #named = new Map<number, Set<string>>();
  readonly alerts = new Map<string, Alert>();
  events = 0;
  network = 0;

  constructor(options: MonthOptions) {
    this.#o = options;
    const made = madeOrganisation(options.world);
    this.#core = makeCore({ ...made, models: benchModels(), places: new Places([countryTable()]) });
    this.#core.incidents.budget = options.budget;
    this.others = new CountedByOthers(made.organisation.networks, options.budget, options.seed);
    const contents = benchResponses();
    const harm = (standard: "content" | "autonomous"): Harm => ({
      responses: new PlannedResponses(this.#core, made.organisation, contents, { standard }),
      acting: new ActingResponses(),
      cut: 0,
    });
    this.harm = { byContent: harm("content"), allAct: harm("autonomous") };
  }

  async run(): Promise<void> {
    let day = -1;
    for await (const hour of madeHours(this.#o.world, { thin: this.#o.thin, ...(this.#o.cloudOnly === true ? { life: saasLife(this.#o.world) } : {}) })) {
      if (hour.day !== day) {
        if (day >= 0) this.#o.progress(day, this);
        day = hour.day;
      }
      this.#core.mode = hour.day < this.#o.learned ? "history" : "watch";
      this.#live(hour);
    }
    const { eventTime } = this.#core.lane;
    for (let t = eventTime + MINUTE; t <= eventTime + CLOSING; t += MINUTE) this.#take(this.#core.lane.advance(t), []);
    this.#take(this.#core.lane.finish(eventTime + 2 * DAY), []);
    this.#o.progress(day, this);
  }

  #live(hour: MadeHour): void {
    this.events += hour.events.length;
    this.network += hour.network;
    this.others.see(hour.events);
    for (let i = 0; i < hour.events.length; i += TURN) {
      const events = hour.events.slice(i, i + TURN);
      this.#take(this.#core.lane.process(events), events);
    }
    for (const event of hour.events) if (event.srcDevice !== undefined && event.family === "conn") this.#days.add(`${hour.day}/${event.srcDevice}`);
    this.#before = hour.events.filter((e) => e.family === "conn");
    for (const { acting } of Object.values(this.harm)) acting.sweep(hour.to);
  }

  #take(result: LaneResult, events: readonly NetEvent[]): void {
    for (const harm of Object.values(this.harm)) {
      const lines = harm.responses.take(result.alerts);
      const began = new ActingResponses();
      began.begin(lines);
      harm.acting.begin(lines);
      // What is open when an action begins was read before it.
      if (began.actions > 0) harm.cut += this.#before.filter((e) => began.cuts(e)).length;
      harm.cut += events.filter((e) => e.family === "conn" && harm.acting.cuts(e)).length;
      harm.responses.see(events);
    }
    for (const alert of result.alerts) {
      const day = Math.floor(alert.time / DAY);
      this.alerts.set(alert.id, alert);
      this.alertsByModel.set(alert.model, (this.alertsByModel.get(alert.model) ?? 0) + 1);
      this.alertsByDay.set(day, (this.alertsByDay.get(day) ?? 0) + 1);
      if (alert.priority >= 2) this.#named.set(day, (this.#named.get(day) ?? new Set()).add(alert.entity.id));
      this.#core.incidents.add(alert);
    }
  }

  incidents(): Incident[] {
    return this.#core.incidents.list(this.#o.budget);
  }

  /** Devices and users with an alert of priority 2 or more, by day. */
  namedByDay(): Map<number, number> {
    return new Map([...this.#named].map(([day, who]) => [day, who.size]));
  }

  /** Alerts of priority 2 or more that went into no incident, by day. */
  waitingByDay(): Map<number, number> {
    const held = new Set(this.incidents().flatMap((i) => i.alerts));
    const byDay = new Map<number, number>();
    for (const alert of this.alerts.values()) {
      if (alert.priority < 2 || held.has(alert.id)) continue;
      const day = Math.floor(alert.time / DAY);
      byDay.set(day, (byDay.get(day) ?? 0) + 1);
    }
    return byDay;
  }

  /** Own devices that began a connection, times the days on which they did. */
  get deviceDays(): number {
    return this.#days.size;
  }
}
