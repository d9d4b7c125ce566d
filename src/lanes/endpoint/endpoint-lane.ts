import type { ZoneClock } from "../../base/time.ts";
import { type Detection, DetectionLife } from "../../baseline/detections/detection-life.ts";
import type { EntityRef } from "../../schema/entity.ts";
import type { EventOf, NetEvent } from "../../schema/event.ts";
import type { Family } from "../../schema/families.ts";
import type { Observation } from "../../schema/observation.ts";
import { unusualFromP, type Why } from "../../schema/score.ts";
import { IdTable } from "../id-table.ts";
import { ADVANCE_STEP, emptyResult, type Lane, type LaneResult, type Models } from "../lane.ts";
import { EventObservation, match, raise, readSaved } from "../tell-models.ts";

/** What the lane needs of the device registry. */
export interface Devices {
  locate(named: { name?: string | undefined; mac?: string | undefined; addresses?: readonly string[] }, time: number): number | undefined;
  describe(index: number, said: { name?: string | undefined; user?: string | undefined; os?: string | undefined }, time: number, by: string): void;
  ref(index: number): EntityRef;
  get(index: number): { roles: readonly string[] };
}

export interface EndpointLaneOptions {
  devices: Devices;
  zone: ZoneClock;
  models: Models;
  mode(): "watch" | "history";
  weight?: (event: NetEvent) => number;
  latest?: () => number;
}

/**
 * Records of endpoint products and operating systems on their way: copy? -> which device of ours -> score -> models -> learn.
 * A detection is on the device that its hardware address, name, or address at that time says, else on the device by the name that the
 * product gives it, else on the user that it names. Inventory tells the device's name, user and operating system, with its provenance.
 */
export class EndpointLane implements Lane {
  readonly name = "endpoint";
  readonly families: readonly Family[] = ["endpoint", "host", "logon"];
  readonly life: DetectionLife;
  readonly #o: EndpointLaneOptions;
  readonly #ids = new IdTable(1_000_000);
  #clock = Number.NEGATIVE_INFINITY;
  #advanced = Number.NEGATIVE_INFINITY;
  #mode: "watch" | "history" = "history";

  constructor(options: EndpointLaneOptions) {
    this.#o = options;
    this.life = new DetectionLife(options.zone);
  }

  get eventTime(): number {
    return this.#clock;
  }

  process(events: readonly NetEvent[]): LaneResult {
    const result = emptyResult(events.length);
    const latest = this.#o.latest?.() ?? Number.POSITIVE_INFINITY;
    const mode = this.#o.mode();
    if (mode === "watch" && this.#mode === "history") this.#ids.clear();
    this.#mode = mode;
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as NetEvent;
      result.unusual[i] = Number.NaN;
      if (event.time > latest) {
        result.ahead++;
        continue;
      }
      if (event.native !== undefined && this.#ids.seen(`${event.family}/${event.native}`)) {
        event.duplicateOf = event.native;
        result.copies++;
        continue;
      }
      if (event.time > this.#clock) this.#forward(event.time, result);
      if (event.family === "endpoint") result.unusual[i] = this.#detection(event, result);
      else if (event.family === "host") this.#inventory(event);
      else if (event.family === "logon") this.#logon(event);
    }
    return result;
  }

  #detection(event: EventOf<"endpoint">, result: LaneResult): number {
    this.#close(event.time, result);
    const { devices } = this.#o;
    const index = devices.locate({ name: event.host, mac: event.macs?.[0], addresses: event.addresses ?? [] }, event.time);
    if (index !== undefined) {
      event.srcDevice = index;
      devices.describe(index, { name: event.host, user: event.user }, event.time, event.product ?? "endpoint product");
    }
    const entity = entityOf(event, index === undefined ? undefined : devices.ref(index));
    const roles = index === undefined ? [] : devices.get(index).roles;
    const group = roles[0] ?? entity.kind;
    const facts = this.life.score(event, entity.id, group, roles, index !== undefined);
    const unusual = typeof facts.unusual === "number" ? facts.unusual : 0;
    const observation = new EventObservation(event, entity, undefined, facts, this.life);
    if (this.#mode === "history") this.#o.models.learn(observation);
    else {
      match(observation, this.#o.models, result.alerts);
      result.notices.push({
        event,
        entity,
        feature: "detection",
        text: `${event.product ?? "Endpoint product"}: ${event.title ?? ""} (${event.severity ?? "no severity"}).`,
        unusual,
      });
    }
    if ((this.#o.weight?.(event) ?? 1) > 0) this.life.learn(event, entity.id, group);
    return unusual;
  }

  #inventory(event: EventOf<"host">): void {
    const index = this.#o.devices.locate(
      { name: event.host, mac: event.mac, addresses: event.addresses ?? (event.src === undefined ? [] : [event.src]) },
      event.time,
    );
    if (index === undefined) return;
    event.srcDevice = index;
    this.#o.devices.describe(index, { name: event.host, user: event.user, os: event.os }, event.time, `${event.sensor} ${event.type}`);
  }

  #logon(event: EventOf<"logon">): void {
    const { devices } = this.#o;
    const target = devices.locate({ name: event.computer, addresses: event.dst === undefined ? [] : [event.dst] }, event.time);
    if (target !== undefined) {
      event.dstDevice = target;
      if (event.action === "log-on" && event.success === true && (event.logonType === 2 || event.logonType === 11))
        devices.describe(target, { user: event.user }, event.time, "Windows log-on");
    }
    const source = devices.locate({ name: event.workstation, addresses: event.src === undefined ? [] : [event.src] }, event.time);
    if (source !== undefined) event.srcDevice = source;
  }

  #close(time: number, result: LaneResult): void {
    for (const hour of this.life.closeHour(time)) {
      const p = Math.exp(hour.logP);
      const start = hour.hour * 3_600_000;
      const why: Why[] = hour.types.slice(0, 5).map((t) => ({
        feature: "detectionType",
        observed: t.type,
        expected: `in ${Math.round(t.hostHours)} of ${Math.round(t.ofHours)} hours of this device`,
        p: t.p,
        text: `"${t.type}" ${t.alerts} times in the hour; this device showed it in ${Math.round(t.hostHours)} of ${Math.round(t.ofHours)} hours, ${t.hosts} of ${t.ofHosts} devices ever did.`,
      }));
      const entity = this.#o.devices.locate({ name: hour.host, addresses: [hour.host] }, start);
      const ref: EntityRef = entity === undefined ? { kind: hour.host.includes("@") ? "user" : "device", id: hour.host } : this.#o.devices.ref(entity);
      const observation: Observation = {
        kind: "detectionHour",
        time: start + 3_600_000,
        entity: ref,
        peer: undefined,
        fields: {},
        facts: { p, unusual: unusualFromP(p), types: hour.types.length, perDay: p * this.life.hoursPerDay, learnedDevices: this.life.hosts },
        events: [],
        why: () => why,
      };
      if (this.#mode === "history") {
        this.#o.models.learn(observation);
        continue;
      }
      result.hours.push({ entity: ref, start, end: start + 3_600_000, unusual: unusualFromP(p), p, why });
      match(observation, this.#o.models, result.alerts);
    }
  }

  /** Event time passes: models tell what a throttle or a delay held back, also where no other lane has events. */
  #forward(time: number, result: LaneResult): void {
    this.#clock = time;
    if (this.#mode !== "watch" || time - this.#advanced < ADVANCE_STEP) return;
    this.#advanced = time;
    for (const alert of this.#o.models.advance(time)) raise(alert, this.#o.models, result.alerts);
  }

  advance(time: number): LaneResult {
    const result = emptyResult();
    if (Number.isFinite(time) && Number.isFinite(this.#clock)) this.#close(time, result);
    return result;
  }

  save(): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(
      JSON.stringify({ version: 1, clock: Number.isFinite(this.#clock) ? this.#clock : null, life: this.life.save(), ids: this.#ids.save() }),
    );
  }

  load(bytes: Uint8Array): void {
    const state = readSaved<{ version: number; clock: number | null; life: unknown; ids: number[] }>(bytes, "the learned state of endpoint detections");
    this.#clock = state.clock ?? Number.NEGATIVE_INFINITY;
    this.life.load(state.life);
    this.#ids.load(state.ids);
    this.#mode = this.#o.mode();
  }
}

/** Every detection is on somebody: our device, the device as the product names it, the user, else what it is about. */
function entityOf(event: Detection, device: EntityRef | undefined): EntityRef {
  if (device !== undefined) return event.user === undefined ? device : { ...device, user: event.user };
  if (event.host !== undefined)
    return {
      kind: "device",
      id: event.host,
      hostname: event.host,
      ...(event.addresses?.[0] === undefined ? {} : { ip: event.addresses[0] }),
      ...(event.user === undefined ? {} : { user: event.user }),
    };
  if (event.user !== undefined) return { kind: "user", id: event.user };
  const ip = event.addresses?.[0];
  if (ip !== undefined) return { kind: "device", id: ip, ip };
  return { kind: "external", id: event.urls?.[0]?.slice(0, 253) ?? event.product ?? "unnamed" };
}
