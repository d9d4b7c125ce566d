import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export function useComment() {
  return useChange({
    act: (input: { id: string; text: string }) => call("comment", { params: { id: input.id }, body: { text: input.text } }),
    touches: ["alert", "alerts"],
    done: () => "Comment kept.",
  });
}
