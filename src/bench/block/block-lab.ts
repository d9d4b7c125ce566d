import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CodedError } from "../../base/result.ts";
import { eveLine, type LabFiles, makeLabFiles } from "./lab-files.ts";
import { makeWires, type Wires } from "./namespaces.ts";
import { LineProcess } from "./run-in.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
export const PORT = 445;
export const OTHER_PORT = 446;

/** When an element was added to a set of ours, as the kernel told it. */
export interface Added {
  at: number;
  line: string;
}

/** The platform, its helper and three machines around them; everything is a process of its own and can be killed. */
export class BlockLab {
  readonly wires: Wires;
  readonly files: LabFiles;
  readonly client: LineProcess;
  readonly server: LineProcess;
  readonly added: Added[] = [];
  helper: LineProcess | undefined;
  platform: LineProcess | undefined;
  #monitor: ReturnType<typeof spawn> | undefined;
  #lines = 0;

  private constructor(wires: Wires, files: LabFiles) {
    this.wires = wires;
    this.files = files;
    this.client = this.in(wires.clients, here("client.ts"));
    this.server = this.in(wires.servers, here("echo-server.ts"), String(PORT), String(OTHER_PORT));
  }

  /** `seconds`: how long a block lasts. Throws CodedError `namespaces-refused` where namespaces cannot be made. */
  static async open(clients: number, seconds: number, driver: "nftables" | "tap" = "nftables"): Promise<BlockLab> {
    const dir = mkdtempSync(join(tmpdir(), "wonted-block-"));
    const wires = makeWires(clients, driver === "tap");
    const lab = new BlockLab(wires, await makeLabFiles(dir, seconds, ["198.18.0.0/15", "fd00:18::/31"], driver));
    await lab.startHelper();
    lab.#watch();
    await lab.startPlatform();
    return lab;
  }

  in(namespace: string, script: string, ...args: string[]): LineProcess {
    return new LineProcess("ip", ["netns", "exec", namespace, process.execPath, script, ...args]);
  }

  async startHelper(): Promise<void> {
    const { socket, token } = this.files;
    const { sensor, mirror } = this.wires;
    const helper = [here("../../app/main.ts"), "helper", "--socket", socket, "--token", token, ...(sensor === undefined ? [] : ["--tap", mirror])];
    const args = ["netns", "exec", this.enforcing, process.execPath, ...helper];
    this.helper = new LineProcess("ip", args, { stdio: ["ignore", "pipe", "pipe"] });
    await said(this.helper, ["ready on"], "stderr");
  }

  async startPlatform(): Promise<void> {
    const { data, config } = this.files;
    const args = [here("../../app/main.ts"), "serve", "--data", data, "--config", config, "--port", "0"];
    this.platform = new LineProcess(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const heard = await said(this.platform, ["is at http", "is read up to now"], "stdout");
    this.url = /is at (http:\S+)/.exec(heard)?.[1] ?? "";
  }
  /** The machine whose kernel has the rules. */
  get enforcing(): string {
    return this.wires.sensor ?? this.wires.gateway;
  }
  url = "";
  /** Number of the device that nobody blocks. */
  bystander = 0;

  #watch(): void {
    const monitor = spawn("ip", ["netns", "exec", this.enforcing, "nft", "monitor", "new", "elements"], { stdio: ["ignore", "pipe", "inherit"] });
    this.#monitor = monitor;
    createInterface({ input: monitor.stdout }).on("line", (line) => this.added.push({ at: performance.now(), line }));
  }

  /** One line of the sensor; resolves with the moment before it was written. */
  write(src: string, dst: string, port = PORT): number {
    const started = performance.now();
    appendFileSync(this.files.eve, eveLine(++this.#lines, src, dst, port, Date.now()));
    return started;
  }

  /** When the kernel had a rule that names this address, or undefined after the time given. */
  async ruled(address: string, withinMs: number): Promise<number | undefined> {
    const end = performance.now() + withinMs;
    while (performance.now() < end) {
      const found = this.added.find((a) => a.line.includes(`${address} `));
      if (found !== undefined) return found.at;
      await wait(2);
    }
    return undefined;
  }

  async tryTo(from: string, to = this.wires.server, port = PORT): Promise<{ result: string; ms: number }> {
    return (await this.client.ask({ try: true, from, to, port })) as { result: string; ms: number };
  }

  async serverResets(): Promise<{ from: string; to: string; port: number }[]> {
    return (await this.server.ask({})).resets as { from: string; to: string; port: number }[];
  }

  async close(): Promise<void> {
    for (const each of [this.client, this.server, this.platform, this.helper]) await each?.kill("SIGKILL");
    this.#monitor?.kill();
    this.wires.close();
    rmSync(this.files.dir, { recursive: true, force: true });
  }
}

/** Waits until a process has said all of these, and gives back what it said; throws CodedError `lab-not-ready` after 30 s. */
function said(from: LineProcess, words: readonly string[], stream: "stdout" | "stderr"): Promise<string> {
  return new Promise((resolve, reject) => {
    const input = from.child[stream];
    let heard = "";
    const late = setTimeout(() => reject(new CodedError("lab-not-ready", `it did not say "${words.join('", "')}": ${heard.slice(-500)}`)), 30_000);
    input?.on("data", (data: Buffer) => {
      heard = `${heard}${String(data)}`.slice(-5_000);
      if (!words.every((w) => heard.includes(w))) return;
      clearTimeout(late);
      resolve(heard);
    });
    from.child.once("exit", (code) => reject(new CodedError("lab-not-ready", `it ended with ${code}: ${heard.slice(-500)}`)));
  });
}
