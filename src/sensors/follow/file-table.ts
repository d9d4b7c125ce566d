import type { Clock } from "../../base/clock.ts";
import { hash32 } from "../../base/hash.ts";
import { isRejected, type RecordKind } from "../../parsers/record-parser.ts";
import { LineSplitter } from "../lines.ts";
import { reasonOf, type SeenFile, scanSource } from "../scan.ts";
import { type FollowPosition, LogStream, type ParserFactory } from "./log-stream.ts";
import { idOf, looks, newlySeen, readHead, type Tracked } from "./tracked.ts";

/** What the first bytes of a file say. "more": not a whole record yet. undefined: nothing that we follow. */
export type Identify = (head: Buffer, file: { path: string; source: string; complete: boolean }) => { kind: RecordKind; fileKey: string } | "more" | undefined;

export interface FileTableOptions {
  source: string;
  path: string;
  parser: ParserFactory;
  identify: Identify;
  clock: Clock;
  scanMs: number;
  settleMs: number;
}

const IDENTIFIED_PER_POLL = 256;
const KEEP_MISSING = 2 * 86_400_000;
const MAX_STREAMS = 50_000;
const RETRY = 5_000;

/** The files of a source, the logs that they hold, and which file speaks for which log. */
export class FileTable {
  readonly files = new Map<string, Tracked>();
  readonly streams = new Map<string, LogStream>();
  readonly owners = new Map<LogStream, Tracked>();
  /** Of the source as a whole, by path. */
  readonly problems = new Map<string, string>();
  /** When the following of this source began, over restarts. */
  since: number;
  /** Clock time of the next listing. */
  nextScan = Number.NEGATIVE_INFINITY;
  /** Handles held. */
  open = 0;
  readonly #options: FileTableOptions;
  readonly #byInode = new Map<number, LogStream>();
  #scans = 0;

  constructor(options: FileTableOptions, positions: readonly FollowPosition[]) {
    this.#options = options;
    this.since = options.clock.now();
    for (const position of positions) {
      const stream = LogStream.restore(position);
      this.streams.set(position.fileKey, stream);
      this.#byInode.set(position.inode, stream);
      this.since = Math.min(this.since, position.since);
    }
  }

  async scan(): Promise<void> {
    const { clock, path } = this.#options;
    const { files, problems } = await scanSource(path);
    const now = clock.now();
    // Listing takes about 20 µs a file: a large archive must not eat the time that reading needs.
    this.nextScan = now + Math.max(this.#options.scanMs, files.length * 0.4);
    this.#scans++;
    this.problems.clear();
    for (const [where, reason] of problems) this.problems.set(where, reason);
    if (files.length === 0 && problems.size === 0) this.problems.set(path, "nothing is there yet");
    for (const seen of files) await this.#see(seen, now);
    for (const [id, file] of this.files) {
      if (file.lastScan === this.#scans) continue;
      if (file.source === undefined) {
        if (file.stream !== undefined) this.release(file, file.stream);
        this.files.delete(id);
      } else file.vanishedAt ??= now;
    }
    this.#forget(now);
  }

  async #see(seen: SeenFile, now: number): Promise<void> {
    const id = idOf(seen);
    let file = this.files.get(id);
    if (file === undefined) {
      file = newlySeen(seen, now);
      this.files.set(id, file);
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
    const changed = file.judged !== looks(file) || (file.state === "unknown" && file.problem !== undefined && now >= file.retryAt);
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
    const owner = this.owners.get(stream);
    if (file.gzip) {
      if (owner === undefined && this.#settled(file)) this.#own(file, stream);
    } else if (owner === undefined) {
      if (file.size >= stream.offset) this.#own(file, stream);
    } else if (owner !== file && file.size > stream.offset && owner.size <= stream.offset && owner.vanishedAt === undefined) {
      await this.rest(owner);
      owner.state = "new";
      owner.stream = undefined;
      this.#own(file, stream);
    }
  }

  #settled(file: Tracked): boolean {
    return this.#options.clock.now() - file.still >= this.#options.settleMs;
  }

  /** True when files are left that were not looked into, so that the order is not known yet. */
  async identifyNew(): Promise<boolean> {
    const fresh: Tracked[] = [];
    for (const file of this.files.values()) {
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
    let identity: ReturnType<Identify>;
    try {
      head = await readHead(file);
      identity = identify(head.bytes, { path: file.path, source, complete: head.complete });
    } catch (error) {
      file.problem = reasonOf(error);
      file.state = "unknown";
      file.judged = looks(file);
      file.retryAt = this.#options.clock.now() + RETRY;
      return;
    }
    file.problem = undefined;
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
    let stream = this.streams.get(identity.fileKey);
    if (stream === undefined) {
      if (file.sibling && file.mtime < this.since) {
        file.state = "unknown";
        return;
      }
      stream = new LogStream(identity.fileKey, identity.kind, file.path, this.#firstTime(identity.kind, identity.fileKey, file.path, head.bytes));
      this.streams.set(identity.fileKey, stream);
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
    while (this.streams.has(key));
    const rest = new LogStream(key, stream.kind, file.path, stream.frontier, stream.header);
    rest.offset = file.size;
    this.streams.set(key, rest);
    return rest;
  }

  /** After a restart: a file that was read to its end and did not change need not be opened. */
  #known(file: Tracked): boolean {
    const stream = this.#byInode.get(file.inode);
    this.#byInode.delete(file.inode);
    if (stream === undefined || stream.size !== file.size || stream.mtime !== file.mtime || this.owners.has(stream)) return false;
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
    for (const stream of this.streams.values()) {
      if (this.owners.has(stream)) continue;
      stream.missingSince ??= now;
      if (now - stream.missingSince > KEEP_MISSING || this.streams.size > MAX_STREAMS) this.streams.delete(stream.key);
    }
  }

  async begins(file: Tracked, stream: LogStream): Promise<boolean> {
    const head = await readHead(file);
    const identity = this.#options.identify(head.bytes, { path: file.path, source: this.#options.source, complete: head.complete });
    return typeof identity === "object" && identity.fileKey === stream.key;
  }

  #own(file: Tracked, stream: LogStream): void {
    this.owners.set(stream, file);
    stream.missingSince = undefined;
    file.stream = stream;
    file.state = "reading";
  }

  release(file: Tracked, stream: LogStream): void {
    if (this.owners.get(stream) === file) this.owners.delete(stream);
    file.stream = undefined;
    stream.missingSince = this.#options.clock.now();
  }

  /** Closes the handle and remembers how the file looked, so that it is opened again only when it changed. */
  async rest(file: Tracked): Promise<void> {
    if (file.source === undefined) return;
    const source = file.source;
    file.source = undefined;
    this.open--;
    file.stream?.pause();
    await source.close();
  }
}
