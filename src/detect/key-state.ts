import type { EntityRef, Peer } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import type { FactValue } from "../schema/observation.ts";
import type { Why } from "../schema/score.ts";
import type { Aggregate } from "./model.ts";
import { DistinctWindow, SumWindow } from "./window.ts";

/** One aggregate of one key: its window, and the first and latest events of what was counted. */
export interface WindowState {
  window: SumWindow | DistinctWindow;
  value: number;
  /** Largest value since the window was last empty: what growth is told by, when the window itself has run out again. */
  peak: number;
  /** What matched since the window was last empty, events or not. */
  count: number;
  /** Time and event id of the first of them. */
  since: number;
  sinceId: string;
  first: NetEvent[];
  latest: NetEvent[];
  touched: number;
}

/** The last time that a component held for a key. */
export interface Hit {
  time: number;
  /** Order among the hits of its key: which one came last. */
  order: number;
  since: number;
  sinceId: string;
  value: number;
  count: number;
  peer: Peer | undefined;
  /** Key of the aggregate's window, where the events are; undefined when the component has none. */
  windowKey: string | undefined;
  events: NetEvent[];
  values: Record<string, FactValue>;
}

/** What a model knows of one entity (and shared endpoint): which components held when, and how far sequences got. */
export interface KeyState {
  entity: EntityRef;
  /** What is told apart from other things of the same entity; "" for most models. */
  apart: string;
  hits: (Hit | undefined)[];
  /** Times of the hits again, flat, for the combine tree. */
  held: number[];
  chains: number[];
  touched: number;
}

/** What a model remembers of the alerts on one entity. */
export interface Firing {
  /** Time of the last alert; -1 before the first. */
  alerted: number;
  /** Events that its aggregates had counted: growth is measured against it. */
  alertedCount: number;
  /** Observation that completed it: what meets two components at once is one alert. */
  alertedId: string;
  /** Last time that the model was complete, alerted or not. */
  complete: number;
  /** First completion since the last alert: names the next alert. */
  since: number;
  sinceId: string;
  /** Completion that the throttle held back, newest. */
  heldKey: string | undefined;
  heldTime: number;
  /** Decayed number of earlier alerts, as of `alerted`. */
  repeats: number;
}

/** Complete, but waiting for what may cancel it. */
export interface Pending {
  due: number;
  time: number;
  /** Observation that completed it. */
  id: string;
  why: Why[];
}

/** First events of a window stay as proof of how it began, the latest roll; few are kept until the threshold is near. */
export const KEEP_FIRST = 10;
export const KEEP_LATEST = 40;
const KEEP_EARLY = 4;

export function newWindow(aggregate: Aggregate): SumWindow | DistinctWindow {
  // A distinct window remembers four times its threshold, so that growth shows, and 4,096 values at most.
  if (aggregate.op === "new") return new DistinctWindow(aggregate.over, 1_024);
  if (aggregate.op === "distinct") return new DistinctWindow(aggregate.over, Math.min(4_096, Math.max(256, aggregate.atLeast * 4)));
  return new SumWindow(aggregate.over);
}

/** Adds proof; answers by how many events the state grew. */
export function keepEvents(state: WindowState, events: readonly NetEvent[], near: boolean): number {
  const before = state.first.length + state.latest.length;
  const firsts = near ? KEEP_FIRST : KEEP_EARLY;
  const latests = near ? KEEP_LATEST : KEEP_EARLY;
  for (const event of events) {
    if (state.first.length < firsts && state.latest.length === 0) state.first.push(event);
    else {
      state.latest.push(event);
      if (state.latest.length > latests) state.latest.shift();
    }
  }
  return state.first.length + state.latest.length - before;
}

export function eventsOf(state: KeyState): number {
  let sum = 0;
  for (const hit of state.hits) if (hit !== undefined) sum += hit.events.length;
  return sum;
}
