import type { NetEvent } from "../schema/event.ts";
import { BLANK } from "./event-template.ts";
import { HOST, LOWER, PROTO, SERVICE, TEXT, UPPER } from "./words.ts";
import { COL } from "./zeek-columns.ts";
import type { ZeekRow } from "./zeek-row.ts";

/** Mail, voice, management and file transfer, and what the sensor itself remarks on. */

function smtp(row: ZeekRow): NetEvent {
  const event = BLANK.smtp();
  row.head(event);
  event.proto ??= "tcp";
  event.helo = row.word(COL.helo, HOST);
  event.from = row.word(COL.mailfrom, TEXT);
  event.to = row.list(COL.rcptto);
  event.subject = row.text(COL.subject);
  event.messageId = row.text(COL.msg_id);
  event.userAgent = row.word(COL.user_agent, TEXT);
  event.status = row.word(COL.last_reply, TEXT);
  event.tls = row.flag(COL.tls);
  return event;
}

/** A notice without a connection still names its ends in src, dst and p. */
function notice(row: ZeekRow): NetEvent {
  const event = BLANK.notice();
  row.head(event);
  event.src ??= row.address(COL.src);
  event.dst ??= row.address(COL.dst);
  event.dstPort ??= row.port(COL.p);
  event.note = row.word(COL.note, TEXT);
  event.message = row.text(COL.msg);
  event.detail = row.text(COL.sub);
  return event;
}

function signatures(row: ZeekRow): NetEvent {
  const event = BLANK.notice();
  row.head(event);
  event.src ??= row.address(COL.src_addr);
  event.srcPort ??= row.port(COL.src_port);
  event.dst ??= row.address(COL.dst_addr);
  event.dstPort ??= row.port(COL.dst_port);
  event.note = row.word(COL.sig_id, TEXT) ?? row.word(COL.note, TEXT);
  event.message = row.text(COL.event_msg);
  event.detail = row.text(COL.sub_msg);
  return event;
}

function weird(row: ZeekRow): NetEvent {
  const event = BLANK.anomaly();
  row.head(event);
  event.name = row.word(COL.name, TEXT);
  event.detail = row.text(COL.addl);
  event.service = row.word(COL.source, SERVICE);
  return event;
}

/** dpd.log, and analyzer.log which took its place in Zeek 5.2: a parser gave up. */
function dpd(row: ZeekRow): NetEvent {
  const event = BLANK.anomaly();
  row.head(event);
  event.name = row.word(COL.cause, TEXT) ?? "protocol_violation";
  event.detail = row.text(COL.failure_reason);
  event.service = row.word(COL.analyzer_name, SERVICE) ?? row.word(COL.analyzer, SERVICE);
  return event;
}

function software(row: ZeekRow): NetEvent {
  const event = BLANK.software();
  row.head(event);
  event.src ??= row.address(COL.host);
  event.srcPort ??= row.port(COL.host_p);
  event.softwareType = row.word(COL.software_type, TEXT);
  event.name = row.word(COL.name, TEXT);
  event.version = row.word(COL.unparsed_version, TEXT) ?? dotted(row);
  return event;
}

function dotted(row: ZeekRow): string | undefined {
  const parts = [COL["version.major"], COL["version.minor"], COL["version.minor2"], COL["version.minor3"], COL["version.addl"]].map((c) => row.text(c));
  const set = parts.filter((part) => part !== undefined);
  return set.length === 0 ? undefined : set.join(".");
}

function tunnel(row: ZeekRow): NetEvent {
  const event = BLANK.tunnel();
  row.head(event);
  event.tunnelType = lastWord(row.word(COL.tunnel_type, TEXT));
  event.action = lastWord(row.word(COL.action, TEXT));
  return event;
}

/** `Tunnel::TEREDO` -> `TEREDO`. */
function lastWord(text: string | undefined): string | undefined {
  return text === undefined ? undefined : text.slice(text.lastIndexOf(":") + 1);
}

function sip(row: ZeekRow): NetEvent {
  const event = BLANK.sip();
  row.head(event);
  event.proto ??= "udp";
  event.method = row.word(COL.method, UPPER);
  event.uri = row.text(COL.uri);
  event.from = row.text(COL.request_from);
  event.to = row.text(COL.request_to);
  event.status = row.integer(COL.status_code);
  event.userAgent = row.word(COL.user_agent, TEXT);
  return event;
}

function snmp(row: ZeekRow): NetEvent {
  const event = BLANK.snmp();
  row.head(event);
  event.proto ??= "udp";
  event.version = row.word(COL.version, LOWER);
  event.community = row.word(COL.community, TEXT);
  event.getRequests = row.integer(COL.get_requests);
  event.setRequests = row.integer(COL.set_requests);
  return event;
}

function ntp(row: ZeekRow): NetEvent {
  const event = BLANK.ntp();
  row.head(event);
  event.proto ??= "udp";
  event.version = row.integer(COL.version);
  event.mode = row.integer(COL.mode);
  event.stratum = row.integer(COL.stratum);
  return event;
}

function ftp(row: ZeekRow): NetEvent {
  const event = BLANK.ftp();
  row.head(event);
  event.proto ??= PROTO.get("tcp");
  event.username = row.word(COL.user, TEXT);
  event.command = row.word(COL.command, UPPER);
  event.argument = row.text(COL.arg);
  const code = row.text(COL.reply_code);
  const message = row.text(COL.reply_msg);
  if (code !== undefined) event.reply = message === undefined ? code : `${code} ${message}`;
  return event;
}

function pe(row: ZeekRow): NetEvent {
  const event = BLANK.executable();
  row.head(event);
  event.machine = row.word(COL.machine, TEXT);
  event.subsystem = row.word(COL.subsystem, TEXT);
  event.isExe = row.flag(COL.is_exe);
  event.compiled = row.time(COL.compile_ts);
  return event;
}

export const SENSOR_LOGS = { smtp, notice, signatures, weird, dpd, analyzer: dpd, software, tunnel, sip, snmp, ntp, ftp, pe };
