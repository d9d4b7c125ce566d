import type { EntityRef, Peer } from "./entity.ts";
import type { NetEvent } from "./event.ts";
import type { Family } from "./families.ts";
import type { Why } from "./score.ts";

/**
 * What the model engine is handed: something that happened to one entity, with the facts that learning found about it.
 * An event is an observation of its family; learning makes the others:
 *   hour    a device's hour closed and was scored
 *   burst   a minute of one pair, source or destination was out of its rhythm
 *   beacon  a pair was found regular (re-scored at most once an hour)
 *   alert   a model fired (for models over models)
 *   action  a response action began, ended or failed
 *   source  a source's health changed
 *   detectionHour  an hour of a device's endpoint detections closed and was scored
 *   campaign  a group of mails that belong together grew
 */
export type ObservationKind = Family | "hour" | "burst" | "beacon" | "modelAlert" | "source" | "detectionHour" | "action" | "campaign";

export type FactValue = string | number | boolean | readonly string[] | undefined;

/**
 * Names of facts are listed in facts.ts; a model that names another is refused. Facts of events are flat:
 * for a categorical feature F: `FNovelty` 0 known, 1 new to the entity, 2 new to its peer group, 3 new to the organisation;
 * `FRarity` 0-100 (share of entities that never used it, log scale); `FP` calibrated p.
 */
export type Facts = Record<string, FactValue>;

export interface Observation {
  kind: ObservationKind;
  time: number;
  /** The actor: who did it. */
  entity: EntityRef;
  peer: Peer | undefined;
  /** Fields of the event (the event itself), or empty. */
  fields: Readonly<Record<string, unknown>>;
  facts: Facts;
  /** Events that prove it; the engine keeps the first and the latest few. */
  events: readonly NetEvent[];
  /** Reasons, made only when asked for: most observations alert nobody. */
  why(): Why[];
  /** 0-100: how unusual it would be if these features were as usual. Undefined where nobody can say. */
  unusualWithout?(features: readonly string[]): number | undefined;
}
