import type { NetEvent } from "../schema/event.ts";
import { flow } from "./eve-flow.ts";
import { EVE_IDENTITY } from "./eve-map-identity.ts";
import { EVE_SENSOR } from "./eve-map-sensor.ts";
import { type EveRecord, word } from "./eve-record.ts";
import { BLANK } from "./event-template.ts";
import { flag, integer, type JsonObject, number, object, objects, text } from "./json-access.ts";
import { parseIso } from "./times.ts";
import { ADDRESS, HASH, HOST, LOWER, NAME, QUIC_VERSION, SERVICE, TEXT, TLS_VERSION, UPPER } from "./words.ts";

export type EveMapping = (record: EveRecord) => NetEvent;

/** Query and answer are records of their own. Version 1 has one answer a record, version 2 a list, version 3 (Suricata 8) a list of queries too. */
function dns(record: EveRecord): NetEvent {
  const event = BLANK.dns();
  record.head(event);
  const { block } = record;
  const query = objects(block.queries)[0] ?? block;
  event.query = word(query.rrname, NAME);
  event.queryType = word(query.rrtype, UPPER);
  event.responseCode = word(block.rcode, UPPER);
  event.isAnswer = block.type === "answer" || block.type === "response";
  if (event.isAnswer) answers(event, block);
  event.rejected = event.responseCode === undefined ? undefined : event.responseCode === "REFUSED";
  return event;
}

function answers(event: { answers: readonly string[] | undefined; ttl: number | undefined }, block: JsonObject): void {
  const found: string[] = [];
  const take = (data: unknown): void => {
    const value = text(data);
    if (value !== undefined) found.push(value.indexOf(":") >= 0 ? (ADDRESS.get(value) ?? value) : value);
  };
  for (const answer of objects(block.answers)) {
    take(answer.rdata);
    const ttl = number(answer.ttl);
    if (ttl !== undefined && (event.ttl === undefined || ttl < event.ttl)) event.ttl = ttl;
  }
  if (found.length === 0) for (const values of Object.values(object(block.grouped) ?? {})) if (Array.isArray(values)) values.forEach(take);
  if (found.length === 0 && block.rdata !== undefined) {
    take(block.rdata);
    event.ttl = number(block.ttl);
  }
  event.answers = found;
}

function http(record: EveRecord): NetEvent {
  const event = BLANK.http();
  record.head(event);
  const { block } = record;
  event.method = word(block.http_method, TEXT);
  event.host = word(block.hostname, HOST);
  event.uri = text(block.url);
  event.userAgent = word(block.http_user_agent, TEXT);
  event.referrer = word(block.http_refer, TEXT);
  event.status = integer(block.status);
  event.requestBytes = integer(block.request_body_len);
  event.responseBytes = integer(block.length);
  event.contentType = word(block.http_content_type, LOWER);
  return event;
}

/** Suricata writes the record when the handshake is over, or what it saw of it when the flow ends: then without a version. */
function tls(record: EveRecord): NetEvent {
  const event = BLANK.tls();
  record.head(event);
  const { block } = record;
  event.serverName = word(block.sni, HOST);
  event.version = word(block.version, TLS_VERSION);
  fingerprints(event, block);
  event.subject = word(block.subject, TEXT);
  event.issuer = word(block.issuerdn, TEXT);
  event.notBefore = timeOf(block.notbefore);
  event.notAfter = timeOf(block.notafter);
  event.fingerprint = word(block.fingerprint, HASH);
  event.established = event.version !== undefined;
  event.resumed = flag(block.session_resumed);
  return event;
}

function fingerprints(event: { ja3: string | undefined; ja3s: string | undefined; ja4: string | undefined }, block: JsonObject): void {
  event.ja3 = word(object(block.ja3)?.hash, LOWER);
  event.ja3s = word(object(block.ja3s)?.hash, LOWER);
  event.ja4 = word(block.ja4, TEXT);
}

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === "string" ? parseIso(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function quic(record: EveRecord): NetEvent {
  const event = BLANK.tls();
  record.head(event);
  const { block } = record;
  event.serverName = word(block.sni, HOST);
  event.version = word(block.version, QUIC_VERSION);
  fingerprints(event, block);
  return event;
}

/** The sender's end is `src` in EVE; whether it opened the connection is what `reversed` tells. */
function fileinfo(record: EveRecord): NetEvent {
  const event = BLANK.file();
  record.head(event);
  const { block } = record;
  event.service = word(record.record.app_proto, SERVICE);
  event.name = text(block.filename);
  event.mimeType = word(block.mimetype, LOWER);
  event.size = integer(block.size);
  event.md5 = word(block.md5, LOWER);
  event.sha1 = word(block.sha1, LOWER);
  event.sha256 = word(block.sha256, LOWER);
  event.fromInitiator = !record.reversed;
  return event;
}

/** Keys that stand on the event itself already. */
const ON_EVENT: ReadonlySet<string> = new Set(["timestamp", "event_type", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "community_id", "flow_id"]);

function other(record: EveRecord): NetEvent {
  const event = BLANK.other();
  record.head(event);
  event.extra = Object.fromEntries(Object.entries(record.record).filter(([key]) => !ON_EVENT.has(key)));
  return event;
}

const MAPPINGS: ReadonlyMap<string, EveMapping> = new Map(
  Object.entries({ flow, dns, http, tls, quic, fileinfo, ...EVE_IDENTITY, ...EVE_SENSOR } satisfies Record<string, EveMapping>),
);

export function eveMappingOf(type: string): EveMapping {
  return MAPPINGS.get(type) ?? other;
}
