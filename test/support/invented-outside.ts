import type { Services } from "../../src/api/ports.ts";

const OFF = { state: "off" as const, text: "Destination not visited: visiting links is off." };

/** Services about the outside where nothing is configured and nothing is known. */
export function inventedOutside(): Pick<Services, "external" | "outside" | "visitLink"> {
  return {
    external: async ({ params }) => ({
      id: params.id,
      kind: "domain" as const,
      known: false,
      rarity: 100,
      users: [],
      devices: [],
      members: [],
      verdicts: { feeds: 0, hits: 0, list: [] },
    }),
    outside: async () => ({
      visiting: { on: false, text: "Links are not visited: no egress proxy is configured.", visited: 0, refused: 0, failed: 0, waiting: 0 },
      registry: { on: false, text: "Registries are not asked.", known: 0 },
      feeds: [],
      entries: 0,
    }),
    visitLink: async ({ params }) => ({ result: OFF, audit: { target: params.id } }),
  };
}
