import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LinkLookups } from "../../parsers/links/link-lookups.ts";
import { readHeaders } from "../../parsers/mail/header-block.ts";
import { LimitLog } from "../../parsers/mail/limits.ts";
import { messageOfHeaders } from "../../parsers/mail/mail-head.ts";
import { finishMessage } from "../../parsers/mail/open-layers.ts";
import type { LimitName, OpenedMessage } from "../../parsers/mail/opened-message.ts";
import type { FromChild, ToChild } from "./worker.ts";

export interface OpenPoolOptions {
  lookups: Pick<LinkLookups, "rewriters">;
  /** Processes; 1 or more. */
  processes?: number;
  /** Processor time for one message, ms: the same on a busy machine. Where a process's time cannot be read (no /proc) it counts as wall time. */
  cpuMs?: number;
  /** Longest wall time for one message, ms: for a process that neither works nor answers. */
  wallMs?: number;
  /** Data segment of a process in bytes (RLIMIT_DATA), where a POSIX shell can set it; the heap's limit is a quarter of it. */
  memoryBytes?: number;
  /** Program of the process; tests hand in one that misbehaves. */
  program?: string;
}

interface Job {
  id: number;
  ref: string;
  bytes: Uint8Array;
  size: number;
  brief: boolean;
  partial: OpenedMessage | undefined;
  done(message: OpenedMessage): void;
}

interface Child {
  process: ChildProcess;
  /** In the order in which the process takes them; the first is being worked at. */
  jobs: Job[];
  timer: NodeJS.Timeout | undefined;
  /** Processor time when its first job began, ms; undefined where that cannot be read. */
  cpuBefore: number | undefined;
  began: number;
  killedFor: LimitName | undefined;
}

/** Messages handed to one process ahead: enough that it never waits, few enough that a death repeats little. */
const AHEAD = 8;
/** Nothing of ours; glibc's allocator would keep freed pictures in an arena for each of its threads (mallopt(3)). */
const ENVIRONMENT = { MALLOC_ARENA_MAX: "2" };
const MESSAGE_PREFIX = 1_048_576;

/**
 * Opens messages in processes of their own with limits on time and memory: parsers meet hostile bytes there, without environment, and one message cannot stop the
 * rest. A process that dies or overstays is replaced; the message it worked at comes back with what was known of it, at least its headers, and a limit that
 * says why; messages behind it are opened by the next process. `open` never rejects. Cost of a round trip: about 0.2 ms for 60 kB. Where there is no `/bin/sh` (Windows)
 * only the JavaScript heap is bounded, and `boundsMemory` is false.
 */
export class MailOpener {
  readonly boundsMemory = process.platform !== "win32" && existsSync("/bin/sh");
  readonly #options: Required<Omit<OpenPoolOptions, "lookups">> & Pick<OpenPoolOptions, "lookups">;
  readonly #children: Child[] = [];
  readonly #waiting: Job[] = [];
  #next = 0;
  #closed = false;

  constructor(options: OpenPoolOptions) {
    // In the published package everything is JavaScript.
    const program = fileURLToPath(new URL(`./worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
    this.#options = { processes: 1, cpuMs: 20_000, wallMs: 240_000, memoryBytes: 1_073_741_824, program, ...options };
  }

  /** `bytes` are what is opened; `size` how large the message was when a reader cut it; `brief` when it is learned from and not judged (see openLayers). */
  open(bytes: Uint8Array, ref: string, size = bytes.length, brief = false): Promise<OpenedMessage> {
    return new Promise((done) => {
      this.#waiting.push({ id: this.#next++, ref, bytes, size, brief, partial: undefined, done });
      this.#feed();
    });
  }

  /** Processor time that the running processes took so far, ms, in steps of ten; undefined where that cannot be read. */
  processorTime(): number | undefined {
    const each = this.#children.map((child) => cpuOf(child.process.pid));
    return each.some((ms) => ms === undefined) ? undefined : each.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
  }

  /** Ends the processes; what is still waiting comes back with its headers. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.done(headersOnly(job, "crash"));
    await Promise.all(
      this.#children.splice(0).map(
        (child) =>
          new Promise<void>((resolve) => {
            clearTimeout(child.timer);
            if (child.process.exitCode !== null || child.process.signalCode !== null) return resolve();
            child.process.once("exit", () => resolve());
            child.process.ref();
            child.process.kill("SIGKILL");
          }),
      ),
    );
  }

  #feed(): void {
    if (this.#closed) return;
    while (this.#waiting.length > 0) {
      const child = this.#freest();
      if (child === undefined) return;
      const job = this.#waiting.shift() as Job;
      child.jobs.push(job);
      if (child.jobs.length === 1) this.#startClock(child);
      this.#send(child, { kind: "open", id: job.id, ref: job.ref, bytes: job.bytes, size: job.size, brief: job.brief });
    }
  }

  #freest(): Child | undefined {
    const idle = this.#children.find((c) => c.jobs.length === 0);
    if (idle !== undefined) return idle;
    if (this.#children.length < this.#options.processes) return this.#start();
    const [least] = [...this.#children].sort((a, b) => a.jobs.length - b.jobs.length);
    return least !== undefined && least.jobs.length < AHEAD ? least : undefined;
  }

  #start(): Child {
    const { memoryBytes, program, lookups } = this.#options;
    const node = [`--max-old-space-size=${Math.max(64, Math.floor(memoryBytes / 4_194_304))}`, "--no-warnings", program];
    // The limit is on data, not on address space: WebAssembly reserves far more addresses than it uses.
    const [command, args] = this.boundsMemory
      ? ["/bin/sh", ["-c", `ulimit -d ${Math.floor(memoryBytes / 1024)} && exec "$@"`, "sh", process.execPath, ...node]]
      : [process.execPath, node];
    const child: Child = {
      process: spawn(command as string, args as string[], { stdio: ["ignore", "ignore", "ignore", "ipc"], env: ENVIRONMENT, serialization: "advanced" }),
      jobs: [],
      timer: undefined,
      cpuBefore: undefined,
      began: 0,
      killedFor: undefined,
    };
    child.process.on("message", (message: FromChild) => this.#answer(child, message));
    child.process.once("error", () => this.#ended(child));
    child.process.once("exit", () => this.#ended(child));
    child.process.unref();
    child.process.channel?.unref();
    this.#children.push(child);
    this.#send(child, { kind: "settings", rewriters: lookups.rewriters });
    return child;
  }

  #send(child: Child, message: ToChild): void {
    // A process that has just died is noticed by its exit; its jobs are dealt with there.
    if (child.process.connected) child.process.send(message, () => undefined);
  }

  #startClock(child: Child): void {
    clearTimeout(child.timer);
    const busy = child.jobs.length > 0;
    child.timer = undefined;
    if (busy) {
      child.began = performance.now();
      child.cpuBefore = cpuOf(child.process.pid);
      this.#watch(child, this.#options.cpuMs);
    }
    child.process[busy ? "ref" : "unref"]();
    child.process.channel?.[busy ? "ref" : "unref"]();
  }

  /** Looks again when the job could have used up its processor time, not before. */
  #watch(child: Child, after: number): void {
    const { cpuMs, wallMs } = this.#options;
    const wall = wallMs - (performance.now() - child.began);
    child.timer = setTimeout(
      () => {
        const now = cpuOf(child.process.pid);
        const left = child.cpuBefore === undefined || now === undefined ? 0 : cpuMs - (now - child.cpuBefore);
        if (left > 0 && performance.now() - child.began < wallMs) return this.#watch(child, Math.max(50, left));
        child.killedFor = "time";
        child.process.kill("SIGKILL");
      },
      Math.max(1, Math.min(after, wall)),
    );
  }

  #answer(child: Child, { id, partial, message }: FromChild): void {
    const job = child.jobs.find((j) => j.id === id);
    if (job === undefined) return;
    if (partial) {
      job.partial = message;
      return;
    }
    child.jobs.splice(child.jobs.indexOf(job), 1);
    this.#startClock(child);
    job.done(message);
    this.#feed();
  }

  #ended(child: Child): void {
    const at = this.#children.indexOf(child);
    if (at < 0) return;
    this.#children.splice(at, 1);
    clearTimeout(child.timer);
    const [blamed, ...others] = child.jobs.splice(0);
    if (blamed !== undefined) {
      // V8 aborts (SIGABRT, SIGTRAP, SIGILL) when memory is refused; so does an allocation of a native part.
      const memory = /SIG(?:ABRT|TRAP|ILL|SEGV|BUS)/.test(child.process.signalCode ?? "") || child.process.exitCode === 134;
      const reason: LimitName = child.killedFor ?? (memory ? "memory" : "crash");
      blamed.done(blamed.partial === undefined ? headersOnly(blamed, reason) : finishMessage(withLimit(blamed.partial, reason)));
    }
    this.#waiting.unshift(...others.map((job) => ({ ...job, partial: undefined })));
    this.#feed();
  }
}

/** Processor time of a process so far, ms (proc_pid_stat(5), fields 14 and 15, in hundredths of a second); undefined where there is no /proc. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

function withLimit(message: OpenedMessage, limit: LimitName): OpenedMessage {
  return { ...message, limits: [...message.limits, { limit, where: "" }] };
}

/** Headers alone are read here: one linear pass over at most 256 KiB. */
function headersOnly(job: Job, limit: LimitName): OpenedMessage {
  const limits = new LimitLog();
  const bytes = Buffer.from(job.bytes.buffer, job.bytes.byteOffset, Math.min(job.bytes.byteLength, MESSAGE_PREFIX));
  const { headers } = readHeaders(bytes, 0, bytes.length, limits);
  return withLimit({ ...messageOfHeaders(headers, job.ref, job.size), limits: limits.hits }, limit);
}
