import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { escapeJsonText } from "../../base/escape.ts";
import { CodedError } from "../../base/result.ts";
import { makeFolder } from "../../store/make-folder.ts";

const BUFFER = 256 * 1024;

/** One NDJSON file: buffered, written under a `.part` name until the run is complete. */
export class NdjsonFile {
  readonly #path: string;
  readonly #fd: number;
  #pending: string[] = [];
  #size = 0;
  lines = 0;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(`${path}.part`, "w");
  }

  write(value: unknown): void {
    const text = escapeJsonText(`${JSON.stringify(value)}\n`);
    this.#pending.push(text);
    this.#size += text.length;
    this.lines++;
    if (this.#size > BUFFER) this.#flush();
  }

  finish(): void {
    this.#flush();
    closeSync(this.#fd);
    renameSync(`${this.#path}.part`, this.#path);
  }

  abandon(): void {
    this.#pending = [];
    closeSync(this.#fd);
    rmSync(`${this.#path}.part`, { force: true });
  }

  #flush(): void {
    if (this.#pending.length > 0) writeSync(this.#fd, this.#pending.join(""));
    this.#pending = [];
    this.#size = 0;
  }
}

export const OUTPUT_FILES = ["alerts", "scores", "pairs", "emails", "incidents", "actions", "events", "rejected"] as const;
export type OutputName = (typeof OUTPUT_FILES)[number];

/** The files of `--out DIR` (contract: every file is always written, empty where there is nothing). A run that fails leaves none behind. */
export class OutputFolder {
  readonly dir: string;
  readonly files: Readonly<Record<OutputName, NdjsonFile>>;

  constructor(dir: string) {
    if (existsSync(dir) && !statSync(dir).isDirectory()) throw new CodedError("out-not-a-folder", `${dir}: is not a folder`, { exitCode: 2 });
    try {
      makeFolder(dir);
      this.files = Object.fromEntries(OUTPUT_FILES.map((n) => [n, new NdjsonFile(join(dir, `${n}.ndjson`))])) as Record<OutputName, NdjsonFile>;
    } catch (error) {
      throw new CodedError("out-unwritable", `${dir}: cannot write there: ${(error as Error).message}`, { exitCode: 2 });
    }
    this.dir = dir;
  }

  finish(summary: Record<string, unknown>): void {
    for (const file of Object.values(this.files)) file.finish();
    const path = join(this.dir, "summary.json");
    writeFileSync(`${path}.part`, `${JSON.stringify(summary, null, 2)}\n`);
    renameSync(`${path}.part`, path);
  }

  abandon(): void {
    for (const file of Object.values(this.files)) file.abandon();
  }
}
