import type { ZeekRecord, ZeekValue } from "../emitted.ts";
import type { Draw } from "../world/draw.ts";

export interface Flow {
  time: number;
  src: string;
  dst: string;
  port: number;
  proto?: "tcp" | "udp";
  service?: string;
  seconds: number;
  /** Payload bytes from and to the initiator. */
  out: number;
  in: number;
  /** Zeek's conn_state; SF when left out. */
  state?: "SF" | "S0" | "REJ" | "RSTO" | "RSTR" | "S1" | "SH";
  sourcePort?: number;
}

/** Ends of a connection, as the records of one flow share them. */
export interface Link {
  uid: string;
  time: number;
  src: string;
  dst: string;
  port: number;
  sourcePort: number;
}

const HISTORY = { SF: "ShADadFf", S0: "S", REJ: "Sr", RSTO: "ShADadR", RSTR: "ShADadr", S1: "ShADad", SH: "ShAFf" } as const;

/** How a TLS client and its server show themselves. */
export interface Hello {
  ja3: string;
  ja3s: string;
  ja4: string;
}

/** A client that nobody else in the house uses. */
export function strangeHello(draw: Draw): Hello {
  return { ja3: draw.hex(32), ja3s: draw.hex(32), ja4: `t13d${draw.int(10, 29)}${draw.int(10, 17)}${draw.pick(["h2", "00"])}_${draw.hex(12)}_${draw.hex(12)}` };
}

/** Writes what a sensor would have logged of the attacker's connections: every record of one flow has its uid and ends. */
export class Wire {
  readonly #draw: Draw;
  readonly #out: ZeekRecord[];
  constructor(draw: Draw, out: ZeekRecord[]) {
    this.#draw = draw;
    this.#out = out;
  }

  get count(): number {
    return this.#out.length;
  }

  flow(flow: Flow): Link {
    const state = flow.state ?? "SF";
    const proto = flow.proto ?? "tcp";
    const sourcePort = flow.sourcePort ?? this.#draw.int(49_152, 65_535);
    const link: Link = { uid: `C${this.#draw.token(17)}`, time: flow.time, src: flow.src, dst: flow.dst, port: flow.port, sourcePort };
    const unanswered = state === "S0" || state === "REJ";
    const head = proto === "tcp" ? 40 : 28;
    const handshakes = proto === "tcp" ? (unanswered ? 1 : 4) : 0;
    const packetsOut = handshakes + Math.ceil(flow.out / 1_400) + (unanswered ? 0 : Math.floor(flow.in / 3_500));
    const packetsIn =
      state === "S0" ? 0 : (state === "REJ" ? 1 : handshakes - 1) + Math.ceil(flow.in / 1_400) + (state === "REJ" ? 0 : Math.floor(flow.out / 3_500));
    this.#record("conn", link, flow.time, {
      proto,
      service: flow.service,
      duration: unanswered && state === "S0" ? undefined : round6(Math.max(0.000_1, flow.seconds)),
      orig_bytes: unanswered ? 0 : flow.out,
      resp_bytes: unanswered ? 0 : flow.in,
      conn_state: state,
      local_orig: isInside(flow.src),
      local_resp: isInside(flow.dst),
      missed_bytes: 0,
      history: proto === "udp" ? (flow.in > 0 ? "Dd" : "D") : HISTORY[state],
      orig_pkts: Math.max(1, packetsOut),
      orig_ip_bytes: flow.out + head * Math.max(1, packetsOut),
      resp_pkts: Math.max(0, packetsIn),
      resp_ip_bytes: flow.in + head * Math.max(0, packetsIn),
    });
    return link;
  }

  /** A record of an application on the flow. */
  on(log: string, link: Link, delaySeconds: number, fields: Readonly<Record<string, ZeekValue>>): void {
    this.#record(log, link, link.time + delaySeconds * 1_000, fields);
  }

  /** A record of no flow. */
  bare(log: string, time: number, fields: Readonly<Record<string, ZeekValue>>): void {
    this.#out.push({ log, time, fields });
  }

  dns(
    time: number,
    src: string,
    resolver: string,
    query: string,
    options: { type?: string; answers?: readonly string[]; failed?: boolean; ttl?: number } = {},
  ): void {
    const { type = "A", answers = [], failed = false, ttl = 300 } = options;
    const answered = answers.reduce((n, a) => n + a.length + 12, 0);
    const seconds = 0.002 + this.#draw.exponential(0.02);
    const link = this.flow({
      time,
      src,
      dst: resolver,
      port: 53,
      proto: "udp",
      service: "dns",
      seconds,
      out: query.length + 18,
      in: query.length + 18 + answered,
    });
    this.on("dns", link, 0, {
      proto: "udp",
      trans_id: this.#draw.int(1, 65_535),
      rtt: round6(seconds),
      query,
      qclass: 1,
      qclass_name: "C_INTERNET",
      qtype: QTYPES[type] ?? 1,
      qtype_name: type,
      rcode: failed ? 3 : 0,
      rcode_name: failed ? "NXDOMAIN" : "NOERROR",
      AA: false,
      TC: false,
      RD: true,
      RA: true,
      Z: 0,
      answers: answers.length === 0 ? undefined : answers,
      TTLs: answers.length === 0 ? undefined : answers.map(() => ttl),
      rejected: false,
    });
  }

  tls(flow: Omit<Flow, "service">, host: string | undefined, client: Hello, selfSigned = false): Link {
    const link = this.flow({ ...flow, service: "ssl" });
    this.on("ssl", link, 0.04, {
      version: selfSigned ? "TLSv12" : "TLSv13",
      cipher: selfSigned ? "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" : "TLS_AES_256_GCM_SHA384",
      curve: "x25519",
      server_name: host,
      resumed: false,
      established: true,
      next_protocol: selfSigned ? "http/1.1" : undefined,
      ssl_history: selfSigned ? "CsxkniI" : "CsiI",
      cert_chain_fps: selfSigned ? [this.#draw.hex(64)] : undefined,
      subject: selfSigned ? `CN=${host ?? "localhost"}` : undefined,
      issuer: selfSigned ? `CN=${host ?? "localhost"}` : undefined,
      validation_status: selfSigned ? "self signed certificate" : undefined,
      sni_matches_cert: selfSigned ? host !== undefined : undefined,
      ja3: client.ja3,
      ja3s: client.ja3s,
      ja4: client.ja4,
    });
    return link;
  }

  http(
    flow: Omit<Flow, "service" | "out" | "in">,
    request: { method: string; host: string; uri: string; agent: string; body: number; answer: number; mime?: string; status?: number },
  ): Link {
    const link = this.flow({ ...flow, service: "http", out: request.body + 280, in: request.answer + 220 });
    const file = request.answer > 0 ? `F${this.#draw.token(17)}` : undefined;
    this.on("http", link, 0.03, {
      trans_depth: 1,
      method: request.method,
      host: request.host,
      uri: request.uri,
      version: "1.1",
      user_agent: request.agent,
      request_body_len: request.body,
      response_body_len: request.answer,
      status_code: request.status ?? 200,
      status_msg: (request.status ?? 200) === 200 ? "OK" : "Unauthorized",
      tags: [],
      resp_fuids: file === undefined ? undefined : [file],
      resp_mime_types: file === undefined ? undefined : [request.mime ?? "text/html"],
    });
    if (file !== undefined)
      this.#record("files", link, link.time + Math.min(flow.seconds, 0.2) * 1_000, {
        fuid: file,
        source: "HTTP",
        depth: 0,
        analyzers: [],
        mime_type: request.mime ?? "text/html",
        duration: request.answer > 4_000 ? flow.seconds * 0.6 : 0,
        local_orig: isInside(flow.dst),
        is_orig: false,
        seen_bytes: request.answer,
        total_bytes: request.answer,
        missing_bytes: 0,
        overflow_bytes: 0,
        timedout: false,
      });
    return link;
  }

  #record(log: string, link: Link, time: number, fields: Readonly<Record<string, ZeekValue>>): void {
    this.#out.push({
      log,
      time,
      fields: { uid: link.uid, "id.orig_h": link.src, "id.orig_p": link.sourcePort, "id.resp_h": link.dst, "id.resp_p": link.port, ...fields },
    });
  }
}

const QTYPES: Readonly<Record<string, number>> = { A: 1, NS: 2, CNAME: 5, NULL: 10, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 };

export function isInside(ip: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe80)/i.test(ip);
}

function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
