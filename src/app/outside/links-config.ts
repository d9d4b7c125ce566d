import { z } from "zod";
import { canonicalIp } from "../../base/ip.ts";

/** 192.0.2.53, 192.0.2.53:5353, 2001:db8::53, [2001:db8::53]:5353 */
function isServer(text: string): boolean {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d{1,5}$/, "$1");
  return canonicalIp(bare) !== undefined;
}

/** Part of wonted.yaml: what may be asked of the outside about links. Nothing here means that nothing is asked. */
export const linksConfig = z.strictObject({
  /** The operator's egress proxy: links are visited, and registries asked, through it and nothing else. */
  proxy: z.url({ protocol: /^https?$/ }).optional(),
  /** Visit the links of alerts. */
  visit: z.boolean().default(true),
  /** Ask registries when a domain was registered (RDAP). */
  registry: z.boolean().default(true),
  /** Which registry answers for which suffix: IANA's list (RFC 9224). */
  registryList: z.url({ protocol: /^https$/ }).default("https://data.iana.org/rdap/dns.json"),
  /** Name servers for the names of links; none: those of the machine. */
  nameServers: z.array(z.string().max(60).refine(isServer, "an address, with a port or without")).max(8).default([]),
});
export type LinksConfig = z.infer<typeof linksConfig>;

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, "1-32 lower-case letters, digits and dashes");

/** Lists and feeds of what others found. They inform; no alert depends on them. */
export const intelligenceConfig = z
  .array(
    z.discriminatedUnion("kind", [
      /** A file with one address, network, domain, URL, hash or mail address a line; what follows a comma, tab or # is its description. */
      z.strictObject({
        id,
        kind: z.literal("list"),
        path: z.string().min(1).max(1_000),
        verdict: z.enum(["malicious", "suspicious", "benign"]).default("malicious"),
      }),
      /** One collection of a TAXII 2.1 server: https://server/api-root/collections/ID/ */
      z.strictObject({
        id,
        kind: z.literal("taxii"),
        url: z.url({ protocol: /^https$/ }),
        /** File that holds a token, or user:password. */
        tokenFile: z.string().optional(),
        userFile: z.string().optional(),
        /** Certificates of the authority that signed the server's. */
        caFile: z.string().optional(),
        pollMinutes: z.number().min(1).max(10_080).default(60),
        /** Hours without a good answer after which it is called late. */
        lateHours: z.number().min(1).max(720).default(12),
      }),
    ]),
  )
  .max(50)
  .default([]);
export type IntelligenceConfig = z.infer<typeof intelligenceConfig>;

/** Files of lists and secrets as paths of this machine. */
export function withFeedPaths(config: IntelligenceConfig, at: (path: string) => string): IntelligenceConfig {
  return config.map((each) => {
    if (each.kind === "list") return { ...each, path: at(each.path) };
    const { tokenFile, userFile, caFile, ...rest } = each;
    return {
      ...rest,
      ...(tokenFile === undefined ? {} : { tokenFile: at(tokenFile) }),
      ...(userFile === undefined ? {} : { userFile: at(userFile) }),
      ...(caFile === undefined ? {} : { caFile: at(caFile) }),
    };
  });
}
