import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CodedError } from "../../base/result.ts";
import { type CaptureFault, type CaptureInfo, copyCapture, inspectCapture, needsCopy } from "./capture.ts";

export interface SuricataOptions {
  /** Program to run; default: `suricata` of PATH, then the usual folders. */
  binary?: string;
  /** Configuration; default content/suricata/wonted.yaml of this installation. */
  config?: string;
  /** Folder in which a folder of our own is made; default the system's. */
  tempDir?: string;
  /** Wall time that one run may take, ms. Default 30 minutes. */
  wallMs?: number;
  /** Size that all EVE files together may reach, bytes. Default 8 GiB. */
  outputBytes?: number;
  signal?: AbortSignal;
}

export interface SuricataRun {
  /** One per link type of the capture, nearly always one. In a folder of ours that `dispose` removes. */
  eveFiles: string[];
  version: string;
  capture: CaptureInfo;
  /** Set when the capture is not whole: what came before was read. */
  fault: CaptureFault | undefined;
  /** What Suricata complained of, at most 50 lines. */
  warnings: string[];
  dir: string;
  dispose(): Promise<void>;
}

const MAX_WARNINGS = 50;
const HINT = "install the package suricata 7 (Debian 12: from bookworm-backports; elsewhere: oisf.net), or give the EVE files of a sensor of yours";

/** Path of the configuration that comes with the program. */
export function suricataConfig(): string {
  return fileURLToPath(new URL("../../../content/suricata/wonted.yaml", import.meta.url));
}

/** Path of the program, or undefined when it is not installed. */
export function findSuricata(path: string = process.env.PATH ?? ""): string | undefined {
  for (const folder of [...path.split(delimiter), "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/suricata/bin"]) {
    if (folder === "") continue;
    const file = join(folder, "suricata");
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  return undefined;
}

/**
 * Version of an installed Suricata. Throws CodedError `suricata-missing` when there is none and `suricata-version` when it is not a 7:
 * older ones write no JA4, the configuration of newer ones differs.
 */
export async function suricataVersion(options: Pick<SuricataOptions, "binary"> = {}): Promise<{ binary: string; version: string }> {
  const binary = options.binary ?? findSuricata();
  if (binary === undefined) throw new CodedError("suricata-missing", "Suricata is not installed, so captures cannot be read", { hint: HINT, exitCode: 2 });
  const { output } = await runLimited(binary, ["-V"], { wallMs: 10_000 });
  const version = /Suricata version (\d+\.\d+\.\d+\S*)/.exec(output)?.[1];
  if (version === undefined) throw new CodedError("suricata-version", `${binary} does not say which version of Suricata it is`, { hint: HINT, exitCode: 2 });
  if (!version.startsWith("7.")) {
    throw new CodedError("suricata-version", `${binary} is Suricata ${version}, and captures are read with 7`, { hint: HINT, exitCode: 2 });
  }
  return { binary, version };
}

/**
 * Runs Suricata with our configuration over one capture (pcap, pcapng, gzip around either): no rules, no Lua, one thread, checksums ignored,
 * emptied environment. A capture that libpcap would refuse or stumble over (truncated, several interfaces, gzip) is first copied, packet by whole packet.
 * Disk: EVE is 0.1 to 1 times the packets; a copy is as large as they are. Errors: `capture-format`, `capture-unreadable`, `suricata-missing`,
 * `suricata-version`, `suricata-limit` (wall time or output), `suricata-failed`.
 */
export async function runSuricata(path: string, options: SuricataOptions = {}): Promise<SuricataRun> {
  const { binary, version } = await suricataVersion(options);
  let info = await inspectCapture(path);
  const dir = await mkdtemp(join(options.tempDir ?? tmpdir(), "wonted-suricata-"));
  const dispose = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    let parts = [path];
    if (needsCopy(info)) ({ info, parts } = await copyCapture(path, dir));
    const eveFiles: string[] = [];
    const warnings: string[] = [];
    // Suricata waits a minute before it gives up on a file without packets.
    if (info.packets === 0) parts = [];
    for (const [index, part] of parts.entries()) {
      const eve = `eve-${index}.json`;
      const args = ["-c", options.config ?? suricataConfig(), "-S", "/dev/null", "-r", part, "-l", dir, "--runmode", "single", "-k", "none"];
      args.push("--set", `outputs.0.eve-log.filename=${eve}`);
      const run = await runLimited(binary, args, {
        wallMs: options.wallMs ?? 1_800_000,
        watch: { file: join(dir, eve), bytes: options.outputBytes ?? 8_589_934_592 },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        stopOn: (line) => line.includes("Failed to init pcap file") || line.includes("failed to initialize"),
      });
      for (const line of run.output.split("\n")) {
        if (/^[EW]:/.test(line) && warnings.length < MAX_WARNINGS) warnings.push(line.slice(0, 300));
      }
      if (run.stopped !== undefined) throw new CodedError("suricata-limit", `Suricata was stopped on ${path}: ${run.stopped}`);
      if (run.code !== 0) throw new CodedError("suricata-failed", `Suricata ended with ${run.code ?? "a signal"} on ${path}: ${run.output.slice(-400).trim()}`);
      eveFiles.push(join(dir, eve));
    }
    return { eveFiles, version, capture: info, fault: info.fault, warnings, dir, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Limits {
  wallMs: number;
  watch?: { file: string; bytes: number };
  signal?: AbortSignal;
  stopOn?: (line: string) => boolean;
}

/** Runs one program, keeps the last 64 kB that it says, and ends it at a limit. `stopped` says which. */
function runLimited(binary: string, args: string[], limits: Limits): Promise<{ code: number | null; output: string; stopped: string | undefined }> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", TZ: "UTC", LC_ALL: "C" }, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let stopped: string | undefined;
    const stop = (reason: string): void => {
      stopped ??= reason;
      child.kill("SIGKILL");
    };
    const hear = (chunk: Buffer): void => {
      output = (output + chunk.toString("latin1")).slice(-65_536);
      if (limits.stopOn?.(output)) child.kill("SIGKILL");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const wall = setTimeout(() => stop(`it took longer than ${Math.round(limits.wallMs / 1_000)} s`), limits.wallMs);
    const { watch } = limits;
    const size = setInterval(() => {
      if (watch === undefined) return;
      const bytes = statSync(watch.file, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > watch.bytes) stop(`its output passed ${watch.bytes} bytes`);
    }, 250);
    const abort = (): void => stop("it was no longer wanted");
    limits.signal?.addEventListener("abort", abort, { once: true });
    if (limits.signal?.aborted) abort();
    const done = (): void => {
      clearTimeout(wall);
      clearInterval(size);
      limits.signal?.removeEventListener("abort", abort);
    };
    child.on("error", (cause) => {
      done();
      reject(new CodedError("suricata-missing", `${binary} cannot be run: ${cause.message}`, { hint: HINT, exitCode: 2, cause }));
    });
    child.on("close", (code) => {
      done();
      resolve({ code, output, stopped });
    });
  });
}
