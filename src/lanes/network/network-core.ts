import { IncidentBuilder } from "../../analyst/incident-builder.ts";
import { isHostAddress, NetworkSet } from "../../base/ip.ts";
import { CodedError } from "../../base/result.ts";
import { ZoneClock } from "../../base/time.ts";
import { PatternOfLife } from "../../baseline/pattern-of-life.ts";
import { type EngineOptions, type Model, ModelEngine } from "../../detect/index.ts";
import type { Places } from "../../enrich/places.ts";
import type { EntityRef } from "../../schema/entity.ts";
import type { NetEvent } from "../../schema/event.ts";
import type { Observation } from "../../schema/observation.ts";
import type { Organisation } from "../../schema/organisation.ts";
import { DeviceRegistry, type RegistrySnapshot } from "./device-registry.ts";
import { DuplicateFinder, type DuplicateState } from "./duplicate-finder.ts";
import { NetworkLane } from "./network-lane.ts";

export interface NetworkCoreOptions {
  organisation: Organisation;
  roles: ReadonlyMap<string, readonly string[]>;
  models: readonly Model[];
  places: Places;
  /** When an alert counts as made; left out in a replay, where it is the event's time. */
  now?: () => number;
  /** Learning weight of an event: 0 while its source is frozen. */
  weight?: (event: NetEvent) => number;
  /** Newest time that an event can truly have; left out in a replay. */
  latest?: () => number;
  /** Another engine in the place of the usual one: a preview watches with two at once. */
  makeEngine?: (models: readonly Model[], options: EngineOptions) => ModelEngine;
  /** Volumes of devices (by id) that may not take another level for good. */
  holdsLevel?: (device: string, feature: string) => boolean;
}

const MAGIC = "WONTED-CORE-1\n";

/**
 * Everything that judges network events, put together: devices, duplicates, pattern of life, models, incidents, and the lane that
 * walks events through them. Holds no files, no clock and no store; its state goes out and comes back as bytes.
 */
export class NetworkCore {
  readonly devices: DeviceRegistry;
  readonly learner: PatternOfLife;
  readonly engine: ModelEngine;
  readonly incidents = new IncidentBuilder();
  readonly lane: NetworkLane;
  readonly zone: ZoneClock;
  mode: "watch" | "history" = "watch";
  readonly #duplicates = new DuplicateFinder();

  constructor(options: NetworkCoreOptions) {
    const own = new NetworkSet(options.organisation.networks);
    const domains = options.organisation.domains.map((d) => d.toLowerCase());
    this.zone = new ZoneClock(options.organisation.timezone);
    this.devices = new DeviceRegistry({ isOwn: (ip) => own.has(ip) && isHostAddress(ip), roles: options.roles });
    this.learner = new PatternOfLife({
      zone: this.zone,
      place: (ip) => options.places.lookup(ip),
      ownDevices: (index) => this.devices.get(index),
      isOwnName: (host) => domains.some((d) => host === d || host.endsWith(`.${d}`)),
      ...(options.holdsLevel === undefined ? {} : { holdsLevel: options.holdsLevel }),
    });
    const makeEngine = options.makeEngine ?? ((models, given) => new ModelEngine(models, given));
    this.engine = makeEngine(options.models, {
      target: (o) => this.#target(o),
      ...(options.now === undefined ? {} : { now: options.now }),
    });
    this.lane = new NetworkLane({
      devices: this.devices,
      duplicates: this.#duplicates,
      learner: this.learner,
      models: this.engine,
      weight: options.weight ?? (() => 1),
      mode: () => this.mode,
      ...(options.latest === undefined ? {} : { latest: options.latest }),
    });
  }

  /** The other end of an observation as an entity: the device that stands behind its address now. */
  #target(o: Observation): EntityRef | undefined {
    const ip = o.peer?.ip;
    if (ip === undefined) return undefined;
    const device = this.devices.holder(ip);
    return device === undefined ? { kind: "external", id: ip, ip } : this.devices.ref(device.index);
  }

  save(): Uint8Array<ArrayBuffer> {
    const learner = this.learner.save();
    const rest = JSON.stringify({
      devices: this.devices.save(),
      duplicates: this.#duplicates.save(),
      engine: this.engine.save(),
      incidents: this.incidents.save(),
      times: Number.isFinite(this.lane.eventTime) ? this.lane.times() : null,
    });
    const head = new TextEncoder().encode(`${MAGIC}${learner.length}\n`);
    const json = new TextEncoder().encode(rest);
    const out = new Uint8Array(head.length + learner.length + json.length);
    out.set(head, 0);
    out.set(learner, head.length);
    out.set(json, head.length + learner.length);
    return out;
  }

  /** Throws CodedError `snapshot-unreadable` on bytes that another version, or nobody, saved; the core is then as new only if it is made anew. */
  load(bytes: Uint8Array): void {
    const start = new TextDecoder("latin1").decode(bytes.subarray(0, 64));
    const end = start.indexOf("\n", MAGIC.length);
    const length = Number(start.slice(MAGIC.length, end));
    if (!start.startsWith(MAGIC) || end < 0 || !(length >= 0))
      throw new CodedError("snapshot-unreadable", "the learned state was saved by another version of Wonted");
    const body = bytes.subarray(end + 1);
    const learned = this.learner.load(body.subarray(0, length));
    if (!learned.ok) throw new CodedError("snapshot-unreadable", `the learned state cannot be used: ${learned.error.reason}`);
    const rest = JSON.parse(new TextDecoder().decode(body.subarray(length))) as {
      devices: RegistrySnapshot;
      duplicates: DuplicateState;
      engine: string;
      incidents: unknown;
      times: { clock: number; advanced: number } | null;
    };
    this.devices.load(rest.devices);
    this.#duplicates.load(rest.duplicates);
    this.engine.load(rest.engine);
    this.incidents.load(rest.incidents);
    if (rest.times !== null) this.lane.resume(rest.times);
  }
}
