import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { openStore } from "../../store/index.ts";

export const AGENT = "wonted-bench-agent/1.0";

const MODEL = `version: 1
description: A request with the agent of the bench, so that exactly one alert comes of one line.
priority: 3
category: Suspicious
mitre: []
entity: actor
components:
  agent:
    on: http
    where: [{field: userAgent, equals: ${AGENT}}]
    says: 'the agent of the bench towards {peer}'
combine: agent
throttle: 1m
score: {base: 80}
title: '{entity} spoke with the agent of the bench to {peer}'
next: Nothing needs to be done about it, the bench made this request itself.
gaps: It sees nothing but the requests that the bench makes for its own purpose.
cases:
  - {name: the agent, expect: fires, observations: [{on: http, peer: {ip: 10.0.0.20, port: 445}, fields: {userAgent: ${AGENT}}}]}
  - {name: another, expect: silent, observations: [{on: http, peer: {ip: 10.0.0.20, port: 445}, fields: {userAgent: other}}]}
`;

function responseText(seconds: number): string {
  return `version: 1
description: Blocks the connections of the bench for as long as the bench wants.
action: block-connections
duration: ${seconds}s
mode: autonomous
when: {any: [{model: Bench / Marked Request}]}
misses: It reacts to nothing but the requests that the bench makes.
cases:
  - {name: marked, expect: plans, alerts: [{model: Bench / Marked Request}]}
  - {name: other, expect: silent, alerts: [{model: Bench / Other}]}
`;
}

export interface LabFiles {
  dir: string;
  data: string;
  config: string;
  eve: string;
  socket: string;
  token: string;
}

/** Everything that a platform with one EVE source and the enforcement helper is started with. `own`: networks of the lab. */
export async function makeLabFiles(dir: string, seconds: number, own: readonly string[], driver: "nftables" | "tap" = "nftables"): Promise<LabFiles> {
  const files: LabFiles = {
    dir,
    data: join(dir, "data"),
    config: join(dir, "wonted.yaml"),
    eve: join(dir, "eve.json"),
    socket: join(dir, "run", "helper.sock"),
    token: join(dir, "helper.token"),
  };
  const put = (path: string, text: string, mode = 0o600): void => writeFileSync(join(dir, path), text, { mode });
  for (const folder of ["run", "site/models/Bench", "site/responses/Bench"]) mkdirSync(join(dir, folder), { recursive: true, mode: 0o750 });
  put("helper.token", `${crypto.randomUUID()}\n`);
  put("eve.json", "");
  put("site/models/Bench/Marked Request.yaml", MODEL);
  put("site/responses/Bench/Block Marked.yaml", responseText(seconds));
  put("org.yaml", `networks: [${own.join(", ")}]\n`);
  put(
    "wonted.yaml",
    `version: 1
organisation: org.yaml
site: site
sources:
  - {id: lab, kind: suricata, path: eve.json}
response:
  ${driver}: {socket: run/helper.sock, token: helper.token}
  limits: {perHour: 10000, fleetShare: 1}
`,
  );
  // What a person would have to wait fourteen days for.
  const store = await openStore({ dir: files.data, clock: systemClock });
  const on = { by: "bench", at: 0, why: "a bench measures what acts by itself" };
  const autonomy = ["block-connections", "quarantine"].map((kind) => ({ kind, since: 0, on }));
  await store.ask("putSetting", { key: "response", value: { standard: "content", rules: [], autonomy } });
  await store.close();
  return files;
}

/** One EVE record of a request with the agent of the bench. */
export function eveLine(n: number, src: string, dst: string, port: number, now: number): string {
  const timestamp = new Date(now).toISOString().replace("Z", "000+0000");
  return `${JSON.stringify({
    timestamp,
    flow_id: 1_000_000 + n,
    in_iface: "lab",
    event_type: "http",
    src_ip: src,
    src_port: 40_000 + (n % 20_000),
    dest_ip: dst,
    dest_port: port,
    proto: "TCP",
    tx_id: 0,
    http: { hostname: dst, url: "/", http_user_agent: AGENT, http_method: "GET", protocol: "HTTP/1.1", status: 200, length: 10 },
  })}\n`;
}
