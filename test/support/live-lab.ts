import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { sha256 } from "../../src/api/secrets.ts";
import { type RunningPlatform, startPlatform } from "../../src/app/live/start-platform.ts";
import { ManualClock } from "../../src/base/clock.ts";
import { DAY, SECOND } from "../../src/base/time.ts";
import { openStore } from "../../src/store/index.ts";
import { get } from "./run-wonted.ts";
import { put, tempFolder } from "./temp-folder.ts";

const STEP = 15 * SECOND;
const SECRET = "a-secret-for-tests".padEnd(43, "0");

export interface LiveLab {
  readonly clock: ManualClock;
  readonly folder: string;
  readonly data: string;
  /** Where the one source "office" looks. */
  readonly logs: string;
  readonly url: string;
  /** What it printed and logged. */
  readonly said: string[];
  readonly token: string;
  get<T>(path: string): Promise<T>;
  /** Lets this much time pass in steps of 15 s; the platform does a round of its work after each, and `each` is called before. */
  pass(ms: number, each?: (now: number) => void): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The whole platform in this process, on a clock that stands unless the test lets time pass. Sources and settings as `config` says, below them one source "office". */
export async function liveLab(now: number, config = "", kind: "zeek" | "cloud" = "zeek"): Promise<LiveLab> {
  const folder = tempFolder();
  const data = join(folder, "data");
  const logs = join(folder, "logs");
  mkdirSync(logs);
  const file = put(folder, "wonted.yaml", `version: 1\n${config}sources:\n  - {id: office, kind: ${kind}, path: logs}\n`);
  const clock = new ManualClock(now);
  const said: string[] = [];
  let running: RunningPlatform | undefined;
  /** Ends the pause in which the platform stands. */
  let wake: (() => void) | undefined;
  let standing: (() => void) | undefined;
  const pause = (_ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener("abort", end);
        if (wake === end) wake = undefined;
        resolve();
      };
      if (signal.aborted) return end();
      signal.addEventListener("abort", end);
      wake = end;
      standing?.();
    });
  /** A whole round of work: from the pause it stands in to the next one. */
  const nextPause = (): Promise<void> =>
    new Promise((done) => {
      standing = done;
    });
  const round = async (): Promise<void> => {
    if (wake === undefined) await nextPause();
    const next = nextPause();
    wake?.();
    await next;
    standing = undefined;
  };
  const lab: LiveLab = {
    clock,
    folder,
    data,
    logs,
    said,
    token: `wonted_${SECRET}`,
    get url() {
      return running?.url ?? "";
    },
    get: (path) => get(running?.url ?? "", `wonted_${SECRET}`, path),
    async pass(ms, each) {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        clock.set(Math.min(clock.now() + STEP, end));
        each?.(clock.now());
        await round();
      }
    },
    async start() {
      running = await startPlatform({
        data,
        port: 0,
        config: file,
        org: undefined,
        clock,
        pause,
        print: (line) => said.push(line),
        log: (level, message) => said.push(`${level}: ${message}`),
      });
      await round();
    },
    async stop() {
      const ending = running;
      running = undefined;
      await ending?.close();
    },
  };
  onTestFinished(() => lab.stop());
  await addToken(data, clock);
  return lab;
}

async function addToken(data: string, clock: ManualClock): Promise<void> {
  const store = await openStore({ dir: data, clock });
  const created = clock.now();
  await store.accounts.write(
    [
      { op: "put-user", user: { id: "operator", name: "operator", role: "admin", passwordHash: "", created, disabled: false } },
      {
        op: "put-token",
        token: { id: "script", name: "script", role: "admin", hash: sha256(SECRET), userId: "operator", created, expires: created + 300 * DAY },
      },
    ],
    [{ time: created, actor: "test", session: "", route: "", action: "create-user", target: "operator", why: "" }],
  );
  await store.close();
}

/** One line of Zeek's conn.log or http.log in the form that made-office writes. */
export function connLine(time: number, n: number, src = "10.1.0.10", dst = "198.51.100.7"): string {
  return `${(time / 1_000).toFixed(6)}\tL${n.toString(36)}\t${src}\t${30_000 + (n % 30_000)}\t${dst}\t443\ttcp\t-\t0.5\t1500\t6000\tSF\tShAD\t6\t6\n`;
}

export function httpLine(time: number, n: number, agent = "Mozilla/5.0 (office)", src = "10.1.0.10"): string {
  return `${(time / 1_000).toFixed(6)}\tL${n.toString(36)}\t${src}\t${30_000 + (n % 30_000)}\t10.1.1.1\t80\tGET\tintranet.example.org\t/page/${n % 50}\t${agent}\t0\t2000\t200\n`;
}

export function append(folder: string, name: string, text: string): void {
  appendFileSync(join(folder, name), text);
}
