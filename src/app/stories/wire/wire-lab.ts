import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../../base/clock.ts";
import { DAY, HOUR, MINUTE } from "../../../base/time.ts";
import { makeWires, type Wires } from "../../../bench/block/namespaces.ts";
import { LineProcess } from "../../../bench/block/run-in.ts";
import { eveLines } from "../../../generate/write/eve-text.ts";
import { contentFolder } from "../../places-of-files.ts";
import { type GraphAlert, graphAlertLine } from "../graph-alert.ts";
import { StoryPlatform, soon } from "../story-platform.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
export const WEB = 8_080;
export const OTHER_WEB = 8_081;
export const THIRD_WEB = 8_090;
export const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/** Our shipped answer to a new user agent alone is left out by the owner here, so that what both kinds of telemetry start can be told from it. */
const SITE_RESPONSE = `version: 1
description: The owner's own version, in which a new user agent alone blocks nothing.
action: block-connections
mode: autonomous
when: {any: [{model: Device / Login Guessing, minScore: 60}]}
misses: It does not react to a new user agent, which is what the owner wanted.
cases:
  - {name: guessing, expect: plans, alerts: [{model: Device / Login Guessing, score: 80}]}
  - {name: a new agent, expect: silent, alerts: [{model: Device / New User Agent to Internal Server, score: 80}]}
`;

/** Why it cannot be set up here; undefined when it can. */
export function wireLack(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, to make network namespaces and firewall rules";
  for (const [program, ...args] of [
    ["ip", "-V"],
    ["nft", "--version"],
    ["suricata", "-V"],
  ])
    if (spawnSync(program ?? "", args).error !== undefined) return `needs ${program}, which is not installed`;
  return spawnSync("unshare", ["-n", "true"]).status === 0 ? undefined : "needs permission to make network namespaces: unshare -n is refused here";
}

export interface WebAnswer {
  status?: number;
  error?: string;
  ms: number;
}

/**
 * Clients, a gateway and servers as network namespaces; on the gateway Suricata over live packets and the enforcement helper; outside it the platform, which
 * follows Suricata's EVE and a folder of Defender's alerts. What the clients did in the days before is written as EVE.
 */
export class WireLab {
  readonly wires: Wires;
  readonly platform: StoryPlatform;
  readonly server: LineProcess;
  readonly client: LineProcess;
  /** Web server of the last client: one machine further. */
  readonly third: LineProcess;
  readonly #clients: number;
  #helper: LineProcess | undefined;
  #suricata: ChildProcess | undefined;

  private constructor(clients: number, log: (line: string) => void) {
    this.#clients = clients;
    this.platform = new StoryPlatform(systemClock.now() - 16 * DAY, log);
    this.wires = makeWires(clients);
    this.server = this.#in(this.wires.servers, here("web-server.ts"), String(WEB), String(OTHER_WEB));
    this.client = this.#in(this.wires.clients, here("web-client.ts"));
    this.third = this.#in(this.wires.clients, here("web-server.ts"), String(THIRD_WEB));
  }

  static async open(clients: number, log: (line: string) => void): Promise<WireLab> {
    const lab = new WireLab(clients, log);
    try {
      await lab.#setUp();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  #in(namespace: string, script: string, ...args: string[]): LineProcess {
    return new LineProcess("ip", ["netns", "exec", namespace, process.execPath, script, ...args]);
  }

  /** Name under which the endpoint product knows the nth client. */
  host(n: number): string {
    return `ws-${n + 1}.works.example`;
  }

  async #setUp(): Promise<void> {
    const { platform } = this;
    for (const folder of ["run", "eve", "exports", "site/responses/Network"]) mkdirSync(platform.path(folder), { recursive: true, mode: 0o750 });
    platform.put("helper.token", `${crypto.randomUUID()}\n`);
    platform.put("site/responses/Network/Block Matching Connections.yaml", SITE_RESPONSE);
    platform.put("org.yaml", `networks: [198.18.0.0/16, ${this.wires.server}/32]\n`);
    platform.put(
      "wonted.yaml",
      `version: 1
organisation: org.yaml
site: site
commitSeconds: 0.5
sources:
  - {id: gateway, kind: suricata, path: eve}
  - {id: defender, kind: cloud, path: exports}
response:
  nftables: {socket: run/helper.sock, token: helper.token}
  limits: {perHour: 10000, fleetShare: 1}
`,
    );
    await this.#startHelper();
    await platform.start();
    this.#writeHistory();
    await platform.passTo(systemClock.now());
    for (const kind of ["block-connections"])
      await platform.confirmed("/api/v1/response/autonomy", { kind, on: true, why: "its fourteen days in shadow showed no harm" });
    await platform.stop();
    platform.onRealClock(systemClock);
    await this.#startSuricata();
    await platform.start();
  }

  async #startHelper(): Promise<void> {
    const { platform } = this;
    const args = [here("../../main.ts"), "helper", "--socket", platform.path("run", "helper.sock"), "--token", platform.path("helper.token")];
    this.#helper = new LineProcess("ip", ["netns", "exec", this.wires.gateway, process.execPath, ...args], { stdio: ["ignore", "pipe", "ignore"] });
    if ((await soon(async () => (existsSync(platform.path("run", "helper.sock")) ? true : undefined))) === undefined)
      throw new Error("the enforcement helper did not begin");
  }

  /** Two working days of browsing to the other server with the usual program. */
  #writeHistory(): void {
    const now = systemClock.now();
    const lines: string[] = [];
    let n = 0;
    for (const day of [2, 1])
      for (let hour = 0; hour < 8; hour++)
        for (let client = 0; client < this.#clients; client++)
          for (let i = 0; i < 4; i++) {
            const time = now - day * DAY + hour * HOUR + i * 14 * MINUTE + client * 7_000;
            const ends = { uid: `h${++n}`, "id.orig_h": this.wires.client(client), "id.orig_p": 30_000 + n, "id.resp_h": this.wires.other, "id.resp_p": WEB };
            const conn = {
              ...ends,
              proto: "tcp",
              service: "http",
              duration: 0.4,
              orig_bytes: 400,
              resp_bytes: 2_000,
              conn_state: "SF",
              orig_pkts: 6,
              resp_pkts: 6,
            };
            const http = {
              ...ends,
              trans_depth: 1,
              method: "GET",
              host: this.wires.other,
              uri: `/${i}`,
              version: "1.1",
              user_agent: AGENT,
              status_code: 200,
              response_body_len: 900,
            };
            lines.push(...eveLines({ log: "conn", time, fields: conn }), ...eveLines({ log: "http", time, fields: http }));
          }
    this.platform.put("eve/history.json", `${lines.join("\n")}\n`);
    // What the product says every other day of somebody, so that a first of its kind is one.
    const noise = Array.from({ length: 14 * this.#clients }, (_, i) => {
      const time = now - (14 - Math.floor(i / this.#clients)) * DAY + (i % this.#clients) * HOUR;
      return graphAlertLine({ time, reported: time + MINUTE, title: "Unwanted software was prevented", severity: "low", host: this.host(i % this.#clients) });
    });
    this.platform.put("exports/history.ndjson", noise.join(""));
  }

  async #startSuricata(): Promise<void> {
    const folder = this.platform.path("eve");
    const args = ["-c", join(contentFolder(), "suricata", "wonted.yaml"), "-S", "/dev/null", "-i", "inside", "-l", folder, "--runmode", "single", "-k", "none"];
    this.#suricata = spawn("ip", ["netns", "exec", this.wires.gateway, "suricata", ...args], { stdio: ["ignore", "ignore", "ignore"] });
    // It captures once a request that it is sent has come out.
    const probe = await soon(async () => {
      await this.get(0, AGENT, OTHER_WEB, this.wires.other);
      return execFileSync("sh", ["-c", `cat ${folder}/eve.json 2>/dev/null | grep -c '"event_type":"http"' || true`], { encoding: "utf8" }).trim() === "0"
        ? undefined
        : true;
    }, 30_000);
    if (probe === undefined) throw new Error("Suricata saw none of the requests within 30 s");
  }

  async get(n: number, agent: string, port = WEB, to = this.wires.server, path = "/"): Promise<WebAnswer> {
    return (await this.client.ask({ get: true, from: this.wires.client(n), to, port, agent, path })) as unknown as WebAnswer;
  }

  async hold(name: string, n: number, agent: string, port = WEB, to = this.wires.server): Promise<void> {
    await this.client.ask({ hold: name, from: this.wires.client(n), to, port, agent });
  }

  async states(...names: string[]): Promise<{ answers: number; connections: number; error?: string }[]> {
    return (await this.client.ask({ state: names })).states as { answers: number; connections: number; error?: string }[];
  }

  async serverResets(): Promise<{ from: string; port: number }[]> {
    return (await this.server.ask({})).resets as { from: string; port: number }[];
  }

  /** The endpoint product says it; answers the moment of writing. */
  say(alert: GraphAlert): number {
    appendFileSync(this.platform.path("exports", "alerts.ndjson"), graphAlertLine(alert));
    return systemClock.now();
  }

  async close(): Promise<void> {
    await this.platform.close();
    for (const each of [this.client, this.server, this.third, this.#helper]) await each?.kill("SIGKILL");
    const { stdout } = spawnSync("ip", ["netns", "pids", this.wires.gateway], { encoding: "utf8" });
    for (const pid of (stdout ?? "").split(/\s+/).filter((p) => p !== "")) process.kill(Number(pid), "SIGKILL");
    await new Promise<void>((done) =>
      this.#suricata === undefined || this.#suricata.exitCode !== null || this.#suricata.signalCode !== null
        ? done()
        : this.#suricata.once("exit", () => done()),
    );
    this.wires.close();
  }
}
