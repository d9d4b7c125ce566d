import { DAY, MINUTE } from "../../base/time.ts";
import type { Model } from "../../detect/index.ts";
import { countryTable } from "../../enrich/country-table.ts";
import { Places } from "../../enrich/places.ts";
import type { World } from "../../generate/world/types.ts";
import { makeCore } from "../../lanes/make-core.ts";
import { type ActionLine, PlannedResponses } from "../../lanes/planned-responses.ts";
import { flowsOf } from "../../respond/evidence.ts";
import { FlowBook } from "../../respond/flow-book.ts";
import type { Response } from "../../respond/response-file.ts";
import type { Alert } from "../../schema/alert.ts";
import type { NetEvent } from "../../schema/event.ts";
import { ActingResponses } from "../made/acting-responses.ts";
import { madeHours } from "../made/made-hours.ts";
import { madeOrganisation } from "../network-attacks/made-honest.ts";

/** Events handed to the lanes at once. */
const TURN = 4_000;
/** As replay's end: windows close in their order, then everything. */
const CLOSING = 70 * MINUTE;
/** What the block of a connection lasts. */
const TWO_HOURS = 2 * 3_600_000;

/** One way of acting, and what honest life lost by it. */
export interface Way {
  name: string;
  acting: ActingResponses;
  /** Connections that were begun while an action stood that refuses them, or that were open when it began. */
  cut: number;
  linesOf(alerts: readonly Alert[]): readonly ActionLine[];
}

export interface LossOptions {
  world: World;
  models: readonly Model[];
  responses: readonly Response[];
  /** Tells of each connection that the shipped content cut. */
  tell(text: string): void;
}

/**
 * One honest life of a made organisation on the network alone, from its first hour, with responses that act: as the files of content say (every kind having
 * earned it), every response let act under all safety rules, and, as the control, every alert blocking its connections with none. Nothing is carried
 * out, so what an action cut is met by the next one too. Cost about 25 us a record.
 */
export class HonestLoss {
  readonly #o: LossOptions;
  readonly #core: ReturnType<typeof makeCore>;
  /** Customs, the same for every way. */
  readonly #book: FlowBook;
  readonly ways: readonly Way[];
  readonly #days = new Set<string>();
  readonly #machines = new Set<number>();
  #before: readonly NetEvent[] = [];
  alerts = 0;
  records = 0;
  readonly actions: ActionLine[] = [];

  constructor(options: LossOptions) {
    this.#o = options;
    const made = madeOrganisation(options.world);
    this.#core = makeCore({ ...made, models: options.models, places: new Places([countryTable()]) });
    this.#core.mode = "watch";
    const { devices } = this.#core;
    this.#book = new FlowBook({ deviceId: (index) => devices.get(index).id });
    const planned = (name: string, standard: "content" | "autonomous"): Way => {
      const responses = new PlannedResponses(this.#core, made.organisation, options.responses, { standard, book: this.#book });
      return { name, acting: new ActingResponses(), cut: 0, linesOf: (a) => responses.take(a) };
    };
    this.ways = [
      planned("wonted", "content"),
      planned("every response let act", "autonomous"),
      { name: "control: every alert acts", acting: new ActingResponses(), cut: 0, linesOf: (a) => a.flatMap(blockOf) },
    ];
  }

  async run(): Promise<void> {
    for await (const hour of madeHours(this.#o.world, { mail: false })) {
      const events = hour.events.filter((e) => e.sensor === "zeek");
      this.records += events.length;
      for (let i = 0; i < events.length; i += TURN) {
        const turn = events.slice(i, i + TURN);
        this.#take(this.#core.lane.process(turn).alerts, turn);
      }
      for (const event of events) {
        if (event.srcDevice === undefined || event.family !== "conn") continue;
        this.#days.add(`${hour.day}/${event.srcDevice}`);
        this.#machines.add(event.srcDevice);
      }
      this.#before = events.filter((e) => e.family === "conn");
      for (const { acting } of this.ways) acting.sweep(hour.to);
    }
    const { eventTime } = this.#core.lane;
    for (let t = eventTime + MINUTE; t <= eventTime + CLOSING; t += MINUTE) this.#take(this.#core.lane.advance(t).alerts, []);
    this.#take(this.#core.lane.finish(eventTime + 2 * DAY).alerts, []);
  }

  #take(alerts: readonly Alert[], events: readonly NetEvent[]): void {
    this.alerts += alerts.length;
    for (const way of this.ways) {
      const lines = way.linesOf(alerts);
      const began = new ActingResponses();
      began.begin(lines);
      way.acting.begin(lines);
      // What is open when an action begins was read before it.
      const cut = [...(began.actions > 0 ? this.#before.filter((e) => began.cuts(e)) : []), ...events.filter((e) => e.family === "conn" && way.acting.cuts(e))];
      way.cut += cut.length;
      if (way !== this.ways[0]) continue;
      this.actions.push(...lines.filter((l) => l.state === "planned"));
      for (const e of cut.slice(0, 20))
        this.#o.tell(`cut: ${new Date(e.time).toISOString()} ${e.src} -> ${e.dst}:${e.dstPort ?? ""} by ${way.acting.cutBy(e)?.response ?? "?"}`);
    }
    for (const event of events) this.#book.learn(event);
  }

  /** Own devices that began a connection. */
  get devices(): number {
    return this.#machines.size;
  }
  /** The same, times the days on which they did. */
  get deviceDays(): number {
    return this.#days.size;
  }
}

function blockOf(alert: Alert): ActionLine[] {
  const flows = flowsOf(alert, alert.entity, "connection");
  if (flows.length === 0) return [];
  const time = new Date(alert.time).toISOString();
  return [
    {
      id: alert.id,
      time,
      action: "block-connections",
      target: { entity: alert.entity, flows },
      mode: "autonomous",
      state: "planned",
      expires: new Date(alert.time + TWO_HOURS).toISOString(),
      alert: alert.id,
      response: "control",
      title: alert.title,
    },
  ];
}
