import type { Role } from "../../contract/index.ts";
import { call } from "../client/call.ts";
import { useChange } from "./use-change.ts";

export interface UserChange {
  id: string;
  name: string;
  role?: Role;
  disabled?: boolean;
}

export function useChangeUser() {
  return useChange({
    act: ({ id, role, disabled }: UserChange) =>
      call("changeUser", { params: { id }, body: { why: "", ...(role === undefined ? {} : { role }), ...(disabled === undefined ? {} : { disabled }) } }),
    touches: ["users", "audit"],
    done: (made) => `${made.name} is ${made.disabled ? "disabled" : made.role}.`,
  });
}
