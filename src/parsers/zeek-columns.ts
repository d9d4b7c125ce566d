/**
 * Every Zeek column that a mapping reads, each with a number, so that a header is compiled once to an array from that number
 * to the column's place and a field costs two array reads. JSON writers put "_" for "." in some set-ups: both are understood.
 */
// biome-ignore format: one line a log reads better
const NAMES = [
  // every log
  "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto",
  // conn
  "service", "duration", "orig_bytes", "resp_bytes", "orig_pkts", "resp_pkts", "conn_state", "history",
  // dns
  "query", "qtype", "qtype_name", "rcode", "rcode_name", "answers", "TTLs", "rejected",
  // http
  "method", "host", "uri", "user_agent", "referrer", "status_code", "request_body_len", "response_body_len", "resp_mime_types", "username", "proxied",
  // ssl, quic
  "server_name", "version", "ja3", "ja3s", "ja4", "subject", "issuer", "cert_chain_fps", "resp_certificate_sha1", "validation_status", "established", "resumed",
  // x509
  "certificate.subject", "certificate.issuer", "certificate.serial", "certificate.not_valid_before", "certificate.not_valid_after",
  "certificate.key_length", "san.dns", "fingerprint",
  // files
  "tx_hosts", "rx_hosts", "conn_uids", "source", "filename", "mime_type", "seen_bytes", "md5", "sha1", "sha256", "is_orig",
  // ssh
  "client", "server", "hassh", "auth_success", "auth_attempts", "direction",
  // rdp
  "cookie", "client_name", "client_build", "result", "security_protocol",
  // smb
  "action", "path", "share_type", "name", "size", "command", "argument", "status", "tree", "tree_service",
  // kerberos, ntlm
  "request_type", "success", "error_msg", "cipher", "hostname", "domainname", "server_nb_computer_name", "server_dns_computer_name",
  // dce_rpc
  "endpoint", "operation", "named_pipe",
  // dhcp
  "mac", "client_addr", "server_addr", "assigned_addr", "assigned_ip", "host_name", "client_fqdn", "domain", "lease_time", "msg_types", "uids",
  // smtp
  "helo", "mailfrom", "rcptto", "msg_id", "last_reply", "tls",
  // notice, signatures
  "note", "msg", "sub", "src", "dst", "p", "sig_id", "event_msg", "sub_msg", "src_addr", "src_port", "dst_addr", "dst_port",
  // weird, dpd, analyzer
  "addl", "analyzer", "analyzer_name", "failure_reason", "failure_data", "cause",
  // software, known_*
  "host_p", "software_type", "version.major", "version.minor", "version.minor2", "version.minor3", "version.addl", "unparsed_version",
  "port_num", "port_proto", "issuer_subject", "dhcp_host_name", "device_type",
  // tunnel, radius, sip, snmp, ntp, ftp, pe
  "tunnel_type", "framed_addr", "request_from", "request_to", "community", "get_requests", "set_requests", "mode", "stratum",
  "user", "arg", "reply_code", "reply_msg", "machine", "subsystem", "is_exe", "compile_ts",
] as const;

export type ColumnName = (typeof NAMES)[number];

export const COLUMN_NAMES: readonly string[] = NAMES;
/** The same with "_" for ".". */
export const FLAT_NAMES: readonly string[] = NAMES.map((name) => name.replaceAll(".", "_"));
export const COL = Object.fromEntries(NAMES.map((name, index) => [name, index])) as Readonly<Record<ColumnName, number>>;

/** Label columns carry the answer of a data set: never read, never kept in `extra`. */
export function isLabelColumn(name: string): boolean {
  return /^(detailed)?[-_]?labels?$/i.test(name);
}

/** What a log is when it does not say: the first whose columns all stand in the record. */
const SIGNATURES: readonly (readonly [path: string, ...columns: string[]])[] = [
  ["conn", "conn_state", "orig_pkts"],
  ["conn", "conn_state", "history"],
  ["conn", "conn_state"],
  ["dns", "trans_id", "query"],
  ["dns", "trans_id", "rcode"],
  ["dns", "trans_id", "proto"],
  ["http", "trans_depth", "request_body_len", "method"],
  ["http", "trans_depth", "response_body_len", "status_code"],
  ["http", "method", "host", "uri"],
  ["sip", "call_id", "seq"],
  ["smtp", "trans_depth", "helo"],
  ["smtp", "mailfrom", "rcptto"],
  ["quic", "client_initial_dcid"],
  ["ssl", "cipher", "established"],
  ["ssl", "established", "resumed"],
  ["x509", "certificate.subject"],
  ["x509", "certificate_subject"],
  ["files", "fuid", "seen_bytes"],
  ["ssh", "auth_attempts"],
  ["ssh", "host_key_alg"],
  ["rdp", "security_protocol"],
  ["rdp", "cookie", "result"],
  ["smb_mapping", "path", "share_type"],
  ["smb_files", "action", "times_modified"],
  ["smb_files", "action", "path", "name"],
  ["kerberos", "request_type"],
  ["ntlm", "server_nb_computer_name"],
  ["ntlm", "domainname"],
  ["dce_rpc", "endpoint", "operation"],
  ["dhcp", "msg_types"],
  ["dhcp", "assigned_ip", "mac"],
  ["signatures", "sig_id", "event_msg"],
  ["notice", "note", "suppress_for"],
  ["notice", "note", "msg"],
  ["weird", "name", "notice", "peer"],
  ["software", "software_type"],
  ["known_services", "host", "port_num", "port_proto"],
  ["known_certs", "host", "issuer_subject"],
  ["known_devices", "mac", "dhcp_host_name"],
  ["tunnel", "tunnel_type"],
  ["radius", "framed_addr"],
  ["snmp", "community"],
  ["ntp", "stratum", "ref_id"],
  ["dpd", "analyzer", "failure_reason"],
  ["analyzer", "analyzer_name", "failure_reason"],
  ["pe", "machine", "compile_ts"],
  ["ftp", "command", "reply_code"],
];

/** The log that a record with these columns comes from, or undefined. */
export function inferPath(has: (name: string) => boolean): string | undefined {
  for (const [path, ...columns] of SIGNATURES) if (columns.every(has)) return path;
  return undefined;
}

/** Log name in a file name: `conn.log`, `HOST_smb_files.log.gz`, `conn.10:00:00-11:00:00.log.gz`. Used only when the content does not tell. */
export function pathOfFileName(file: string, known: (path: string) => boolean): string | undefined {
  const base = file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
  let name = base.split(/[.-]/, 1)[0] ?? "";
  while (name !== "") {
    if (known(name)) return name;
    const cut = name.indexOf("_");
    if (cut < 0) return undefined;
    name = name.slice(cut + 1);
  }
  return undefined;
}
