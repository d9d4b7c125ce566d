import type { Role } from "../../contract/index.ts";
import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

/** The answer carries the secret, this once. */
export function useCreateToken() {
  return useChange({
    act: (body: { name: string; role: Role; days: number }) => call("createToken", { body }),
    touches: ["tokens", "audit"],
    done: (made) => `Token ${made.name} made.`,
  });
}
