import type { Result } from "../base/result.ts";
import { ok } from "../base/result.ts";
import { HOUR, type ZoneClock } from "../base/time.ts";
import type { Device, EntityRef, Peer } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts, Observation } from "../schema/observation.ts";
import { type HourScore, type PairScore, unusualFromP, type Why } from "../schema/score.ts";
import type { Burst } from "./burst-table.ts";
import { type ChangedBehaviour, changedBehaviour } from "./changed-behaviour.ts";
import { EventLearner } from "./event-learner.ts";
import { EventScorer } from "./event-scorer.ts";
import { eventNotices, eventWhy } from "./event-words.ts";
import { ENDPOINT, VOLUMES } from "./features.ts";
import { GroupKeeper } from "./group-keeper.ts";
import type { CommonFacts } from "./hour-facts.ts";
import { type Capacities, LearnedState, OWN_SIDE } from "./learned-state.ts";
import { BeaconObservation, BurstObservation, HourObservation } from "./observations.ts";
import type { JudgeOutflow } from "./outflow-words.ts";
import { PAIR_CONTACTS, PairWatch } from "./pair-watch.ts";
import { SERVERS } from "./peer-groups.ts";
import { tickOf } from "./presence.ts";
import { type DeviceProfile, profileOf } from "./profile.ts";
import type { RoleProposal } from "./role-evidence.ts";
import type { RolledBack } from "./roll-back.ts";
import { MOST_GROUPS } from "./value-table.ts";
import { beaconWhy, hourWhy } from "./window-words.ts";

export interface PatternOptions {
  /** Clock of the organisation: hours of activity are read on it. */
  zone: ZoneClock;
  /** Country and operator of an outside address from an offline table. */
  place?: (ip: string) => { country?: string; asn?: number } | undefined;
  /** The device behind a dense index. */
  ownDevices: (index: number) => Device;
  /** Is this host name one of our own? Then it is no outside endpoint. */
  isOwnName?: (host: string) => boolean;
  /** Volumes of devices (by id) that may not take another level for good, whatever they do. */
  holdsLevel?: (device: string, feature: string) => boolean;
  capacities?: Capacities;
}

/** Beacon observations of an hour, best first: more would be a broken sensor. */
const MOST_BEACONS = 500;
/** Regularity and score from which a pair is told to models. */
const BEACON_TOLD = 0.4;
/** Evidence of evenness below which a pair is not looked at closer. */
const LEAST_EVIDENCE = 3;
/** Hours from this unusualness on carry their reasons in scores. */
const WHY_FROM = 20;

/**
 * The pattern of life of every own device, its peer group and the organisation.
 *
 * For every event in order of time: `score` (facts before learning), then `learn`; `advance` as event time passes closes minutes and
 * hours and returns what they showed. An hour that closes is scored first, then learned. Late events fall into the open hour and minute.
 * The facts object is one and the same for every event: it tells about the event scored last (see makeEventFacts).
 * State is bounded (see memory()); the same events in the same order give the same numbers, also over save and load.
 */
export class PatternOfLife {
  readonly #options: PatternOptions;
  #state: LearnedState;
  #scorer: EventScorer;
  #learner: EventLearner;
  #pairs: PairWatch;
  #keeper: GroupKeeper;
  #hourScores: HourScore[] = [];
  /** Volumes of devices with a strange hour as they stood before the hour that closed last. */
  readonly #before = new Map<number, Float32Array>();

  constructor(options: PatternOptions) {
    this.#options = options;
    this.#state = new LearnedState(options.capacities);
    this.#hold();
    this.#scorer = this.#makeScorer();
    this.#pairs = new PairWatch(this.#state);
    this.#learner = new EventLearner(this.#state, this.#scorer, this.#pairs);
    this.#keeper = new GroupKeeper(this.#state);
  }

  #makeScorer(): EventScorer {
    return new EventScorer(this.#state, {
      place: this.#options.place ?? (() => undefined),
      ownDevice: this.#options.ownDevices,
      isOwnName: this.#options.isOwnName ?? (() => false),
      hourOfWeek: (time) => this.#options.zone.hourOfWeek(time),
    });
  }

  /** Facts of an event as it stands before it is learned. The object is reused: copy what must outlive the next call. */
  score(event: NetEvent): Facts {
    this.#scorer.score(event);
    return this.#scorer.facts;
  }

  /** Learns an event. weight 1; less after an alert; 0 (its source is frozen) learns nothing. */
  learn(event: NetEvent, weight: number): void {
    const state = this.#state;
    if (state.openHour < 0) this.#open(event.time);
    if (event.time > state.now) state.now = event.time;
    if (!(weight > 0)) return;
    if (this.#scorer.scored.event !== event) this.#scorer.score(event);
    this.#learner.learn(event, Math.min(1, weight));
    state.roles.learn(event);
  }

  /** Moves event time: closes the minute and the hour that have passed and returns what they showed. */
  advance(time: number): Observation[] {
    const state = this.#state;
    const out: Observation[] = [];
    if (state.openHour < 0) this.#open(time);
    if (time > state.now) state.now = time;
    state.bursts.advance(time, (burst) => this.#burst(burst, out));
    const hour = Math.floor(time / HOUR);
    if (hour > state.openHour) {
      this.#closeHour(out);
      state.openHour = hour;
    }
    return out;
  }

  /** Scores of the hours closed since the last call. */
  takeHourScores(): HourScore[] {
    const out = this.#hourScores;
    this.#hourScores = [];
    return out;
  }

  /** A stretch in which a source was silent: hours that touch it are neither scored nor learned, and do not count as inactivity. */
  freeze(from: number, to: number): void {
    this.#state.freeze(from, to);
  }

  /** Reasons of an event alert, strangest first; `features` asks for these only. */
  why(event: NetEvent, features?: readonly string[]): Why[] {
    if (this.#scorer.scored.event !== event) this.#scorer.score(event);
    return eventWhy(this.#scorer, this.#state, features);
  }

  /** Firsts worth a row in an established device's log; never alerts. Call between score and learn. */
  notices(event: NetEvent, _facts: Facts): { text: string; feature: string }[] {
    if (this.#scorer.scored.event !== event) this.#scorer.score(event);
    return eventNotices(this.#scorer, this.#state);
  }

  /** Every initiator and responder with six contacts or more, most beacon-like first. */
  pairs(): PairScore[] {
    return this.#pairs.list(this.#options.ownDevices);
  }

  /** What the device page shows of a device. Up to 100 ms in a large organisation. */
  profile(device: number): DeviceProfile & { groupFound: string } {
    return { ...profileOf(this.#state, device, this.#options.ownDevices), groupFound: this.#keeper.words(device) };
  }

  /** Active hours that a device has been learned; costs nothing. */
  historyHours(device: number): number {
    return this.#state.models.historyHours(device);
  }

  /** Size of the learned state: bytes are counted from array sizes, texts estimated. */
  memory(): { bytes: number; devices: number; endpoints: number; pairs: number } {
    const s = this.#state;
    const bytes =
      s.sides[0].bytes +
      s.sides[1].bytes +
      s.addresses.bytes +
      s.models.bytes +
      s.groups.bytes +
      s.counters.bytes +
      s.population.bytes +
      s.outflow.bytes +
      s.bursts.bytes +
      s.pairs.bytes +
      s.infrastructure.bytes +
      s.rollBack.bytes +
      s.roles.bytes;
    return { bytes, devices: s.sides[OWN_SIDE].entities, endpoints: s.addresses.size, pairs: s.pairs.size };
  }

  /** Volumes that took another level for good, newest first: open ones wait for somebody to accept them or take them back. */
  changes(): ChangedBehaviour[] {
    return this.#state.hours.changes.list().map((change) => changedBehaviour(change, this.#ref(change.device)));
  }

  /** False when no such change is held any more. */
  decideChange(id: string, decision: "accepted" | "reversed"): boolean {
    return this.#state.hours.changes.decide(id, decision, Math.max(0, this.#state.openHour));
  }

  /** A model alerted on the device, and what it is made of is learned only now: its state is copied, to be put back should it be an attack. */
  alerted(device: number, time: number): void {
    this.#state.rollBack.alerted(this.#state, device, time, this.#before.get(device));
  }

  /** Of these devices, whose state from before an incident can be put back, and when it was taken. */
  canRollBack(incident: string, devices: readonly number[], start: number, end: number): RolledBack[] {
    return this.#state.rollBack.possible(incident, devices, start, end);
  }

  /** Forgets what the devices learned since the incident began (see RollBack for what stays); twice is once. */
  undoLearning(incident: string, devices: readonly number[], start: number, end: number): RolledBack[] {
    return this.#state.rollBack.undo(this.#state, incident, devices, start, end);
  }

  /** Takes a roll-back back. */
  redoLearning(incident: string): RolledBack[] {
    return this.#state.rollBack.redo(this.#state, incident);
  }

  /** Roles that devices seem to have, with the numbers that say so. They weigh in no score. */
  roles(): RoleProposal[] {
    return this.#state.roles.proposals(Math.max(0, this.#state.now));
  }

  /** Everything learned, the open hour and the events kept to be cited included. */
  save(): Uint8Array {
    return this.#state.save();
  }

  /** Replaces everything learned, or changes nothing and says why (`state-kind`, `state-version`, `state-truncated`, `state-size`). */
  load(bytes: Uint8Array): Result<void> {
    const loaded = LearnedState.loaded(bytes, this.#options.capacities ?? {});
    if (!loaded.ok) return loaded;
    this.#state = loaded.value;
    this.#hold();
    this.#hourScores = [];
    this.#scorer = this.#makeScorer();
    this.#pairs = new PairWatch(this.#state);
    this.#learner = new EventLearner(this.#state, this.#scorer, this.#pairs);
    this.#keeper = new GroupKeeper(this.#state);
    return ok(undefined);
  }

  #hold(): void {
    const { holdsLevel, ownDevices } = this.#options;
    if (holdsLevel !== undefined) this.#state.hours.changes.holds = (device, volume) => holdsLevel(ownDevices(device).id, VOLUMES[volume] ?? "");
  }

  #open(time: number): void {
    this.#state.openHour = Math.floor(time / HOUR);
    this.#state.firstTime = time;
  }

  #ref(index: number): EntityRef {
    const device = this.#options.ownDevices(index);
    const ref: EntityRef = { kind: "device", id: device.id };
    if (device.ip !== undefined) ref.ip = device.ip;
    if (device.hostname !== undefined) ref.hostname = device.hostname;
    return ref;
  }

  #common(actor: number, target: number, time: number): CommonFacts {
    const { models, groups } = this.#state;
    const hour = Math.floor(time / HOUR);
    return {
      historyHours: actor >= 0 ? models.historyHours(actor) : 0,
      targetHistoryHours: target >= 0 ? models.historyHours(target) : 0,
      actorIsOurs: actor >= 0,
      actorRoles: actor >= 0 ? this.#options.ownDevices(actor).roles : [],
      targetRoles: target >= 0 ? this.#options.ownDevices(target).roles : [],
      targetIsServer: target >= 0 && groups.isServer(target),
      hourP:
        actor >= 0
          ? models.activeProbability(actor, groups.of(actor), hour, this.#options.zone.hourOfWeek(time), this.#state.missedHours(models.firstHour(actor)))
          : undefined,
    };
  }

  #burst(burst: Burst, out: Observation[]): void {
    const actor = burst.scope === "destination" ? burst.destination : burst.source;
    const row = actor >= 0 ? this.#state.counters.find(actor) : -1;
    if (row >= 0) this.#state.counters.noteBurst(row, burst.surprise);
    const sample = burst.events[0];
    const outside = sample?.src;
    if (actor < 0 && outside === undefined) return;
    const entity: EntityRef = actor >= 0 ? this.#ref(actor) : { kind: "external", id: outside ?? "", ip: outside ?? "" };
    let peer: Peer | undefined;
    if (burst.scope === "edge" && sample?.dst !== undefined) {
      peer = { ip: sample.dst };
      if (sample.dstPort !== undefined) peer.port = sample.dstPort;
    }
    out.push(
      new BurstObservation(entity, peer, burst, this.#common(burst.scope === "destination" ? actor : burst.source, burst.destination, burst.minute * 60_000)),
    );
  }

  #closeHour(out: Observation[]): void {
    const state = this.#state;
    const hour = state.openHour;
    const start = hour * HOUR;
    const frozen = state.isFrozen(start, start + HOUR);
    if (!frozen) this.#closeDevices(hour, start, out);
    this.#beacons(start + HOUR, frozen, out);
    state.counters.clear();
    state.citations.clear();
    state.pairCitations.forgetOld(start);
  }

  #closeDevices(hour: number, start: number, out: Observation[]): void {
    const state = this.#state;
    const { counters, models, groups } = state;
    const hourOfWeek = this.#options.zone.hourOfWeek(start);
    const active = new Array<number>(MOST_GROUPS).fill(0);
    this.#before.clear();
    this.#keeper.open(hour);
    for (let row = 0; row < counters.count; row++) {
      const device = counters.device(row);
      if (models.historyHours(device) === 0) this.#first(device, row, hour, hourOfWeek);
      const group = groups.of(device);
      const missed = state.frozen.length === 0 ? 0 : state.missedHours(models.firstHour(device));
      const common = this.#common(device, -1, start);
      const elapsed = hour - models.lastHour(device);
      const result = state.hours.close(counters, row, group, hour, hourOfWeek, missed);
      active[group] = (active[group] ?? 0) + 1;
      if (result.states !== undefined) this.#before.set(device, result.states);
      for (const side of state.sides) side.fade(device, Math.max(1, elapsed));
      const entity = this.#ref(device);
      const p = Math.exp(result.logP);
      const unusual = unusualFromP(p);
      const population = state.population.score(result);
      this.#hourScores.push({ entity, start, end: start + HOUR, unusual, p, why: unusual >= WHY_FROM ? hourWhy(result, models, population) : [] });
      const outflow: JudgeOutflow = (window) => state.outflow.judge(device, group, window, start);
      out.push(new HourObservation(entity, result, models, common, this.#topPeer(device, result.topPeer), population, outflow, state.citations.of(device)));
      const moved = groups.closeHour(device, hour);
      if (moved !== undefined) state.sides[OWN_SIDE].regroupAll([device], moved, tickOf(start));
      this.#keeper.close(device, hour);
    }
    state.population.learn((device) => counters.weight(counters.find(device)));
    for (let group = 0; group < MOST_GROUPS; group++) {
      const size = state.sides[OWN_SIDE].groupSize(group);
      if (group <= SERVERS || size > 0) models.learnActivity(group, hourOfWeek, size, active[group] ?? 0);
    }
  }

  #first(device: number, row: number, hour: number, hourOfWeek: number): void {
    const volumes = new Array<number>(VOLUMES.length).fill(0);
    this.#state.counters.volumes(row, volumes);
    this.#keeper.first(device, volumes, hour, hourOfWeek);
  }

  /** The responder that took most, and what it was to the device before this hour. */
  #topPeer(device: number, address: number): { text: string; novelty: number } | undefined {
    if (address < 0) return undefined;
    const state = this.#state;
    const ip = state.addresses.text(address);
    const text = state.addresses.names[address] ?? ip;
    const model = state.sides[OWN_SIDE];
    const slot = model.values.find(ENDPOINT, text);
    const tick = tickOf(state.openHour * HOUR + HOUR - 1);
    const own = slot < 0 ? 0 : (model.presence(device)?.hours(model.values.hash[slot] ?? 1, tick) ?? 0);
    if (own !== 0) return { text: ip, novelty: 0 };
    const others = slot < 0 ? 0 : (model.values.entities[slot] ?? 0) - 1;
    return { text: ip, novelty: others > 0 ? 1 : 3 };
  }

  #beacons(time: number, frozen: boolean, out: Observation[]): void {
    const { pairs } = this.#state;
    const touched = pairs.takeTouched();
    if (frozen) return;
    const told = touched
      .filter((record) => pairs.contacts(record) >= PAIR_CONTACTS && pairs.quickEvidence(record) >= LEAST_EVIDENCE && !pairs.isToldByName(record))
      .map((record) => this.#pairs.score(record))
      .filter((pair) => pair.regularity.regularity >= BEACON_TOLD)
      .sort((a, b) => b.score - a.score || a.record - b.record)
      .slice(0, MOST_BEACONS);
    for (const pair of told) {
      const { record } = pair;
      const inbound = pairs.inbound[record] === 1;
      const own = pairs.device[record] ?? 0;
      const entity = this.#pairs.entityOf(record, (device) => this.#ref(device));
      const facts: Facts = { ...this.#common(inbound ? -1 : own, inbound ? own : -1, time), ...this.#pairs.facts(pair) };
      const peer: Peer = inbound ? { ip: this.#options.ownDevices(own).ip ?? "" } : { ip: pairs.place[record] ?? "" };
      const host = pairs.host[record];
      if (host !== undefined) peer.hostname = host;
      peer.port = pairs.port[record] ?? 0;
      const name = this.#pairs.otherEnd(record);
      out.push(new BeaconObservation(time, entity, peer, facts, this.#state.pairCitations.of(record), () => beaconWhy(facts, name, pair.users, pair.of)));
    }
  }
}
