import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import type { Store } from "../../store/types.ts";
import { linksOfAlert } from "../outside/alert-outside.ts";
import type { Outside } from "../outside/set-up.ts";

/** What is asked of the outside, and the analyst's own visit. */
export function outsideServices(outside: Outside, store: Store): Pick<Services, "outside" | "visitLink"> {
  const { visits, ages, intelligence, feeds } = outside;
  return {
    async outside() {
      return {
        visiting: {
          on: visits.on,
          text: visits.on ? "Links of alerts are visited behind the egress proxy." : "Links are not visited: no egress proxy is configured.",
          ...visits.counts,
          waiting: visits.waiting,
        },
        registry: {
          on: ages.on,
          text: ages.on
            ? "Registries are asked through the egress proxy when a domain was registered."
            : "Registries are not asked: a domain's age is since when it was seen here.",
          known: ages.known,
        },
        feeds: feeds.list(),
        entries: intelligence.entries,
      };
    },
    async visitLink({ params, body, signal }) {
      const row = await store.ask("alert", { id: params.id }, { signal });
      if (!linksOfAlert(row, outside).some((link) => link.url === body.url))
        throw new CodedError("link-not-found", "No record of this alert carries that link.", { hint: "Only links of an alert are visited." });
      const found = await visits.again(body.url);
      if (found === undefined)
        throw new CodedError("visits-off-conflict", "Links are not visited: no egress proxy is configured.", {
          hint: "An administrator names one in wonted.yaml, under links.proxy.",
        });
      return { result: found, audit: { target: params.id, after: { url: body.url, state: found.state } } };
    },
  };
}
