import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../client/call.ts";

/** `everywhere` ends every session of this user, this one too. */
export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { everywhere: boolean }) => (input.everywhere ? call("revokeAll", {}) : call("logout", {})),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["session"] });
    },
  });
}
