import { type JsonObject, number, object, text } from "./json-access.ts";

/**
 * Who opened the connection. EVE gives most records from client to server, but some in the direction of a packet: files come from their
 * sender, alerts and anomalies from whoever sent the packet, answers of old versions from the server, and everything of a flow whose first
 * packet was not seen. Decided per record, without memory, so that the same record always reads the same:
 * 1. what the record says itself (`flow.src_ip` inside an alert; `direction`);
 * 2. a flow whose client's SYN was seen is right;
 * 3. else the ports: the end with a service port is the server when the other has a port that systems hand out to clients
 *    (RFC 6335: 49152 and up; Linux: 32768 and up). Port 20 is no service port: there the server calls (FTP data).
 * Wrong for a server above port 32767, and for peers that both use such ports: those stay as written.
 */
export function isReversed(record: JsonObject, type: string): boolean {
  const flow = object(record.flow);
  const flowSource = text(flow?.src_ip);
  if (flowSource !== undefined) {
    return flowSource !== record.src_ip || (flow?.src_port !== undefined && flow.src_port !== record.src_port);
  }
  if (record.direction === "to_client") return true;
  if (record.direction === "to_server") return false;
  const source = number(record.src_port);
  const destination = number(record.dest_port);
  if (source === undefined || destination === undefined) return false;
  if (source === 67 && destination === 68) return true;
  if (type === "flow" && sawSyn(record)) return false;
  if (source === 20 || destination < CLIENT_PORTS) return false;
  return source < (PACKET_DIRECTION.has(type) ? CLIENT_PORTS : SYSTEM_PORTS);
}

const CLIENT_PORTS = 32_768;
const SYSTEM_PORTS = 1_024;
/** Types that Suricata 7 writes in the direction of a packet. */
const PACKET_DIRECTION: ReadonlySet<string> = new Set(["fileinfo", "anomaly", "alert", "drop"]);

const SYN = 0x02;

/** The client's SYN stands in the flags of the direction to the server. */
export function sawSyn(record: JsonObject): boolean {
  return (tcpFlags(object(record.tcp)?.tcp_flags_ts) & SYN) !== 0;
}

/** Suricata writes the flags seen in a direction as two hexadecimal digits. */
export function tcpFlags(value: unknown): number {
  const flags = typeof value === "string" ? Number.parseInt(value, 16) : 0;
  return Number.isNaN(flags) ? 0 : flags;
}
