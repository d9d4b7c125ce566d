import { CodedError } from "../base/result.ts";
import type { Alert } from "../schema/alert.ts";
import type { EntityRef, Peer } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Facts, Observation } from "../schema/observation.ts";
import type { Why } from "../schema/score.ts";
import type { Models } from "./lane.ts";

/** Sees observations before the models do. */
export type Tap = (observation: Observation) => void;

/** What models make of an observation is added to `alerts`, and what they make of those alerts. */
export function match(observation: Observation, models: Models, alerts: Alert[], tap?: Tap): void {
  tap?.(observation);
  for (const alert of models.observe(observation)) raise(alert, models, alerts, tap);
}

/** An alert is itself something that models may be about; an alert about an alert is not. */
export function raise(alert: Alert, models: Models, alerts: Alert[], tap?: Tap): void {
  alerts.push(alert);
  const observation: Observation = {
    kind: "modelAlert",
    time: alert.time,
    entity: alert.entity,
    peer: alert.peers[0],
    fields: {},
    facts: { model: alert.model, priority: alert.priority, score: alert.score, category: alert.category, grown: alert.grown === true },
    events: alert.events,
    why: () => alert.why,
  };
  tap?.(observation);
  for (const follower of models.observe(observation)) alerts.push(follower);
}

/** A scored event as models see it; what made it strange is asked of the learner only when somebody wants to know. */
export class EventObservation<E extends NetEvent> implements Observation {
  readonly kind: E["family"];
  readonly time: number;
  readonly entity: EntityRef;
  readonly peer: Peer | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly facts: Facts;
  readonly events: readonly NetEvent[];
  readonly #learner: { why(event: E): Why[] };
  readonly #event: E;

  constructor(event: E, entity: EntityRef, peer: Peer | undefined, facts: Facts, learner: { why(event: E): Why[] }) {
    this.#event = event;
    this.#learner = learner;
    this.kind = event.family;
    this.time = event.time;
    this.entity = entity;
    this.peer = peer;
    this.fields = event as unknown as Readonly<Record<string, unknown>>;
    this.facts = facts;
    this.events = [event];
  }

  why(): Why[] {
    return this.#learner.why(this.#event);
  }
}

/** State that a lane saved as JSON of version 1. Throws CodedError `snapshot-unreadable` with `what` as the subject of its sentence. */
export function readSaved<T extends { version: number }>(bytes: Uint8Array, what: string): T {
  let state: T;
  try {
    state = JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch {
    throw new CodedError("snapshot-unreadable", `${what} cannot be read`);
  }
  if (state.version !== 1) throw new CodedError("snapshot-unreadable", `${what} was saved by another version of Wonted`);
  return state;
}
