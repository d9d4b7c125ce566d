import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call, keepCsrf } from "../client/call.ts";

/** Makes the first administrator with the one-time code. */
export function useSetUp() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { code: string; name: string; password: string }) => call("setup", { body }),
    onSuccess: (state) => {
      keepCsrf(state.csrf);
      client.setQueryData(["session", {}], state);
    },
  });
}
