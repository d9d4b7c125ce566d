import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";

export interface ChildOptions<Q> {
  /** Path of the program. */
  program: string;
  /** What it is told whenever it starts. */
  settings: Q;
  /** Longest time for one answer, ms; then the process is ended and begun anew. */
  wallMs: number;
  /** Data segment in bytes (RLIMIT_DATA) where a POSIX shell can set it; the heap's limit is a quarter of it. */
  memoryBytes: number;
}

interface Waiting<Q, A> {
  message: Q & { id: number };
  timer: NodeJS.Timeout;
  done(answer: A | undefined): void;
}

/**
 * A program of its own without environment, spoken to over IPC: requests carry an id, and so do answers. A process that dies or overstays answers
 * undefined to everything that it held, and the next request starts another one. `ask` never rejects.
 */
export class ChildProgram<Q extends object, A extends { id: number }> {
  readonly #o: ChildOptions<object>;
  readonly #waiting = new Map<number, Waiting<Q, A>>();
  #child: ChildProcess | undefined;
  #next = 0;
  #closed = false;

  constructor(options: ChildOptions<object>) {
    this.#o = options;
  }

  ask(message: Q): Promise<A | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const id = this.#next++;
    return new Promise((done) => {
      const child = this.#started();
      const timer = setTimeout(() => child.kill("SIGKILL"), this.#o.wallMs);
      const waiting = { message: { ...message, id }, timer, done };
      this.#waiting.set(id, waiting);
      if (child.connected) child.send(waiting.message, () => undefined);
    });
  }

  /** Resolves when the process is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once("exit", () => resolve());
      child.ref();
      child.kill("SIGKILL");
    });
  }

  #started(): ChildProcess {
    if (this.#child !== undefined) return this.#child;
    const { program, memoryBytes, settings } = this.#o;
    const node = [`--max-old-space-size=${Math.max(64, Math.floor(memoryBytes / 4_194_304))}`, "--no-warnings", program];
    const bounded = process.platform !== "win32" && existsSync("/bin/sh");
    const [command, args] = bounded
      ? ["/bin/sh", ["-c", `ulimit -d ${Math.floor(memoryBytes / 1024)} && exec "$@"`, "sh", process.execPath, ...node]]
      : [process.execPath, node];
    const child = spawn(command as string, args as string[], { stdio: ["ignore", "ignore", "ignore", "ipc"], env: {}, serialization: "advanced" });
    child.on("message", (answer: A) => this.#answered(answer));
    child.once("error", () => this.#ended(child));
    child.once("exit", () => this.#ended(child));
    child.unref();
    child.channel?.unref();
    this.#child = child;
    child.send(settings, () => undefined);
    return child;
  }

  #answered(answer: A): void {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id);
    clearTimeout(waiting.timer);
    waiting.done(answer);
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const [id, { timer, done }] of [...this.#waiting]) {
      this.#waiting.delete(id);
      clearTimeout(timer);
      done(undefined);
    }
  }
}
