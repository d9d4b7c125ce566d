import type { Role } from "../../contract/index.ts";
import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export function useCreateUser() {
  return useChange({
    act: (body: { name: string; password: string; role: Role }) => call("createUser", { body }),
    touches: ["users", "audit"],
    done: (made) => `${made.name} can log in now.`,
  });
}
