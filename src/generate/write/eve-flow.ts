import type { ZeekValue } from "../emitted.ts";

type Fields = Readonly<Record<string, ZeekValue>>;
type Json = Record<string, unknown>;
/** Type, the block of that name, and what stands beside it. */
export type EveEvent = [type: string, block: Json, more?: Json];

const FIN = 1;
const SYN = 2;
const RST = 4;
const PSH = 8;
const ACK = 16;

export function flowEvent(f: Fields, time: number): EveEvent {
  const seconds = typeof f.duration === "number" ? f.duration : 0;
  const [out, back] = [Number(f.orig_pkts ?? 0), Number(f.resp_pkts ?? 0)];
  const block: Json = {
    pkts_toserver: out,
    pkts_toclient: back,
    bytes_toserver: Number(f.orig_ip_bytes ?? 0) + 14 * out,
    bytes_toclient: Number(f.resp_ip_bytes ?? 0) + 14 * back,
    start: stamp(time),
    end: stamp(time + seconds * 1_000),
    age: Math.round(seconds),
    state: f.conn_state === "S0" || f.conn_state === "OTH" ? "new" : f.conn_state === "S1" ? "established" : "closed",
    alerted: false,
  };
  const service = typeof f.service === "string" ? appOf(f.service) : undefined;
  if (f.proto !== "tcp") return ["flow", block, service === undefined ? {} : { app_proto: service }];
  const [ts, tc] = flagsOf(String(f.conn_state));
  return [
    "flow",
    block,
    {
      ...(service === undefined ? {} : { app_proto: service }),
      tcp: { tcp_flags: hex(ts | tc), tcp_flags_ts: hex(ts), tcp_flags_tc: hex(tc), syn: ((ts | tc) & SYN) !== 0 ? true : undefined },
    },
  ];
}

/** Flags of both directions that the ending implies. */
function flagsOf(state: string): [ts: number, tc: number] {
  const full = SYN | PSH | ACK;
  switch (state) {
    case "S0":
      return [SYN, 0];
    case "REJ":
      return [SYN, RST | ACK];
    case "RSTOS0":
      return [SYN | RST, 0];
    case "S1":
      return [full, full];
    case "S2":
      return [full | FIN, full];
    case "S3":
      return [full, full | FIN];
    case "RSTO":
      return [full | RST, full];
    case "RSTR":
      return [full, full | RST];
    case "SH":
      return [SYN | ACK | FIN, 0];
    case "SHR":
      return [0, SYN | ACK | FIN];
    case "RSTRH":
      return [0, SYN | ACK | RST];
    case "OTH":
      return [PSH | ACK, ACK];
    default:
      return [full | FIN, full | FIN];
  }
}

function hex(flags: number): string {
  return flags.toString(16).padStart(2, "0");
}

const APPS: Readonly<Record<string, string>> = { ssl: "tls", krb_tcp: "krb5", krb: "krb5", dce_rpc: "dcerpc", gssapi: "smb" };

function appOf(services: string): string | undefined {
  const words = services.split(",");
  const word = words.find((w) => w === "smb" || w === "rdp") ?? words[0];
  return word === undefined ? undefined : (APPS[word] ?? word);
}

/** Time as EVE writes it, with microseconds. */
export function stamp(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.floor((ms - whole) * 1_000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, "0")}+0000`;
}
