import { timingSafeEqual } from "node:crypto";
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import type { Clock } from "../base/clock.ts";
import { CodedError } from "../base/result.ts";
import type { Enforcer } from "./enforcer.ts";
import { MAX_LINE, parseRequest, type Request } from "./request.ts";

const HELLO_WITHIN = 5_000;

export interface DeskOptions {
  socket: string;
  /** The secret that the client must say first. */
  token: string;
  /** Group that may connect; left out: only root. */
  gid?: number;
  enforcer: Enforcer;
  clock: Clock;
  log(line: string): void;
  /** Changes a second in the long run, and how many at once. */
  rate?: number;
  burst?: number;
}

/**
 * The socket of the helper (S16). One client at a time, which says its token first; lines of at most 512 bytes. Who may connect at all is a matter of
 * the folder (0750) and the socket (0660), since Node cannot ask who is at the other end. What comes in one piece is done as one batch.
 */
export class HelperDesk {
  readonly #o: Required<Omit<DeskOptions, "gid">> & { gid: number | undefined };
  #server: Server | undefined;
  #client: Socket | undefined;
  readonly #sockets = new Set<Socket>();
  #tokens: number;
  #filled: number;

  constructor(options: DeskOptions) {
    this.#o = { rate: 200, burst: 30_000, gid: undefined, ...options };
    this.#tokens = this.#o.burst;
    this.#filled = options.clock.now();
  }

  async listen(): Promise<void> {
    const { socket, gid } = this.#o;
    const folder = dirname(socket);
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    if (gid !== undefined) chownSync(folder, 0, gid);
    chmodSync(folder, 0o750);
    if (lstatSync(socket, { throwIfNoEntry: false })?.isSocket() === true) rmSync(socket);
    const server = createServer((client) => this.#greet(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socket, resolve);
    });
    chmodSync(socket, 0o660);
    if (gid !== undefined) chownSync(socket, 0, gid);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => (this.#server === undefined ? resolve() : this.#server.close(() => resolve())));
    this.#o.enforcer.close();
  }

  #greet(client: Socket): void {
    this.#sockets.add(client);
    client.on("error", () => undefined);
    client.once("close", () => this.#sockets.delete(client));
    // Whoever is shown out is not waited for: a connection that nobody reads would stay open for ever.
    const showOut = (text = ""): void => void client.end(text, () => client.destroy());
    if (this.#client !== undefined) {
      showOut(`${JSON.stringify({ v: 1, seq: 0, ok: false, code: "client-busy", reason: "another client is connected" })}\n`);
      return;
    }
    this.#client = client;
    let known = false;
    // Who says nothing must not keep the one place.
    const late = setTimeout(() => {
      if (!known) client.destroy();
    }, HELLO_WITHIN).unref();
    let rest = "";
    let work: Promise<void> = Promise.resolve();
    client.setEncoding("utf8");
    client.on("close", () => {
      clearTimeout(late);
      if (this.#client === client) this.#client = undefined;
    });
    client.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_LINE || lines.some((l) => l.length > MAX_LINE)) {
        this.#say(client, 0, "line-too-long", `a line has at most ${MAX_LINE} bytes`);
        client.destroy();
        return;
      }
      const batch: Request[] = [];
      for (const line of lines) {
        const parsed = parseRequest(line);
        if (!parsed.ok) this.#say(client, parsed.seq ?? 0, parsed.error.code, parsed.error.reason);
        else if (parsed.value.op === "hello") {
          known = this.#isToken(parsed.value.token);
          if (known)
            client.write(`${JSON.stringify({ v: 1, seq: parsed.value.seq, ok: true, bothEnds: this.#o.enforcer.bothEnds, tap: this.#o.enforcer.tap })}\n`);
          else {
            this.#say(client, parsed.value.seq, "token-refused", "the token is not the right one");
            this.#o.log("a client came with a wrong token");
            showOut();
          }
        } else if (!known) this.#say(client, parsed.value.seq, "token-refused", "say hello first");
        else batch.push(parsed.value);
      }
      if (batch.length > 0) work = work.then(() => this.#do(client, batch)).catch((error: unknown) => this.#o.log(String(error)));
    });
  }

  async #do(client: Socket, batch: readonly Request[]): Promise<void> {
    let adds: Extract<Request, { op: "block" | "allow" }>[] = [];
    const flush = async (): Promise<void> => {
      const list = adds;
      adds = [];
      if (list.length > 0) await this.#add(client, list);
    };
    for (const request of batch) {
      if (request.op === "block" || request.op === "allow") {
        adds.push(request);
        continue;
      }
      await flush();
      if (request.op === "clear") {
        this.#o.log(`clear ${JSON.stringify(request.rule)}`);
        await this.#answer(client, request.seq, () => this.#o.enforcer.clear(request.rule, request.allow));
      } else if (request.op === "list") {
        await this.#answer(client, request.seq, async () => {
          for (const item of await this.#o.enforcer.list()) client.write(`${JSON.stringify({ v: 1, seq: request.seq, item })}\n`);
        });
      }
    }
    await flush();
  }

  /** All in one transaction; if the kernel refuses it, one by one, so that only the faulty one is refused. */
  async #add(client: Socket, list: readonly Extract<Request, { op: "block" | "allow" }>[]): Promise<void> {
    const good: (typeof list)[number][] = [];
    for (const request of list) {
      try {
        this.#take();
        // To allow what is protected harms nobody, and without it a pattern of life could not name a domain controller.
        if (request.op === "block") this.#o.enforcer.check(request.rule);
        good.push(request);
      } catch (error) {
        this.#refuse(client, request.seq, error);
      }
    }
    if (good.length > 100) this.#o.log(`${good.length} rules at once`);
    else for (const r of good) this.#o.log(`${r.op} ${JSON.stringify(r.rule)} ${r.seconds} s`);
    const ruleOf = (r: (typeof good)[number]) => ({ rule: r.rule, allow: r.op === "allow", seconds: r.seconds });
    try {
      if (good.length > 0) await this.#o.enforcer.add(good.map(ruleOf));
    } catch (error) {
      if (good.length === 1) this.#refuse(client, (good[0] as { seq: number }).seq, error);
      else for (const r of good) await this.#answer(client, r.seq, () => this.#o.enforcer.add([ruleOf(r)]));
      return;
    }
    client.write(good.map((r) => `${JSON.stringify({ v: 1, seq: r.seq, ok: true })}\n`).join(""));
  }

  async #answer(client: Socket, seq: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      client.write(`${JSON.stringify({ v: 1, seq, ok: true })}\n`);
    } catch (error) {
      this.#refuse(client, seq, error);
    }
  }

  #refuse(client: Socket, seq: number, error: unknown): void {
    const { code, message } = error instanceof CodedError ? error : { code: "helper-failed", message: String(error) };
    this.#o.log(`refused: ${code}: ${message}`);
    this.#say(client, seq, code, message);
  }

  #say(client: Socket, seq: number, code: string, reason: string): void {
    client.write(`${JSON.stringify({ v: 1, seq, ok: false, code, reason: reason.slice(0, 300) })}\n`);
  }

  #take(): void {
    const now = this.#o.clock.now();
    this.#tokens = Math.min(this.#o.burst, this.#tokens + ((now - this.#filled) / 1_000) * this.#o.rate);
    this.#filled = now;
    if (this.#tokens < 1) throw new CodedError("rate-exceeded", "too many changes");
    this.#tokens--;
  }

  #isToken(given: string): boolean {
    const a = Buffer.from(given);
    const b = Buffer.from(this.#o.token);
    return a.length === b.length && timingSafeEqual(a, b);
  }
}

/** A file that only root can have written; throws CodedError `file-not-roots`. */
export function readRootFile(path: string): string {
  const stat = statSync(path);
  if (stat.uid !== 0 || (stat.mode & 0o022) !== 0) throw new CodedError("file-not-roots", `${path} must belong to root and be writable by root alone`);
  return readFileSync(path, "utf8");
}
