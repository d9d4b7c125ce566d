import type { z } from "zod";
import { iso } from "../../base/time.ts";
import type { alertSummary, comment, incident, record, snooze, source, why } from "../../contract/index.ts";
import type { Why } from "../../schema/score.ts";
import type { SourceHealth } from "../../schema/source.ts";
import type { AlertRow, CommentRow, IncidentRow, SnoozeRow } from "../../store/requests.ts";
import type { StoredEvent } from "../../store/types.ts";

/** Rows of the store to answers of the contract: times become ISO texts, keys without a value stay away. */
export function whyAnswer(w: Why): z.infer<typeof why> {
  return {
    feature: w.feature,
    observed: w.observed,
    expected: w.expected,
    text: w.text,
    ...(w.p === undefined ? {} : { p: w.p }),
    ...(w.peers === undefined ? {} : { peers: w.peers }),
    ...(w.usual === undefined ? {} : { usual: w.usual }),
    ...(w.peerUsual === undefined ? {} : { peerUsual: w.peerUsual }),
    ...(w.weight === undefined ? {} : { weight: w.weight }),
    ...(w.without === undefined ? {} : { without: w.without }),
    ...(w.withoutAll === undefined ? {} : { withoutAll: w.withoutAll }),
  };
}

export function alertAnswer(row: AlertRow): z.infer<typeof alertSummary> {
  return {
    id: row.id,
    time: iso(row.time),
    created: iso(row.created),
    model: row.model,
    title: row.title,
    category: row.category,
    compliance: row.compliance,
    priority: row.priority,
    score: row.score,
    entity: row.entity,
    peers: row.peers,
    mitre: row.mitre,
    eventCount: row.eventCount,
    state: row.state,
    comments: row.comments,
    ...(row.acknowledgedBy === undefined ? {} : { acknowledgedBy: row.acknowledgedBy }),
    ...(row.incident === undefined ? {} : { incident: row.incident }),
    ...(row.lead === undefined ? {} : { lead: whyAnswer(row.lead) }),
  };
}

export function commentAnswer(row: CommentRow): z.infer<typeof comment> {
  return { time: iso(row.time), author: row.author, text: row.text };
}

export function recordAnswer(event: StoredEvent): z.infer<typeof record> {
  return event.family === "mail" ? withoutPeople(answerOf(event)) : answerOf(event);
}

/** A mail's record names its people nowhere: who they are is asked on the mail's own page, with a reason. */
function withoutPeople(answer: z.infer<typeof record>): z.infer<typeof record> {
  const { raw: _raw, ...rest } = answer;
  const { recipients, detail: _detail, ...fields } = answer.fields;
  const count = Array.isArray(recipients) ? recipients.length : 0;
  const own = fields.traffic === "outbound" || fields.traffic === "internal";
  return {
    ...rest,
    fields: {
      ...fields,
      ...(count === 0 ? {} : { recipients: `${count} ${count === 1 ? "person" : "people"}, under pseudonyms on the mail's page` }),
      ...(own ? { sender: "one of ours, under a pseudonym on the mail's page", senderName: undefined } : {}),
    },
  };
}

function answerOf(event: StoredEvent): z.infer<typeof record> {
  return {
    id: event.id,
    time: iso(event.time),
    family: event.family,
    type: event.type,
    source: event.source,
    file: event.file,
    line: event.line,
    direction: event.direction,
    fields: event.fields,
    ...(event.native === undefined ? {} : { native: event.native }),
    ...(event.src === undefined ? {} : { src: event.src }),
    ...(event.srcPort === undefined ? {} : { srcPort: event.srcPort }),
    ...(event.dst === undefined ? {} : { dst: event.dst }),
    ...(event.dstPort === undefined ? {} : { dstPort: event.dstPort }),
    ...(event.proto === undefined ? {} : { proto: event.proto }),
    ...(event.raw === undefined ? {} : { raw: event.raw }),
    ...(event.duplicateOf === undefined ? {} : { duplicateOf: event.duplicateOf }),
  };
}

export function snoozeAnswer(row: SnoozeRow): z.infer<typeof snooze> {
  return {
    id: row.id,
    model: row.model,
    entity: row.entity,
    until: iso(row.ended ?? row.until),
    why: row.why,
    by: row.by,
    created: iso(row.created),
    hidden: row.hidden,
  };
}

export function incidentAnswer(row: IncidentRow, last24h: (number | null)[]): z.infer<typeof incident> {
  return {
    id: row.id,
    title: row.title,
    summary: row.summary,
    category: row.category,
    score: row.score,
    start: iso(row.start),
    end: iso(row.end),
    overBudget: row.overBudget,
    entities: row.entities,
    alerts: row.alerts,
    mitre: row.mitre,
    eventCount: row.eventCount,
    state: row.state,
    last24h,
    ...(row.verdict === undefined ? {} : { verdict: row.verdict }),
    ...(row.verdictBy === undefined ? {} : { verdictBy: row.verdictBy }),
    ...(row.lead === undefined ? {} : { lead: whyAnswer(row.lead) }),
  };
}

export function sourceAnswer(health: SourceHealth, synthetic: boolean): z.infer<typeof source> {
  return {
    id: health.id,
    kind: health.kind,
    path: health.path,
    state: health.state,
    since: iso(health.since),
    rate: health.rate,
    events: health.events,
    rejected: health.rejected,
    duplicates: health.duplicates,
    files: health.files,
    bytes: health.bytes,
    synthetic,
    ...(health.reason === undefined ? {} : { reason: health.reason }),
    ...(health.lastEvent === undefined ? {} : { lastEvent: iso(health.lastEvent) }),
    ...(health.lag === undefined ? {} : { lagSeconds: Math.max(0, health.lag / 1_000) }),
    ...(health.usualRate === undefined ? {} : { usualRate: health.usualRate }),
  };
}

/** ISO text of a request to ms; undefined stays undefined. Throws CodedError through the API's own check of the form before. */
export function ms(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
