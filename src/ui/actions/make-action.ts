import { call } from "../client/call.ts";
import { plain } from "../words/plain.ts";
import { ACTION_ROUTES } from "./decide-action.ts";
import { useChange } from "./use-change.ts";

export interface MakeAction {
  kind: string;
  entity: string;
  seconds: number;
  why: string;
  alert?: string;
}

/** Acts on an entity by hand; undo clears it at once. */
export function useMakeAction() {
  return useChange({
    act: ({ alert, ...rest }: MakeAction) => call("makeAction", { body: { ...rest, ...(alert === undefined ? {} : { alert }) } }),
    touches: ACTION_ROUTES,
    done: (made) =>
      made.state === "active"
        ? `${made.byHand === undefined ? "In force" : "Noted as done by hand"}: ${plain(made.title, 100)}.`
        : `Decided, but not done yet: ${plain(made.title, 100)}.`,
    undo: (made) => call("decideAction", { params: { id: made.id }, body: { decision: "clear", why: "undone" } }),
  });
}
