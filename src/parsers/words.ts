import { canonicalHost } from "../base/domain.ts";
import { canonicalIp } from "../base/ip.ts";
import { TextTable } from "./text-table.ts";

/** One spelling for what Zeek and Suricata call differently. Tables are shared by all parsers of the process; each is a pure function of its text. */

/** Canonical address; undefined when the text is none. */
export const ADDRESS = new TextTable(canonicalIp);
/** Host name as we compare it. */
export const HOST = new TextTable((text) => canonicalHost(text));
/** As it stands. */
export const TEXT = new TextTable();
export const LOWER = new TextTable((text) => text.toLowerCase());
export const UPPER = new TextTable((text) => text.toUpperCase());
/** DNS name: lower case, without the root's dot. */
export const NAME = new TextTable((text) => {
  const name = text.toLowerCase();
  return name.length > 1 && name.endsWith(".") ? name.slice(0, -1) : name;
});
/** Hardware address: lower case with colons. */
export const MAC = new TextTable((text) => text.toLowerCase().replaceAll("-", ":"));
/** Hash without separators, lower case. */
export const HASH = new TextTable((text) => text.toLowerCase().replaceAll(":", ""));

const SERVICES: Readonly<Record<string, string>> = {
  ssl: "tls",
  krb: "kerberos",
  krb_tcp: "kerberos",
  krb_udp: "kerberos",
  krb5: "kerberos",
  dce_rpc: "dcerpc",
  "ftp-data": "ftp-data",
  smtp_data: "smtp",
};

/** Application protocol(s): lower case, comma-separated when the sensor saw several; `tls`, `kerberos`, `dcerpc` are the words where the sensors differ. */
export const SERVICE = new TextTable((text) => {
  const words = text
    .toLowerCase()
    .split(",")
    .map((word) => SERVICES[word] ?? word);
  return [...new Set(words)].filter((word) => word !== "failed" && word !== "unknown").join(",");
});

/** `TLSv12`, `TLS 1.2` -> `TLSv1.2`; `SSLv3` stays. */
export const TLS_VERSION = new TextTable((text) => {
  if (text === "UNDETERMINED") return undefined;
  const match = /^(TLS|DTLS)(?:v| ?)(\d)\.?(\d)$/.exec(text);
  return match === null ? text : `${match[1]}v${match[2]}.${match[3]}`;
});

/** Transport protocol: tcp, udp, icmp, icmp6, sctp... */
export const PROTO = new TextTable((text) => {
  const word = text.toLowerCase();
  return word === "ipv6-icmp" || word === "icmpv6" ? "icmp6" : word;
});

/** Zeek conn_state to the shared word (docs of Zeek base/protocols/conn/main.zeek). OTH and one-sided responder traffic say nothing on the outcome. */
export const ZEEK_STATE = new TextTable((text) => ZEEK_STATES[text] ?? "other");
const ZEEK_STATES: Readonly<Record<string, string>> = {
  S0: "attempt",
  S1: "established",
  SF: "established",
  REJ: "rejected",
  S2: "closing",
  S3: "closing",
  RSTO: "reset",
  RSTR: "reset",
  RSTOS0: "attempt",
  RSTRH: "reset",
  SH: "attempt",
  SHR: "other",
  OTH: "other",
};

/** `SMB::FILE_OPEN`, `SMB2_COMMAND_CREATE`, `SMB1_COMMAND_NT_CREATE_ANDX` -> `OPEN`... Unknown commands keep their own word. */
export const SMB_COMMAND = new TextTable((text) => {
  const word = text.toUpperCase().replace(/^SMB::|^SMB[12]_COMMAND_/, "");
  return SMB_COMMANDS[word] ?? word;
});
const SMB_COMMANDS: Readonly<Record<string, string>> = {
  FILE_OPEN: "OPEN",
  FILE_READ: "READ",
  FILE_WRITE: "WRITE",
  FILE_CLOSE: "CLOSE",
  FILE_DELETE: "DELETE",
  FILE_RENAME: "RENAME",
  FILE_SET_ATTRIBUTE: "SET_INFO",
  PIPE_OPEN: "OPEN",
  PIPE_READ: "READ",
  PIPE_WRITE: "WRITE",
  PIPE_CLOSE: "CLOSE",
  PRINT_OPEN: "OPEN",
  PRINT_WRITE: "WRITE",
  PRINT_CLOSE: "CLOSE",
  CREATE: "OPEN",
  CREATE_ANDX: "OPEN",
  NT_CREATE_ANDX: "OPEN",
  OPEN_ANDX: "OPEN",
  NT_CREATE: "OPEN",
  READ_ANDX: "READ",
  WRITE_ANDX: "WRITE",
  WRITE_AND_CLOSE: "WRITE",
  TREE_CONNECT_ANDX: "TREE_CONNECT",
  SESSION_SETUP_ANDX: "SESSION_SETUP",
  NEGOTIATE: "NEGOTIATE_PROTOCOL",
  LOGOFF_ANDX: "SESSION_LOGOFF",
  LOGOFF: "SESSION_LOGOFF",
};

/** NT status by name with its prefix, as Suricata writes it; Zeek leaves the prefix out. */
export const NT_STATUS = new TextTable((text) => {
  const word = text.toUpperCase();
  return word.startsWith("STATUS_") || word.startsWith("0X") ? word : `STATUS_${word}`;
});

/** Pipe by its bare name: `\\PIPE\\svcctl` -> `svcctl`. */
export const PIPE = new TextTable((text) => text.replace(/^\\+pipe\\+/i, ""));

/** DISK, PIPE, PRINT. */
export const SHARE_TYPE = new TextTable((text) => {
  const word = text.toUpperCase();
  return word === "FILE" ? "DISK" : word;
});

/** Envelope address without its angle brackets. */
export const MAILBOX = new TextTable((text) => text.replace(/^<|>$/g, ""));

/** Version of QUIC: `QUIC 1`. */
export const QUIC_VERSION = new TextTable((text) => `QUIC ${text}`);

/** RC4 and single DES are weak (RFC 8429, RFC 6649). */
export function isWeakCipher(cipher: string): boolean {
  return /rc4|arcfour|^des-|^des_/i.test(cipher);
}
