import type { NetworkSet } from "../../base/ip.ts";
import { isHostAddress } from "../../base/ip.ts";
import { HOUR } from "../../base/time.ts";
import { livedHours } from "../../generate/hours.ts";
import { networkLife } from "../../generate/network/index.ts";
import type { World } from "../../generate/world/types.ts";
import { discover } from "../../sensors/discover.ts";
import { readMerged } from "../../sensors/merge.ts";
import type { PairContacts } from "../others/rita-formula.ts";

/**
 * A flow that a machine began towards the outside, questions to name servers apart: what the captures hold as well as the made life does
 * (they were taken behind the name server, or without it).
 */
export interface FlowSeen {
  time: number;
  dst: string;
  port: number;
  proto: string;
  out: number;
  in: number;
  /** Seconds; -1 when one packet was seen. */
  seconds: number;
  answered: boolean;
}

export interface Traffic {
  /** By machine, in order of time. */
  flows: Map<string, FlowSeen[]>;
  /** User agents: requests by machine. */
  agents: Map<string, Map<string, number>>;
}

const none = (): Traffic => ({ flows: new Map(), agents: new Map() });

function note(traffic: Traffic, src: string, flow: FlowSeen): void {
  const list = traffic.flows.get(src);
  if (list === undefined) traffic.flows.set(src, [flow]);
  else list.push(flow);
}

function noteAgent(traffic: Traffic, src: string, agent: string): void {
  const own = traffic.agents.get(src) ?? new Map<string, number>();
  own.set(agent, (own.get(agent) ?? 0) + 1);
  traffic.agents.set(src, own);
}

/** Of a capture: connections that its own machines began. */
export async function readTraffic(data: readonly string[], own: NetworkSet): Promise<Traffic> {
  const traffic = none();
  const { inputs } = await discover(data);
  for await (const batch of readMerged(inputs)) {
    for (const event of batch.events) {
      if (event.src === undefined || event.dst === undefined || !own.has(event.src) || !isHostAddress(event.dst)) continue;
      if (event.family === "http" && event.userAgent !== undefined) noteAgent(traffic, event.src, event.userAgent);
      if (event.family !== "conn" || (event.proto !== "tcp" && event.proto !== "udp")) continue;
      const port = event.dstPort ?? 0;
      if (own.has(event.dst) || port === 53) continue;
      note(traffic, event.src, {
        time: event.time,
        dst: event.dst,
        port,
        proto: event.proto,
        out: event.bytesOut ?? 0,
        in: event.bytesIn ?? 0,
        seconds: event.duration ?? -1,
        answered: event.state !== "attempt" && event.state !== "rejected",
      });
    }
  }
  for (const list of traffic.flows.values()) list.sort((a, b) => a.time - b.time);
  return traffic;
}

/** Of the made life: the same of people's computers. Private addresses are inside. */
export function madeTraffic(world: World): Traffic {
  const traffic = none();
  const clients = new Set(world.clients.filter((d) => d.role !== "phone").flatMap((d) => [d.ip, d.otherIp, d.moves?.ip].filter((ip) => ip !== undefined)));
  for (const hour of livedHours(world.calendar, networkLife(world))) {
    for (const record of hour.zeek) {
      const f = record.fields;
      const src = String(f["id.orig_h"] ?? "");
      if (!clients.has(src)) continue;
      if (record.log === "http" && typeof f.user_agent === "string") noteAgent(traffic, src, f.user_agent);
      if (record.log !== "conn" || (f.proto !== "tcp" && f.proto !== "udp")) continue;
      const dst = String(f["id.resp_h"]);
      const port = Number(f["id.resp_p"]);
      const inside = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cde])/i.test(dst);
      if (!isHostAddress(dst) || inside || port === 53) continue;
      note(traffic, src, {
        time: record.time,
        dst,
        port,
        proto: String(f.proto),
        out: Number(f.orig_bytes ?? 0),
        in: Number(f.resp_bytes ?? 0),
        seconds: f.duration === undefined ? -1 : Number(f.duration),
        answered: f.conn_state !== "S0" && f.conn_state !== "REJ",
      });
    }
  }
  for (const list of traffic.flows.values()) list.sort((a, b) => a.time - b.time);
  return traffic;
}

/** Rows for the forest: bytes out and in, duration, gap since the machine's last flow, as logarithms of base 10; -4 where there is none. */
export function rowsOf(flows: readonly FlowSeen[]): number[][] {
  const log = (value: number): number => (value > 0 ? Math.log10(value) : -4);
  return flows.map((f, i) => [
    f.out > 0 ? log(f.out) : -1,
    f.in > 0 ? log(f.in) : -1,
    f.seconds > 0 ? Math.max(-4, log(f.seconds)) : -4,
    Math.max(-4, log((f.time - (flows[i - 1]?.time ?? f.time)) / 1_000)),
  ]);
}

/** Contacts by pair, for methods that look at periods. */
export function pairsOf(flows: readonly FlowSeen[]): Map<string, PairContacts> {
  const pairs = new Map<string, PairContacts>();
  for (const f of flows) {
    if (!f.answered) continue;
    const pair = pairs.get(f.dst) ?? { times: [], bytes: [] };
    pair.times.push(f.time);
    pair.bytes.push(f.out);
    pairs.set(f.dst, pair);
  }
  return pairs;
}

/** Different outside machines asked in an hour that has any flow. */
export function contactsPerHour(flows: readonly FlowSeen[]): number[] {
  const hours = new Map<number, Set<string>>();
  for (const f of flows) {
    const hour = Math.floor(f.time / HOUR);
    const set = hours.get(hour) ?? new Set<string>();
    set.add(f.dst);
    hours.set(hour, set);
  }
  return [...hours.values()].map((s) => s.size);
}
