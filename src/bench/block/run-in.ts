import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CodedError } from "../../base/result.ts";

/** A child process that answers each line with one line of JSON; lines that it says by itself (`{event: ...}`) are kept. */
export class LineProcess {
  readonly child: ChildProcess;
  readonly events: { at: number; value: Record<string, unknown> }[] = [];
  readonly #waiting: ((value: Record<string, unknown>) => void)[] = [];

  constructor(command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], ...options });
    if (this.child.stdout === null) throw new Error("no output to read");
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const value = JSON.parse(line) as Record<string, unknown>;
      if (value.event !== undefined) this.events.push({ at: performance.now(), value });
      else this.#waiting.shift()?.(value);
    });
  }

  ask(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  kill(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    return new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return resolve();
      this.child.once("exit", () => resolve());
      this.child.kill(signal);
    });
  }
}

/** Runs a command to its end. Throws CodedError `namespaces-refused` with what it said. */
export function run(command: string, ...args: string[]): void {
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    throw new CodedError("namespaces-refused", `${command} ${args.slice(0, 4).join(" ")}: ${String((error as { stderr?: unknown }).stderr ?? error).trim()}`, {
      hint: "This needs root, iproute2, nftables and a kernel that lets it make network namespaces.",
      exitCode: 2,
    });
  }
}
