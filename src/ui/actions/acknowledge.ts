import { call } from "../client/call.ts";
import { counted } from "../words/numbers.ts";
import { useChange } from "./use-change.ts";

export interface Acknowledge {
  ids: readonly string[];
  acknowledged: boolean;
}

async function set({ ids, acknowledged }: Acknowledge): Promise<void> {
  for (const id of ids) await call("acknowledge", { params: { id }, body: { acknowledged, why: "" } });
}

/** Acknowledges alerts, or takes it back. Of an incident: all its alerts. */
export function useAcknowledge() {
  return useChange<Acknowledge, void>({
    act: set,
    touches: ["alerts", "alert", "alertGroups", "incidents", "incident", "overview", "audit"],
    done: (_out, input) => `${input.acknowledged ? "Acknowledged" : "Taken back:"} ${counted(input.ids.length, "alert")}.`,
    undo: (_out, input) => set({ ids: input.ids, acknowledged: !input.acknowledged }),
  });
}
