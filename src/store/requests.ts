import type { AuditEntry } from "../api/ports.ts";
import type { SavedFlow } from "../respond/flow-book.ts";
import type { Action, ActionState } from "../schema/action.ts";
import type { Alert, Incident } from "../schema/alert.ts";
import type { Device, EntityRef, Peer } from "../schema/entity.ts";
import type { Rejected } from "../schema/event.ts";
import type { Family } from "../schema/families.ts";
import type { HourScore, Why } from "../schema/score.ts";
import type { SourceHealth } from "../schema/source.ts";
import type { MailRequests } from "./mail-rows.ts";
import type { StoredEvent } from "./stored-event.ts";

/** All times are ms since the epoch. Half-open ranges: from <= time < to. */
export interface Range {
  from?: number;
  to?: number;
}
export interface Page {
  /** 1-500; default 100. */
  limit?: number;
  offset?: number;
}

export interface AlertFilter extends Range, Page {
  /** Id, address or host name of the entity. */
  entity?: string;
  /** Whole path, or a folder of it. */
  model?: string;
  minPriority?: number;
  minScore?: number;
  /** open = neither acknowledged nor snoozed. Default open. */
  state?: "new" | "acknowledged" | "snoozed" | "open" | "all";
  /** Words, each may be the beginning of one: title, model, entity, comments. */
  text?: string;
  sort?: "score" | "time";
}
export interface AlertRow {
  id: string;
  time: number;
  created: number;
  model: string;
  modelVersion: number;
  title: string;
  category: Alert["category"];
  compliance: boolean;
  priority: number;
  score: number;
  entity: EntityRef;
  peers: Peer[];
  mitre: string[];
  tags: string[];
  eventCount: number;
  state: "new" | "acknowledged" | "snoozed";
  /** Name when known, else the pseudonym. */
  acknowledgedBy?: string;
  comments: number;
  incident?: string;
  /** The reason with the smallest p, else the first. */
  lead?: Why;
}
export interface CommentRow {
  time: number;
  author: string;
  text: string;
}
export interface AlertDetailRow extends AlertRow {
  why: Why[];
  /** Ids of the cited events, in order. */
  events: string[];
  /** Cited records with their bytes; they outlive the events' retention. */
  records: StoredEvent[];
  commentList: CommentRow[];
  /** Same model and entity, before this one, newest first, at most 20. */
  earlier: { id: string; time: number; score: number }[];
}
export interface AlertGroupRow {
  key: string;
  label: string;
  count: number;
  maxScore: number;
  newest: number;
  oldest: number;
  priority: number;
  open: number;
}
export interface SnoozeRow {
  id: string;
  model: string;
  entity: string;
  until: number;
  why: string;
  by: string;
  created: number;
  ended?: number;
  hidden: number;
}
/** A change of state with its row of the audit log: both in one transaction. Without `audit` the caller answers for the row. */
export interface Audited {
  audit?: AuditEntry;
}
export type Verdict = "attack" | "benign" | "error";
export interface IncidentRow extends Incident {
  verdict?: Verdict;
  verdictBy?: string;
  /** Model and entity of its alerts, each pair once, at most 100. */
  pairs: { model: string; entity: string }[];
  eventCount: number;
  /** acknowledged when every alert of it is. */
  state: "open" | "acknowledged";
  lead?: Why;
}
export interface DeviceRow extends Omit<Device, "index"> {
  alerts: number;
  /** Worst hour of the 24 hours before the newest score. */
  unusual: number;
  historyHours: number;
}
export type LogKind = "connection" | "refused" | "event" | "notice" | "alert" | "sensor-alert" | "source" | "response";
export interface LogRow {
  id: string;
  time: number;
  kind: LogKind;
  family: string;
  what: string;
  detail: string;
  unusual?: number;
  peer?: string;
  alert?: string;
}
/** Something seen for the first time, or a change of a source: an entry of the log, never an alert. */
export interface Notice {
  id: string;
  time: number;
  /** Device id, or source id for kind "source". */
  entity: string;
  kind: "notice" | "source" | "response";
  what: string;
  detail: string;
  peer?: string;
  unusual?: number;
}
export interface StorageReport {
  /** Bytes of the event database's used blocks and of the state database. */
  bytes: number;
  limitBytes: number;
  bytesPerDay: number;
  /** Undefined while the rate is unknown. */
  daysLeft?: number;
  freeDisk: number;
  families: { family: Family; rows: number; bytes: number; keepDays: number; oldest?: number }[];
  /** Bytes of the database file that hold nothing now and are used again by what comes next. */
  reusable: number;
  full: boolean;
}

export interface ActionFilter extends Page {
  states?: readonly ActionState[];
  /** Id or address of the entity. */
  entity?: string;
  kind?: string;
  model?: string;
  alert?: string;
  manual?: boolean;
  /** Made since. */
  from?: number;
}
/** A one-time link: only the hash of its secret is kept. */
export interface ActionLinkRow {
  hash: string;
  action: string;
  decision: "activate" | "refuse";
  /** Pseudonym of the person that it was sent to. */
  person: string;
  /** Of the action when the link was made: another one and the link is void. */
  revision: number;
  expires: number;
  used?: number;
}

export interface SearchInput extends Range {
  query?: string;
  text?: string;
  family?: string;
  address?: string;
}

export interface Requests extends MailRequests {
  /** `query` is the language of Advanced Search (schema/query). Newest first; go on with `after` = the `next` of the page before. */
  search: {
    input: SearchInput & { after?: string; limit?: number };
    /** `until`, ms: the search's time was used up; it is complete down to there, and `next` goes on in what is older. */
    output: { hits: StoredEvent[]; more: boolean; scanned: number; next?: string; until?: number };
  };
  /** How many fit, by family and over time: `bars` parts of `width` ms from `start`. */
  searchCounts: {
    input: SearchInput & { bars?: number };
    output: { total: number; families: { family: Family; events: number }[]; start: number; width: number; bars: number[]; until?: number };
  };
  eventsById: { input: { ids: readonly string[] }; output: StoredEvent[] };
  /** Events in time order for a backtest. Go on with `after` = the `next` of the page before; no `next` = the end. At most 5,000 a page. */
  scan: { input: { from: number; to: number; families: readonly Family[]; after?: string; limit?: number }; output: { events: StoredEvent[]; next?: string } };
  /** The same of a user: what it did, what was done to it, what endpoint products say of it. */
  userLog: {
    input: { user: string; before?: number; kinds?: readonly LogKind[]; limit?: number };
    output: { rows: (LogRow & { record?: string; place?: string })[]; next?: number };
  };
  /** Hours with cloud records of a user: how many, and the most unusual. Copies are not counted. */
  userHours: { input: { user: string } & Range; output: { start: number; events: number; unusual: number }[] };
  deviceLog: { input: { device: string; before?: number; kinds?: readonly LogKind[]; limit?: number }; output: { rows: LogRow[]; next?: number } };
  quarterHours: { input: Range & { source?: string }; output: { start: number; source: string; family: Family; events: number }[] };
  familyStats: { input: { source?: string }; output: { family: Family; events: number; oldest: number; newest: number }[] };
  storage: { input: Record<string, never>; output: StorageReport };

  alerts: { input: AlertFilter; output: { alerts: AlertRow[]; total: number; hiddenBySnooze: number } };
  alertGroups: { input: AlertFilter & { by: "model" | "entity" }; output: { groups: AlertGroupRow[]; total: number } };
  alert: { input: { id: string }; output: AlertDetailRow };
  acknowledge: { input: { id: string; acknowledged: boolean; by: string } & Audited; output: AlertRow };
  comment: { input: { id: string; by: string; text: string } & Audited; output: CommentRow };
  snoozes: { input: Record<string, never>; output: SnoozeRow[] };
  snoozePreview: {
    input: { model: string; entity: string; days: number };
    output: { hidden: number; days: number; alerts: { id: string; time: number; score: number; title: string }[] };
  };
  createSnooze: { input: { id: string; model: string; entity: string; until: number; why: string; by: string } & Audited; output: SnoozeRow };
  deleteSnooze: { input: { id: string } & Audited; output: { ok: true } };
  putActions: { input: { actions: readonly Action[] } & Audited; output: { ok: true } };
  /** With names of people for showing. */
  action: { input: { id: string }; output: Action };
  /** As kept, with pseudonyms; undefined when there is none. */
  actionRaw: { input: { id: string }; output: Action | undefined };
  openActions: { input: Record<string, never>; output: Action[] };
  /** Newest first. Counts by state are those of the filter without its states. */
  actions: { input: ActionFilter; output: { actions: Action[]; counts: Record<string, number> } };
  putActionLink: { input: ActionLinkRow; output: { ok: true } };
  actionLink: { input: { hash: string }; output: ActionLinkRow | undefined };
  useActionLink: { input: { hash: string }; output: { used: boolean } };
  /** Answered connections since a time, one row for initiator, responder and port; those of most days first. */
  usualFlows: { input: { since: number; limit?: number }; output: SavedFlow[] };
  alertsPerDay: { input: Range; output: { day: string; alerts: number; worst: number }[] };
  modelStats: { input: { since: number }; output: { model: string; alerts: number; lastAlert: number }[] };

  /** `gone`: ids that went into others; their rows go, their alerts bear the id of what took them. */
  putIncidents: { input: { incidents: readonly Incident[]; gone?: readonly string[] }; output: { ok: true } };
  incidents: { input: { from?: number; state?: "open" | "acknowledged" | "all"; limit?: number }; output: IncidentRow[] };
  incident: { input: { id: string }; output: IncidentRow };
  /** Without a verdict: takes it back. */
  judgeIncident: { input: { id: string; verdict?: Verdict; by: string } & Audited; output: IncidentRow };
  /** What was judged, the oldest judgement first, at most 2,000: for the learned state to go on with. */
  verdicts: {
    input: Record<string, never>;
    output: { incident: string; verdict: Verdict; start: number; score: number; pairs: { model: string; entity: string }[] }[];
  };

  putDevices: { input: { devices: readonly Device[] }; output: { ok: true } };
  devices: {
    input: Page & { text?: string; sort?: "unusual" | "alerts" | "lastSeen" | "id" };
    output: { devices: DeviceRow[]; total: number };
  };
  device: { input: { id: string }; output: DeviceRow };
  putHours: { input: { hours: readonly HourScore[] }; output: { ok: true } };
  hours: { input: { entity: string } & Range; output: { start: number; end: number; unusual: number; p: number; why: Why[] }[] };
  putNotices: { input: { notices: readonly Notice[] }; output: { ok: true } };

  putSources: { input: { sources: readonly SourceHealth[] }; output: { ok: true } };
  sources: { input: Record<string, never>; output: SourceHealth[] };
  removeSource: { input: { id: string } & Audited; output: { ok: true } };
  /** The newest 100 per source are kept. */
  putRejected: { input: { rejected: readonly Rejected[] }; output: { ok: true } };
  rejected: { input: { source: string; limit?: number }; output: Rejected[] };
  positionsOf: { input: { source: string }; output: { file: string; fileKey: string; lines: number; offset: number }[] };

  setting: { input: { key: string }; output: unknown };
  putSetting: { input: { key: string; value: unknown } & Audited; output: { ok: true } };

  /** Forget a person: the name, and every free text that holds it. The audit chain stays true. Leaves its own row. */
  eraseName: { input: { userId: string; audit: AuditEntry }; output: { texts: number } };
  auditHeads: { input: { limit?: number }; output: { seq: number; hash: string; time: number; signature: string; keyId: string }[] };
}
export type RequestName = keyof Requests;
