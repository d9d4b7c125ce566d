import { z } from "zod";
import { change, entity, isoTime, ok, peer, read, why } from "./common.ts";
import { around, linkGroup, visit } from "./outside.ts";

export const alertState = z.enum(["new", "acknowledged", "snoozed"]);
export const alertSummary = z.object({
  id: z.string(),
  time: isoTime,
  created: isoTime,
  model: z.string(),
  title: z.string(),
  category: z.enum(["Informational", "Suspicious", "Critical"]),
  compliance: z.boolean(),
  priority: z.number(),
  score: z.number(),
  entity,
  peers: z.array(peer),
  mitre: z.array(z.string()),
  eventCount: z.number(),
  state: alertState,
  acknowledgedBy: z.string().optional(),
  comments: z.number(),
  incident: z.string().optional(),
  /** The reason that weighs most: drawn in the list as usual range against now. */
  lead: why.optional(),
});
export const comment = z.object({ time: isoTime, author: z.string(), text: z.string() });
export const record = z.object({
  id: z.string(),
  time: isoTime,
  family: z.string(),
  type: z.string(),
  source: z.string(),
  file: z.string(),
  line: z.number(),
  native: z.string().optional(),
  src: z.string().optional(),
  srcPort: z.number().optional(),
  dst: z.string().optional(),
  dstPort: z.number().optional(),
  proto: z.string().optional(),
  direction: z.string(),
  fields: z.record(z.string(), z.unknown()),
  /** The bytes as the sensor wrote them; kept only for cited records. */
  raw: z.string().optional(),
  duplicateOf: z.string().optional(),
});
export const modelRef = z.object({
  path: z.string(),
  version: z.number(),
  description: z.string(),
  nextSteps: z.string(),
  gaps: z.string(),
  response: z.string().optional(),
});
export const alertDetail = alertSummary.extend({
  why: z.array(why),
  records: z.array(record),
  commentList: z.array(comment),
  modelInfo: modelRef.optional(),
  techniques: z.array(z.object({ id: z.string(), name: z.string(), tactics: z.array(z.string()) })),
  /** Alerts of the same model and entity before this one. */
  earlier: z.array(z.object({ id: z.string(), time: isoTime, score: z.number() })),
  /** Of alerts whose records carry links. */
  links: z.array(linkGroup).optional(),
  /** Of alerts on a device. */
  around: around.optional(),
});
export const snooze = z.object({
  id: z.string(),
  model: z.string(),
  entity: z.string(),
  until: isoTime,
  why: z.string(),
  by: z.string(),
  created: isoTime,
  /** Alerts that it has hidden so far. */
  hidden: z.number(),
});
export const alertGroup = z.object({
  key: z.string(),
  label: z.string(),
  count: z.number(),
  maxScore: z.number(),
  newest: isoTime,
  oldest: isoTime,
  priority: z.number(),
  open: z.number(),
});

export const alertQuery = z.object({
  from: isoTime.optional(),
  to: isoTime.optional(),
  entity: z.string().max(200).optional(),
  model: z.string().max(300).optional(),
  minPriority: z.coerce.number().int().min(0).max(5).optional(),
  minScore: z.coerce.number().min(0).max(100).optional(),
  state: z.enum(["new", "acknowledged", "snoozed", "open", "all"]).default("open"),
  text: z.string().max(200).optional(),
  sort: z.enum(["score", "time"]).default("score"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).max(100_000).default(0),
});

const byId = z.object({ id: z.string().max(64) });

export const alertRoutes = {
  alerts: read("/api/v1/alerts", "Model alerts", z.object({ alerts: z.array(alertSummary), total: z.number(), hiddenBySnooze: z.number() }), {
    query: alertQuery,
  }),
  alertGroups: read("/api/v1/alert-groups", "Model alerts grouped by model or entity", z.object({ groups: z.array(alertGroup), total: z.number() }), {
    query: alertQuery.extend({ by: z.enum(["model", "entity"]) }),
  }),
  alert: read("/api/v1/alerts/:id", "One alert with its reasons and the records that prove it", alertDetail, { params: byId }),
  acknowledge: change("/api/v1/alerts/:id/acknowledge", "Acknowledge, or take it back", "acknowledge-alert", alertSummary, {
    params: byId,
    body: z.object({ acknowledged: z.boolean(), why: z.string().max(500).default("") }),
  }),
  comment: change("/api/v1/alerts/:id/comments", "Comment on an alert", "comment-alert", comment, {
    params: byId,
    body: z.object({ text: z.string().min(1).max(4_000) }),
  }),
  visitLink: change("/api/v1/alerts/:id/visits", "Visit a link of this alert again, behind the egress proxy", "visit-link", visit, {
    params: byId,
    body: z.object({ url: z.string().min(1).max(4_096) }),
    rate: 20,
  }),
  snoozes: read("/api/v1/snoozes", "Snoozes in force and ended", z.array(snooze)),
  snoozePreview: read(
    "/api/v1/snooze-preview",
    "What a snooze would have hidden in the stored days",
    z.object({ hidden: z.number(), days: z.number(), alerts: z.array(z.object({ id: z.string(), time: isoTime, score: z.number(), title: z.string() })) }),
    {
      query: z.object({ model: z.string().max(300), entity: z.string().max(200), days: z.coerce.number().int().min(1).max(90).default(30) }),
    },
  ),
  createSnooze: change(
    "/api/v1/snoozes",
    "Snooze one model for one entity until a time; works at once, also on alerts already listed",
    "create-snooze",
    snooze,
    {
      body: z.object({ model: z.string().max(300), entity: z.string().max(200), until: isoTime, why: z.string().min(1).max(500) }),
    },
  ),
  deleteSnooze: change("/api/v1/snoozes/:id", "End a snooze now; what it hid comes back", "delete-snooze", ok, { method: "DELETE", params: byId }),
};
