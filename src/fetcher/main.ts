// The program that visits link targets. Speaks to its parent over IPC only; has no environment, no secret and no database.
import { Resolver } from "node:dns/promises";
import type { Resolve } from "./pinned-names.ts";
import type { FromFetcher, ToFetcher } from "./protocol.ts";
import { Visitor } from "./visitor.ts";

/** Both kinds of address; a name that has one kind only is no error. */
function resolverOf(nameServers: readonly string[]): Resolve {
  return async (name, signal) => {
    const resolver = new Resolver({ timeout: 3_000, tries: 2 });
    if (nameServers.length > 0) resolver.setServers(nameServers);
    const stop = (): void => resolver.cancel();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      return answers.flatMap((a) => (a.status === "fulfilled" ? a.value : []));
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
}

let visitor: Visitor | undefined;

process.on("message", (message: ToFetcher) => {
  if (message.kind === "settings") {
    visitor = new Visitor(message, resolverOf(message.nameServers));
    return;
  }
  const { id } = message;
  void visitor?.do(message).then((looks) => {
    const answer: FromFetcher = { id, looks };
    process.send?.(answer, undefined, undefined, () => undefined);
  });
});
process.on("disconnect", () => process.exit(0));
