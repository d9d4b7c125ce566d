import { parseIpv4 } from "../../base/ip.ts";
import type { ZeekValue } from "../emitted.ts";
import { type EveEvent, flowEvent } from "./eve-flow.ts";

type Fields = Readonly<Record<string, ZeekValue>>;
type Json = Record<string, unknown>;

/** What EVE tells of a record of this log; undefined for a log that nobody has thought of. */
export function eveEvents(log: string, f: Fields, time: number): EveEvent[] | undefined {
  switch (log) {
    case "conn":
      return [flowEvent(f, time)];
    case "dns":
      return dns(f);
    case "http":
      return [["http", http(f)]];
    case "files":
      return [
        [
          "fileinfo",
          { filename: f.filename ?? "/", mimetype: f.mime_type, size: f.seen_bytes, state: "CLOSED", stored: false },
          { app_proto: String(f.source ?? "http").toLowerCase() },
        ],
      ];
    case "ssl":
      return [
        [
          "tls",
          {
            subject: f.subject,
            issuerdn: f.issuer,
            sni: f.server_name,
            version: tlsVersion(f.version),
            session_resumed: f.resumed === true ? true : undefined,
            ...fingerprints(f),
          },
        ],
      ];
    case "quic":
      return [["quic", { version: f.version, sni: f.server_name }]];
    case "ssh":
      return [["ssh", { client: software(f.client), server: software(f.server) }]];
    case "rdp":
      return [["rdp", { tx_id: 0, event_type: "initial_request", cookie: f.cookie }]];
    case "smb_mapping":
      return [
        [
          "smb",
          {
            id: 1,
            dialect: "3.11",
            command: "SMB2_COMMAND_TREE_CONNECT",
            status: "STATUS_SUCCESS",
            share: f.path,
            share_type: f.share_type === "DISK" ? "FILE" : f.share_type,
          },
        ],
      ];
    case "smb_files":
      return [
        [
          "smb",
          {
            id: 2,
            dialect: "3.11",
            command: f.action === "SMB::FILE_WRITE" ? "SMB2_COMMAND_WRITE" : "SMB2_COMMAND_CREATE",
            status: "STATUS_SUCCESS",
            share: f.path,
            filename: f.name,
            size: f.size,
            ...change(f),
          },
        ],
      ];
    case "ntlm":
      return [
        [
          "smb",
          {
            id: 1,
            dialect: "3.11",
            command: "SMB2_COMMAND_SESSION_SETUP",
            status: f.success === false ? "STATUS_LOGON_FAILURE" : "STATUS_SUCCESS",
            ntlmssp: { domain: f.domainname, user: f.username, host: f.hostname },
          },
        ],
      ];
    case "kerberos":
      return [["krb5", kerberos(f)]];
    case "dhcp":
      return [
        [
          "dhcp",
          {
            type: "reply",
            client_mac: f.mac,
            assigned_ip: f.assigned_addr,
            dhcp_type: "ack",
            lease_time: f.lease_time,
            hostname: f.host_name,
            domain: f.domain,
          },
        ],
      ];
    case "sip":
      return [["sip", { method: f.method, uri: f.uri, version: "SIP/2.0", code: f.status_code === undefined ? undefined : String(f.status_code) }]];
    case "smtp":
      return [["smtp", { helo: f.helo, mail_from: f.mailfrom, rcpt_to: f.rcptto }, { email: { subject: f.subject, message_id: f.msg_id } }]];
    default:
      return undefined;
  }
}

function dns(f: Fields): EveEvent[] {
  const query: Json = { version: 2, type: "query", id: f.trans_id, rrname: f.query, rrtype: f.qtype_name, tx_id: 0, opcode: 0 };
  if (f.rcode_name === undefined) return [["dns", query]];
  const answers = Array.isArray(f.answers) ? f.answers : [];
  const ttls = Array.isArray(f.TTLs) ? f.TTLs : [];
  const typeOf = (value: string): string =>
    parseIpv4(value) !== undefined ? "A" : value.includes(":") ? "AAAA" : f.qtype_name === "TXT" || f.qtype_name === "SRV" ? String(f.qtype_name) : "CNAME";
  const answer: Json = {
    version: 2,
    type: "answer",
    id: f.trans_id,
    flags: "8180",
    qr: true,
    rd: true,
    ra: true,
    opcode: 0,
    rrname: f.query,
    rrtype: f.qtype_name,
    rcode: f.rcode_name,
    answers: answers.map((value, i) => ({ rrname: f.query, rrtype: typeOf(String(value)), ttl: ttls[i], rdata: value })),
  };
  return [
    ["dns", query],
    ["dns", answer],
  ];
}

function http(f: Fields): Json {
  const type = Array.isArray(f.resp_mime_types) ? f.resp_mime_types[0] : undefined;
  return {
    hostname: f.host,
    url: f.uri,
    http_user_agent: f.user_agent,
    http_content_type: type,
    http_refer: f.referrer,
    http_method: f.method,
    protocol: "HTTP/1.1",
    status: f.status_code,
    request_body_len: f.request_body_len,
    length: f.response_body_len,
  };
}

function fingerprints(f: Fields): Json {
  return { ja3: f.ja3 === undefined ? undefined : { hash: f.ja3 }, ja3s: f.ja3s === undefined ? undefined : { hash: f.ja3s }, ja4: f.ja4 };
}

function tlsVersion(version: ZeekValue): string | undefined {
  const match = /^TLSv1(\d)$/.exec(String(version ?? ""));
  return match === null ? undefined : `TLS 1.${match[1]}`;
}

function software(banner: ZeekValue): Json | undefined {
  const match = /^SSH-([\d.]+)-(.*)$/.exec(String(banner ?? ""));
  return match === null ? undefined : { proto_version: match[1], software_version: match[2] };
}

function change(f: Fields): Json {
  if (f.action === "SMB::FILE_DELETE") return { command: "SMB2_COMMAND_SET_INFO", set_info: { class: "FILE_INFO", info_level: "SMB2_FILE_DISPOSITION_INFO" } };
  return f.action === "SMB::FILE_RENAME"
    ? {
        command: "SMB2_COMMAND_SET_INFO",
        rename: { from: f.prev_name ?? f.name, to: f.name },
        set_info: { class: "FILE_INFO", info_level: "SMB2_FILE_RENAME_INFO" },
      }
    : {};
}

function kerberos(f: Fields): Json {
  const [name, realm] = String(f.client ?? "").split("/");
  const failed = f.success === false;
  const request = String(f.request_type ?? "AS");
  return {
    msg_type: failed ? "KRB_ERROR" : `KRB_${request}_REP`,
    failed_request: failed ? `KRB_${request}_REQ` : undefined,
    error_code: f.error_msg,
    cname: name,
    realm,
    sname: f.service,
    encryption: f.cipher,
    weak_encryption: typeof f.cipher === "string" && /rc4|des/i.test(f.cipher),
  };
}
