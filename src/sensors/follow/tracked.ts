import type { SeenFile } from "../scan.ts";
import { type ByteSource, GzipSource, NO_ANCHOR, PlainSource } from "./byte-source.ts";
import type { LogStream } from "./log-stream.ts";

/** A file of a source and what is known of it. */
export interface Tracked extends SeenFile {
  state: "new" | "unknown" | "copy" | "reading" | "resting";
  stream: LogStream | undefined;
  source: ByteSource | undefined;
  /** Size and mtime when it was last judged or read to its end. */
  judged: string;
  judgedSize: number;
  /** Too much was looked into for it to become a log by growing. */
  hopeless: boolean;
  /** The log that this very file held before it was truncated. */
  lost: LogStream | undefined;
  problem: string | undefined;
  /** Clock time at which what could not be opened is tried again. */
  retryAt: number;
  /** gzip: clock time since when its size has stood still. */
  still: number;
  lastScan: number;
  vanishedAt: number | undefined;
  grew: number;
}

const HEAD = 262_144;

export function newlySeen(seen: SeenFile, now: number): Tracked {
  const unknown = { stream: undefined, source: undefined, lost: undefined, problem: undefined, vanishedAt: undefined };
  return { ...seen, ...unknown, state: "new", judged: "", judgedSize: 0, hopeless: false, retryAt: 0, still: now, lastScan: 0, grew: now };
}

export function idOf(file: { dev: number; inode: number }): string {
  return `${file.dev}:${file.inode}`;
}

/** So that a restart sees that nothing was added. */
export function remember(stream: LogStream, file: SeenFile): void {
  stream.inode = file.inode;
  stream.size = file.size;
  stream.mtime = file.mtime;
}

export function looks(file: { size: number; mtime: number }): string {
  return `${file.size}:${file.mtime}`;
}

/** Its first 256 kB (decompressed), or all of it. `complete`: it will not grow. */
export async function readHead(file: SeenFile): Promise<{ bytes: Buffer; complete: boolean }> {
  const buffer = Buffer.allocUnsafe(HEAD);
  let source: ByteSource;
  if (file.gzip) source = new GzipSource(file.path, 0);
  else ({ source } = await PlainSource.open(file.path, buffer, 0, NO_ANCHOR));
  try {
    const parts: Buffer[] = [];
    let size = 0;
    while (size < HEAD) {
      const outcome = await source.read();
      if (outcome.kind !== "bytes" || (outcome.block.length === 0 && !outcome.ended)) break;
      parts.push(Buffer.from(outcome.block));
      size += outcome.block.length;
      if (outcome.ended) return { bytes: Buffer.concat(parts), complete: true };
    }
    return { bytes: Buffer.concat(parts), complete: false };
  } finally {
    await source.close();
  }
}
