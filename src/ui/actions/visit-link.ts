import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export function useVisitLink() {
  return useChange({
    act: (input: { id: string; url: string }) => call("visitLink", { params: { id: input.id }, body: { url: input.url } }),
    touches: ["alert"],
    done: (visit) => visit.text,
  });
}
