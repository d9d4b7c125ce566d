import type { NetEvent } from "../schema/event.ts";
import { interfaceName, operationName } from "./dcerpc-names.ts";
import { type EveRecord, type FlowMemory, word } from "./eve-record.ts";
import { BLANK } from "./event-template.ts";
import { flag, integer, type JsonObject, object, objects, text, texts } from "./json-access.ts";
import { isWeakCipher, LOWER, MAC, MAILBOX, NT_STATUS, PIPE, SHARE_TYPE, SMB_COMMAND, TEXT, UPPER } from "./words.ts";

/** Software texts as on the wire, which is how Zeek writes them: `SSH-2.0-OpenSSH_9.6p1`. */
function ssh(record: EveRecord): NetEvent {
  const event = BLANK.ssh();
  record.head(event);
  const client = object(record.block.client);
  const server = object(record.block.server);
  event.client = banner(client);
  event.server = banner(server);
  event.hassh = word(object(client?.hassh)?.hash ?? client?.hassh, LOWER);
  return event;
}

function banner(side: JsonObject | undefined): string | undefined {
  const software = text(side?.software_version);
  return software === undefined ? undefined : TEXT.get(`SSH-${text(side?.proto_version) ?? "2.0"}-${software}`);
}

function rdp(record: EveRecord): NetEvent {
  const event = BLANK.rdp();
  record.head(event);
  const { block } = record;
  const client = object(block.client);
  event.cookie = word(block.cookie, TEXT);
  event.clientName = word(client?.client_name, TEXT);
  event.clientBuild = word(client?.version ?? client?.build, TEXT);
  event.result = word(block.event_type, TEXT);
  event.securityProtocol = word(block.protocol, UPPER);
  return event;
}

const MAX_TREES = 64;

/**
 * An SMB record that carries a DCE-RPC request is that call and becomes family `dcerpc` (Zeek writes it to dce_rpc.log); all others are `smb`.
 * Share of a tree and interface of a pipe are remembered per flow, since later records name only numbers.
 */
function smb(record: EveRecord): NetEvent {
  const { block } = record;
  const memory = record.flow();
  const call = object(block.dcerpc);
  if (call !== undefined) {
    bind(call, memory);
    if (call.request === "REQUEST") return smbCall(record, call, memory);
  }
  const event = BLANK.smb();
  record.head(event);
  const command = word(block.command, SMB_COMMAND);
  const ntlmssp = object(block.ntlmssp);
  const pipe = text(block.named_pipe);
  event.command = change(block) ?? command;
  event.shareType = word(block.share_type, SHARE_TYPE);
  event.share = word(block.share, TEXT) ?? (command === "TREE_CONNECT" ? word(pipe, TEXT) : undefined);
  event.share = treeShare(memory, integer(block.tree_id), command === "TREE_CONNECT" ? event.share : undefined) ?? event.share;
  event.name = text(block.filename) ?? text(block.directory) ?? (command === "TREE_CONNECT" ? undefined : pipe);
  event.size = integer(block.size);
  event.status = word(block.status, NT_STATUS);
  event.username = word(ntlmssp?.user, TEXT);
  event.domain = word(ntlmssp?.domain, TEXT) ?? word(object(block.kerberos)?.realm, TEXT);
  event.clientName = word(ntlmssp?.host, TEXT);
  if (memory !== undefined && command === "OPEN" && event.name !== undefined) memory.pipe = event.name;
  return event;
}

/** A rename or a deletion by set-info says so in blocks of its own. */
function change(block: JsonObject): string | undefined {
  if (object(block.rename) !== undefined) return "RENAME";
  const level = text(object(block.set_info)?.info_level) ?? "";
  if (/disposition/i.test(level)) return "DELETE";
  return /rename/i.test(level) ? "RENAME" : undefined;
}

function treeShare(memory: FlowMemory | undefined, tree: number | undefined, connected: string | undefined): string | undefined {
  if (memory === undefined || tree === undefined) return connected;
  if (connected === undefined) return memory.shares?.get(tree);
  memory.shares ??= new Map();
  if (memory.shares.size < MAX_TREES) memory.shares.set(tree, connected);
  return connected;
}

function smbCall(record: EveRecord, call: JsonObject, memory: FlowMemory | undefined): NetEvent {
  const event = BLANK.dcerpc();
  record.head(event);
  event.endpoint = endpointOf(call) ?? memory?.endpoint ?? memory?.pipe;
  name(event, call);
  event.namedPipe = word(record.block.named_pipe, PIPE) ?? memory?.pipe;
  return event;
}

function name(event: { endpoint: string | undefined; operation: string | undefined }, call: JsonObject): void {
  const opnum = integer(object(call.req)?.opnum ?? call.opnum);
  if (opnum !== undefined) event.operation = TEXT.get(operationName(event.endpoint, opnum));
}

/** The interface that the server acknowledged, else the first named. */
function endpointOf(call: JsonObject): string | undefined {
  const interfaces = objects(call.interfaces);
  const uuid = text((interfaces.find((item) => item.ack_result === 0) ?? interfaces[0] ?? object(call.interface))?.uuid);
  return uuid === undefined ? undefined : TEXT.get(interfaceName(uuid));
}

/** A change of context that does not name its interface leaves us ignorant of what later calls mean: better no name than a wrong one. */
function bind(call: JsonObject, memory: FlowMemory | undefined): void {
  if (memory === undefined) return;
  const endpoint = endpointOf(call);
  if (endpoint !== undefined || call.request === "ALTER_CONTEXT") memory.endpoint = endpoint;
}

/** Binds are events too, without an operation. */
function dcerpc(record: EveRecord): NetEvent {
  const event = BLANK.dcerpc();
  record.head(event);
  const memory = record.flow();
  bind(record.block, memory);
  event.endpoint = endpointOf(record.block) ?? memory?.endpoint;
  if (record.block.request === "REQUEST") name(event, record.block);
  // Zeek writes the port where no pipe carries the call.
  event.namedPipe = event.dstPort === undefined ? undefined : TEXT.get(String(event.dstPort));
  return event;
}

function krb5(record: EveRecord): NetEvent {
  const event = BLANK.kerberos();
  record.head(event);
  const { block } = record;
  const message = text(block.msg_type) ?? "";
  const request = message === "KRB_ERROR" ? (text(block.failed_request) ?? "") : message;
  event.requestType = /_(AS|TGS|AP)_/.exec(request)?.[1];
  event.realm = word(block.realm, TEXT);
  event.client = word(block.cname, TEXT);
  event.service = word(block.sname, TEXT);
  event.success = message.endsWith("_REP") ? true : message === "KRB_ERROR" ? false : undefined;
  event.error = word(block.error_code, TEXT);
  event.cipher = word(block.ticket_encryption, LOWER) ?? word(block.encryption, LOWER);
  event.weak = flag(block.ticket_weak_encryption) ?? (event.cipher === undefined ? undefined : (flag(block.weak_encryption) ?? isWeakCipher(event.cipher)));
  return event;
}

/** An ACK hands out the address; the client's own claims (request) do not. */
function dhcp(record: EveRecord): NetEvent {
  const event = BLANK.dhcp();
  record.head(event);
  const { block } = record;
  const message = word(block.dhcp_type, UPPER);
  event.mac = word(block.client_mac, MAC);
  const assigned = text(block.assigned_ip);
  if (message === "ACK" && assigned !== undefined && assigned !== "0.0.0.0") event.assigned = assigned;
  event.hostname = word(block.hostname, TEXT);
  event.domain = word(block.domain, LOWER);
  event.lease = integer(block.lease_time);
  event.messages = message === undefined ? undefined : [message];
  return event;
}

function smtp(record: EveRecord): NetEvent {
  const event = BLANK.smtp();
  record.head(event);
  const { block } = record;
  const email = object(record.record.email);
  event.helo = word(block.helo, LOWER);
  event.from = word(block.mail_from, MAILBOX);
  event.to = texts(block.rcpt_to).map((to) => word(to, MAILBOX) ?? to);
  event.subject = text(email?.subject);
  event.messageId = text(email?.message_id);
  event.userAgent = word(email?.x_mailer, TEXT);
  event.status = word(email?.status, TEXT);
  return event;
}

export const EVE_IDENTITY = { ssh, rdp, smb, dcerpc, krb5, dhcp, smtp };
