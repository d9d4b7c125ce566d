import { z } from "zod";
import { isoTime, read } from "./common.ts";
import { domainAge, outside, verdicts, visit } from "./outside.ts";

/** One value that a user is known for. */
const used = z.object({ value: z.string(), hours: z.number(), days: z.number(), first: isoTime, others: z.number().describe("other users known with it") });

export const userSummary = z.object({
  id: z.string(),
  name: z.string().optional(),
  kind: z.string().describe("member, guest, foreign, application, system"),
  department: z.string().optional(),
  firstSeen: isoTime,
  lastSeen: isoTime,
  days: z.number().describe("different days on which the user was active"),
  alerts: z.number().default(0).describe("alerts on the user, acknowledged ones too"),
});

export const userDetail = userSummary.extend({
  title: z.string().optional(),
  manager: z.string().optional(),
  /** Other names under which records know the same person: earlier addresses, aliases, directory ids; at most 50. */
  identities: z.array(z.string()).default([]),
  /** What numbers are set against: how many others are in the department and in the organisation, and since when anything was learned. */
  compared: z.object({ department: z.number(), organisation: z.number(), since: isoTime.optional() }).optional(),
  activeHours: z.number(),
  clock: z.array(z.number()).describe("active hours by hour of the day, 24 of them, on the organisation's clock"),
  countries: z.array(used),
  networks: z.array(used),
  addresses: z.array(used),
  apps: z.array(used),
  clients: z.array(used),
  operations: z.array(used),
  correspondents: z.array(used),
  tenants: z.array(used),
  volumes: z.array(z.object({ activity: z.string(), today: z.number(), high: z.number().describe("95 % of days have at most this many") })),
});

export const externalSummary = z.object({
  id: z.string(),
  kind: z.enum(["address", "domain", "user", "asn", "tenant"]).describe("asn: AS64500; tenant: the id of a directory (a GUID)"),
  known: z.boolean(),
  firstSeen: isoTime.optional(),
  lastSeen: isoTime.optional(),
  days: z.number().optional(),
  country: z.string().optional(),
  asn: z.number().optional(),
  operator: z.string().optional(),
  rarity: z.number().describe("0-100; 100 = at most one user ever had to do with it"),
  users: z.array(z.object({ id: z.string(), first: isoTime, hours: z.number() })).describe("who had to do with it, at most 200"),
  devices: z
    .array(z.object({ id: z.string(), hostname: z.string().optional(), first: isoTime.optional(), hours: z.number() }))
    .describe("own devices that had to do with it, at most 200"),
  /** Addresses of an autonomous system, users of a tenant, hosts of a domain, as far as seen here; at most 200. */
  members: z.array(z.object({ id: z.string(), first: isoTime, users: z.number() })),
  imitates: z.object({ of: z.string(), score: z.number() }).optional(),
  age: domainAge.optional(),
  verdicts,
  /** The last visit of a destination under this domain. */
  visit: visit.extend({ url: z.string() }).optional(),
});

const byId = z.object({ id: z.string().max(320) });

export const userRoutes = {
  people: read(
    "/api/v1/people",
    "Users of cloud services, those last seen first",
    z.object({ users: z.array(userSummary), total: z.number(), kinds: z.record(z.string(), z.number()).default({}) }),
    {
      query: z.object({
        text: z.string().max(200).optional().describe("part of address, name or department"),
        kind: z.string().max(20).optional(),
        sort: z.enum(["lastSeen", "alerts", "firstSeen", "days", "name"]).default("lastSeen"),
        limit: z.coerce.number().int().min(1).max(500).default(100),
        offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
      }),
    },
  ),
  person: read("/api/v1/people/:id", "One user: places, applications, correspondents, hours and amounts that are usual", userDetail, { params: byId }),
  external: read(
    "/api/v1/externals/:id",
    "What is known of an address, a domain, an autonomous system, a tenant or a user of another tenant: who had to do with it, since when, how rare",
    externalSummary,
    {
      params: byId,
    },
  ),
  outside: read("/api/v1/outside", "Visits, registries and lists: what is asked of the outside, and how it goes", outside),
};
