import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call, keepCsrf } from "../client/call.ts";

/** After it the page that was asked for stands: the address never changed. */
export function useLogIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; password: string }) => call("login", { body }),
    onSuccess: (state) => {
      keepCsrf(state.csrf);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      client.setQueryData(["session", {}], state);
    },
  });
}
