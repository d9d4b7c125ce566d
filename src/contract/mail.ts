import { z } from "zod";
import { change, isoTime, read } from "./common.ts";

/**
 * People of the organisation are pseudonyms here (`P-12`): recipients always, senders when they are own. An outside sender is no secret.
 * Texts come from the message and are hostile; addresses of recipients in them are replaced by their pseudonyms.
 */
const places = z.object({
  domain: z.string().describe("country of the sender's domain; empty = unknown"),
  connection: z.string().describe("country of the connecting server"),
  author: z.string().describe("country of the author's own program"),
});
const verdict = z.enum(["deliver", "banner", "hold"]);

export const mailSummary = z.object({
  id: z.string(),
  time: isoTime,
  traffic: z.enum(["inbound", "outbound", "internal", ""]),
  sender: z.string().describe("address; a pseudonym for own people"),
  senderName: z.string(),
  senderDomain: z.string(),
  readers: z.array(z.string()).describe("pseudonyms, at most 20"),
  readerCount: z.number(),
  subject: z.string(),
  score: z.number().describe("0-100"),
  verdict: verdict.describe("what Wonted advises; the gateway that acts on it comes later"),
  tags: z.array(z.string()),
  places,
  attachments: z.array(z.string()),
  language: z.string().describe("ISO 639-1; empty = too little text"),
  native: z.string().describe("verdict of the filter before us; empty when it said nothing"),
  missed: z.boolean().describe("the filter before us called it clean and we would not deliver it"),
  campaign: z.string().optional(),
  learned: z.boolean().describe("read as history: learned from, never acted on"),
});

const counted = z.object({ value: z.string(), mails: z.number() });
export const mailCampaign = z.object({
  id: z.string(),
  messages: z.number(),
  senders: z.number(),
  readers: z.number(),
  days: z.number(),
  first: isoTime,
  last: isoTime,
  held: z.number(),
  worst: z.number(),
  pattern: z.string().describe("shape of its senders: ? a digit, * another character; empty when they share none"),
  shared: z.array(z.string()).describe("what ties it together: attachment, link, domain, text, sender"),
  topName: z.string(),
  topSubject: z.string(),
  topAttachment: z.string(),
  linkDomain: z.string(),
});

/** One row of the log: a mail by itself, or a campaign with its newest mail. `matching`: mails of it that fit the filter. */
export const mailLogRow = z.object({ mail: mailSummary, campaign: mailCampaign.optional(), matching: z.number() });

export const mailQuery = z.object({
  from: isoTime.optional(),
  to: isoTime.optional(),
  /** Words, each may be the beginning of one: sender, subject, attachments, domains of links, tags, pseudonyms. */
  text: z.string().max(200).optional(),
  verdict: z.enum(["hold", "banner", "acted", "deliver", "all"]).default("acted"),
  traffic: z.enum(["inbound", "outbound", "internal"]).optional(),
  tag: z.string().max(60).optional(),
  sender: z.string().max(320).optional(),
  reader: z.string().max(20).optional(),
  campaign: z.string().max(64).optional(),
  missed: z.enum(["true"]).optional(),
  minScore: z.coerce.number().min(0).max(100).optional(),
  /** Campaigns as one row each. */
  group: z.enum(["campaign", "none"]).default("campaign"),
  sort: z.enum(["time", "score"]).default("time"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});

export const mailIndicator = z.object({ name: z.string(), score: z.number(), says: z.array(z.string()) });
export const mailLink = z.object({
  /** Defanged: not to be followed. */
  url: z.string(),
  stage: z.enum(["link", "qr", "attachment"]),
  source: z.string(),
  domain: z.string(),
  path: z.array(z.string()),
  text: z.string(),
  /** Mails before this one, and honest ones among them, that led to the same domain. */
  mailsBefore: z.number(),
});
/** What was kept of a message that would be held or marked. */
export const mailLetter = z.object({
  text: z.string(),
  html: z.boolean().describe("there is a body to be shown in the frame, at /body"),
  remote: z.number().describe("pictures and styles from elsewhere that are not loaded"),
  removed: z.number().describe("scripts, forms, frames and the like that were taken out"),
  links: z.array(mailLink),
  codes: z.array(
    z.object({
      n: z.number(),
      text: z.string(),
      format: z.string(),
      source: z.string(),
      path: z.array(z.string()),
      domain: z.string(),
      mailsBefore: z.number(),
      picture: z.boolean(),
    }),
  ),
  files: z.array(z.object({ name: z.string(), type: z.string(), size: z.number(), sha256: z.string(), flags: z.array(z.string()), path: z.array(z.string()) })),
  native: z.record(z.string(), z.string()),
  raw: z.number().describe("bytes of the message as received that can be downloaded; 0 = not kept"),
});
export const mailDetail = mailSummary.extend({
  replyTo: z.string(),
  messageId: z.string(),
  software: z.string(),
  source: z.string(),
  file: z.string(),
  rule: z.string().describe("the strangest thing about it, as a rule of correspondence"),
  indicators: z.array(mailIndicator),
  authentication: z.object({ spf: z.string(), dkim: z.string(), dmarc: z.string() }),
  addresses: z
    .object({ connection: z.string(), author: z.string() })
    .describe("IP addresses of the connecting server and of the author's program; empty = unknown"),
  stages: z.array(z.array(z.string())),
  linkDomains: z.array(z.string()),
  limits: z.array(z.string()),
  letterState: z.enum(["kept", "expired", "honest", "forbidden"]),
  letter: mailLetter.optional(),
  /** Mails stored before this one. */
  before: z.object({ sender: z.number(), domain: z.number(), sentTo: z.number(), days: z.number() }),
  usual: z
    .object({ reader: z.string(), mails: z.number(), languages: z.array(counted), places: z.array(counted), files: z.array(counted) })
    .optional()
    .describe("the stored mails of its first reader"),
  alerts: z.array(z.object({ id: z.string(), model: z.string(), title: z.string(), score: z.number() })),
  campaignOf: mailCampaign.extend({ place: z.number() }).optional(),
  hidden: z.number().describe("people behind pseudonyms here"),
});
export const mailCampaignDetail = mailCampaign.extend({
  bySender: z.array(
    z.object({
      sender: z.string(),
      mails: z.number(),
      first: isoTime.optional(),
      linked: z.boolean().describe("fitted the shape that was known at its first mail"),
    }),
  ),
  names: z.array(counted),
  subjects: z.array(counted),
  files: z.array(counted),
  links: z.array(counted),
  languages: z.array(counted),
  hashes: z.array(z.object({ name: z.string(), sha256: z.string() })),
  /** In time order, at most 2,000. */
  mails: z.array(z.object({ id: z.string(), time: isoTime, sender: z.string(), verdict, score: z.number() })),
  alerts: z.array(z.object({ id: z.string(), model: z.string(), title: z.string(), score: z.number() })),
});

const byId = z.object({ id: z.string().max(200) });
const why = z.string().trim().min(5).max(500);

export const mailRoutes = {
  mails: read(
    "/api/v1/mails",
    "Judged mail, newest or strangest first; a campaign is one row",
    z.object({
      rows: z.array(mailLogRow),
      total: z.number(),
      counts: z.object({ hold: z.number(), banner: z.number(), deliver: z.number(), missed: z.number() }).describe("of the filter without its verdict"),
      stored: z.number().describe("all mails stored"),
      oldest: isoTime.optional(),
      keepDays: z.number(),
    }),
    { query: mailQuery },
  ),
  mail: read("/api/v1/mails/:id", "One mail: indicators, places, authentication, layers; its text only for analysts", mailDetail, { params: byId }),
  mailBody: read("/api/v1/mails/:id/body", "The body made harmless, for a sandboxed frame; only for analysts", z.string(), {
    params: byId,
    media: "text/html",
  }),
  mailCode: read("/api/v1/mails/:id/codes/:n", "Picture of a code as it was found; only for analysts", z.string(), {
    params: z.object({ id: z.string().max(200), n: z.coerce.number().int().min(0).max(50) }),
    media: "image/png",
  }),
  mailCampaigns: read("/api/v1/mail-campaigns", "Campaigns, newest first", z.object({ campaigns: z.array(mailCampaign), total: z.number() }), {
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), offset: z.coerce.number().int().min(0).max(100_000).default(0) }),
  }),
  mailCampaign: read("/api/v1/mail-campaigns/:id", "One campaign: exact counts, senders and their shape, its mails", mailCampaignDetail, { params: byId }),
  revealMail: change(
    "/api/v1/mails/:id/reveal",
    "Who the people of a mail are; needs a reason, which is logged",
    "reveal-people",
    z.object({ people: z.array(z.object({ id: z.string(), address: z.string(), name: z.string() })) }),
    { params: byId, stepUp: true, body: z.object({ why }) },
  ),
  findReader: change("/api/v1/mail-people", "Pseudonym of an address; needs a reason, which is logged", "find-person", z.object({ id: z.string() }), {
    stepUp: true,
    body: z.object({ address: z.string().min(3).max(320), why }),
  }),
  rawMail: change(
    "/api/v1/mails/:id/raw",
    "The message as it was received, with real names; needs a reason, which is logged",
    "download-mail",
    z.object({ name: z.string(), size: z.number(), base64: z.string() }),
    { params: byId, stepUp: true, body: z.object({ why }) },
  ),
};
