import type { EntityRef, Peer } from "./entity.ts";
import type { NetEvent } from "./event.ts";
import type { Why } from "./score.ts";

export type Category = "Informational" | "Suspicious" | "Critical";
export type Priority = 0 | 1 | 2 | 3 | 4 | 5;

/** One model firing on one entity. Lines of alerts.ndjson are this with `time` as ISO and `events` as ids. */
export interface Alert {
  /** contentId of model, entity, window and first event: the same input raises the same id. */
  id: string;
  /** Event time of the event that completed it, ms. */
  time: number;
  /** When the alert was made by us, ms: later than `time` for late records. */
  created: number;
  /** Path on screen: "Device / New User Agent to Internal Server". */
  model: string;
  modelVersion: number;
  category: Category;
  compliance: boolean;
  priority: Priority;
  /** 0-100, falls on repeats of the same model and entity. */
  score: number;
  entity: EntityRef;
  /** More of what an earlier alert told in part: it began before that one, and is told again because it grew. */
  grown?: true;
  peers: Peer[];
  /** Odd values that others may share ("type:shell-from-office", "domain:example.test"): alerts of different entities that bear the same one belong together. */
  joins?: readonly string[];
  /** What its model tells apart on one entity (the title of a product's detection); absent for models that tell one thing. How often it comes is counted by it. */
  apart?: string;
  mitre: readonly string[];
  tags: readonly string[];
  /** One plain sentence: what happened. */
  title: string;
  why: Why[];
  /** Proof, at most 50, first and latest: ids are eventId(). */
  events: readonly NetEvent[];
  /** How many events matched in all. */
  eventCount: number;
  incident?: string;
}

export interface Incident {
  id: string;
  overBudget: boolean;
  title: string;
  summary: string;
  category: "critical" | "suspicious" | "compliance";
  score: number;
  start: number;
  end: number;
  entities: EntityRef[];
  alerts: string[];
  phases: string[];
  mitre: string[];
  iocs: { type: string; value: string }[];
  evidence: { claim: string; events: string[] }[];
}
