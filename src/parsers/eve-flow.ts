import type { NetEvent } from "../schema/event.ts";
import { sawSyn, tcpFlags } from "./eve-direction.ts";
import type { EveRecord } from "./eve-record.ts";
import { word } from "./eve-record.ts";
import { BLANK } from "./event-template.ts";
import { number, object, text } from "./json-access.ts";
import { parseIso } from "./times.ts";
import { SERVICE, TEXT } from "./words.ts";

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;

/** Bytes of headers of a packet without options: Ethernet 14, IPv4 20 or IPv6 40, TCP 20 or UDP and others 8. */
const ETHERNET = 14;

/**
 * One flow. Suricata counts whole frames; the vocabulary counts payload, so headers without options are taken off per packet and the result is
 * an upper bound (TCP options and padding of short frames stay in). A TCP flow that was never established carried no payload.
 */
export function flow(record: EveRecord): NetEvent {
  const event = BLANK.conn();
  const { block, reversed } = record;
  record.head(event, block.start ?? record.record.timestamp);
  const toServer = number(block.pkts_toserver) ?? 0;
  const toClient = number(block.pkts_toclient) ?? 0;
  event.service = word(record.record.app_proto, SERVICE);
  event.packetsOut = reversed ? toClient : toServer;
  event.packetsIn = reversed ? toServer : toClient;
  event.duration = toServer + toClient > 1 ? durationOf(block.start, block.end) : undefined;
  event.state = stateOf(record, event.proto, toServer, toClient);
  const none = event.proto === "tcp" && (event.state === "attempt" || event.state === "rejected");
  const header = ETHERNET + (event.src !== undefined && event.src.indexOf(":") >= 0 ? 40 : 20) + (event.proto === "tcp" ? 20 : 8);
  const bytesToServer = none ? 0 : payload(block.bytes_toserver, toServer, header);
  const bytesToClient = none ? 0 : payload(block.bytes_toclient, toClient, header);
  event.bytesOut = reversed ? bytesToClient : bytesToServer;
  event.bytesIn = reversed ? bytesToServer : bytesToClient;
  const tcp = object(record.record.tcp);
  if (tcp !== undefined) event.history = TEXT.get(`${text(tcp.tcp_flags_ts) ?? "00"}/${text(tcp.tcp_flags_tc) ?? "00"}`);
  return event;
}

function payload(bytes: unknown, packets: number, header: number): number | undefined {
  const all = number(bytes);
  return all === undefined ? undefined : Math.max(0, all - packets * header);
}

function durationOf(start: unknown, end: unknown): number | undefined {
  if (typeof start !== "string" || typeof end !== "string") return undefined;
  const ms = parseIso(end) - parseIso(start);
  return ms >= 0 ? Math.round(ms * 1000) / 1e6 : undefined;
}

/** The same word as for Zeek's conn_state, from the flags seen in each direction; for what is not TCP from who sent at all. */
function stateOf(record: EveRecord, proto: string | undefined, toServer: number, toClient: number): string {
  if (proto === "icmp" || proto === "icmp6") return "other";
  if (proto !== "tcp") return toServer > 0 && toClient > 0 ? "established" : toServer > 0 ? "attempt" : "other";
  const tcp = object(record.record.tcp);
  if (!sawSyn(record.record)) return "other";
  const client = tcpFlags(tcp?.tcp_flags_ts);
  const server = tcpFlags(tcp?.tcp_flags_tc);
  if ((server & SYN) === 0) return (server & RST) !== 0 ? "rejected" : "attempt";
  const fins = (client & FIN) + (server & FIN);
  if (fins === 2) return "established";
  if (((client | server) & RST) !== 0) return "reset";
  return fins === 1 ? "closing" : "established";
}
