import type { NetEvent } from "../schema/event.ts";
import { BLANK } from "./event-template.ts";
import { isWeakCipher, LOWER, MAC, NT_STATUS, PIPE, SERVICE, SHARE_TYPE, SMB_COMMAND, TEXT, UPPER } from "./words.ts";
import { COL } from "./zeek-columns.ts";
import type { ZeekRow } from "./zeek-row.ts";

/** Logs that tell who and which machine: log-ins, Windows protocols, leases. */

function ssh(row: ZeekRow): NetEvent {
  const event = BLANK.ssh();
  row.head(event);
  event.proto ??= "tcp";
  event.client = row.word(COL.client, TEXT);
  event.server = row.word(COL.server, TEXT);
  event.hassh = row.word(COL.hassh, LOWER);
  event.authSuccess = row.flag(COL.auth_success);
  event.authAttempts = row.integer(COL.auth_attempts);
  event.outboundLogin = row.word(COL.direction, LOWER);
  return event;
}

function rdp(row: ZeekRow): NetEvent {
  const event = BLANK.rdp();
  row.head(event);
  event.proto ??= "tcp";
  event.cookie = row.word(COL.cookie, TEXT);
  event.clientName = row.word(COL.client_name, TEXT);
  event.clientBuild = row.word(COL.client_build, TEXT);
  event.result = row.word(COL.result, TEXT);
  event.securityProtocol = row.word(COL.security_protocol, UPPER);
  return event;
}

function smbFiles(row: ZeekRow): NetEvent {
  const event = BLANK.smb();
  row.head(event);
  event.proto ??= "tcp";
  const action = row.word(COL.action, TEXT);
  if (action !== undefined) {
    event.command = SMB_COMMAND.get(action);
    event.shareType = action.includes("PIPE_") ? "PIPE" : action.includes("PRINT_") ? "PRINT" : "DISK";
  }
  event.share = row.word(COL.path, TEXT);
  event.name = row.text(COL.name);
  event.size = row.integer(COL.size);
  return event;
}

function smbMapping(row: ZeekRow): NetEvent {
  const event = BLANK.smb();
  row.head(event);
  event.proto ??= "tcp";
  event.command = "TREE_CONNECT";
  event.share = row.word(COL.path, TEXT);
  event.shareType = row.word(COL.share_type, SHARE_TYPE);
  return event;
}

function smbCmd(row: ZeekRow): NetEvent {
  const event = BLANK.smb();
  row.head(event);
  event.proto ??= "tcp";
  event.command = row.word(COL.command, SMB_COMMAND);
  event.share = row.word(COL.tree, TEXT);
  event.shareType = row.word(COL.tree_service, SHARE_TYPE);
  event.name = row.text(COL.argument);
  event.status = row.word(COL.status, NT_STATUS);
  event.username = row.word(COL.username, TEXT);
  return event;
}

function kerberos(row: ZeekRow): NetEvent {
  const event = BLANK.kerberos();
  row.head(event);
  event.requestType = row.word(COL.request_type, UPPER);
  event.client = row.word(COL.client, TEXT);
  event.service = row.word(COL.service, TEXT);
  // Zeek writes the client as name/REALM.
  const slash = event.client?.lastIndexOf("/") ?? -1;
  if (slash > 0) event.realm = event.client?.slice(slash + 1);
  event.success = row.flag(COL.success);
  event.error = row.word(COL.error_msg, TEXT);
  event.cipher = row.word(COL.cipher, LOWER);
  if (event.cipher !== undefined) event.weak = isWeakCipher(event.cipher);
  return event;
}

function ntlm(row: ZeekRow): NetEvent {
  const event = BLANK.ntlm();
  row.head(event);
  event.proto ??= "tcp";
  event.username = row.word(COL.username, TEXT);
  event.domain = row.word(COL.domainname, TEXT);
  event.clientName = row.word(COL.hostname, TEXT);
  event.serverName = row.word(COL.server_nb_computer_name, TEXT) ?? row.word(COL.server_dns_computer_name, TEXT);
  event.success = row.flag(COL.success);
  return event;
}

function dceRpc(row: ZeekRow): NetEvent {
  const event = BLANK.dcerpc();
  row.head(event);
  event.proto ??= "tcp";
  event.endpoint = row.word(COL.endpoint, TEXT);
  event.operation = row.word(COL.operation, TEXT);
  event.namedPipe = row.word(COL.named_pipe, PIPE);
  return event;
}

/** Both forms: one record a lease (Zeek 2.6 on: client_addr, assigned_addr), one a message (before: assigned_ip). */
function dhcp(row: ZeekRow): NetEvent {
  const event = BLANK.dhcp();
  row.head(event);
  event.proto ??= "udp";
  if (event.src === undefined && event.dst === undefined) {
    event.src = row.address(COL.client_addr);
    event.dst = row.address(COL.server_addr);
  }
  event.native ??= row.list(COL.uids)?.[0];
  event.connection = event.native;
  event.mac = row.word(COL.mac, MAC);
  event.assigned = row.address(COL.assigned_addr) ?? row.address(COL.assigned_ip);
  event.hostname = row.word(COL.host_name, TEXT) ?? row.word(COL.client_fqdn, TEXT);
  event.domain = row.word(COL.domain, LOWER);
  event.lease = row.integer(COL.lease_time);
  event.messages = row.list(COL.msg_types) ?? (event.assigned === undefined ? undefined : ["ACK"]);
  return event;
}

function radius(row: ZeekRow): NetEvent {
  const event = BLANK.radius();
  row.head(event);
  event.proto ??= "udp";
  event.username = row.word(COL.username, TEXT);
  event.mac = row.word(COL.mac, MAC);
  event.result = row.word(COL.result, LOWER);
  event.framedAddress = row.address(COL.framed_addr);
  return event;
}

function knownHosts(row: ZeekRow): NetEvent {
  return known(row, "host");
}
function knownServices(row: ZeekRow): NetEvent {
  return known(row, "service");
}
function knownCerts(row: ZeekRow): NetEvent {
  return known(row, "cert");
}
function knownDevices(row: ZeekRow): NetEvent {
  return known(row, "device");
}

/** The host that the record is about stands as `src`, its service's port as `srcPort`: inventory has no other end. */
function known(row: ZeekRow, what: string): NetEvent {
  const event = BLANK.known();
  row.head(event);
  event.src ??= row.address(COL.host);
  event.srcPort ??= row.port(COL.port_num);
  event.proto ??= row.word(COL.port_proto, LOWER);
  event.what = what;
  const services = row.list(COL.service);
  if (services !== undefined && services.length > 0) event.service = SERVICE.get(services.join(","));
  event.mac = row.word(COL.mac, MAC);
  event.subject = row.word(COL.subject, TEXT) ?? row.word(COL.dhcp_host_name, TEXT);
  return event;
}

export const IDENTITY_LOGS = {
  ssh,
  rdp,
  smb_files: smbFiles,
  smb_mapping: smbMapping,
  smb_cmd: smbCmd,
  kerberos,
  ntlm,
  dce_rpc: dceRpc,
  dhcp,
  radius,
  known_hosts: knownHosts,
  known_services: knownServices,
  known_certs: knownCerts,
  known_devices: knownDevices,
};
