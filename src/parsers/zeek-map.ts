import type { EventOf, NetEvent } from "../schema/event.ts";
import { BLANK } from "./event-template.ts";
import { HASH, HOST, LOWER, NAME, QUIC_VERSION, SERVICE, TEXT, TLS_VERSION, UPPER, ZEEK_STATE } from "./words.ts";
import { COL } from "./zeek-columns.ts";
import { IDENTITY_LOGS } from "./zeek-map-identity.ts";
import { SENSOR_LOGS } from "./zeek-map-sensor.ts";
import type { ZeekRow } from "./zeek-row.ts";

export type ZeekMapping = (row: ZeekRow) => NetEvent;

function conn(row: ZeekRow): NetEvent {
  const event = BLANK.conn();
  row.head(event);
  event.service = row.word(COL.service, SERVICE);
  event.duration = row.real(COL.duration);
  event.bytesOut = row.real(COL.orig_bytes);
  event.bytesIn = row.real(COL.resp_bytes);
  event.packetsOut = row.real(COL.orig_pkts);
  event.packetsIn = row.real(COL.resp_pkts);
  event.state = row.word(COL.conn_state, ZEEK_STATE);
  event.history = row.word(COL.history, TEXT);
  return event;
}

function dns(row: ZeekRow): NetEvent {
  const event = BLANK.dns();
  row.head(event);
  event.query = row.word(COL.query, NAME);
  event.queryType = row.word(COL.qtype_name, UPPER) ?? row.word(COL.qtype, TEXT);
  event.responseCode = row.word(COL.rcode_name, UPPER) ?? row.word(COL.rcode, TEXT);
  event.answers = row.list(COL.answers);
  event.ttl = smallest(row.list(COL.TTLs));
  event.isAnswer = event.responseCode !== undefined || event.answers !== undefined;
  event.rejected = row.flag(COL.rejected);
  return event;
}

function smallest(values: readonly string[] | undefined): number | undefined {
  let least: number | undefined;
  for (const text of values ?? []) {
    const value = Number(text);
    if (value >= 0 && (least === undefined || value < least)) least = value;
  }
  return least;
}

function http(row: ZeekRow): NetEvent {
  const event = BLANK.http();
  row.head(event);
  event.proto ??= "tcp";
  event.method = row.word(COL.method, TEXT);
  event.host = row.word(COL.host, HOST);
  event.uri = row.text(COL.uri);
  event.userAgent = row.word(COL.user_agent, TEXT);
  event.referrer = row.word(COL.referrer, TEXT);
  event.status = row.integer(COL.status_code);
  event.requestBytes = row.integer(COL.request_body_len);
  event.responseBytes = row.integer(COL.response_body_len);
  event.contentType = row.list(COL.resp_mime_types)?.[0]?.toLowerCase();
  event.username = row.word(COL.username, TEXT);
  return event;
}

function ssl(row: ZeekRow): EventOf<"tls"> {
  const event = BLANK.tls();
  row.head(event);
  event.serverName = row.word(COL.server_name, HOST);
  event.version = row.word(COL.version, TLS_VERSION);
  event.ja3 = row.word(COL.ja3, LOWER);
  event.ja3s = row.word(COL.ja3s, LOWER);
  event.ja4 = row.word(COL.ja4, TEXT);
  event.subject = row.word(COL.subject, TEXT);
  event.issuer = row.word(COL.issuer, TEXT);
  const first = row.list(COL.cert_chain_fps)?.[0];
  event.fingerprint = first === undefined ? row.word(COL.resp_certificate_sha1, HASH) : HASH.get(first);
  event.validation = row.word(COL.validation_status, TEXT);
  event.established = row.flag(COL.established);
  event.resumed = row.flag(COL.resumed);
  return event;
}

function tcpSsl(row: ZeekRow): NetEvent {
  const event = ssl(row);
  event.proto ??= "tcp";
  return event;
}

function quic(row: ZeekRow): NetEvent {
  const event = ssl(row);
  event.version = row.word(COL.version, QUIC_VERSION);
  event.proto ??= "udp";
  return event;
}

function x509(row: ZeekRow): NetEvent {
  const event = BLANK.x509();
  row.head(event);
  event.subject = row.word(COL["certificate.subject"], TEXT);
  event.issuer = row.word(COL["certificate.issuer"], TEXT);
  event.serial = row.text(COL["certificate.serial"]);
  event.notBefore = row.time(COL["certificate.not_valid_before"]);
  event.notAfter = row.time(COL["certificate.not_valid_after"]);
  event.keyLength = row.integer(COL["certificate.key_length"]);
  event.san = row.list(COL["san.dns"]);
  event.fingerprint = row.word(COL.fingerprint, HASH);
  return event;
}

/** The initiator is who opened the connection: the sender when is_orig, else the receiver. Zeek before 5.1 names only sender and receiver. */
function files(row: ZeekRow): NetEvent {
  const event = BLANK.file();
  row.head(event);
  event.fromInitiator = row.flag(COL.is_orig);
  if (event.src === undefined && event.dst === undefined) {
    const sender = row.firstAddress(COL.tx_hosts);
    const receiver = row.firstAddress(COL.rx_hosts);
    event.src = event.fromInitiator === true ? sender : receiver;
    event.dst = event.fromInitiator === true ? receiver : sender;
  }
  event.native ??= row.list(COL.conn_uids)?.[0];
  event.connection = event.native;
  event.service = row.word(COL.source, SERVICE);
  event.name = row.text(COL.filename);
  event.mimeType = row.word(COL.mime_type, LOWER);
  event.size = row.integer(COL.seen_bytes);
  event.md5 = row.word(COL.md5, LOWER);
  event.sha1 = row.word(COL.sha1, LOWER);
  event.sha256 = row.word(COL.sha256, LOWER);
  return event;
}

const MAPPINGS: ReadonlyMap<string, ZeekMapping> = new Map(
  Object.entries({ conn, dns, http, ssl: tcpSsl, quic, x509, files, ...IDENTITY_LOGS, ...SENSOR_LOGS } satisfies Record<string, ZeekMapping>),
);

/** A log we have no mapping for, and sensor statistics: kept whole. */
function other(row: ZeekRow): NetEvent {
  const event = BLANK.other();
  row.head(event);
  event.extra = row.extra();
  return event;
}

export function mappingOf(path: string): ZeekMapping {
  return MAPPINGS.get(path) ?? other;
}

/** Logs that we know to be statistics or settings and so keep as `other` on purpose. */
// biome-ignore format: a list of words
const STATISTICS = [
  "capture_loss", "stats", "reporter", "conn-summary", "open_conn", "packet_filter", "loaded_scripts", "cluster", "broker", "config", "telemetry", "print",
  "intel", "irc", "ldap", "ldap_search", "modbus", "dnp3", "mysql", "socks", "syslog", "traceroute", "mqtt_publish", "mqtt_connect", "mqtt_subscribe",
  "known_modbus", "notice_alarm", "ocsp", "postgresql", "redis", "websocket", "barnyard2",
];

const KNOWN: ReadonlySet<string> = new Set([...MAPPINGS.keys(), ...STATISTICS]);

export function isKnownPath(path: string): boolean {
  return KNOWN.has(path);
}
