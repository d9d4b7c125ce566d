import { call } from "../client/call.ts";
import type { Action } from "../client/types.ts";
import { durationWords } from "../words/duration.ts";
import { plain } from "../words/plain.ts";
import { useChange } from "./use-change.ts";

export interface Decide {
  action: Action;
  decision: "activate" | "refuse" | "extend" | "clear";
  /** The new total that remains, in seconds. */
  seconds?: number;
  why: string;
}

export const ACTION_ROUTES = ["actions", "action", "actionOptions", "response", "deviceLog", "audit"];

/** A person's word on an action. What came into force can be undone at once; what was cleared comes back with what remained. */
export function useDecideAction() {
  return useChange({
    act: ({ action, decision, seconds, why }: Decide) =>
      call("decideAction", {
        params: { id: action.id },
        body: { decision, why, revision: action.revision, ...(seconds === undefined ? {} : { seconds }) },
      }),
    touches: ACTION_ROUTES,
    done: (made, { decision, seconds }) => {
      const what = plain(made.title, 100);
      if (made.state === "failed") return `Decided, but not done yet: ${what}.`;
      if (decision === "activate") return `${made.byHand === undefined ? "In force" : "Noted as done by hand"}: ${what}.`;
      if (decision === "refuse") return `Refused: ${what}.`;
      if (decision === "clear") return `Cleared: ${what}.`;
      return `It ends in ${durationWords(seconds ?? 0)} now.`;
    },
    undo: (made, { action, decision }) => {
      const left = Math.max(60, Math.round((Date.parse(action.until) - Date.parse(made.until)) / 1_000));
      const undo = (verb: Decide["decision"], seconds?: number) =>
        call("decideAction", { params: { id: made.id }, body: { decision: verb, why: "undone", ...(seconds === undefined ? {} : { seconds }) } });
      if (decision === "activate") return undo("clear");
      if (decision === "clear") return undo("activate", Math.min(86_400, left));
      if (decision === "extend") return undo("extend", Math.min(86_400, Math.max(1, Math.round((Date.parse(action.until) - Date.now()) / 1_000))));
      return undo("activate", action.seconds);
    },
  });
}
