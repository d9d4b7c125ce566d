import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export function useEndSnooze() {
  return useChange({
    act: (input: { id: string }) => call("deleteSnooze", { params: { id: input.id } }),
    touches: ["alerts", "alert", "alertGroups", "incidents", "overview", "snoozes", "audit"],
    done: () => "Snooze ended; what it hid is back.",
  });
}
