import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { CodedError } from "../base/result.ts";

const ENV = { PATH: "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" };
const ANSWER_WITHIN = 5_000;

interface Waiting {
  mark: string;
  done(error: string | undefined): void;
}

/**
 * One `nft -i` that lives as long as we do: a change costs some 3 ms instead of the 20 of a process. nft says nothing when all is well, so after each
 * line we ask for a set that does not exist: what stands on stderr before that complaint belongs to the line. Only text of elements.ts comes here.
 * Errors: CodedError `nft-missing`, `nft-refused` (with nft's words), `nft-silent`.
 */
export class NftSession {
  #child: ChildProcessWithoutNullStreams | undefined;
  #heard = "";
  #count = 0;
  readonly #waiting: Waiting[] = [];

  /** One line is one transaction; commands in it are parted by `;`. */
  line(text: string): Promise<void> {
    const child = this.#alive();
    const mark = `ask${++this.#count}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#drop(new CodedError("nft-silent", "nft did not answer"));
        reject(new CodedError("nft-silent", "nft did not answer"));
      }, ANSWER_WITHIN);
      this.#waiting.push({
        mark,
        done: (error) => {
          clearTimeout(timer);
          if (error === undefined) resolve();
          else reject(new CodedError("nft-refused", error));
        },
      });
      child.stdin.write(`${text}\nlist set ip wonted ${mark}\n`);
    });
  }

  close(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #alive(): ChildProcessWithoutNullStreams {
    if (this.#child !== undefined) return this.#child;
    const child = spawn("nft", ["-i"], { env: ENV, stdio: "pipe" });
    this.#child = child;
    this.#heard = "";
    child.stdout.resume();
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => this.#hear(text));
    child.once("error", (error) => this.#drop(new CodedError("nft-missing", `nft cannot be started: ${error.message}`)));
    child.once("exit", () => {
      if (this.#child === child) this.#drop(new CodedError("nft-silent", "nft ended"));
    });
    return child;
  }

  #drop(error: CodedError): void {
    this.#child?.kill();
    this.#child = undefined;
    for (const waiting of this.#waiting.splice(0)) waiting.done(error.message);
  }

  #hear(text: string): void {
    this.#heard += text;
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const at = this.#heard.indexOf(`list set ip wonted ${first.mark}\n`);
      if (at < 0) return;
      const before = this.#heard.slice(0, at);
      // The complaint's own line "Error: No such file or directory..." stands before the echo of the command.
      const own = before.lastIndexOf("Error:");
      const said = before
        .slice(0, Math.max(0, own))
        .replace(/^[\s^~]+/, "")
        .trim();
      const after = this.#heard.indexOf("^", at);
      if (after < 0) return;
      const end = this.#heard.indexOf("\n", after);
      if (end < 0) return;
      this.#heard = this.#heard.slice(end + 1);
      this.#waiting.shift();
      first.done(said === "" ? undefined : said.split("\n", 2).join(" ").slice(0, 300));
    }
  }
}

/** A process of its own, for batches: text on stdin, one transaction. */
export function nftFile(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile("nft", ["-f", "-"], { env: ENV, timeout: 30_000, maxBuffer: 1_000_000 }, (error, _out, stderr) => {
      if (error === null) resolve();
      else if ((error as NodeJS.ErrnoException).code === "ENOENT") reject(new CodedError("nft-missing", "nft is not installed"));
      else reject(new CodedError("nft-refused", stderr.split("\n", 2).join(" ").slice(0, 300) || error.message));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(text);
  });
}

/** `nft -j list ...` as a value; undefined when there is no such table. */
export function nftList(...what: string[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    execFile("nft", ["-j", "list", ...what], { env: ENV, timeout: 30_000, maxBuffer: 200_000_000 }, (error, stdout) => {
      if (error === null) resolve(JSON.parse(stdout));
      else if ((error as NodeJS.ErrnoException).code === "ENOENT") reject(new CodedError("nft-missing", "nft is not installed"));
      else resolve(undefined);
    });
  });
}
