import type { Device } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts } from "../schema/observation.ts";
import { makeEventFacts, ScoredEvent } from "./event-facts.ts";
import { EventReader, EventValues } from "./event-reader.ts";
import { ADMIN_PROTOCOL, ASN, COUNTRY, CREDENTIAL, ENDPOINT, PEER, PORT } from "./features.ts";
import { type LearnedState, OWN_SIDE, TARGET_SIDE } from "./learned-state.ts";
import type { Outflow, OutflowWindow } from "./outflow.ts";
import { tickOf } from "./presence.ts";

export interface ScorerOptions {
  place(ip: string): { country?: string; asn?: number } | undefined;
  ownDevice(index: number): Device;
  isOwnName(host: string): boolean;
  hourOfWeek(time: number): number;
}

const HOUR_MS = 3_600_000;
const NO_ROLES: readonly string[] = [];

/** Did the responder answer? What is only knocked on is neither met nor learned. */
export function isAnswered(event: NetEvent): boolean {
  if (event.family !== "conn") return true;
  if (event.state === "attempt" || event.state === "rejected") return false;
  return (event.packetsIn ?? 1) > 0 || (event.bytesIn ?? 0) > 0;
}

/** Records that show one machine speaking with another, rather than about something. */
function isContact(event: NetEvent): boolean {
  switch (event.family) {
    case "conn":
      return isAnswered(event);
    case "dns":
    case "dhcp":
    case "notice":
    case "alert":
    case "anomaly":
    case "other":
    case "known":
    case "software":
    case "x509":
    case "file":
    case "tunnel":
    case "executable":
      return false;
    default:
      return true;
  }
}

/** Finds what an event's values mean for its actor and its target, before they are learned. About 1 µs. */
export class EventScorer {
  readonly scored = new ScoredEvent();
  readonly values = new EventValues();
  readonly facts: Facts;
  /** Number of the outside end's address, -1 when there is none. */
  address = -1;
  contact = false;
  readonly #state: LearnedState;
  readonly #options: ScorerOptions;
  readonly #reader: EventReader;
  readonly #ports = new Map<number, string>();
  readonly #deviceIds: string[] = [];

  constructor(state: LearnedState, options: ScorerOptions) {
    this.#state = state;
    this.#options = options;
    this.#reader = new EventReader({ isOwnName: options.isOwnName, domainOf: (host) => state.domains.of(host) });
    this.facts = makeEventFacts(this.scored, this.values, state.sides, state.letters, (window) => this.outflow(window));
  }

  score(event: NetEvent): void {
    const { scored, values } = this;
    const state = this.#state;
    scored.event = event;
    scored.tick = tickOf(event.time);
    scored.has.fill(0);
    this.address = -1;
    this.contact = isContact(event);
    scored.addressUsers = undefined;
    this.#reader.read(event, values);
    const src = event.srcDevice ?? -1;
    const dst = event.dstDevice ?? -1;
    scored.actorIsOurs = src >= 0;
    scored.historyHours = src >= 0 ? state.models.historyHours(src) : 0;
    scored.targetHistoryHours = dst >= 0 ? state.models.historyHours(dst) : 0;
    scored.actorRoles = src >= 0 ? this.#options.ownDevice(src).roles : NO_ROLES;
    scored.targetRoles = dst >= 0 ? this.#options.ownDevice(dst).roles : NO_ROLES;
    scored.targetIsServer = dst >= 0 && state.groups.isServer(dst);
    scored.hourP = src >= 0 ? this.#hourP(src, event.time) : undefined;
    if (src >= 0) this.#ownActor(event, src, dst);
    else if (dst >= 0) this.#outsideActor(event, dst);
  }

  /** What the actor has sent outside, with this flow if it goes there; undefined for flows that go elsewhere, and for other records. */
  outflow(window: OutflowWindow): Outflow | undefined {
    const { event } = this.scored;
    const device = event?.srcDevice ?? -1;
    if (event?.family !== "conn" || device < 0 || (event.dstDevice ?? -1) >= 0) return undefined;
    return this.#state.outflow.judge(device, this.#state.groups.of(device), window, event.time, event.bytesOut ?? 0);
  }

  /** Text of an own device as a value: its id. */
  deviceId(device: number): string {
    const known = this.#deviceIds[device];
    if (known !== undefined) return known;
    const { id } = this.#options.ownDevice(device);
    this.#deviceIds[device] = id;
    return id;
  }

  #ownActor(event: NetEvent, src: number, dst: number): void {
    const { values, scored } = this;
    for (let i = 0; i < values.count; i++) this.#measure(values.feature[i] ?? 0, OWN_SIDE, src, values.text[i] ?? "");
    const outside = dst < 0 && event.dst !== undefined;
    if (outside) {
      this.address = this.#state.addresses.intern(event.dst ?? "", scored.tick);
      if (event.family === "conn") scored.addressUsers = this.#state.addresses.otherCallers(this.address, src);
    }
    if (this.contact) {
      if (outside) {
        const addresses = this.#state.addresses;
        if (scored.has[ENDPOINT] === 0) this.#measure(ENDPOINT, OWN_SIDE, src, addresses.names[this.address] ?? addresses.text(this.address));
        this.#places(OWN_SIDE, src, event.dst ?? "");
      } else if (dst >= 0 && dst !== src) this.#measure(PEER, OWN_SIDE, src, this.deviceId(dst));
      if (event.family === "conn") this.#port(event, OWN_SIDE, src);
    }
    if (dst < 0) return;
    if (values.admin !== undefined) this.#measure(ADMIN_PROTOCOL, OWN_SIDE, src, `${values.admin} ${this.deviceId(dst)}`);
    if (values.credential !== undefined) this.#measure(CREDENTIAL, TARGET_SIDE, dst, values.credential);
  }

  /** Inbound: what is usual is learned at the target, and of the initiator only whether it has been here before. */
  #outsideActor(event: NetEvent, dst: number): void {
    const { values, scored } = this;
    const addresses = this.#state.addresses;
    this.address = addresses.intern(event.src ?? "", scored.tick);
    scored.historyHours = addresses.presenceHours(this.address);
    for (let i = 0; i < values.count; i++) {
      const feature = values.feature[i] ?? 0;
      // Host and server names of inbound requests are our own servers' names.
      if (feature >= PORT) this.#measure(feature, TARGET_SIDE, dst, values.text[i] ?? "");
    }
    values.host = undefined;
    values.domain = undefined;
    if (this.contact) {
      this.#outsideEndpoint(dst);
      this.#places(TARGET_SIDE, dst, event.src ?? "");
      if (event.family === "conn") this.#port(event, TARGET_SIDE, dst);
    }
    if (values.admin !== undefined) this.#measure(ADMIN_PROTOCOL, TARGET_SIDE, dst, values.admin);
    if (values.credential !== undefined) this.#measure(CREDENTIAL, TARGET_SIDE, dst, values.credential);
  }

  #outsideEndpoint(dst: number): void {
    const { scored } = this;
    const addresses = this.#state.addresses;
    const measure = scored.measures[ENDPOINT];
    if (measure === undefined) return;
    const hours = addresses.presenceHours(this.address);
    scored.has[ENDPOINT] = 1;
    scored.slot[ENDPOINT] = -1;
    scored.side[ENDPOINT] = TARGET_SIDE;
    scored.entity[ENDPOINT] = dst;
    scored.text[ENDPOINT] = addresses.text(this.address);
    measure.novelty = hours === 0 ? 3 : addresses.lastDevice[this.address] === dst || (addresses.devices[this.address] ?? 0) > 1 ? 0 : 1;
    measure.users = hours === 0 ? 0 : (addresses.devices[this.address] ?? 0);
    measure.of = Math.max(1, this.#state.sides[TARGET_SIDE].entities, measure.users);
    measure.groupUsers = measure.users;
    measure.groupOf = measure.of;
    measure.own = hours;
    measure.total = 0;
    measure.others = 0;
  }

  #places(side: 0 | 1, entity: number, ip: string): void {
    const addresses = this.#state.addresses;
    const at = this.address;
    let country = addresses.countries[at];
    if (country === undefined) {
      const place = this.#options.place(ip);
      country = place?.country ?? "";
      addresses.countries[at] = country;
      addresses.operators[at] = place?.asn === undefined ? "" : `AS${place.asn}`;
    }
    if (country !== "") this.#measure(COUNTRY, side, entity, country);
    const operator = addresses.operators[at] ?? "";
    if (operator !== "") this.#measure(ASN, side, entity, operator);
  }

  #port(event: NetEvent, side: 0 | 1, entity: number): void {
    const port = event.dstPort;
    if (port === undefined || event.proto === undefined) return;
    const code = event.proto === "tcp" ? 0 : event.proto === "udp" ? 1 : -1;
    if (code < 0) return;
    const key = port * 2 + code;
    let text = this.#ports.get(key);
    if (text === undefined) {
      text = `${port}/${event.proto}`;
      this.#ports.set(key, text);
    }
    this.#measure(PORT, side, entity, text);
  }

  #measure(feature: number, side: 0 | 1, entity: number, text: string): void {
    const { scored } = this;
    const model = this.#state.sides[side];
    const slot = model.values.find(feature, text);
    scored.has[feature] = 1;
    scored.slot[feature] = slot;
    scored.side[feature] = side;
    scored.entity[feature] = entity;
    scored.text[feature] = text;
    const measure = scored.measures[feature];
    if (measure !== undefined) model.measure(entity, this.#state.groups.of(entity), feature, slot, scored.event?.time ?? 0, scored.tick, measure);
  }

  #hourP(device: number, time: number): number {
    const state = this.#state;
    const hour = Math.floor(time / HOUR_MS);
    const missed = state.frozen.length === 0 ? 0 : state.missedHours(state.models.firstHour(device));
    return state.models.activeProbability(device, state.groups.of(device), hour, this.#options.hourOfWeek(time), missed);
  }
}
