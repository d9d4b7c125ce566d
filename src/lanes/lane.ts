import { MINUTE } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";
import type { EntityRef } from "../schema/entity.ts";
import type { NetEvent } from "../schema/event.ts";
import type { Family } from "../schema/families.ts";
import type { MailJudgement } from "../schema/mail.ts";
import type { Observation } from "../schema/observation.ts";
import type { HourScore } from "../schema/score.ts";

/** Weight of what an alert was made of: a profile still follows lawful change, and an attacker moves it four times slower. */
export const WEIGHT_AFTER_ALERT = 0.25;
/** Event time moves in steps of this for windows: closing every window at every event would cost more than the event. */
export const ADVANCE_STEP = MINUTE / 4;

/** Something seen for the first time: a row of the event log, never an alert. */
export interface Notice {
  event: NetEvent;
  entity: EntityRef;
  feature: string;
  text: string;
  unusual: number;
}

/** What came of a batch. */
export interface LaneResult {
  alerts: Alert[];
  notices: Notice[];
  hours: HourScore[];
  /** Mail messages of the batch with what they were judged to be. */
  mails: MailJudgement[];
  duplicates: number;
  /** Records with an id of their own that was there before: the same record once more, counted nowhere. */
  copies: number;
  /** Events that bear a time beyond `latest`. */
  ahead: number;
  /** 0-100 of each event of the batch by itself; NaN where it was not scored (duplicates, wrong clocks). */
  unusual: Float32Array;
}

export function emptyResult(events = 0): LaneResult {
  return { alerts: [], notices: [], hours: [], mails: [], duplicates: 0, copies: 0, ahead: 0, unusual: new Float32Array(events) };
}

/** What a lane needs of the model engine (room detect): one engine serves all lanes, so that models can be about alerts of several. */
export interface Models {
  observe(observation: Observation): readonly Alert[];
  /** History: nothing is told, but what would be counts as told. */
  learn(observation: Observation): void;
  advance(time: number): readonly Alert[];
}

/**
 * One kind of telemetry on its way through resolve, score, match and learn, in that order. Events come in event time (late ones excepted).
 * Holds no files, clock or store. State goes out as bytes and comes back from them; `load` throws CodedError `snapshot-unreadable`.
 */
export interface Lane {
  /** Names its part of the saved state. */
  readonly name: string;
  /** Families of events that are its own. */
  readonly families: readonly Family[];
  /** Newest event time seen, ms; -Infinity before the first event. */
  readonly eventTime: number;
  process(events: readonly NetEvent[]): LaneResult;
  /** Event time moves on without an event. */
  advance(time: number): LaneResult;
  save(): Uint8Array<ArrayBuffer>;
  load(bytes: Uint8Array): void;
}
