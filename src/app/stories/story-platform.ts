import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Clock, ManualClock } from "../../base/clock.ts";
import { SECOND } from "../../base/time.ts";
import type { Pause } from "../live/pause.ts";
import { type RunningPlatform, startPlatform } from "../live/start-platform.ts";

export const ADMINISTRATOR = "Mara";
export const PASSWORD = "what the stories are told with";

/** A request that the platform refused, with its code. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(path: string, status: number, code: string, message: string) {
    super(`${path}: ${status} ${code} ${message}`);
    this.status = status;
    this.code = code;
  }
}

/**
 * A whole platform in this process, set up as its owner would: a configuration file, an administrator made with the one-time code of the terminal, and
 * everything else over HTTP. Its clock stands unless `pass` moves it, so that days go by as fast as they can be judged; after `onRealClock` it is the machine's.
 */
export class StoryPlatform {
  readonly folder: string;
  readonly clock: ManualClock;
  #running: RunningPlatform | undefined;
  #real: Clock | undefined;
  #token = "";
  #code = "";
  readonly #log: (line: string) => void;
  readonly #stand = new Standing();

  /** @param now ms: where its clock begins. */
  constructor(now: number, log: (line: string) => void) {
    this.folder = mkdtempSync(join(tmpdir(), "wonted-story-"));
    this.clock = new ManualClock(now);
    this.#log = log;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  put(name: string, text: string, mode = 0o600): string {
    const file = this.path(name);
    writeFileSync(file, text, { mode });
    return file;
  }

  get url(): string {
    return this.#running?.url.replace(/\/$/, "") ?? "";
  }

  /** Starts it over `wonted.yaml` of its folder; the first start makes the administrator and a token. */
  async start(): Promise<void> {
    const real = this.#real;
    this.#running = await startPlatform({
      data: this.path("data"),
      port: 0,
      config: this.path("wonted.yaml"),
      org: undefined,
      clock: real ?? this.clock,
      ...(real === undefined ? { pause: this.#stand.pause } : {}),
      print: (line) => {
        this.#code = /one-time code (\S+)/.exec(line)?.[1] ?? this.#code;
      },
      log: (level, message) => {
        if (level === "error") this.#log(message);
      },
    });
    this.#running.failed.catch((error: unknown) => this.#log(`the platform ended: ${String(error)}`));
    if (real === undefined) await this.#stand.round();
    if (this.#token !== "") return;
    const session = await this.#session("/api/v1/setup", { code: this.#code, name: ADMINISTRATOR, password: PASSWORD });
    const made = (await session("/api/v1/tokens", { name: "stories", role: "admin", days: 365 })) as { secret: string };
    this.#token = made.secret;
  }

  /** From its next start on it lives by the machine's clock. */
  onRealClock(clock: Clock): void {
    this.#real = clock;
  }

  async stop(): Promise<void> {
    const ending = this.#running;
    this.#running = undefined;
    await ending?.close();
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The clock goes on to `time`, and the platform reads and judges what lies there until nothing is left. */
  async passTo(time: number): Promise<void> {
    this.clock.set(Math.max(time, this.clock.now()));
    await Promise.race([this.#stand.round(), this.#running?.failed ?? Promise.resolve()]);
  }

  /**
   * Lets it finish writing what it has read: events reach the search with a commit that runs beside the rounds of work. Ends when a search finds as many
   * as there have to be; else after forty seconds of its clock, and whoever asks then sees too few.
   */
  async stored(q: string, least: number): Promise<void> {
    const path = `/api/v1/search?${new URLSearchParams({ q, limit: "500" })}`;
    for (let tries = 0; tries < 40; tries++) {
      if ((await this.get<{ hits: unknown[] }>(path)).hits.length >= least) return;
      await this.passTo(this.clock.now() + SECOND);
      await wait(100);
    }
  }

  async get<T>(path: string): Promise<T> {
    return (await this.#ask(path, {})) as T;
  }

  /** A text that the interface gives out as a file. */
  async text(path: string): Promise<string> {
    const answer = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${this.#token}` } });
    if (!answer.ok) throw new Refused(path, answer.status, "", "");
    return await answer.text();
  }

  async send<T>(path: string, body: object, method: "POST" | "PUT" | "DELETE" = "POST"): Promise<T> {
    return (await this.#ask(path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } })) as T;
  }

  /** A change that wants the password of the last ten minutes: logs in anew. */
  async confirmed<T>(path: string, body: object, method = "POST"): Promise<T> {
    const session = await this.#session("/api/v1/session", { name: ADMINISTRATOR, password: PASSWORD });
    return (await session(path, body, method)) as T;
  }

  async #ask(path: string, init: RequestInit): Promise<unknown> {
    return await answerOf(path, await fetch(`${this.url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${this.#token}` } }));
  }

  async #session(path: string, body: object): Promise<(path: string, body: object, method?: string) => Promise<unknown>> {
    const headers = { "content-type": "application/json", origin: this.url };
    const entered = await fetch(`${this.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const cookie = entered.headers.getSetCookie().map((c) => c.split(";")[0]);
    const { csrf } = (await answerOf(path, entered)) as { csrf: string };
    return async (to, what, method = "POST") =>
      await answerOf(
        to,
        await fetch(`${this.url}${to}`, { method, headers: { ...headers, cookie: cookie.join("; "), "x-wonted-csrf": csrf }, body: JSON.stringify(what) }),
      );
  }
}

async function answerOf(path: string, answer: Response): Promise<unknown> {
  const value = (await answer.json()) as { code?: string; message?: string };
  if (!answer.ok) throw new Refused(path, answer.status, value.code ?? "", value.message ?? "");
  return value;
}

/** Where the platform stands between two rounds of its work. */
class Standing {
  #wake: (() => void) | undefined;
  #arrived: (() => void) | undefined;

  readonly pause: Pause = (_ms, signal) =>
    new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener("abort", end);
        if (this.#wake === end) this.#wake = undefined;
        resolve();
      };
      if (signal.aborted) return end();
      signal.addEventListener("abort", end);
      this.#wake = end;
      this.#arrived?.();
    });

  /** A whole round of work: from the pause that it stands in to the next one. */
  async round(): Promise<void> {
    if (this.#wake === undefined) await this.#next();
    const next = this.#next();
    this.#wake?.();
    await next;
    this.#arrived = undefined;
  }

  #next(): Promise<void> {
    return new Promise((done) => {
      this.#arrived = done;
    });
  }
}

/** Asks until the answer is good, at most `ms` of real time; undefined when it never was. */
export async function soon<T>(ask: () => Promise<T | undefined>, ms = 20_000): Promise<T | undefined> {
  for (const end = performance.now() + ms; ; ) {
    const answer = await ask();
    if (answer !== undefined || performance.now() > end) return answer;
    await wait(50);
  }
}
