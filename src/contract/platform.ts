import { z } from "zod";
import { record } from "./alerts.ts";
import { change, entity, isoTime, ok, read, why } from "./common.ts";

export const source = z.object({
  id: z.string(),
  kind: z.enum(["zeek", "suricata", "pcap", "cloud", "mail", "imap"]),
  path: z.string(),
  state: z.enum(["starting", "live", "quiet", "silent", "thinning", "field-lost", "error", "ended"]),
  reason: z.string().optional(),
  since: isoTime,
  lastEvent: isoTime.optional(),
  lagSeconds: z.number().optional(),
  rate: z.number().describe("events a minute now"),
  usualRate: z.number().optional(),
  events: z.number(),
  rejected: z.number(),
  duplicates: z.number(),
  files: z.number(),
  bytes: z.number(),
  synthetic: z.boolean(),
});
export const rejected = z.object({ file: z.string(), line: z.number(), reason: z.string(), excerpt: z.string() });
export const sourceDetail = source.extend({
  families: z.array(z.object({ family: z.string(), events: z.number(), last: isoTime.optional() })),
  /** Events per quarter hour, last 24 h of event time; null where nothing was read (drawn hatched). */
  history: z.array(z.object({ start: isoTime, events: z.number().nullable() })),
  rejectedSamples: z.array(rejected),
  fileList: z.array(z.object({ file: z.string(), lines: z.number(), offset: z.number(), state: z.string() })),
});
export const deviceSummary = z.object({
  id: z.string(),
  ip: z.string().optional(),
  hostname: z.string().optional(),
  mac: z.string().optional(),
  firstSeen: isoTime,
  lastSeen: isoTime,
  roles: z.array(z.string()),
  alerts: z.number(),
  /** Worst hour of the last 24 of event time. */
  unusual: z.number(),
  historyHours: z.number(),
  learned: z.number().describe("0-1, 1 = enough own history"),
});
export const deviceDetail = deviceSummary.extend({
  identity: z.array(z.object({ what: z.string(), value: z.string(), from: isoTime, to: isoTime, by: z.string() })),
  peersByBehaviour: z.array(z.object({ id: z.string(), hostname: z.string().optional(), likeness: z.number(), differs: z.string() })),
  /** Learned normal by hour of week on the organisation's clock: 168 medians of the measure. */
  patternOfLife: z.object({ measure: z.string(), unit: z.string(), hours: z.array(z.number().nullable()), thisWeek: z.array(z.number().nullable()) }),
  usual: z.array(z.object({ feature: z.string(), text: z.string() })),
  rare: z.array(z.object({ what: z.string(), value: z.string(), devices: z.number(), of: z.number(), firstSeen: isoTime.optional() })),
  /** Peer group, and in sentences how it was found. */
  group: z.object({ id: z.string(), label: z.string(), size: z.number(), found: z.string().optional() }).optional(),
});
export const hourScore = z.object({ start: isoTime, unusual: z.number(), p: z.number(), why: z.array(why) });
export const logRow = z.object({
  id: z.string(),
  time: isoTime,
  kind: z.enum(["connection", "refused", "event", "notice", "alert", "sensor-alert", "source", "response"]),
  family: z.string(),
  what: z.string(),
  detail: z.string(),
  unusual: z.number().optional(),
  peer: z.string().optional(),
  alert: z.string().optional(),
});
export const model = z.object({
  path: z.string(),
  version: z.number(),
  description: z.string(),
  priority: z.number(),
  category: z.string(),
  compliance: z.boolean(),
  mitre: z.array(z.string()),
  tags: z.array(z.string()),
  nextSteps: z.string(),
  gaps: z.string(),
  response: z.string().optional(),
  enabled: z.boolean(),
  alerts7d: z.number(),
  lastAlert: isoTime.optional(),
  error: z.object({ line: z.number(), reason: z.string() }).optional(),
});
export const blindSpot = z.object({
  what: z.string(),
  detail: z.string(),
  since: isoTime.optional(),
  kind: z.enum(["acute", "known"]),
  /** Id of the source that it is about: the page draws that source's coverage beside it. */
  source: z.string().optional(),
});
export const overview = z.object({
  organisation: z.string(),
  /** IANA zone of the organisation's clock, which hours of the week are learned on. */
  timezone: z.string().optional(),
  now: isoTime,
  eventTime: isoTime.optional(),
  devices: z.number(),
  learning: z.number().describe("devices with too little history yet"),
  sources: z.number(),
  sourcesLive: z.number(),
  eventsPerSecond: z.number(),
  open: z.number(),
  openCritical: z.number(),
  budgetPerDay: z.number(),
  /** Alerts a day over the last 30 days of event time, by day. */
  perDay: z.array(z.object({ day: z.string(), alerts: z.number(), worst: z.number() })),
  blindSpots: z.array(blindSpot),
  synthetic: z.boolean(),
  hasSource: z.boolean(),
});
export const verdict = z.enum(["attack", "benign", "error"]);
/** A lasting change of one volume of a device: the new usual, until somebody takes it back. */
export const changedBehaviour = z.object({
  id: z.string(),
  entity,
  feature: z.string(),
  time: isoTime,
  state: z.enum(["open", "accepted", "reversed"]),
  text: z.string(),
  /** Median hour before and after. */
  before: z.number(),
  after: z.number(),
});
export const incident = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  category: z.enum(["critical", "suspicious", "compliance"]),
  score: z.number(),
  start: isoTime,
  end: isoTime,
  overBudget: z.boolean(),
  entities: z.array(entity),
  alerts: z.array(z.string()),
  mitre: z.array(z.string()),
  eventCount: z.number(),
  state: z.enum(["open", "acknowledged"]),
  /** What an analyst said of it, and who. */
  verdict: verdict.optional(),
  verdictBy: z.string().optional(),
  lead: why.optional(),
  /** Unusualness of the main entity by half hour over the last 24 h of event time. */
  last24h: z.array(z.number().nullable()),
});
export const storage = z.object({
  bytes: z.number(),
  limitBytes: z.number(),
  bytesPerDay: z.number(),
  daysLeft: z.number().optional(),
  freeDisk: z.number(),
  families: z.array(z.object({ family: z.string(), rows: z.number(), bytes: z.number(), keepDays: z.number(), oldest: isoTime.optional() })),
  full: z.boolean(),
});

/** `falseShare`: of today's incidents within the budget, the share that chance explains; absent in the first week and on a day without any. */
export const incidentList = z.object({ incidents: z.array(incident), line: z.number(), falseShare: z.number().optional() });
/** One incident, and what each judgement would change from now on, in sentences. */
export const incidentDetail = incident.extend({
  consequences: z.object({ attack: z.array(z.string()), benign: z.array(z.string()), error: z.array(z.string()) }),
  /** Devices whose learning since the incident began can be undone, and how they would then stand; `undone` = it was. */
  learning: z.object({ undone: z.boolean(), entities: z.array(z.object({ entity, since: isoTime })), says: z.array(z.string()) }).optional(),
  /** Still taking alerts: only such an incident can be split or joined. */
  open: z.boolean().optional(),
});

const byId = z.object({ id: z.string().max(200) });

export const platformRoutes = {
  overview: read("/api/v1/overview", "What the queue's headline needs", overview),
  incidents: read("/api/v1/incidents", "Incidents by score, with those below the budget line", incidentList, {
    query: z.object({
      from: isoTime.optional(),
      state: z.enum(["open", "acknowledged", "all"]).default("open"),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  }),
  incident: read("/api/v1/incidents/:id", "One incident", incidentDetail, { params: byId }),
  judgeIncident: change(
    "/api/v1/incidents/:id/verdict",
    "Call an incident an attack, benign or an error, or take that back",
    "judge-incident",
    incidentDetail,
    {
      method: "PUT",
      params: byId,
      body: z.object({
        verdict: z.enum(["attack", "benign", "error", "none"]),
        why: z.string().max(500).default(""),
        /** With "attack": also forget what its devices learned since it began. */
        undoLearning: z.boolean().default(true),
      }),
    },
  ),
  changedBehaviours: read("/api/v1/changed-behaviour", "Volumes of devices that took another level for good, newest first", z.array(changedBehaviour)),
  decideChange: change("/api/v1/changed-behaviour/:id", "Accept a lasting change, or take it back", "decide-change", ok, {
    method: "PUT",
    params: byId,
    body: z.object({ decision: z.enum(["accepted", "reversed"]), why: z.string().max(500).default("") }),
  }),
  devices: read("/api/v1/devices", "Devices", z.object({ devices: z.array(deviceSummary), total: z.number() }), {
    query: z.object({
      text: z.string().max(200).optional(),
      sort: z.enum(["unusual", "alerts", "lastSeen", "id"]).default("unusual"),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      offset: z.coerce.number().int().min(0).default(0),
    }),
  }),
  device: read("/api/v1/devices/:id", "One device: identity over time, peers, what is usual, what is rare", deviceDetail, { params: byId }),
  deviceScores: read("/api/v1/devices/:id/scores", "Unusualness of a device by hour", z.object({ hours: z.array(hourScore), line: z.number() }), {
    params: byId,
    query: z.object({ days: z.coerce.number().int().min(1).max(90).default(30) }),
  }),
  deviceLog: read(
    "/api/v1/devices/:id/log",
    "Connections, notices and alerts of a device in time order, newest first",
    z.object({ rows: z.array(logRow), next: isoTime.optional() }),
    {
      params: byId,
      query: z.object({ before: isoTime.optional(), kinds: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
    },
  ),
  sources: read("/api/v1/sources", "Sources and their health", z.array(source)),
  source: read("/api/v1/sources/:id", "One source", sourceDetail, { params: byId }),
  addSource: change("/api/v1/sources", "Watch a folder or file from now on", "add-source", source, {
    permission: "admin",
    stepUp: true,
    body: z.object({
      id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
      kind: z.enum(["zeek", "suricata", "cloud", "mail", "imap"]),
      path: z.string().min(1).max(1_000).describe("folder, pattern or file on the server; of kind imap: imaps://user@host/Mailbox, without a password"),
      passwordFile: z
        .string()
        .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/)
        .optional()
        .describe("of kind imap: name of a file in the folder `passwords` of the data folder, which holds the password and nothing else"),
    }),
  }),
  removeSource: change("/api/v1/sources/:id", "Stop watching a source; its events stay", "remove-source", ok, {
    method: "DELETE",
    permission: "admin",
    stepUp: true,
    params: byId,
  }),
  models: read("/api/v1/models", "Models as content, with faults of files that were refused", z.array(model)),
  event: read("/api/v1/events/:id", "One event by its id, with its bytes when something cites it", record, { params: byId }),
  storage: read("/api/v1/storage", "What the store holds and how long it lasts", storage),
  stream: read("/api/v1/stream", "Server-sent events: alert, source, device-log, overview", undefined),
  setBudget: change("/api/v1/budget", "Incidents a day that the organisation wants to see", "set-budget", ok, {
    method: "PUT",
    permission: "admin",
    body: z.object({ perDay: z.number().int().min(1).max(100), why: z.string().max(500).default("") }),
  }),
};

/** Messages of the stream; `id:` is a counter so that Last-Event-ID resumes. */
export const streamMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("alert"), id: z.string(), model: z.string(), score: z.number(), priority: z.number(), entity }),
  z.object({ type: z.literal("source"), id: z.string(), state: z.string() }),
  z.object({ type: z.literal("rate"), eventsPerSecond: z.number(), eventTime: isoTime.optional() }),
  z.object({ type: z.literal("changed"), what: z.enum(["alerts", "snoozes", "sources", "models", "incidents", "actions", "mails"]) }),
  /** What was missed cannot be told one by one: fetch again. */
  z.object({ type: z.literal("resync") }),
]);
export type StreamMessage = z.infer<typeof streamMessage>;
