import { z } from "zod";
import { isoTime } from "./common.ts";

/** Since when a domain exists, and who says so. */
export const domainAge = z.object({
  source: z.enum(["registry", "first-seen", "unknown"]).describe("registry: its registration date, asked by RDAP; first-seen: when it was first seen here"),
  since: isoTime.optional(),
  days: z.number().optional().describe("whole days from `since` to the alert's time, or to now"),
  /** When the registry answered. */
  asked: isoTime.optional(),
  text: z.string(),
});

/** One entry of a list or feed that names this very thing. A verdict informs; no alert depends on it. */
export const verdictHit = z.object({
  feed: z.string(),
  value: z.string(),
  verdict: z.enum(["malicious", "suspicious", "benign", "unknown"]),
  confidence: z.number().optional().describe("0-100, as the feed says"),
  since: isoTime.optional(),
  until: isoTime.optional(),
  description: z.string().optional(),
});
export const verdicts = z.object({
  feeds: z.number().describe("lists and feeds that were looked into"),
  hits: z.number(),
  list: z.array(verdictHit).describe("at most 50"),
});

export const hop = z.object({
  url: z.string(),
  /** The address that the name was pinned to. */
  address: z.string().optional(),
  status: z.number().optional(),
});
export const pageForm = z.object({
  /** Where it sends what is typed. */
  action: z.string(),
  method: z.string(),
  fields: z.number(),
  password: z.boolean(),
  /** It sends to another registrable domain than the page's. */
  elsewhere: z.boolean(),
});
/** What a visit of one destination found. Absent parts were not found or not reached. */
export const visit = z.object({
  state: z.enum(["off", "waiting", "visited", "refused", "failed"]).describe("off: not visited, since nobody configured it"),
  /** One sentence for the screen: "Destination not visited: visiting links is off." */
  text: z.string(),
  /** Code of the refusal or failure: inner-address, loop, too-many-hops, timed-out, unsafe-link, proxy-refused ... */
  reason: z.string().optional(),
  time: isoTime.optional(),
  hops: z.array(hop).optional(),
  status: z.number().optional(),
  type: z.string().optional(),
  bytes: z.number().optional(),
  /** The page was longer than what is read. */
  cut: z.boolean().optional(),
  title: z.string().optional(),
  language: z.string().optional(),
  forms: z.array(pageForm).optional(),
  /** Fields for passwords, codes and card numbers. */
  credentialFields: z.number().optional(),
  /** Well-known names and our own that the page speaks of while its domain is not theirs. */
  brands: z.array(z.object({ word: z.string(), of: z.string() })).optional(),
  /** The second look, with another browser and language. */
  otherFace: z.object({ differs: z.boolean(), text: z.string() }).optional(),
});

/** Links of an alert by registrable domain, most links first. */
export const linkGroup = z.object({
  domain: z.string(),
  count: z.number().describe("kept records of the alert (at most 50, first and last) that carry it"),
  urls: z.array(z.object({ url: z.string(), count: z.number(), visit })).describe("at most 20"),
  imitates: z.object({ of: z.string(), score: z.number() }).optional(),
  age: domainAge,
  verdicts,
});

/** Alerts of the other kind on the same device near in time: of our models beside detections of endpoint products, and the other way round. */
export const aroundRow = z.object({
  id: z.string().describe("of the alert, or of the record where no alert was raised"),
  alert: z.boolean(),
  time: isoTime,
  title: z.string(),
  model: z.string().optional(),
  product: z.string().optional(),
  severity: z.string().optional(),
  priority: z.number().optional(),
  score: z.number().optional(),
});
export const around = z.object({
  device: z.string(),
  /** What the rows are. */
  of: z.enum(["detections", "alerts"]),
  minutes: z.number().describe("looked this long before and after"),
  rows: z.array(aroundRow).describe("nearest in time first, at most 50"),
  more: z.number(),
});

export const feed = z.object({
  id: z.string(),
  kind: z.enum(["list", "taxii"]),
  /** late: it answered, but its newest entry or the last answer is older than it should be. */
  state: z.enum(["starting", "current", "late", "error"]),
  reason: z.string().optional(),
  entries: z.number(),
  rejected: z.number().describe("entries that could not be read"),
  lastPoll: isoTime.optional(),
  lastGood: isoTime.optional(),
  newest: isoTime.optional(),
});
/** What is asked of the outside, and whether that is configured. */
export const outside = z.object({
  visiting: z.object({ on: z.boolean(), text: z.string(), visited: z.number(), refused: z.number(), failed: z.number(), waiting: z.number() }),
  registry: z.object({ on: z.boolean(), text: z.string(), known: z.number() }),
  feeds: z.array(feed),
  entries: z.number(),
});
