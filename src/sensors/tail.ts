import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { hash32 } from "../base/hash.ts";
import { isRejected, type RecordKind } from "../parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";
import { ANCHOR, type ByteSource, GzipSource, NO_ANCHOR, PlainSource } from "./follow/byte-source.ts";
import { type FollowPosition, LogStream, type ParserFactory } from "./follow/log-stream.ts";
import { reasonOf, type SeenFile, scanSource, watchedFolder } from "./follow/scan.ts";
import { LineSplitter } from "./lines.ts";

export type { FollowPosition } from "./follow/log-stream.ts";

/** What the first bytes of a file say. "more": not a whole record yet. undefined: nothing that we follow. */
export type Identify = (head: Buffer, file: { path: string; source: string; complete: boolean }) => { kind: RecordKind; fileKey: string } | "more" | undefined;

export interface FollowerOptions {
  /** Id of the source. */
  source: string;
  /** Folder, glob or file, as the operator wrote it. */
  path: string;
  parser: ParserFactory;
  identify: Identify;
  clock: Clock;
  /** Where an earlier follower of the source had come to. */
  positions?: readonly FollowPosition[];
  /** Bytes read in one poll, about. Default 1 MiB: some 8,000 Zeek connections. */
  pollBytes?: number;
  /** Wait between polls once caught up, ms. Default 250. */
  intervalMs?: number;
  /** Least time between two listings of the source, ms; default `intervalMs`, plus 0.4 ms a file, which keeps listings at a twentieth of the time. */
  scanMs?: number;
  /** How long a file that left the source is still read from its open handle, ms. Default 30 s. */
  graceMs?: number;
  /** A gzip file is read when its size stood still for this long, ms. Default 1 s. */
  settleMs?: number;
  /** Handles held open without need: beyond that, logs that did not grow for a minute are closed until they change. Default 128. */
  maxOpen?: number;
  /** Bytes of one read. Default 64 kB. */
  blockBytes?: number;
}

export interface FollowBatch {
  /** In the order of their own time within this batch. */
  events: NetEvent[];
  rejected: Rejected[];
  /** Of the logs that this batch took something from: to be committed together with its events. */
  positions: FollowPosition[];
  /** Nothing more was there to read. */
  caughtUp: boolean;
  bytes: number;
}

interface Tracked extends SeenFile {
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
  /** gzip: clock time since when its size has stood still. */
  still: number;
  lastScan: number;
  vanishedAt: number | undefined;
  grew: number;
}

const HEAD = 262_144;
const IDENTIFIED_PER_POLL = 256;
const KEEP_MISSING = 2 * 86_400_000;
const MAX_STREAMS = 50_000;

/**
 * Follows the logs of one source as they grow. Every record of it comes out once, whatever rotation does in between: renaming (with or without
 * a new folder and gzip), copy and truncate, plain truncation, and restarts from `positions`. A log is known by the key of its first record,
 * so a renamed, copied or compressed file goes on where its log was left. A half-written last line waits for its end.
 *
 * Order: events of one batch are sorted by their own time. Over batches, logs are read in time order block by block (64 kB), so an event
 * is late by at most what one block of another log spans, plus how late the sensor itself writes (a flow is written at its end).
 *
 * Back-pressure: nothing is read but in `poll`. Memory: `pollBytes` and its events, 8 MiB of one half line a log, about 1 kB a known log
 * (those gone for 2 days are forgotten). Does not work: two logs of one source with the same first record; a line changed after it was read;
 * a truncation without copy loses what no poll had read. `fs.watch` only shortens the wait.
 */
export class Follower {
  readonly #options: Required<Omit<FollowerOptions, "positions" | "scanMs">>;
  readonly #byInode = new Map<number, LogStream>();
  readonly #scanMs: number;
  readonly #files = new Map<string, Tracked>();
  readonly #streams = new Map<string, LogStream>();
  readonly #owners = new Map<LogStream, Tracked>();
  readonly #problems = new Map<string, string>();
  readonly #buffer: Buffer;
  #since: number;
  #scans = 0;
  #nextScan = Number.NEGATIVE_INFINITY;
  #open = 0;
  #polling = false;
  #closed = false;
  #watcher: FSWatcher | undefined;
  #hint: (() => void) | undefined;

  constructor(options: FollowerOptions) {
    this.#options = { pollBytes: 1_048_576, intervalMs: 250, graceMs: 30_000, settleMs: 1_000, maxOpen: 128, blockBytes: 65_536, ...options };
    this.#buffer = Buffer.allocUnsafe(this.#options.blockBytes + ANCHOR);
    this.#scanMs = options.scanMs ?? this.#options.intervalMs;
    this.#since = options.clock.now();
    for (const position of options.positions ?? []) {
      const stream = LogStream.restore(position);
      this.#streams.set(position.fileKey, stream);
      this.#byInode.set(position.inode, stream);
      this.#since = Math.min(this.#since, position.since);
    }
  }

  /** Where every known log was left. */
  positions(): FollowPosition[] {
    return [...this.#streams.values()].map((stream) => stream.position(this.#since));
  }

  /** What cannot be read now, by path, in plain words. */
  problems(): ReadonlyMap<string, string> {
    const out = new Map(this.#problems);
    for (const file of this.#files.values()) if (file.problem !== undefined) out.set(file.path, file.problem);
    return out;
  }

  /** Logs known and files now in the source, for the source's page. */
  files(): { path: string; lines: number; offset: number; state: string; size: number }[] {
    return [...this.#files.values()].map((file) => ({
      path: file.path,
      lines: file.stream === undefined ? 0 : file.stream.line - 1,
      offset: file.stream?.offset ?? 0,
      state: file.state,
      size: file.size,
    }));
  }

  /** Reads what is there, at most about `pollBytes`. Not to be called again before it has answered. */
  async poll(): Promise<FollowBatch> {
    if (this.#polling || this.#closed) throw new Error("poll of a follower that is busy or closed");
    this.#polling = true;
    try {
      return await this.#poll();
    } finally {
      this.#polling = false;
    }
  }

  /** Resolves after `intervalMs`, or sooner when the file system hints at a change, or when `signal` is aborted. */
  async wait(signal?: AbortSignal): Promise<void> {
    this.#watch();
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        this.#hint = undefined;
        resolve();
      };
      const timer = setTimeout(done, this.#options.intervalMs);
      this.#hint = done;
      signal?.addEventListener("abort", done, { once: true });
      if (signal?.aborted) done();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watcher?.close();
    this.#hint?.();
    for (const file of this.#files.values()) await this.#rest(file);
  }

  async #poll(): Promise<FollowBatch> {
    const batch: FollowBatch = { events: [], rejected: [], positions: [], caughtUp: false, bytes: 0 };
    const { clock } = this.#options;
    if (clock.now() >= this.#nextScan) await this.#scan();
    const undecided = await this.#identifyNew();
    const touched = new Set<LogStream>();
    // What was found is known in time order only when all of it was looked into.
    if (!undecided) {
      const ready = [...this.#owners.values()].filter((file) => file.state === "reading");
      while (ready.length > 0 && batch.bytes < this.#options.pollBytes) {
        let first = 0;
        for (let i = 1; i < ready.length; i++) {
          if ((ready[i]?.stream?.frontier ?? 0) < (ready[first]?.stream?.frontier ?? 0)) first = i;
        }
        const file = ready[first];
        if (file === undefined) break;
        if (!(await this.#readBlock(file, batch, touched))) ready.splice(first, 1);
      }
      batch.caughtUp = ready.length === 0;
      for (const file of [...this.#files.values()]) if (file.vanishedAt !== undefined) await this.#bury(file, batch, touched);
    }
    batch.events.sort((a, b) => a.time - b.time);
    for (const stream of touched) batch.positions.push(stream.position(this.#since));
    return batch;
  }

  /** Reads one block. False when the file has no more for now. */
  async #readBlock(file: Tracked, batch: FollowBatch, touched: Set<LogStream>): Promise<boolean> {
    const stream = file.stream;
    if (stream === undefined) return false;
    if (file.source === undefined && !(await this.#openAt(file, stream))) return false;
    const source = file.source;
    if (source === undefined) return false;
    const outcome = await source.read();
    if (outcome.kind === "truncated") {
      await this.#truncated(file, stream);
      // Taken up at once when its first record is there; else by a later poll.
      return false;
    }
    if (outcome.kind === "damaged") {
      file.problem = `damaged: ${outcome.reason}`;
      touched.add(stream);
      await this.#finish(file, stream);
      return false;
    }
    if (outcome.block.length > 0 || outcome.ended) {
      batch.bytes += outcome.block.length;
      file.grew = this.#options.clock.now();
      const before = stream.offset;
      stream.take(outcome.block, outcome.ended, this.#options.source, batch.events, batch.rejected);
      if (stream.offset !== before || outcome.ended) touched.add(stream);
      if (stream.offset === file.size) remember(stream, file);
    }
    if (outcome.ended) await this.#finish(file, stream);
    if (outcome.block.length > 0) return !outcome.ended;
    if (this.#open > this.#options.maxOpen && this.#options.clock.now() - file.grew > 60_000) {
      await this.#rest(file);
      file.state = "resting";
      file.judged = looks(file);
    }
    return false;
  }

  async #openAt(file: Tracked, stream: LogStream): Promise<boolean> {
    try {
      if (file.gzip) file.source = new GzipSource(file.path, stream.offset);
      else {
        // Nothing was read that an anchor could hold, and it may be long ago that the file was looked into.
        if (stream.offset === 0 && !(await this.#begins(file, stream))) {
          await this.#truncated(file, stream);
          return false;
        }
        const opened = await PlainSource.open(file.path, this.#buffer, stream.offset, stream.anchor);
        if (opened.inode !== file.inode) {
          // Another file came to this path since it was listed; the next listing sorts it out.
          await opened.source.close();
          this.#nextScan = Number.NEGATIVE_INFINITY;
          return false;
        }
        file.source = opened.source;
      }
    } catch (error) {
      file.problem = reasonOf(error);
      return false;
    }
    this.#open++;
    file.problem = undefined;
    stream.begin(this.#options.source, this.#options.parser, this.#options.clock);
    return true;
  }

  async #begins(file: Tracked, stream: LogStream): Promise<boolean> {
    const head = await readHead(file);
    const identity = this.#options.identify(head.bytes, { path: file.path, source: this.#options.source, complete: head.complete });
    return typeof identity === "object" && identity.fileKey === stream.key;
  }

  /** The file no longer holds what was read: its log may go on in a copy, and a new log begins here. */
  async #truncated(file: Tracked, stream: LogStream): Promise<void> {
    await this.#rest(file);
    this.#release(file, stream);
    file.state = "new";
    file.lost = stream;
    this.#nextScan = Number.NEGATIVE_INFINITY;
  }

  #release(file: Tracked, stream: LogStream): void {
    if (this.#owners.get(stream) === file) this.#owners.delete(stream);
    file.stream = undefined;
    stream.missingSince = this.#options.clock.now();
  }

  /** Closes the handle and remembers how the file looked, so that it is opened again only when it changed. */
  async #rest(file: Tracked): Promise<void> {
    if (file.source === undefined) return;
    const source = file.source;
    file.source = undefined;
    this.#open--;
    file.stream?.pause();
    await source.close();
  }

  async #finish(file: Tracked, stream: LogStream): Promise<void> {
    await this.#rest(file);
    file.state = "resting";
    file.judged = looks(file);
    remember(stream, file);
  }

  /** A file that left the source is read to its end for a while, then what stands after its last line end is taken as a line. */
  async #bury(file: Tracked, batch: FollowBatch, touched: Set<LogStream>): Promise<void> {
    const { clock, graceMs, source } = this.#options;
    const since = Math.max(file.vanishedAt ?? 0, file.grew);
    const { stream } = file;
    if (file.source !== undefined && clock.now() - since < graceMs) return;
    if (stream !== undefined) {
      // A copy or a compressed form may still bring the rest of a half line.
      const heir = [...this.#files.values()].some((other) => other !== file && other.stream === stream);
      if (!heir && file.source !== undefined && !file.gzip) {
        stream.take(Buffer.alloc(0), true, source, batch.events, batch.rejected);
        touched.add(stream);
      }
    }
    await this.#rest(file);
    if (stream !== undefined) this.#release(file, stream);
    this.#files.delete(idOf(file));
  }

  async #scan(): Promise<void> {
    const { clock, path } = this.#options;
    const { files, problems } = await scanSource(path);
    const now = clock.now();
    // Listing takes about 20 µs a file: a large archive must not eat the time that reading needs.
    this.#nextScan = now + Math.max(this.#scanMs, files.length * 0.4);
    this.#scans++;
    this.#problems.clear();
    for (const [where, reason] of problems) this.#problems.set(where, reason);
    if (files.length === 0 && problems.size === 0) this.#problems.set(path, "nothing is there yet");
    for (const seen of files) await this.#see(seen, now);
    for (const [id, file] of this.#files) {
      if (file.lastScan === this.#scans) continue;
      if (file.source === undefined) {
        if (file.stream !== undefined) this.#release(file, file.stream);
        this.#files.delete(id);
      } else file.vanishedAt ??= now;
    }
    this.#forget(now);
  }

  async #see(seen: SeenFile, now: number): Promise<void> {
    const id = idOf(seen);
    let file = this.#files.get(id);
    if (file === undefined) {
      file = {
        ...seen,
        state: "new",
        stream: undefined,
        source: undefined,
        judged: "",
        judgedSize: 0,
        hopeless: false,
        lost: undefined,
        problem: undefined,
        still: now,
        lastScan: 0,
        vanishedAt: undefined,
        grew: now,
      };
      this.#files.set(id, file);
    } else if (file.lastScan === this.#scans) {
      // A second path to the same file.
      return;
    }
    if (file.gzip && looks(file) !== looks(seen)) file.still = now;
    file.path = seen.path;
    file.size = seen.size;
    file.mtime = seen.mtime;
    file.sibling = seen.sibling;
    file.gzip = seen.gzip;
    file.lastScan = this.#scans;
    file.vanishedAt = undefined;
    const changed = file.judged !== looks(file);
    if (file.state === "resting" && changed) file.state = "reading";
    else if (file.state === "unknown" && changed && (!file.hopeless || file.size < file.judgedSize)) file.state = "new";
    else if (file.state === "copy") {
      if (file.size < file.judgedSize) file.state = "new";
      else await this.#inherit(file);
    }
  }

  /** A copy takes its log over once nothing else holds it, or when it has more than the file that holds it. */
  async #inherit(file: Tracked): Promise<void> {
    const { stream } = file;
    if (stream === undefined) return;
    const owner = this.#owners.get(stream);
    if (file.gzip) {
      if (owner === undefined && this.#settled(file)) this.#own(file, stream);
    } else if (owner === undefined) {
      if (file.size >= stream.offset) this.#own(file, stream);
    } else if (owner !== file && file.size > stream.offset && owner.size <= stream.offset && owner.vanishedAt === undefined) {
      await this.#rest(owner);
      owner.state = "new";
      owner.stream = undefined;
      this.#own(file, stream);
    }
  }

  #own(file: Tracked, stream: LogStream): void {
    this.#owners.set(stream, file);
    stream.missingSince = undefined;
    file.stream = stream;
    file.state = "reading";
  }

  #settled(file: Tracked): boolean {
    return this.#options.clock.now() - file.still >= this.#options.settleMs;
  }

  /** True when files are left that were not looked into, so that the order is not known yet. */
  async #identifyNew(): Promise<boolean> {
    const fresh: Tracked[] = [];
    for (const file of this.#files.values()) {
      if (file.state === "new" && file.vanishedAt === undefined && (!file.gzip || this.#settled(file)) && file.size > 0) fresh.push(file);
    }
    if (fresh.length === 0) return false;
    // The plain file before its copies: it is the one that grows.
    fresh.sort((a, b) => Number(a.gzip) - Number(b.gzip) || Number(a.sibling) - Number(b.sibling) || a.mtime - b.mtime);
    for (const file of fresh.slice(0, IDENTIFIED_PER_POLL)) await this.#identify(file);
    return fresh.length > IDENTIFIED_PER_POLL;
  }

  async #identify(file: Tracked): Promise<void> {
    if (this.#known(file)) return;
    const { identify, source } = this.#options;
    let head: { bytes: Buffer; complete: boolean };
    try {
      head = await readHead(file);
    } catch (error) {
      file.problem = reasonOf(error);
      return;
    }
    file.problem = undefined;
    const identity = identify(head.bytes, { path: file.path, source, complete: head.complete });
    file.judged = looks(file);
    file.judgedSize = file.size;
    const lost = file.lost;
    file.lost = undefined;
    if (identity === undefined || identity === "more") {
      file.state = "unknown";
      file.hopeless = identity === undefined && head.bytes.length >= 65_536;
      file.lost = lost;
      return;
    }
    let stream = this.#streams.get(identity.fileKey);
    if (stream === undefined) {
      if (file.sibling && file.mtime < this.#since) {
        file.state = "unknown";
        return;
      }
      stream = new LogStream(identity.fileKey, identity.kind, file.path, this.#firstTime(identity.kind, identity.fileKey, file.path, head.bytes));
      this.#streams.set(identity.fileKey, stream);
      this.#own(file, stream);
      return;
    }
    if (stream === lost) {
      // Cut in its middle, its beginning kept: what was read stays read, and what is added from now on is a log of its own.
      this.#own(file, this.#restOf(stream, file));
      return;
    }
    file.stream = stream;
    file.state = "copy";
    await this.#inherit(file);
  }

  #restOf(stream: LogStream, file: Tracked): LogStream {
    let key = stream.key;
    do key = hash32(`${key}\u0000${file.size}`).toString(36).padStart(7, "0") + key.slice(0, 8);
    while (this.#streams.has(key));
    const rest = new LogStream(key, stream.kind, file.path, stream.frontier, stream.header);
    rest.offset = file.size;
    this.#streams.set(key, rest);
    return rest;
  }

  /** After a restart: a file that was read to its end and did not change need not be opened. */
  #known(file: Tracked): boolean {
    const stream = this.#byInode.get(file.inode);
    this.#byInode.delete(file.inode);
    if (stream === undefined || stream.size !== file.size || stream.mtime !== file.mtime || this.#owners.has(stream)) return false;
    this.#own(file, stream);
    file.state = "resting";
    file.judged = looks(file);
    return true;
  }

  #firstTime(kind: RecordKind, fileKey: string, path: string, head: Buffer): number {
    const { parser, source, clock } = this.#options;
    const probe = parser(kind, { source, file: path, fileKey, clock });
    const lines = new LineSplitter();
    lines.push(head);
    while (lines.next()) {
      const result = lines.problem === undefined ? probe.parse(lines.text, lines.line, lines.offset) : undefined;
      if (result !== undefined && !isRejected(result)) return result.time;
    }
    return 0;
  }

  #forget(now: number): void {
    for (const stream of this.#streams.values()) {
      if (this.#owners.has(stream)) continue;
      stream.missingSince ??= now;
      if (now - stream.missingSince > KEEP_MISSING || this.#streams.size > MAX_STREAMS) this.#streams.delete(stream.key);
    }
  }

  #watch(): void {
    if (this.#watcher !== undefined || this.#closed) return;
    const { path } = this.#options;
    const isFolder = [...this.#files.values()].some((file) => file.path.startsWith(`${path}/`));
    try {
      this.#watcher = watch(watchedFolder(path, isFolder), { persistent: false }, () => this.#hint?.());
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      // Polling finds it all the same.
    }
  }
}

function idOf(file: { dev: number; inode: number }): string {
  return `${file.dev}:${file.inode}`;
}

/** So that a restart sees that nothing was added. */
function remember(stream: LogStream, file: SeenFile): void {
  stream.inode = file.inode;
  stream.size = file.size;
  stream.mtime = file.mtime;
}

function looks(file: { size: number; mtime: number }): string {
  return `${file.size}:${file.mtime}`;
}

async function readHead(file: SeenFile): Promise<{ bytes: Buffer; complete: boolean }> {
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
