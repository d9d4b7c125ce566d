/** Columns of the logs that we write, as Zeek 6 declares them: name and type, in its order. `ja3`, `ja3s`, `ja4` come of the usual packages. */
function columns(text: string): readonly (readonly [name: string, type: string])[] {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const at = word.lastIndexOf(":");
      return [word.slice(0, at), word.slice(at + 1)] as const;
    });
}

const ID = "ts:time uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port";

export const ZEEK_COLUMNS: Readonly<Record<string, readonly (readonly [name: string, type: string])[]>> = {
  conn: columns(
    `${ID} proto:enum service:string duration:interval orig_bytes:count resp_bytes:count conn_state:string local_orig:bool local_resp:bool missed_bytes:count history:string orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count tunnel_parents:set[string]`,
  ),
  dns: columns(
    `${ID} proto:enum trans_id:count rtt:interval query:string qclass:count qclass_name:string qtype:count qtype_name:string rcode:count rcode_name:string AA:bool TC:bool RD:bool RA:bool Z:count answers:vector[string] TTLs:vector[interval] rejected:bool`,
  ),
  http: columns(
    `${ID} trans_depth:count method:string host:string uri:string referrer:string version:string user_agent:string origin:string request_body_len:count response_body_len:count status_code:count status_msg:string info_code:count info_msg:string tags:set[enum] username:string password:string proxied:set[string] orig_fuids:vector[string] orig_filenames:vector[string] orig_mime_types:vector[string] resp_fuids:vector[string] resp_filenames:vector[string] resp_mime_types:vector[string]`,
  ),
  ssl: columns(
    `${ID} version:string cipher:string curve:string server_name:string resumed:bool last_alert:string next_protocol:string established:bool ssl_history:string cert_chain_fps:vector[string] client_cert_chain_fps:vector[string] subject:string issuer:string sni_matches_cert:bool validation_status:string ja3:string ja3s:string ja4:string`,
  ),
  quic: columns(
    `${ID} version:string client_initial_dcid:string client_scid:string server_scid:string server_name:string client_protocol:string history:string`,
  ),
  x509: columns(
    "ts:time fingerprint:string certificate.version:count certificate.serial:string certificate.subject:string certificate.issuer:string certificate.not_valid_before:time certificate.not_valid_after:time certificate.key_alg:string certificate.sig_alg:string certificate.key_type:string certificate.key_length:count certificate.exponent:string certificate.curve:string san.dns:vector[string] san.uri:vector[string] san.email:vector[string] san.ip:vector[addr] basic_constraints.ca:bool basic_constraints.path_len:count host_cert:bool client_cert:bool",
  ),
  files: columns(
    "ts:time fuid:string uid:string id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port source:string depth:count analyzers:set[string] mime_type:string filename:string duration:interval local_orig:bool is_orig:bool seen_bytes:count total_bytes:count missing_bytes:count overflow_bytes:count timedout:bool parent_fuid:string md5:string sha1:string sha256:string extracted:string extracted_cutoff:bool extracted_size:count",
  ),
  ssh: columns(
    `${ID} version:count auth_success:bool auth_attempts:count direction:enum client:string server:string cipher_alg:string mac_alg:string compression_alg:string kex_alg:string host_key_alg:string host_key:string`,
  ),
  rdp: columns(
    `${ID} cookie:string result:string security_protocol:string client_channels:vector[string] keyboard_layout:string client_build:string client_name:string client_dig_product_id:string desktop_width:count desktop_height:count requested_color_depth:string cert_type:string cert_count:count cert_permanent:bool encryption_level:string encryption_method:string`,
  ),
  smb_mapping: columns(`${ID} path:string service:string native_file_system:string share_type:string`),
  smb_files: columns(
    `${ID} fuid:string action:enum path:string name:string size:count prev_name:string times.modified:time times.accessed:time times.created:time times.changed:time`,
  ),
  kerberos: columns(
    `${ID} request_type:string client:string service:string success:bool error_msg:string from:time till:time cipher:string forwardable:bool renewable:bool client_cert_subject:string client_cert_fuid:string server_cert_subject:string server_cert_fuid:string`,
  ),
  ntlm: columns(
    `${ID} username:string hostname:string domainname:string server_nb_computer_name:string server_dns_computer_name:string server_tree_name:string success:bool`,
  ),
  dce_rpc: columns(`${ID} rtt:interval named_pipe:string endpoint:string operation:string`),
  dhcp: columns(
    "ts:time uids:set[string] client_addr:addr server_addr:addr mac:string host_name:string client_fqdn:string domain:string requested_addr:addr assigned_addr:addr lease_time:interval client_message:string server_message:string msg_types:vector[string] duration:interval",
  ),
  smtp: columns(
    `${ID} trans_depth:count helo:string mailfrom:string rcptto:set[string] date:string from:string to:set[string] cc:set[string] reply_to:string msg_id:string in_reply_to:string subject:string x_originating_ip:addr first_received:string second_received:string last_reply:string path:vector[addr] user_agent:string tls:bool fuids:vector[string] is_webmail:bool`,
  ),
  ntp: columns(
    `${ID} version:count mode:count stratum:count poll:interval precision:interval root_delay:interval root_disp:interval ref_id:string ref_time:time org_time:time rec_time:time xmt_time:time num_exts:count`,
  ),
  sip: columns(
    `${ID} trans_depth:count method:string uri:string date:string request_from:string request_to:string response_from:string response_to:string reply_to:string call_id:string seq:string subject:string request_path:vector[string] response_path:vector[string] user_agent:string status_code:count status_msg:string warning:string request_body_len:count response_body_len:count content_type:string`,
  ),
  snmp: columns(
    `${ID} duration:interval version:string community:string get_requests:count get_bulk_requests:count get_responses:count set_requests:count display_string:string up_since:time`,
  ),
  notice: columns(
    `${ID} fuid:string file_mime_type:string file_desc:string proto:enum note:enum msg:string sub:string src:addr dst:addr p:port n:count peer_descr:string actions:set[enum] email_dest:set[string] suppress_for:interval`,
  ),
  weird: columns(`${ID} name:string addl:string notice:bool peer:string source:string`),
  software: columns(
    "ts:time host:addr host_p:port software_type:enum name:string version.major:count version.minor:count version.minor2:count version.minor3:count version.addl:string unparsed_version:string",
  ),
  known_hosts: columns("ts:time host:addr"),
  known_services: columns("ts:time host:addr port_num:port port_proto:enum service:set[string]"),
  known_certs: columns("ts:time host:addr port_num:port subject:string issuer_subject:string serial:string"),
  tunnel: columns(`${ID} tunnel_type:enum action:enum`),
};
