import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const MAIN = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));
// What was compiled once is not compiled again at each start: half of the cost of a short command.
const ENV = { ...process.env, NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/wonted-tests", import.meta.url)) };

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** Runs one command to its end, as a user would, with this text on standard input. */
export async function wonted(args: readonly string[], input = ""): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: ENV, stdio: ["pipe", "pipe", "pipe"] });
  const texts = collect(child);
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  const code = await new Promise<number | null>((done) => child.once("close", (c) => done(c)));
  return { code, ...texts };
}

export interface Served {
  child: ChildProcess;
  url: string;
  texts: { out: string; err: string };
  /** Resolves when the output holds this. */
  says(what: string | RegExp): Promise<void>;
  /** Ends it politely; its exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts the platform on a free port and waits until it answers. It is killed when the test is over. */
export async function serve(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [MAIN, "serve", "--port", "0", ...args], { env: ENV, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((done) => child.once("close", (c) => done(c)));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const texts = collect(child);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const says = async (what: string | RegExp): Promise<void> => {
    const found = (): boolean => (typeof what === "string" ? `${texts.out}${texts.err}`.includes(what) : what.test(`${texts.out}${texts.err}`));
    while (!found()) {
      if (over) throw new Error(`it ended without saying ${String(what)}:\n${texts.out}${texts.err}`);
      await wait(20);
    }
  };
  await says(/Wonted .* is at http/);
  const url = /is at (http:\/\/\S+)/.exec(texts.out)?.[1] ?? "";
  return {
    child,
    url,
    texts,
    says,
    async stop() {
      child.kill("SIGTERM");
      return await ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function collect(child: ChildProcess): { out: string; err: string } {
  const texts = { out: "", err: "" };
  child.stdout?.on("data", (d: Buffer) => {
    texts.out += String(d);
  });
  child.stderr?.on("data", (d: Buffer) => {
    texts.err += String(d);
  });
  return texts;
}

/** An administrator and a token for the data folder of a platform that is not running; the token's secret. */
export async function addToken(data: string): Promise<string> {
  const user = await wonted(["user", "add", "operator", "--role", "admin", "--data", data], "a password of some length\n");
  if (user.code !== 0) throw new Error(user.err);
  const token = await wonted(["token", "add", "script", "--user", "operator", "--role", "analyst", "--data", data]);
  if (token.code !== 0) throw new Error(token.err);
  return token.out.trim();
}

/** GET of the API with a token; throws with the answer when it is refused. */
export async function get<T>(url: string, token: string, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Asks again and again until `good` says so; the test's own time limit ends it. */
export async function until<T>(ask: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (good(value)) return value;
    await wait(100);
  }
}
