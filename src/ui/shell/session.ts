import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { Role } from "../../contract/index.ts";
import { call, keepCsrf } from "../client/call.ts";
import type { SessionState } from "../client/types.ts";

/** Who is signed in; asked once, then again when a call says that nobody is. */
export function useSessionQuery() {
  return useQuery<SessionState>({
    queryKey: ["session", {}],
    queryFn: async ({ signal }) => {
      const state = await call("session", { signal });
      keepCsrf(state.csrf);
      return state;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export interface Reader {
  name: string;
  role: Role;
  demo: boolean;
  version: string;
}

export const ReaderContext = createContext<Reader>({ name: "", role: "viewer", demo: false, version: "" });

export function useReader(): Reader {
  return useContext(ReaderContext);
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, analyst: 1, admin: 2 };
/** What this reader may do. The server decides; the page only does not offer what it would refuse. */
export function useMay(role: Role): boolean {
  const reader = useReader();
  return !(reader.demo && role !== "viewer") && RANK[reader.role] >= RANK[role];
}
