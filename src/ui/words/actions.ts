import type { Action } from "../client/types.ts";
import { counted } from "./numbers.ts";

/** What an action costs honest work, in one sentence. */
export function costSentence(cost: { flows: number; perDay: number } | undefined): string {
  if (cost === undefined) return "";
  if (cost.flows === 0) return "Cuts no customary connection; no one else is touched.";
  const a = cost.perDay >= 1 ? `, about ${Math.round(cost.perDay)} times a day` : "";
  return `Cuts ${counted(cost.flows, "customary connection")}${a}.`;
}

/** Why it does not act by itself. */
export function heldSentence(action: Action): string {
  const held = (action.held ?? "").replace(/\.$/, "");
  const inside = held.charAt(0).toLowerCase() + held.slice(1);
  return action.state === "shadow" ? `Not done: ${inside}.` : `It asks because ${inside}.`;
}

const STATES: Readonly<Record<Action["state"], string>> = {
  shadow: "shadow, not done",
  proposed: "waits for you",
  confirmed: "on its way",
  active: "in force",
  cleared: "cleared",
  expired: "ended by its time",
  refused: "refused",
  failed: "not done: the driver could not",
  planned: "planned",
};
export function stateWords(action: Action): string {
  if (action.state === "active" && action.byHand !== undefined) return "done by hand";
  return STATES[action.state];
}

const MODES: Readonly<Record<Action["mode"], string>> = {
  autonomous: "autonomous",
  confirm: "after confirmation",
  shadow: "shadow",
  off: "off",
  manual: "by hand",
};
export function modeWords(action: Action): string {
  return MODES[action.mode];
}

/** What it has stopped, or would have. */
export function tallySentence(action: Action): string {
  const { count, honest } = action.tally;
  if (action.state === "active") return count === 0 ? "nothing refused yet" : `${counted(count, "packet")} refused`;
  if (action.state === "shadow" || action.state === "proposed") {
    if (count === 0) return "would have stopped nothing so far";
    return `would have stopped ${counted(count, "connection")}${honest > 0 ? `, ${honest} of them customary` : ", none of them customary"}`;
  }
  return count === 0 ? "" : `${counted(count, "packet")} refused`;
}
