import { createHash } from "node:crypto";
import { hash32 } from "../../base/hash.ts";
import { parseIpv4 } from "../../base/ip.ts";
import type { ZeekRecord } from "../emitted.ts";
import { eveEvents } from "./eve-blocks.ts";
import { stamp } from "./eve-flow.ts";

/** Records that EVE says nothing of: Suricata keeps no inventory, no NTP log and no log of certificates alone, and names DCE-RPC calls by number. */
const NOT_IN_EVE: ReadonlySet<string> = new Set([
  "x509",
  "known_hosts",
  "known_services",
  "known_certs",
  "software",
  "ntp",
  "dce_rpc",
  "notice",
  "weird",
  "tunnel",
  "snmp",
]);

/**
 * The lines of Suricata's EVE that tell what a record of ours tells; none for what EVE does not hold. Flows carry their community id.
 * Throws RangeError for a log that nobody has thought of.
 */
export function eveLines(record: ZeekRecord): string[] {
  if (NOT_IN_EVE.has(record.log)) return [];
  const { fields: f, time } = record;
  const events = eveEvents(record.log, f, time);
  if (events === undefined) throw new RangeError(`no form of EVE for a log called ${record.log}`);
  const proto = String(f.proto ?? (["quic", "dhcp", "sip"].includes(record.log) ? "udp" : "tcp"));
  const dhcp = record.log === "dhcp";
  const src = String(f["id.orig_h"] ?? f.client_addr);
  const dst = String(f["id.resp_h"] ?? f.server_addr);
  const [srcPort, dstPort] = dhcp ? [68, 67] : [Number(f["id.orig_p"] ?? 0), Number(f["id.resp_p"] ?? 0)];
  const uid = String(f.uid ?? (Array.isArray(f.uids) ? f.uids[0] : time));
  const straight = proto === "icmp" ? { src_ip: src, dest_ip: dst } : { src_ip: src, src_port: srcPort, dest_ip: dst, dest_port: dstPort };
  const turned = { src_ip: dst, src_port: dstPort, dest_ip: src, dest_port: srcPort };
  const flowId = hash32(uid) * 65_536 + (hash32(uid, 7) & 0xffff);
  return events.map(([type, block, more]) =>
    JSON.stringify({
      timestamp: type === "flow" ? block.end : stamp(time),
      flow_id: flowId,
      event_type: type,
      // A file's record stands from its sender to its receiver, and the server sends what is fetched.
      ...(type === "fileinfo" && f.is_orig !== true ? turned : straight),
      proto: proto === "icmp" ? "ICMP" : proto.toUpperCase(),
      community_id: proto === "icmp" ? undefined : communityId(src, dst, srcPort, dstPort, proto === "udp" ? 17 : 6),
      ...more,
      [type]: block,
    }),
  );
}

/** Community ID 1 with seed 0 (Corelight's specification): both directions of a flow have the same. IPv4 only, as the made networks are. */
export function communityId(src: string, dst: string, srcPort: number, dstPort: number, proto: number): string {
  const [a, b] = [parseIpv4(src) ?? 0, parseIpv4(dst) ?? 0];
  const swap = a > b || (a === b && srcPort > dstPort);
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(swap ? b : a, 2);
  bytes.writeUInt32BE(swap ? a : b, 6);
  bytes[10] = proto;
  bytes.writeUInt16BE(swap ? dstPort : srcPort, 12);
  bytes.writeUInt16BE(swap ? srcPort : dstPort, 14);
  return `1:${createHash("sha1").update(bytes).digest("base64")}`;
}
