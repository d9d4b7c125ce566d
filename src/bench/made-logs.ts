import { closeSync, openSync, writeSync } from "node:fs";
import type { Random } from "../base/random.ts";

export interface MadeLogOptions {
  events: number;
  devices: number;
  random: Random;
  /** ms; events are spread evenly over `hours` from here. */
  start: number;
  hours: number;
}

const CONN_HEADER = [
  "#separator \\x09",
  "#set_separator\t,",
  "#empty_field\t(empty)",
  "#unset_field\t-",
  "#path\tconn",
  "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents",
  "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]",
];

/** Who talks to whom in the made logs: a device keeps to its own few outside hosts (popular ones more) and to a handful of servers. */
export class MadeTraffic {
  readonly #o: MadeLogOptions;
  constructor(options: MadeLogOptions) {
    this.#o = options;
  }

  device(): number {
    return Math.floor(this.#o.random() * this.#o.devices);
  }

  address(device: number): string {
    return `10.${(device >> 16) & 255}.${(device >> 8) & 255}.${device & 255 || 1}`;
  }

  /** Zipf-like over 20,000 hosts, shifted by device, so that habits differ and the popular are shared. */
  outside(device: number): { ip: string; host: string } {
    const { random } = this.#o;
    const rank = Math.floor(20_000 ** random());
    const n = random() < 0.6 ? rank : (rank * 31 + device * 977) % 20_000;
    return { ip: `198.${18 + (n & 1)}.${(n >> 8) & 255}.${n & 255}`, host: `host${n}.example.net` };
  }

  server(device: number): string {
    return `10.255.${device & 3}.${1 + Math.floor(this.#o.random() * 20)}`;
  }

  bytes(): number {
    return Math.floor(Math.exp(5 + 4 * this.#o.random() + 2 * this.#o.random()));
  }

  time(i: number): number {
    return this.#o.start + (i / this.#o.events) * this.#o.hours * 3_600_000;
  }
}

/** Zeek conn.log of a made organisation. */
export function writeZeekConn(path: string, options: MadeLogOptions): void {
  const traffic = new MadeTraffic(options);
  writeLines(path, CONN_HEADER, options.events, (i) => {
    const device = traffic.device();
    const internal = options.random() < 0.25;
    const dst = internal ? traffic.server(device) : traffic.outside(device).ip;
    const port = internal ? [53, 445, 88, 389][i & 3] : options.random() < 0.9 ? 443 : 80;
    const out = traffic.bytes();
    const ts = (traffic.time(i) / 1_000).toFixed(6);
    return `${ts}\tC${i.toString(36)}x${(i * 7_919).toString(36)}\t${traffic.address(device)}\t${1_024 + (i % 60_000)}\t${dst}\t${port}\ttcp\t${port === 443 ? "ssl" : "-"}\t${(options.random() * 30).toFixed(6)}\t${out}\t${out * 3}\t${options.random() < 0.05 ? "S0" : "SF"}\tT\t${internal ? "T" : "F"}\t0\tShADadFf\t12\t${out + 640}\t14\t${out * 3 + 728}\t-`;
  });
}

/** EVE of the same organisation: flow, dns, http, tls, fileinfo in about the shares of an office's traffic. */
export function writeEveMix(path: string, options: MadeLogOptions): void {
  const traffic = new MadeTraffic(options);
  writeLines(path, [], options.events, (i) => {
    const device = traffic.device();
    const { ip, host } = traffic.outside(device);
    const kind = options.random();
    const time = new Date(traffic.time(i)).toISOString().replace("Z", "000+0000");
    const base = {
      timestamp: time,
      flow_id: i,
      src_ip: traffic.address(device),
      src_port: 1_024 + (i % 60_000),
      dest_ip: ip,
      dest_port: 443,
      proto: "TCP",
      community_id: `1:${i.toString(36)}abcdefghijk=`,
    };
    const out = traffic.bytes();
    if (kind < 0.4)
      return JSON.stringify({
        ...base,
        event_type: "flow",
        app_proto: "tls",
        flow: {
          pkts_toserver: 12,
          pkts_toclient: 14,
          bytes_toserver: out,
          bytes_toclient: out * 3,
          start: time,
          end: time,
          age: 3,
          state: "closed",
          reason: "timeout",
          alerted: false,
        },
        tcp: { tcp_flags: "1b", tcp_flags_ts: "1b", tcp_flags_tc: "1b", syn: true, fin: true, psh: true, ack: true, state: "closed" },
      });
    if (kind < 0.7)
      return JSON.stringify({
        ...base,
        dest_ip: traffic.server(device),
        dest_port: 53,
        proto: "UDP",
        event_type: "dns",
        dns:
          kind < 0.55
            ? { type: "query", id: i & 65_535, rrname: host, rrtype: "A", tx_id: 0 }
            : {
                version: 2,
                type: "answer",
                id: i & 65_535,
                flags: "8180",
                qr: true,
                rd: true,
                ra: true,
                rrname: host,
                rrtype: "A",
                rcode: "NOERROR",
                answers: [{ rrname: host, rrtype: "A", ttl: 300, rdata: ip }],
              },
      });
    if (kind < 0.85)
      return JSON.stringify({
        ...base,
        event_type: "tls",
        tls: {
          subject: `CN=${host}`,
          issuerdn: "C=US, O=Example Trust, CN=Example CA",
          serial: "0A:0B",
          fingerprint: "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
          sni: host,
          version: "TLS 1.3",
          notbefore: "2023-01-01T00:00:00",
          notafter: "2027-01-01T00:00:00",
          ja3: { hash: `b32309a26951912be7dba376398abc${(device % 7).toString(16)}b`, string: "771,4865-4866,0-23-65281,29-23,0" },
          ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
        },
      });
    if (kind < 0.95)
      return JSON.stringify({
        ...base,
        dest_port: 80,
        event_type: "http",
        http: {
          hostname: host,
          url: `/p/${i % 997}`,
          http_user_agent: `Agent/${device % 5}.0 (office)`,
          http_content_type: "text/html",
          http_method: "GET",
          protocol: "HTTP/1.1",
          status: 200,
          length: out,
        },
      });
    return JSON.stringify({
      ...base,
      event_type: "fileinfo",
      app_proto: "http",
      http: { hostname: host, url: `/f/${i % 997}`, http_method: "GET" },
      fileinfo: { filename: `/f/${i % 997}`, magic: "PDF", gaps: false, state: "CLOSED", stored: false, size: out, tx_id: 0 },
    });
  });
}

function writeLines(path: string, header: readonly string[], count: number, line: (i: number) => string): void {
  const fd = openSync(path, "w");
  try {
    let buffer: string[] = [...header];
    for (let i = 0; i < count; i++) {
      buffer.push(line(i));
      if (buffer.length >= 4_096) {
        writeSync(fd, `${buffer.join("\n")}\n`);
        buffer = [];
      }
    }
    if (buffer.length > 0) writeSync(fd, `${buffer.join("\n")}\n`);
  } finally {
    closeSync(fd);
  }
}
