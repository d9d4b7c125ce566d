import { call } from "../client/call.ts";
import type { ModeRule, ResponseState } from "../client/types.ts";
import { ACTION_ROUTES } from "./decide-action.ts";
import { useChange } from "./use-change.ts";

export interface SetModes {
  standard: ResponseState["standard"];
  rules: ModeRule[];
  why: string;
  before: { standard: ResponseState["standard"]; rules: ModeRule[] };
}

/** Who decides: the standard mode and the rules over it. */
export function useSetModes() {
  return useChange({
    act: ({ standard, rules, why }: SetModes) => call("setModes", { body: { standard, rules, why } }),
    touches: ACTION_ROUTES,
    done: () => "The modes are set.",
    undo: (_made, { before, why }) => call("setModes", { body: { ...before, why: `undone: ${why}` } }),
  });
}
