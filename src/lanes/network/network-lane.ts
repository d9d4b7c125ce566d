import type { Alert } from "../../schema/alert.ts";
import type { EntityRef, Peer } from "../../schema/entity.ts";
import type { Direction, NetEvent } from "../../schema/event.ts";
import type { Facts, Observation } from "../../schema/observation.ts";
import type { HourScore, Why } from "../../schema/score.ts";
import { ADVANCE_STEP, emptyResult, type LaneResult, type Models, WEIGHT_AFTER_ALERT } from "../lane.ts";
import { EventObservation, match, raise, type Tap } from "../tell-models.ts";
import { type DeviceRegistry, FOREIGN } from "./device-registry.ts";
import type { DuplicateFinder } from "./duplicate-finder.ts";

/** What the lane needs of the pattern of life (room baseline). */
export interface Learner {
  score(event: NetEvent): Facts;
  learn(event: NetEvent, weight: number): void;
  why(event: NetEvent): Why[];
  notices(event: NetEvent, facts: Facts): { text: string; feature: string }[];
  advance(time: number): Observation[];
  takeHourScores(): HourScore[];
  /** A model alerted on the device: said before what the alert is made of is learned. */
  alerted?(device: number, time: number): void;
}

export interface LaneOptions {
  devices: DeviceRegistry;
  duplicates: DuplicateFinder;
  learner: Learner;
  models: Models;
  /** Learning weight of an event: 0 while its source is frozen, 1 otherwise. */
  weight(event: NetEvent): number;
  /** History is learned from and never alerted on. */
  mode(): "watch" | "history";
  /** Newest time that an event can truly have, ms: later ones come from a wrong clock. Left out in a replay, where no clock is known. */
  latest?: () => number;
}

/**
 * One batch through the network lane, in this order:
 * identity -> addresses to devices -> duplicate? -> score -> models -> learn; windows close as event time passes.
 * Score comes before learn, so nothing is judged by itself. Duplicates stop after they are marked.
 */
export class NetworkLane {
  readonly #o: LaneOptions;
  #advanced = Number.NEGATIVE_INFINITY;
  #clock = Number.NEGATIVE_INFINITY;
  #latest = Number.POSITIVE_INFINITY;

  #tap: Tap | undefined;

  constructor(options: LaneOptions) {
    this.#o = options;
  }

  /** Lets somebody see every observation that the models see, before them: a backtest of another model. */
  tap(see: Tap): void {
    this.#tap = see;
  }

  /** Newest event time seen, ms; -Infinity before the first event. */
  get eventTime(): number {
    return this.#clock;
  }

  /** After a restart: event time goes on from where the saved state had come to. */
  resume(times: { clock: number; advanced: number }): void {
    this.#clock = times.clock;
    this.#advanced = times.advanced;
  }

  times(): { clock: number; advanced: number } {
    return { clock: this.#clock, advanced: this.#advanced };
  }

  process(events: readonly NetEvent[]): LaneResult {
    const result = emptyResult(events.length);
    this.#latest = this.#o.latest?.() ?? Number.POSITIVE_INFINITY;
    for (let i = 0; i < events.length; i++) result.unusual[i] = this.#one(events[i] as NetEvent, result);
    result.hours = this.#o.learner.takeHourScores();
    return result;
  }

  /** Moves event time forward without an event: at the end of a replay, or when live time passes in silence. */
  advance(time: number): LaneResult {
    const result = emptyResult();
    this.#advance(time, result);
    result.hours = this.#o.learner.takeHourScores();
    return result;
  }

  /** The input has ended: windows close up to `time`, and models tell what they still held back. */
  finish(time: number): LaneResult {
    const result = this.advance(time);
    if (this.#o.mode() === "watch")
      for (const alert of this.#o.models.advance(Number.POSITIVE_INFINITY)) raise(alert, this.#o.models, result.alerts, this.#tap);
    return result;
  }

  /** Observations that do not come from network events: the health of sources. */
  observe(observation: Observation): Alert[] {
    const alerts: Alert[] = [];
    match(observation, this.#o.models, alerts, this.#tap);
    return alerts;
  }

  #one(event: NetEvent, result: LaneResult): number {
    const { devices, learner } = this.#o;
    if (event.time > this.#clock) {
      if (event.time > this.#latest) {
        // A sensor whose clock is years ahead must not close every window there is: its record is kept, not judged or learned.
        result.ahead++;
        return Number.NaN;
      }
      this.#clock = event.time;
      if (event.time - this.#advanced >= ADVANCE_STEP) this.#advance(event.time, result);
    }
    devices.learn(event);
    resolveAddresses(event, devices);
    event.duplicateOf = this.#o.duplicates.check(event);
    if (event.duplicateOf !== undefined) {
      result.duplicates++;
      return Number.NaN;
    }
    const facts = learner.score(event);
    const unusual = typeof facts.unusual === "number" ? facts.unusual : Number.NaN;
    let weight = this.#o.weight(event);
    if (this.#o.mode() === "watch") {
      const actor = actorOf(event, devices);
      if (actor !== undefined) {
        const before = result.alerts.length;
        match(new EventObservation(event, actor, peerOf(event), facts, learner), this.#o.models, result.alerts, this.#tap);
        if (result.alerts.length > before) weight *= WEIGHT_AFTER_ALERT;
        this.#alerted(result, before);
      }
      if (event.srcDevice !== undefined) {
        for (const notice of learner.notices(event, facts))
          result.notices.push({ event, entity: devices.ref(event.srcDevice), ...notice, unusual: unusual || 0 });
      }
    }
    if (this.#o.mode() === "history") {
      const actor = actorOf(event, devices);
      if (actor !== undefined) this.#o.models.learn(new EventObservation(event, actor, peerOf(event), facts, learner));
    }
    if (weight > 0) learner.learn(event, weight);
    return unusual;
  }

  /** Alerts of the result from the given one on, told to learning. */
  #alerted(result: LaneResult, from: number): void {
    for (let i = from; i < result.alerts.length; i++) {
      const { entity, time } = result.alerts[i] as Alert;
      const device = entity.kind === "device" ? this.#o.devices.find(entity.id) : undefined;
      if (device !== undefined) this.#o.learner.alerted?.(device.index, time);
    }
  }

  #advance(time: number, result: LaneResult): void {
    this.#advanced = time;
    const observations = this.#o.learner.advance(time);
    if (this.#o.mode() === "history") {
      for (const observation of observations) this.#o.models.learn(observation);
      return;
    }
    const before = result.alerts.length;
    for (const observation of observations) match(observation, this.#o.models, result.alerts, this.#tap);
    this.#alerted(result, before);
    for (const alert of this.#o.models.advance(time)) raise(alert, this.#o.models, result.alerts, this.#tap);
  }
}

/** Fills direction and the device at either end. */
export function resolveAddresses(event: NetEvent, devices: DeviceRegistry): void {
  const src = event.src === undefined ? FOREIGN : devices.lookup(event.src, event.time, true);
  const dst = event.dst === undefined ? FOREIGN : devices.lookup(event.dst, event.time, answered(event));
  event.srcDevice = src >= 0 ? src : undefined;
  event.dstDevice = dst >= 0 ? dst : undefined;
  event.direction = directionOf(event, src > FOREIGN, dst > FOREIGN);
}

function directionOf(event: NetEvent, srcOwn: boolean, dstOwn: boolean): Direction {
  if (event.src === undefined && event.dst === undefined) return "unknown";
  if (srcOwn) return dstOwn ? "internal" : "outbound";
  return dstOwn ? "inbound" : "external";
}

/** Did the responder send anything? A device is made of what sends, not of what is knocked on. */
function answered(event: NetEvent): boolean {
  switch (event.family) {
    case "conn":
      return (event.packetsIn ?? 0) > 0 || (event.bytesIn ?? 0) > 0 || event.state === "established";
    case "dns":
      return event.responseCode !== undefined;
    case "dhcp":
    case "notice":
    case "anomaly":
    case "other":
    case "tunnel":
      return false;
    default:
      return true;
  }
}

/** Who did it: the initiator, own or not. */
function actorOf(event: NetEvent, devices: DeviceRegistry): EntityRef | undefined {
  if (event.srcDevice !== undefined) return devices.ref(event.srcDevice);
  return event.src === undefined ? undefined : { kind: "external", id: event.src, ip: event.src };
}

function peerOf(event: NetEvent): Peer | undefined {
  if (event.dst === undefined) return undefined;
  const peer: Peer = { ip: event.dst };
  if (event.dstPort !== undefined) peer.port = event.dstPort;
  const name = event.family === "http" ? event.host : event.family === "tls" ? event.serverName : undefined;
  if (name !== undefined) peer.hostname = name;
  return peer;
}
