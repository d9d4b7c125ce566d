import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

type Decision = "accepted" | "declined" | "proposed";

const SAID: Readonly<Record<Decision, (role: string) => string>> = {
  accepted: (role) => `Accepted: it is judged as a ${role} from now on.`,
  declined: (role) => `Declined: it is no ${role}.`,
  proposed: () => "The decision is taken back: nothing of it counts.",
};

/** Accepts a proposed role, declines it, or takes that back; undo sets what stood before. */
export function useDecideRole() {
  return useChange({
    act: (input: { id: string; role: string; decision: Decision; before: Decision }) =>
      call("decideRole", { params: { id: input.id }, body: { decision: input.decision, why: "" } }),
    touches: ["roles", "device", "devices", "audit"],
    done: (_out, input) => SAID[input.decision](input.role),
    undo: (_out, input) => call("decideRole", { params: { id: input.id }, body: { decision: input.before, why: "taken back" } }),
  });
}
