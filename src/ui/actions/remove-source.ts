import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export function useRemoveSource() {
  return useChange({
    act: (input: { id: string }) => call("removeSource", { params: { id: input.id } }),
    touches: ["sources", "overview", "audit"],
    done: (_out, input) => `Stopped watching ${input.id}; its events stay.`,
  });
}
