import { HOUR, MINUTE } from "../base/time.ts";
import type { EntityRef, Peer } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts, Observation } from "../schema/observation.ts";
import { unusualFromP, type Why } from "../schema/score.ts";
import type { Burst } from "./burst-table.ts";
import type { DeviceModels } from "./device-models.ts";
import { type CommonFacts, hourFacts } from "./hour-facts.ts";
import type { HourPopulationScore } from "./hour-population.ts";
import type { HourResult } from "./hour-scorer.ts";
import { type JudgeOutflow, outflowWhy } from "./outflow-words.ts";
import { GROUP_NAMES } from "./peer-groups.ts";
import { burstWhy, hourWhy } from "./window-words.ts";

const NO_FIELDS: Readonly<Record<string, unknown>> = {};

/** A device's hour. `Expected` and `High` of its volumes cost 40 µs each and are worked out when read. */
export class HourObservation implements Observation {
  readonly kind = "hour";
  readonly time: number;
  readonly entity: EntityRef;
  readonly peer: Peer | undefined;
  readonly fields = NO_FIELDS;
  readonly events: readonly NetEvent[];
  readonly #result: HourResult;
  readonly #models: DeviceModels;
  readonly #common: CommonFacts;
  readonly #topPeer: { text: string; novelty: number } | undefined;
  readonly #population: HourPopulationScore;
  readonly #outflow: JudgeOutflow;
  #facts: Facts | undefined;

  constructor(
    entity: EntityRef,
    result: HourResult,
    models: DeviceModels,
    common: CommonFacts,
    topPeer: { text: string; novelty: number } | undefined,
    population: HourPopulationScore,
    outflow: JudgeOutflow,
    events: readonly NetEvent[],
  ) {
    this.entity = entity;
    this.time = (result.hour + 1) * HOUR;
    this.#result = result;
    this.#models = models;
    this.#common = common;
    this.#topPeer = topPeer;
    this.#population = population;
    this.#outflow = outflow;
    this.peer = topPeer === undefined ? undefined : { ip: topPeer.text };
    this.events = events;
  }

  get facts(): Facts {
    this.#facts ??= hourFacts(this.#result, this.#models, this.#common, this.#topPeer, this.#population, this.#outflow);
    return this.#facts;
  }

  why(): Why[] {
    return [...hourWhy(this.#result, this.#models, this.#population), ...outflowWhy(this.#outflow, GROUP_NAMES[this.#result.group] ?? "peers")];
  }

  unusualWithout(features: readonly string[]): number {
    return unusualFromP(Math.exp(this.#result.logPWithout(new Set(features))));
  }
}

export class BurstObservation implements Observation {
  readonly kind = "burst";
  readonly time: number;
  readonly entity: EntityRef;
  readonly peer: Peer | undefined;
  readonly fields = NO_FIELDS;
  readonly facts: Facts;
  readonly events: readonly NetEvent[];
  readonly #burst: Burst;

  constructor(entity: EntityRef, peer: Peer | undefined, burst: Burst, common: CommonFacts) {
    this.entity = entity;
    this.peer = peer;
    this.time = (burst.minute + 1) * MINUTE;
    this.events = burst.events;
    this.#burst = burst;
    this.facts = { ...common, scope: burst.scope, count: burst.count, expected: burst.expected, p: Math.exp(-burst.surprise) };
  }

  why(): Why[] {
    return [burstWhy(this.#burst)];
  }
}

export class BeaconObservation implements Observation {
  readonly kind = "beacon";
  readonly time: number;
  readonly entity: EntityRef;
  readonly peer: Peer | undefined;
  readonly fields = NO_FIELDS;
  readonly facts: Facts;
  readonly events: readonly NetEvent[];
  readonly #why: () => Why[];

  constructor(time: number, entity: EntityRef, peer: Peer | undefined, facts: Facts, events: readonly NetEvent[], why: () => Why[]) {
    this.time = time;
    this.entity = entity;
    this.peer = peer;
    this.facts = facts;
    this.events = events;
    this.#why = why;
  }

  why(): Why[] {
    return this.#why();
  }
}
