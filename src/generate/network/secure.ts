import { hash32 } from "../../base/hash.ts";
import type { Device } from "../world/types.ts";
import { helloOf, type TlsStack } from "./agents.ts";
import type { WebHost } from "./hosts.ts";
import type { Flow, Link, Wire } from "./wire.ts";

/** Certificates that the sensor wrote down already: it does so once a day for each. */
export class CertificateLog {
  #day = -1;
  readonly #seen = new Set<string>();

  isNew(fingerprint: string, day: number): boolean {
    if (day !== this.#day) {
      this.#seen.clear();
      this.#day = day;
    }
    if (this.#seen.has(fingerprint)) return false;
    this.#seen.add(fingerprint);
    return true;
  }
}

export interface Talk extends Omit<Flow, "service" | "dst" | "port"> {
  ip: string;
  port?: number;
  host: WebHost;
  device: Device;
  stack: TlsStack;
  day: number;
  certificates: CertificateLog;
  /** It was here lately: the handshake is short and shows no certificate. */
  resumed?: boolean;
}

/** One TLS connection: conn, ssl and, when the handshake shows one that is new today, x509. */
export function talkTls(wire: Wire, talk: Talk): Link {
  const { draw } = wire;
  const { host } = talk;
  // About one handshake in nine is not recognised: its start was missed, or the analyser gave up.
  const seen =
    draw.chance(0.93) &&
    talk.state !== "OTH" &&
    talk.state !== "S0" &&
    talk.state !== "REJ" &&
    talk.state !== "RSTOS0" &&
    talk.state !== "SHR" &&
    talk.state !== "RSTRH";
  const link = wire.flow({ ...talk, dst: talk.ip, port: talk.port ?? 443, service: seen ? "ssl" : undefined } as Flow);
  if (!seen) return link;
  const { ja3, ja4 } = helloOf(draw, talk.device, talk.stack, talk.day);
  const old = host.version === "TLSv12";
  const resumed = talk.resumed === true && draw.chance(0.6);
  const shows = old && !resumed;
  const established = draw.chance(0.985);
  const fingerprint = shows ? fingerprintOf(host) : undefined;
  const delay = Math.min(talk.seconds, host.rtt * 2);
  wire.on("ssl", link, host.rtt, {
    version: host.version,
    cipher: host.cipher,
    curve: old && resumed ? undefined : "x25519",
    server_name: host.name,
    resumed,
    next_protocol: old ? (draw.chance(0.8) ? "h2" : "http/1.1") : undefined,
    established,
    ssl_history: old ? (resumed ? "CsiI" : "CsxkniI") : "CsiI",
    cert_chain_fps: fingerprint === undefined ? undefined : [fingerprint],
    subject: shows ? host.subject : undefined,
    issuer: shows ? host.issuer : undefined,
    sni_matches_cert: shows ? true : undefined,
    validation_status: shows ? "ok" : undefined,
    ja3,
    ja3s: host.ja3s,
    ja4,
  });
  if (fingerprint !== undefined && talk.certificates.isNew(fingerprint, talk.day))
    wire.bare("x509", talk.time + delay * 1_000, {
      fingerprint,
      "certificate.version": 3,
      "certificate.serial": host.serial,
      "certificate.subject": host.subject,
      "certificate.issuer": host.issuer,
      "certificate.not_valid_before": host.notBefore / 1_000,
      "certificate.not_valid_after": host.notAfter / 1_000,
      "certificate.key_alg": "rsaEncryption",
      "certificate.sig_alg": "sha256WithRSAEncryption",
      "certificate.key_type": "rsa",
      "certificate.key_length": 2_048,
      "certificate.exponent": "65537",
      "san.dns": [host.name],
      "basic_constraints.ca": false,
      host_cert: true,
      client_cert: false,
    });
  return link;
}

/** SHA-256 by form. */
function fingerprintOf(host: WebHost): string {
  let out = "";
  for (let i = 0; i < 8; i++) out += hash32(host.serial, i).toString(16).padStart(8, "0");
  return out;
}

export interface PlainTalk extends Omit<Flow, "service" | "dst" | "port" | "out" | "in"> {
  ip: string;
  port?: number;
  host: string;
  method?: string;
  uri: string;
  agent: string | undefined;
  body?: number;
  answer: number;
  status?: number;
  mime?: string;
  referrer?: string;
  username?: string;
}

const MESSAGES: Readonly<Record<number, string>> = {
  200: "OK",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
};

/** One plain HTTP request on a connection of its own: conn, http and the file that came, when there is a body. */
export function talkPlain(wire: Wire, talk: PlainTalk): Link {
  const { draw } = wire;
  const status = talk.status ?? 200;
  const body = talk.body ?? 0;
  const link = wire.flow({
    ...talk,
    dst: talk.ip,
    port: talk.port ?? 80,
    service: "http",
    out: body + 90 + talk.uri.length + (talk.agent?.length ?? 0) + draw.int(20, 300),
    in: talk.answer + draw.int(180, 420),
  });
  const file = talk.answer > 0 && talk.mime !== undefined ? wire.fileId() : undefined;
  wire.on("http", link, Math.min(talk.seconds, draw.lognormal(0.02, 0.7)), {
    trans_depth: 1,
    method: talk.method ?? "GET",
    host: talk.host,
    uri: talk.uri,
    referrer: talk.referrer,
    version: "1.1",
    user_agent: talk.agent,
    request_body_len: body,
    response_body_len: talk.answer,
    status_code: status,
    status_msg: MESSAGES[status] ?? "OK",
    tags: [],
    username: talk.username,
    resp_fuids: file === undefined ? undefined : [file],
    resp_mime_types: file === undefined ? undefined : [talk.mime ?? ""],
  });
  if (file !== undefined)
    wire.bare("files", talk.time + Math.min(talk.seconds, 0.2) * 1_000, {
      fuid: file,
      uid: link.uid,
      "id.orig_h": link.src,
      "id.orig_p": link.srcPort,
      "id.resp_h": link.dst,
      "id.resp_p": link.port,
      source: "HTTP",
      depth: 0,
      analyzers: [],
      mime_type: talk.mime,
      duration: talk.answer > 4_000 ? talk.seconds * 0.6 : 0,
      local_orig: false,
      is_orig: false,
      seen_bytes: talk.answer,
      total_bytes: talk.answer,
      missing_bytes: 0,
      overflow_bytes: 0,
      timedout: false,
    });
  return link;
}
