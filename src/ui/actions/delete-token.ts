import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export function useDeleteToken() {
  return useChange({
    act: (input: { id: string; name: string }) => call("deleteToken", { params: { id: input.id } }),
    touches: ["tokens", "audit"],
    done: (_out, input) => `Token ${input.name} is revoked.`,
  });
}
