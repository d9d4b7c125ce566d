import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../base/clock.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";
import { ANCHOR, GzipSource, PlainSource } from "./follow/byte-source.ts";
import { FileTable, type Identify } from "./follow/file-table.ts";
import type { FollowPosition, LogStream, ParserFactory } from "./follow/log-stream.ts";
import { idOf, looks, remember, type Tracked } from "./follow/tracked.ts";
import { reasonOf, watchedFolder } from "./scan.ts";

export type { Identify } from "./follow/file-table.ts";
export type { FollowPosition } from "./follow/log-stream.ts";

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
  readonly #table: FileTable;
  readonly #buffer: Buffer;
  #polling = false;
  #closed = false;
  #watcher: FSWatcher | undefined;
  #hint: (() => void) | undefined;

  constructor(options: FollowerOptions) {
    this.#options = { pollBytes: 1_048_576, intervalMs: 250, graceMs: 30_000, settleMs: 1_000, maxOpen: 128, blockBytes: 65_536, ...options };
    this.#buffer = Buffer.allocUnsafe(this.#options.blockBytes + ANCHOR);
    this.#table = new FileTable({ ...this.#options, scanMs: options.scanMs ?? this.#options.intervalMs }, options.positions ?? []);
  }

  /** Where every known log was left. */
  positions(): FollowPosition[] {
    return [...this.#table.streams.values()].map((stream) => stream.position(this.#table.since));
  }

  /** What cannot be read now, by path, in plain words. */
  problems(): ReadonlyMap<string, string> {
    const out = new Map(this.#table.problems);
    for (const file of this.#table.files.values()) if (file.problem !== undefined) out.set(file.path, file.problem);
    return out;
  }

  /** Why nothing of the source can be read, or undefined while something can: one damaged file is no outage. */
  outage(): string | undefined {
    let reason: string | undefined;
    for (const file of this.#table.files.values()) {
      if (file.stream !== undefined) return undefined;
      if (file.problem !== undefined) reason ??= `${file.path}: ${file.problem}`;
    }
    const [whole] = this.#table.problems;
    return reason ?? (whole === undefined ? undefined : `${whole[0]}: ${whole[1]}`);
  }

  /** Logs known and files now in the source, for the source's page. */
  files(): { path: string; lines: number; offset: number; state: string; size: number }[] {
    return [...this.#table.files.values()].map((file) => ({
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
    for (const file of this.#table.files.values()) await this.#table.rest(file);
  }

  async #poll(): Promise<FollowBatch> {
    const batch: FollowBatch = { events: [], rejected: [], positions: [], caughtUp: false, bytes: 0 };
    const { clock } = this.#options;
    if (clock.now() >= this.#table.nextScan) await this.#table.scan();
    const undecided = await this.#table.identifyNew();
    const touched = new Set<LogStream>();
    // What was found is known in time order only when all of it was looked into.
    if (!undecided) {
      const ready = [...this.#table.owners.values()].filter((file) => file.state === "reading");
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
      for (const file of [...this.#table.files.values()]) if (file.vanishedAt !== undefined) await this.#bury(file, batch, touched);
    }
    batch.events.sort((a, b) => a.time - b.time);
    for (const stream of touched) batch.positions.push(stream.position(this.#table.since));
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
    if (this.#table.open > this.#options.maxOpen && this.#options.clock.now() - file.grew > 60_000) {
      await this.#table.rest(file);
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
        if (stream.offset === 0 && !(await this.#table.begins(file, stream))) {
          await this.#truncated(file, stream);
          return false;
        }
        const opened = await PlainSource.open(file.path, this.#buffer, stream.offset, stream.anchor);
        if (opened.inode !== file.inode) {
          // Another file came to this path since it was listed; the next listing sorts it out.
          await opened.source.close();
          this.#table.nextScan = Number.NEGATIVE_INFINITY;
          return false;
        }
        file.source = opened.source;
      }
    } catch (error) {
      file.problem = reasonOf(error);
      return false;
    }
    this.#table.open++;
    file.problem = undefined;
    stream.begin(this.#options.source, this.#options.parser, this.#options.clock);
    return true;
  }

  /** The file no longer holds what was read: its log may go on in a copy, and a new log begins here. */
  async #truncated(file: Tracked, stream: LogStream): Promise<void> {
    await this.#table.rest(file);
    this.#table.release(file, stream);
    file.state = "new";
    file.lost = stream;
    this.#table.nextScan = Number.NEGATIVE_INFINITY;
  }

  async #finish(file: Tracked, stream: LogStream): Promise<void> {
    await this.#table.rest(file);
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
      const heir = [...this.#table.files.values()].some((other) => other !== file && other.stream === stream);
      if (!heir && file.source !== undefined && !file.gzip) {
        stream.take(Buffer.alloc(0), true, source, batch.events, batch.rejected);
        touched.add(stream);
      }
    }
    await this.#table.rest(file);
    if (stream !== undefined) this.#table.release(file, stream);
    this.#table.files.delete(idOf(file));
  }

  #watch(): void {
    if (this.#watcher !== undefined || this.#closed) return;
    const { path } = this.#options;
    const isFolder = [...this.#table.files.values()].some((file) => file.path.startsWith(`${path}/`));
    try {
      this.#watcher = watch(watchedFolder(path, isFolder), { persistent: false }, () => this.#hint?.());
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      // Polling finds it all the same.
    }
  }
}
