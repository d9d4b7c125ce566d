import { QueryClient, queryOptions } from "@tanstack/react-query";
import type { RouteName } from "../../contract/index.ts";
import { type Answer, type CallInput, call } from "./call.ts";
import { CallError } from "./problem.ts";

/** Nothing is fetched again behind the reader's back: pages decide, on messages of the stream, what may change under the eye. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 300_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: true,
        retry: (count, error) => count < 2 && error instanceof CallError && (error.status === 0 || error.status === 503),
        retryDelay: (attempt) => Math.min(4_000, 500 * 2 ** attempt),
      },
    },
  });
}

/** Query options of a GET route; the key begins with the route's name, so that a change can invalidate all answers of a route. */
export function get<K extends RouteName>(name: K, input: Omit<CallInput<K>, "signal">) {
  return queryOptions<Answer<K>>({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, { ...input, signal } as CallInput<K>),
  });
}
