import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export type Judgement = "attack" | "benign" | "error" | "none";

const SAID: Readonly<Record<Judgement, string>> = {
  attack: "Called an attack.",
  benign: "Called benign.",
  error: "Called an error.",
  none: "Judgement taken back.",
};

/** Calls an incident an attack, benign or an error; undo sets what stood before. */
export function useJudgeIncident() {
  return useChange({
    act: (input: { id: string; verdict: Judgement; before: Judgement; why: string; undoLearning?: boolean }) =>
      call("judgeIncident", { params: { id: input.id }, body: { verdict: input.verdict, why: input.why, undoLearning: input.undoLearning ?? false } }),
    touches: ["incidents", "incident", "overview", "device", "audit"],
    done: (_out, input) => SAID[input.verdict],
    undo: (_out, input) => call("judgeIncident", { params: { id: input.id }, body: { verdict: input.before, why: "taken back" } }),
  });
}
