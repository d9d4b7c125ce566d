import { call } from "../client/call.ts";
import { counted } from "../words/numbers.ts";
import { ACTION_ROUTES } from "./decide-action.ts";
import { useChange } from "./use-change.ts";

/** The stop switch: everything in force ends now, and nothing begins until it is taken back. */
export function useStopResponse() {
  return useChange({
    act: ({ stopped, why }: { stopped: boolean; why: string }) => call("stopResponse", { body: { stopped, why } }),
    touches: ACTION_ROUTES,
    done: (made, { stopped }) => (stopped ? `Stopped: ${counted(made.cleared, "action")} cleared.` : "Actions can begin again."),
  });
}
