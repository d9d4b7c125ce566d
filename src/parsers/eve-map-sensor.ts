import type { NetEvent } from "../schema/event.ts";
import { type EveRecord, word } from "./eve-record.ts";
import { BLANK } from "./event-template.ts";
import { integer, text, texts } from "./json-access.ts";
import { LOWER, SERVICE, TEXT, UPPER } from "./words.ts";

function alert(record: EveRecord): NetEvent {
  const event = BLANK.alert();
  record.head(event);
  const { block } = record;
  event.signature = word(block.signature, TEXT);
  event.signatureId = integer(block.signature_id);
  event.ruleCategory = word(block.category, TEXT);
  event.severity = integer(block.severity);
  event.action = word(block.action, LOWER);
  return event;
}

function anomaly(record: EveRecord): NetEvent {
  const event = BLANK.anomaly();
  record.head(event);
  const { block } = record;
  event.name = word(block.event, TEXT);
  const layer = text(block.layer);
  const kind = text(block.type);
  event.detail = kind === undefined ? layer : TEXT.get(layer === undefined ? kind : `${kind}, ${layer}`);
  event.service = word(block.app_proto, SERVICE);
  return event;
}

function ftp(record: EveRecord): NetEvent {
  const event = BLANK.ftp();
  record.head(event);
  const { block } = record;
  event.command = word(block.command, UPPER);
  event.argument = text(block.command_data);
  if (event.command === "USER") event.username = event.argument;
  const code = texts(block.completion_code).join(" ");
  const reply = texts(block.reply).join(" ");
  if (code !== "" || reply !== "") event.reply = `${code} ${reply}`.trim();
  return event;
}

function ftpData(record: EveRecord): NetEvent {
  const event = BLANK.ftp();
  record.head(event);
  event.command = word(record.block.command, UPPER);
  event.argument = text(record.block.filename);
  return event;
}

function tftp(record: EveRecord): NetEvent {
  const event = BLANK.ftp();
  record.head(event);
  event.command = word(record.block.packet, UPPER);
  event.argument = text(record.block.file);
  return event;
}

function sip(record: EveRecord): NetEvent {
  const event = BLANK.sip();
  record.head(event);
  const { block } = record;
  event.method = word(block.method, UPPER);
  event.uri = text(block.uri);
  event.status = integer(block.code);
  return event;
}

function snmp(record: EveRecord): NetEvent {
  const event = BLANK.snmp();
  record.head(event);
  const { block } = record;
  event.version = word(text(block.version), LOWER);
  event.community = word(block.community, TEXT);
  const kind = text(block.pdu_type) ?? "";
  event.getRequests = kind === "get_request" || kind === "get_next_request" || kind === "get_bulk_request" ? 1 : 0;
  event.setRequests = kind === "set_request" ? 1 : 0;
  return event;
}

export const EVE_SENSOR = { alert, anomaly, ftp, ftp_data: ftpData, tftp, sip, snmp };
