import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

/** Incidents a day that the organisation wants to see; undo sets the number that stood before. */
export function useSetBudget() {
  return useChange({
    act: (input: { perDay: number; before: number }) => call("setBudget", { body: { perDay: input.perDay, why: "" } }),
    touches: ["overview", "incidents", "audit"],
    done: (_out, input) => `Budget is ${input.perDay} a day.`,
    undo: (_out, input) => call("setBudget", { body: { perDay: input.before, why: "taken back" } }),
  });
}
