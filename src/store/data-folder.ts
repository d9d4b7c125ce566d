import { chmodSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CodedError } from "../base/result.ts";
import { makeFolder } from "./make-folder.ts";

/** Folders that this very process holds: their lock files carry a pid that is alive for the wrong reason after a restart in a container. */
const held = new Set<string>();

/**
 * Make the folder (0700) and take it for this process. The lock file names the process and when it started, so that one left by a killed
 * process, or by another process that had the same number, is taken over. DuckDB's own file lock stands behind it should two processes
 * take over at the same moment. Throws store-locked. Returns what gives the folder back.
 */
export function takeDataFolder(dir: string): () => void {
  const folder = resolve(dir);
  if (held.has(folder)) throw locked(folder, process.pid);
  const path = join(folder, "lock");
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) ?? "" });
  if (!claimFolder(folder, path, mine)) {
    const holder = readHolder(path);
    if (holder !== undefined && isAlive(holder)) throw locked(folder, holder.pid);
    const part = `${path}.${process.pid}`;
    writeFileSync(part, mine, { mode: 0o600 });
    renameSync(part, path);
    if (readFileSync(path, "utf8") !== mine) throw locked(folder, readHolder(path)?.pid ?? 0);
  }
  held.add(folder);
  return () => {
    held.delete(folder);
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** Deletes what an earlier run left in the folder, unless a process uses it. Throws store-locked. */
export function emptyDataFolder(dir: string): void {
  const release = takeDataFolder(dir);
  try {
    for (const name of readdirSync(dir)) if (name !== "lock") rmSync(join(dir, name), { recursive: true, force: true });
  } finally {
    release();
  }
}

/** True when the lock file was made by this process, false when there is one already. */
function claimFolder(folder: string, path: string, mine: string): boolean {
  try {
    makeFolder(folder, 0o700);
    chmodSync(folder, 0o700);
    return create(path, mine);
  } catch (error) {
    throw new CodedError("data-unwritable", `${folder}: cannot be used as the data folder: ${(error as Error).message}`, {
      hint: "Give a --data folder that this user owns.",
      exitCode: 2,
      cause: error,
    });
  }
}

function locked(folder: string, pid: number): CodedError {
  return new CodedError("store-locked", `process ${pid} uses the data folder ${folder}`, {
    hint: "Stop it, or give this one another --data folder.",
    exitCode: 2,
  });
}

/** A link is made whole or not at all, so nobody reads half a lock file. */
function create(path: string, text: string): boolean {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, text, { mode: 0o600 });
  try {
    linkSync(part, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(part, { force: true });
  }
}

interface Holder {
  pid: number;
  started: string;
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, started } = value as Partial<Holder>;
    return typeof pid === "number" && pid > 0 ? { pid, started: String(started ?? "") } : undefined;
  } catch {
    // Missing, or cut off by a crash while it was written: nobody's.
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const started = startOf(holder.pid);
  return started === undefined || holder.started === "" || started === holder.started;
}

/** Start of a process in clock ticks since boot (Linux, proc(5), field 22); undefined elsewhere. A zombie has ended. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "ended" : fields[19];
  } catch {
    return undefined;
  }
}
