import { call } from "../client/call.ts";
import { counted } from "../words/numbers.ts";
import { useChange } from "./use-change.ts";

const TOUCHES = ["incidents", "incident", "alert", "alerts", "overview", "audit"];

/** Puts alerts into an incident of their own; undo joins the two again. */
export function useSplitIncident() {
  return useChange({
    act: (input: { id: string; alerts: string[] }) => call("splitIncident", { params: { id: input.id }, body: { alerts: input.alerts, why: "" } }),
    touches: TOUCHES,
    done: (_out, input) => `${counted(input.alerts.length, "alert")} put into an incident of ${input.alerts.length === 1 ? "its" : "their"} own.`,
    undo: (out, input) => call("mergeIncidents", { params: { id: input.id }, body: { other: out.id, why: "taken back" } }),
  });
}

/** Joins another open incident into this one; undo takes its alerts out again. */
export function useJoinIncidents() {
  return useChange({
    act: (input: { id: string; other: string; alerts: string[] }) =>
      call("mergeIncidents", { params: { id: input.id }, body: { other: input.other, why: "" } }),
    touches: TOUCHES,
    done: (_out, input) => `Joined: ${counted(input.alerts.length, "alert")} came along.`,
    undo: (_out, input) => call("splitIncident", { params: { id: input.id }, body: { alerts: input.alerts, why: "taken back" } }),
  });
}
