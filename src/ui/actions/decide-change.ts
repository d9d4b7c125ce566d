import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

type Decision = "accepted" | "reversed";

/** Accepts a lasting change of a device, or takes it back; undo decides the other way. */
export function useDecideChange() {
  return useChange({
    act: (input: { id: string; decision: Decision }) => call("decideChange", { params: { id: input.id }, body: { decision: input.decision, why: "" } }),
    touches: ["changedBehaviours", "audit"],
    done: (_out, input) => (input.decision === "accepted" ? "The change is the new usual." : "The change is taken back: the old usual stands."),
    undo: (_out, input) =>
      call("decideChange", { params: { id: input.id }, body: { decision: input.decision === "accepted" ? "reversed" : "accepted", why: "taken back" } }),
  });
}
