import { iso } from "../../base/time.ts";
import type { Alert, Incident } from "../../schema/alert.ts";
import { eventId, type NetEvent } from "../../schema/event.ts";
import { FAMILIES } from "../../schema/families.ts";
import type { MailJudgement } from "../../schema/mail.ts";
import type { HourScore, Why } from "../../schema/score.ts";

function rounded(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

/** p to four significant digits, so that a line does not carry noise of the last bit. */
function probability(p: number | undefined): number | null {
  return p === undefined ? null : Number(p.toPrecision(4));
}

function whyLine(why: Why): Record<string, unknown> {
  return {
    feature: why.feature,
    observed: why.observed,
    expected: why.expected,
    p: probability(why.p),
    text: why.text,
    ...(why.peers === undefined ? {} : { peers: why.peers }),
  };
}

export function alertLine(alert: Alert): Record<string, unknown> {
  return {
    id: alert.id,
    time: iso(alert.time),
    model: alert.model,
    category: alert.category,
    compliance: alert.compliance,
    priority: alert.priority,
    score: rounded(alert.score, 1),
    entity: alert.entity,
    title: alert.title,
    peers: alert.peers,
    mitre: alert.mitre,
    why: alert.why.map(whyLine),
    events: alert.events.map(eventId),
    eventCount: alert.eventCount,
    ...(alert.incident === undefined ? {} : { incident: alert.incident }),
  };
}

export function scoreLine(score: HourScore): Record<string, unknown> {
  return { entity: score.entity, start: iso(score.start), end: iso(score.end), unusual: rounded(score.unusual, 1), p: probability(score.p) };
}

export function incidentLine(incident: Incident): Record<string, unknown> {
  return { ...incident, score: rounded(incident.score, 1), start: iso(incident.start), end: iso(incident.end) };
}

/** A line of emails.ndjson; the campaign is that which the message belongs to at the end of the input. */
export function mailLine(mail: MailJudgement): Record<string, unknown> {
  const { event } = mail;
  return {
    path: mail.path,
    messageId: event.messageId ?? "",
    time: iso(event.time),
    score: mail.score,
    tags: mail.tags,
    actions: mail.actions,
    ...(event.campaign === undefined ? {} : { campaign: event.campaign }),
    urls: mail.urls,
    spf: event.spf ?? "none",
    dkim: event.dkim ?? "none",
    dmarc: event.dmarc ?? "none",
    places: mail.places,
    indicators: Object.fromEntries(mail.indicators.map((i) => [i.name, i.score])),
    event: eventId(event),
  };
}

/** Fields of the event's family that the sensor filled, in the order of the vocabulary; of an unknown type everything it held. */
export function fieldsOf(event: NetEvent): Record<string, unknown> {
  if (event.family === "other") return { ...event.extra };
  const out: Record<string, unknown> = {};
  const values = event as unknown as Record<string, unknown>;
  for (const name of Object.keys(FAMILIES[event.family].columns)) if (values[name] !== undefined) out[name] = values[name];
  return out;
}

export function eventLine(event: NetEvent): Record<string, unknown> {
  return {
    id: eventId(event),
    time: iso(event.time),
    kind: event.family,
    source: { file: event.file, line: event.line },
    ...(event.native === undefined ? {} : { native: event.native }),
    fields: {
      type: event.type,
      ...(event.src === undefined ? {} : { src: event.src }),
      ...(event.srcPort === undefined ? {} : { srcPort: event.srcPort }),
      ...(event.dst === undefined ? {} : { dst: event.dst }),
      ...(event.dstPort === undefined ? {} : { dstPort: event.dstPort }),
      ...(event.proto === undefined ? {} : { proto: event.proto }),
      direction: event.direction,
      ...fieldsOf(event),
    },
  };
}
