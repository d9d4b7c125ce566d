import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HEAD = (path: string, fields: string, types: string): string =>
  `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t${path}\n#fields\t${fields}\n#types\t${types}\n`;
const CONN = HEAD(
  "conn",
  "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\thistory\torig_pkts\tresp_pkts",
  "time\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tstring\tcount\tcount",
);
const HTTP = HEAD(
  "http",
  "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\tuser_agent\trequest_body_len\tresponse_body_len\tstatus_code",
  "time\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tcount\tcount\tcount",
);

export interface Office {
  conn: string;
  http: string;
  lines: number;
  /** Event time of the last record, ms. */
  end: number;
}

/**
 * Zeek logs of a made office: `hours` of ten clients that ask two intranet servers and a dozen outside hosts each hour, then (with `odd`) the
 * strange minutes: one client speaks to a server with a program it has never been, scans the servers' network, and tries 40 ports of one.
 */
export function madeOffice(hours: number, odd: boolean, perHour = 12): Office {
  const start = Date.UTC(2024, 2, 4) / 1_000;
  const conn: [number, string][] = [];
  const http: [number, string][] = [];
  let n = 0;
  const add = (ts: number, src: string, dst: string, port: number, state: string, bytes: number): string => {
    const uid = `C${(++n).toString(36)}`;
    const answered = state === "SF" ? 6 : 0;
    conn.push([
      ts,
      `${ts.toFixed(6)}\t${uid}\t${src}\t${20_000 + (n % 40_000)}\t${dst}\t${port}\ttcp\t-\t0.5\t${bytes}\t${bytes * 4}\t${state}\tShAD\t6\t${answered}`,
    ]);
    return uid;
  };
  const ask = (ts: number, src: string, dst: string, host: string, agent: string): void => {
    const uid = add(ts, src, dst, 80, "SF", 400);
    http.push([
      ts + 0.01,
      `${(ts + 0.01).toFixed(6)}\t${uid}\t${src}\t${20_000 + (n % 40_000)}\t${dst}\t80\tGET\t${host}\t/page/${n % 50}\t${agent}\t0\t2000\t200`,
    ]);
  };
  for (let h = 0; h < hours; h++) {
    for (let c = 0; c < 10; c++) {
      for (let i = 0; i < perHour; i++) {
        const ts = start + h * 3_600 + i * (3_500 / perHour) + c * 7 + ((h * 31 + i * 17 + c * 13) % 20);
        const client = `10.1.0.${10 + c}`;
        if (i % 2 === 0) ask(ts, client, `10.1.1.${1 + (i % 4 === 0 ? 0 : 1)}`, "intranet.example.org", "Mozilla/5.0 (office)");
        else add(ts, client, `198.51.100.${1 + ((c + i) % 12)}`, 443, "SF", 1_500 + ((i * 37) % 900));
      }
    }
  }
  const end = start + hours * 3_600;
  if (odd) {
    for (let i = 0; i < 5; i++) ask(end + 60 + i, "10.1.0.13", "10.1.1.1", "intranet.example.org", "python-requests/2.31.0");
    for (let i = 0; i < 60; i++) add(end + 120 + i, "10.1.0.13", `10.1.2.${10 + i}`, 445, "S0", 0);
    for (let i = 0; i < 120; i++) add(end + 240 + i, "10.1.0.13", "10.1.1.2", 1_000 + i, "REJ", 0);
  }
  const text = (rows: [number, string][]): string =>
    `${rows
      .sort((a, b) => a[0] - b[0])
      .map((r) => r[1])
      .join("\n")}\n`;
  return { conn: CONN + text(conn), http: HTTP + text(http), lines: conn.length + http.length, end: (end + 360) * 1_000 };
}

export function writeOffice(folder: string, office: Office): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "conn.log"), office.conn);
  writeFileSync(join(folder, "http.log"), office.http);
}
