import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { CodedError } from "../../base/result.ts";

export interface HelperAnswer {
  items: Record<string, unknown>[];
}

interface Waiting {
  resolve(answer: HelperAnswer): void;
  reject(error: Error): void;
  items: Record<string, unknown>[];
  timer: NodeJS.Timeout;
}

const ANSWER_WITHIN = 10_000;
const AGAIN = 1_000;

/** Speaks to the helper over its socket; comes back by itself when the helper does. Errors: CodedError `driver-unavailable`, else what the helper said. */
export class HelperClient {
  readonly #path: string;
  readonly #tokenFile: string;
  #socket: Socket | undefined;
  #opening: Promise<Socket> | undefined;
  #seq = 0;
  #rest = "";
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, Waiting>();
  /** Why there is no connection; undefined while there is one. */
  fault: string | undefined = "not connected yet";
  bothEnds = true;
  /** The mirror port's interface of a helper that resets copies; undefined of one on a gateway. */
  tap: string | undefined;

  constructor(path: string, tokenFile: string) {
    this.#path = path;
    this.#tokenFile = tokenFile;
  }

  /** Tries once, and goes on trying in the background. */
  async start(): Promise<void> {
    await this.#open().catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #open(): Promise<Socket> {
    if (this.#socket !== undefined) return Promise.resolve(this.#socket);
    this.#opening ??= this.#dial().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #dial(): Promise<Socket> {
    try {
      const token = readFileSync(this.#tokenFile, "utf8").trim();
      const socket = await new Promise<Socket>((resolve, reject) => {
        const s = connect(this.#path, () => resolve(s));
        s.once("error", reject);
      });
      socket.setEncoding("utf8");
      socket.on("error", () => undefined);
      socket.on("data", (text: string) => this.#hear(text));
      socket.once("close", () => this.#lost("the helper is gone"));
      this.#rest = "";
      this.#socket = socket;
      await this.#write(socket, { op: "hello", token });
      this.fault = undefined;
      return socket;
    } catch (error) {
      this.#lost(`the helper is not there: ${(error as Error).message}`);
      throw new CodedError("driver-unavailable", this.fault ?? "the helper is not there");
    }
  }

  #lost(why: string): void {
    this.fault = why;
    this.#socket?.destroy();
    this.#socket = undefined;
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(new CodedError("driver-unavailable", why));
    }
    this.#waiting.clear();
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#open().catch(() => undefined), AGAIN).unref();
  }

  /** All of them in one piece, so that the helper makes one transaction of them; rejects with the first refusal. */
  async send(requests: readonly Record<string, unknown>[]): Promise<HelperAnswer[]> {
    const socket = await this.#open();
    const answers = requests.map((r) => this.#expect(r));
    socket.write(answers.map((a) => a.line).join(""));
    return Promise.all(answers.map((a) => a.answer));
  }

  #write(socket: Socket, request: Record<string, unknown>): Promise<HelperAnswer> {
    const { line, answer } = this.#expect(request);
    socket.write(line);
    return answer;
  }

  #expect(request: Record<string, unknown>): { line: string; answer: Promise<HelperAnswer> } {
    const seq = ++this.#seq;
    const answer = new Promise<HelperAnswer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(seq);
        reject(new CodedError("driver-unavailable", "the helper does not answer"));
      }, ANSWER_WITHIN).unref();
      this.#waiting.set(seq, { resolve, reject, items: [], timer });
    });
    return { line: `${JSON.stringify({ v: 1, seq, ...request })}\n`, answer };
  }

  #hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      let value: { seq?: number; ok?: boolean; code?: string; reason?: string; item?: Record<string, unknown>; bothEnds?: boolean; tap?: string };
      try {
        value = JSON.parse(line) as typeof value;
      } catch {
        this.#lost("the helper speaks another language");
        return;
      }
      const waiting = this.#waiting.get(value.seq ?? -1);
      if (value.bothEnds !== undefined) {
        this.bothEnds = value.bothEnds;
        this.tap = value.tap;
      }
      if (waiting === undefined) {
        if (value.ok === false) this.#lost(`the helper refuses: ${value.reason ?? value.code ?? "no reason given"}`);
        continue;
      }
      if (value.item !== undefined) {
        waiting.items.push(value.item);
        continue;
      }
      clearTimeout(waiting.timer);
      this.#waiting.delete(value.seq ?? -1);
      if (value.ok === true) waiting.resolve({ items: waiting.items });
      else waiting.reject(new CodedError(value.code ?? "helper-failed", value.reason ?? "the helper refused"));
    }
  }
}
