import type { ZeekValue } from "../emitted.ts";
import type { LifeOutput } from "../life.ts";
import type { Draw } from "../world/draw.ts";
import { endOf, historyOf, INSIDE_ENDS, type TcpState, WEB_ENDS } from "./endings.ts";

export interface Flow {
  /** ms. */
  time: number;
  src: string;
  dst: string;
  port: number;
  srcPort?: number;
  proto?: "tcp" | "udp";
  service?: string;
  /** Seconds from first to last packet. */
  seconds: number;
  /** Payload bytes from and to the initiator. */
  out: number;
  in: number;
  /** Left out: by lot, as such connections end. */
  state?: TcpState;
  history?: string;
}

/** What the records of one flow share. */
export interface Link {
  uid: string;
  time: number;
  src: string;
  dst: string;
  srcPort: number;
  port: number;
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Bytes that a segment carries at most, on the usual line. */
const SEGMENT = 1_400;

/**
 * What a sensor at the core writes of connections: a conn record and those of the application, with one uid and the same ends.
 * It stands between the networks and beside the switch of the servers, so what clients say to their neighbours is not seen.
 */
export class Wire {
  readonly draw: Draw;
  readonly #out: LifeOutput;

  constructor(draw: Draw, out: LifeOutput) {
    this.draw = draw;
    this.#out = out;
  }

  /** The same sensor with luck of its own: what is drawn there moves nothing here. */
  apart(name: string): Wire {
    return new Wire(this.draw.fork(name), this.#out);
  }

  flow(flow: Flow): Link {
    const { draw } = this;
    const udp = flow.proto === "udp";
    const inside = isInside(flow.dst);
    const state = udp ? (flow.in > 0 ? "SF" : "S0") : (flow.state ?? endOf(draw, inside && isInside(flow.src) ? INSIDE_ENDS : WEB_ENDS));
    const silent = state === "S0" || state === "REJ" || state === "RSTOS0";
    const sent = silent && !udp ? 0 : state === "SHR" || state === "RSTRH" ? 0 : Math.round(flow.out);
    const got = silent || state === "SH" ? 0 : Math.round(flow.in);
    const head = udp ? 28 : 40;
    const tries = silent && !udp ? (state === "S0" ? draw.int(1, 4) : 1) : 0;
    const packetsOut = udp
      ? Math.max(1, Math.ceil(sent / 1_200))
      : silent
        ? tries
        : Math.ceil(sent / SEGMENT) + Math.ceil(got / (SEGMENT * draw.between(1.2, 3))) + draw.int(2, 5);
    const packetsIn = udp
      ? got > 0
        ? Math.max(1, Math.ceil(got / 1_200))
        : 0
      : state === "S0"
        ? 0
        : silent
          ? 1
          : Math.ceil(got / SEGMENT) + Math.ceil(sent / (SEGMENT * draw.between(1.2, 3))) + draw.int(1, 4);
    const link: Link = {
      uid: this.#uid(),
      time: flow.time,
      src: flow.src,
      dst: flow.dst,
      srcPort: flow.srcPort ?? 49_152 + Math.floor(draw.next() * 16_384),
      port: flow.port,
    };
    const single = packetsOut + packetsIn <= 1;
    this.#out.zeek({
      log: "conn",
      time: flow.time,
      fields: {
        uid: link.uid,
        "id.orig_h": link.src,
        "id.orig_p": link.srcPort,
        "id.resp_h": link.dst,
        "id.resp_p": link.port,
        proto: flow.proto ?? "tcp",
        service: silent && !udp ? undefined : flow.service,
        duration: single
          ? undefined
          : Math.max(0.000_01, state === "S0" && !udp ? (tries - 1) * draw.between(0.9, 3.1) : state === "REJ" ? draw.between(0.000_2, 0.08) : flow.seconds),
        orig_bytes: single ? undefined : sent,
        resp_bytes: single ? undefined : got,
        conn_state: state,
        local_orig: isInside(flow.src),
        local_resp: inside,
        missed_bytes: 0,
        history: udp ? (got > 0 ? "Dd" : "D") : (flow.history ?? historyOf(draw, state)),
        orig_pkts: packetsOut,
        orig_ip_bytes: sent + packetsOut * head,
        resp_pkts: packetsIn,
        resp_ip_bytes: got + packetsIn * head,
      },
    });
    return link;
  }

  /** A record of the application on the flow, so many seconds after its start. */
  on(log: string, link: Link, seconds: number, fields: Readonly<Record<string, ZeekValue>>): void {
    this.#out.zeek({
      log,
      time: link.time + seconds * 1_000,
      fields: { uid: link.uid, "id.orig_h": link.src, "id.orig_p": link.srcPort, "id.resp_h": link.dst, "id.resp_p": link.port, ...fields },
    });
  }

  /** A record that belongs to no flow. */
  bare(log: string, time: number, fields: Readonly<Record<string, ZeekValue>>): void {
    this.#out.zeek({ log, time, fields });
  }

  /** Echo requests and their answers. */
  ping(time: number, src: string, dst: string, answered = true): void {
    const { draw } = this;
    const count = 1;
    const bytes = 32 + 24 * draw.int(0, 1);
    this.#out.zeek({
      log: "conn",
      time,
      fields: {
        uid: this.#uid(),
        "id.orig_h": src,
        "id.orig_p": 8,
        "id.resp_h": dst,
        "id.resp_p": 0,
        proto: "icmp",
        duration: answered ? draw.lognormal(0.000_6, 0.8) : undefined,
        orig_bytes: bytes,
        resp_bytes: answered ? bytes : 0,
        conn_state: "OTH",
        local_orig: isInside(src),
        local_resp: isInside(dst),
        missed_bytes: 0,
        orig_pkts: count,
        orig_ip_bytes: bytes + 28,
        resp_pkts: answered ? count : 0,
        resp_ip_bytes: answered ? bytes + 28 : 0,
      },
    });
  }

  fileId(): string {
    return `F${this.#letters(17)}`;
  }

  #uid(): string {
    return `C${this.#letters(17)}`;
  }

  #letters(count: number): string {
    const { draw } = this;
    let out = "";
    // Five letters a draw: 62^5 fits the 32 bits of it with room to spare.
    for (let left = count; left > 0; left -= 5) {
      let x = Math.floor(draw.next() * 916_132_832);
      for (let i = Math.min(5, left); i > 0; i--) {
        out += LETTERS[x % 62];
        x = Math.floor(x / 62);
      }
    }
    return out;
  }
}

export function isInside(ip: string): boolean {
  return ip.startsWith("10.");
}
