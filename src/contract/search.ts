import { z } from "zod";
import { record } from "./alerts.ts";
import { isoTime, read } from "./common.ts";
import { logRow } from "./platform.ts";

/** What every search says: the query of Advanced Search (docs/guide/search.md), and what stood in older addresses apart from it. */
const asked = z.object({
  q: z.string().max(2_000).optional().describe("query: fields, AND OR NOT, ranges, wildcards, quotation marks, patterns"),
  text: z.string().max(200).optional(),
  family: z.string().max(20).optional(),
  address: z.string().max(100).optional(),
  from: isoTime.optional(),
  to: isoTime.optional(),
});

/** One row of a user's log: what the user did or what was done to it. */
const userLogRow = logRow.extend({
  record: z.string().optional().describe("id of the event behind the row"),
  place: z.string().optional().describe("country, and the address that it came from"),
});

export const searchRoutes = {
  search: read(
    "/api/v1/search",
    "Events that fit a query, newest first; `next` goes into `after` of the next page",
    z.object({
      hits: z.array(record),
      more: z.boolean(),
      scanned: z.number(),
      next: z.string().optional(),
      until: isoTime.optional().describe("the time for one search was used up: it is complete down to here, `next` goes on in what is older"),
    }),
    { rate: 60, query: asked.extend({ after: z.string().max(60).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }) },
  ),
  searchCounts: read(
    "/api/v1/search/counts",
    "How many events fit, by family and in equal parts of the time",
    z.object({
      total: z.number(),
      families: z.array(z.object({ family: z.string(), events: z.number() })),
      start: isoTime,
      width: z.number().describe("ms of one bar"),
      bars: z.array(z.number()),
      until: isoTime.optional().describe("the time for one search was used up: nothing older than this is counted"),
    }),
    { rate: 60, query: asked.extend({ bars: z.coerce.number().int().min(1).max(400).default(120) }) },
  ),
  searchExport: read(
    "/api/v1/search/export",
    "Events that fit as a file, newest first, at most 100,000; the last line of NDJSON says whether more fit",
    undefined,
    {
      rate: 6,
      produces: ["application/x-ndjson", "text/csv"],
      query: asked.extend({ format: z.enum(["ndjson", "csv"]).default("ndjson"), most: z.coerce.number().int().min(1).max(100_000).default(100_000) }),
    },
  ),
  personLog: read(
    "/api/v1/people/:id/log",
    "What a user did and what was done to it, with alerts and notices, newest first",
    z.object({ rows: z.array(userLogRow), next: isoTime.optional() }),
    {
      params: z.object({ id: z.string().max(320) }),
      query: z.object({ before: isoTime.optional(), kinds: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
    },
  ),
  personHours: read(
    "/api/v1/people/:id/hours",
    "Hours in which a user was active: records, and the most unusual of them",
    z.object({ hours: z.array(z.object({ start: isoTime, events: z.number(), unusual: z.number() })) }),
    { params: z.object({ id: z.string().max(320) }), query: z.object({ days: z.coerce.number().int().min(1).max(90).default(30) }) },
  ),
};
