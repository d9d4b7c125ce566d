import type { EntityRef } from "./entity.ts";

/** Which connections are meant. What is left out is any: `{src}` alone is everything that src begins, `{dst}` alone everything begun towards dst. Addresses are canonical. */
export interface FlowMatch {
  src?: string;
  dst?: string;
  port?: number;
  proto?: "tcp" | "udp";
  /** Instead of a dst: any address of the private ranges (DEFAULT_OWN_NETWORKS). */
  inside?: true;
}

/** Whom an action touches, and how much of it. Which parts a kind of action needs stands in its KindSpec. */
export interface ActionTarget {
  entity: EntityRef;
  /** Network kinds: the connections that are refused. */
  flows?: readonly FlowMatch[];
  /** Pattern of life: the connections that stay possible while everything else of the entity is refused. */
  allowed?: readonly FlowMatch[];
  /** Kinds of other lanes: the single things that are meant (messages, links), where it is not the whole entity. */
  items?: readonly string[];
}

/**
 * shadow     would have been done; nothing is
 * proposed   waits for a person until `until`
 * confirmed  decided, on its way to the driver; what a crash leaves here is carried out at the next start
 * active     in force until `until`
 * cleared    ended by a person (or by what ended its sense) before its time
 * expired    ended by its time; from proposed or shadow: nobody wanted it
 * refused    a person said no
 * failed     the driver could not; tried again while its time lasts
 * planned    of a replay: would have been carried out
 */
export const ACTION_STATES = ["shadow", "proposed", "confirmed", "active", "cleared", "expired", "refused", "failed", "planned"] as const;
export type ActionState = (typeof ACTION_STATES)[number];
export const ACTION_MODES = ["autonomous", "confirm", "shadow", "off", "manual"] as const;
/** How an action comes to be done: by itself, after a person's word, not at all (kept for the report), not even noted; manual = a person made it. */
export type ActionMode = (typeof ACTION_MODES)[number];

export interface ActionChange {
  time: number;
  from: ActionState | "none";
  to: ActionState;
  /** Pseudonym of a person, `token:ID`, `link:PERSON`, or `wonted` for the platform itself. */
  by: string;
  why: string;
  /** The end that holds from this change on, ms. */
  until: number;
}

/** What a driver saw of it, or what it would have stopped (T22). */
export interface ActionTally {
  /** Packets that the rule refused; connections that would have been refused. */
  count: number;
  bytes: number;
  /** Of the counted connections those that were customary before: what honest work it would have cost. */
  honest: number;
  first?: number;
  last?: number;
}

export interface ActionCost {
  /** Customary pairs of endpoint and port of the entity that it would cut. */
  flows: number;
  /** Connections a day over these, as learned. */
  perDay: number;
}

/** One action on one entity, from its proposal to its end. */
export interface Action {
  id: string;
  /** Counts its changes; a change that names another number comes too late. */
  revision: number;
  kind: string;
  target: ActionTarget;
  /** One plain sentence: what it does. */
  title: string;
  /** Why it was planned. */
  reason: string;
  mode: ActionMode;
  state: ActionState;
  created: number;
  /** Seconds that it lasts once in force. */
  seconds: number;
  /** ms. In force: when it ends. Proposed or shadow: when the offer lapses. Ended: when that was. */
  until: number;
  /** After a person cleared it: until when the same kind, model and entity are left alone. */
  quietUntil?: number;
  alert?: string;
  model?: string;
  /** Path of the content that planned it. */
  response?: string;
  /** Who made it, when a person did. */
  by?: string;
  driver?: string;
  /** Why it does not act by itself, when its mode would have let it. */
  held?: string;
  cost: ActionCost;
  tally: ActionTally;
  changes: readonly ActionChange[];
}
