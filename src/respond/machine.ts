import { CodedError } from "../base/result.ts";
import type { Action, ActionState } from "../schema/action.ts";

/** What may become of what. Ended actions come back only by a person's reactivation, which begins as a decision. */
const NEXT: Readonly<Record<ActionState | "none", readonly ActionState[]>> = {
  none: ["shadow", "proposed", "confirmed", "planned"],
  shadow: ["confirmed", "refused", "expired", "cleared"],
  proposed: ["confirmed", "refused", "expired", "cleared", "shadow"],
  confirmed: ["confirmed", "active", "failed", "cleared", "expired"],
  active: ["active", "cleared", "expired", "failed", "confirmed"],
  failed: ["confirmed", "expired", "cleared"],
  cleared: ["confirmed"],
  expired: ["confirmed"],
  refused: ["confirmed"],
  planned: [],
};

const OPEN: ReadonlySet<ActionState> = new Set(["shadow", "proposed", "confirmed", "active", "failed"]);
/** The driver has, or is about to have, a rule of it. */
const LIVE: ReadonlySet<ActionState> = new Set(["confirmed", "active"]);

export function isOpen(state: ActionState): boolean {
  return OPEN.has(state);
}
export function isLive(state: ActionState): boolean {
  return LIVE.has(state);
}
export function mayBecome(from: ActionState | "none", to: ActionState): boolean {
  return NEXT[from].includes(to);
}

export interface Step {
  to: ActionState;
  time: number;
  by: string;
  why: string;
  /** The end that holds from now on. */
  until: number;
}

/** Changes beyond this many lose their middle: an action that flaps must not grow without end. */
const MAX_CHANGES = 200;

/**
 * The action after one step; the old one is left as it is. Throws CodedError `action-conflict` when the step does not lead on from its state: the
 * second of two people, or of two clicks, is told so.
 */
export function advance(action: Action, step: Step, more: Partial<Action> = {}): Action {
  if (!mayBecome(action.state, step.to))
    throw new CodedError("action-conflict", `This action is ${action.state} and cannot become ${step.to}.`, {
      hint: "Somebody was faster; look at its history.",
    });
  const change = { time: step.time, from: action.state, to: step.to, by: step.by, why: step.why, until: step.until };
  const changes = action.changes.length < MAX_CHANGES ? [...action.changes, change] : [...action.changes.slice(0, 1), ...action.changes.slice(2), change];
  return { ...action, ...more, state: step.to, until: step.until, revision: action.revision + 1, changes };
}
