import type { Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";

/** What is asked of the outside, and the analyst's own visit. */
export function outsideServices(): Pick<Services, "outside" | "visitLink"> {
  return {
    async outside() {
      return {
        visiting: { on: false, text: "Links are not visited: no egress proxy is configured.", visited: 0, refused: 0, failed: 0, waiting: 0 },
        registry: { on: false, text: "Registries are not asked: a domain's age is since when it was seen here.", known: 0 },
        feeds: [],
        entries: 0,
      };
    },
    async visitLink() {
      throw new CodedError("visits-off-conflict", "Links are not visited: no egress proxy is configured.", {
        hint: "An administrator names one in wonted.yaml, under links.proxy.",
      });
    },
  };
}
