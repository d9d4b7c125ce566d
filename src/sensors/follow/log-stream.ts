import type { Clock } from "../../base/clock.ts";
import { isRejected, type ParseContext, type RecordKind, type RecordParser } from "../../parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../../schema/event.ts";
import { LineSplitter } from "../lines.ts";
import { ANCHOR, type Anchor, anchorOf, NO_ANCHOR } from "./byte-source.ts";

/** How far one log of a source was read: plain data for the store, committed together with the events. */
export interface FollowPosition {
  /** Identity of the log, the same before and after rotation, renaming and compression. */
  fileKey: string;
  kind: RecordKind;
  /** Path under which the log was first met: what its events show as `file`. */
  path: string;
  /** Inode, size and mtime of the file read last, so that a finished one need not be opened again. */
  inode: number;
  size: number;
  mtime: number;
  /** First byte of the (decompressed) log that no event covers, and the number of the line that starts there. */
  offset: number;
  line: number;
  /** What the parser needs to go on (RecordParser.save). */
  header: string;
  /** Of what stands right before `offset`: tells a log that goes on from one that was replaced. */
  anchor: Anchor;
  /** Time of the newest event, ms; where files of one source are taken up in time order. */
  frontier: number;
  /** When the following of this source began, ms: rotated relatives of a single file that are older than that are not its own. */
  since: number;
}

export type ParserFactory = (kind: RecordKind, context: ParseContext, saved?: string) => RecordParser;

/** One log, whichever file holds it at the moment. */
export class LogStream {
  readonly key: string;
  readonly kind: RecordKind;
  readonly path: string;
  offset = 0;
  line = 1;
  anchor: Anchor = NO_ANCHOR;
  frontier: number;
  inode = 0;
  size = 0;
  mtime = 0;
  /** Clock time since when no file of the source holds it. */
  missingSince: number | undefined;
  #header = "";
  #parser: RecordParser | undefined;
  #splitter: LineSplitter | undefined;
  #readTo = 0;

  constructor(key: string, kind: RecordKind, path: string, frontier: number, header = "") {
    this.key = key;
    this.kind = kind;
    this.path = path;
    this.frontier = frontier;
    this.#header = header;
  }

  static restore(position: FollowPosition): LogStream {
    const stream = new LogStream(position.fileKey, position.kind, position.path, position.frontier, position.header);
    stream.offset = position.offset;
    stream.line = position.line;
    stream.anchor = position.anchor;
    stream.inode = position.inode;
    stream.size = position.size;
    stream.mtime = position.mtime;
    return stream;
  }

  position(since: number): FollowPosition {
    return {
      fileKey: this.key,
      kind: this.kind,
      path: this.path,
      inode: this.inode,
      size: this.size,
      mtime: this.mtime,
      offset: this.offset,
      line: this.line,
      header: this.header,
      anchor: this.anchor,
      frontier: this.frontier,
      since,
    };
  }

  get header(): string {
    return this.#parser?.save() ?? this.#header;
  }

  /** Before a file is read at `offset`: what was read of a half line is forgotten, it comes again. */
  begin(source: string, factory: ParserFactory, clock: Clock): void {
    const header = this.header;
    this.#parser = factory(this.kind, { source, file: this.path, fileKey: this.key, clock }, header === "" ? undefined : header);
    this.#splitter = new LineSplitter({ offset: this.offset, line: this.line });
    this.#readTo = this.offset;
  }

  /** Frees parser and half line; `offset` stays before the half line. */
  pause(): void {
    this.#header = this.header;
    this.#parser = undefined;
    this.#splitter = undefined;
  }

  /** Takes the next bytes of the log. With `ended` what follows the last line end counts as a line. */
  take(block: Buffer, ended: boolean, source: string, events: NetEvent[], rejected: Rejected[]): void {
    const splitter = this.#splitter;
    const parser = this.#parser;
    if (splitter === undefined || parser === undefined) return;
    const start = this.#readTo;
    splitter.push(block);
    this.#readTo += block.length;
    if (ended) splitter.end();
    while (splitter.next()) {
      if (splitter.problem !== undefined) {
        rejected.push({ source, file: this.path, line: splitter.line, reason: splitter.problem, excerpt: splitter.text.slice(0, 200) });
        continue;
      }
      const result = parser.parse(splitter.text, splitter.line, splitter.offset);
      if (result === undefined) continue;
      if (isRejected(result)) rejected.push(result);
      else {
        events.push(result);
        if (result.time > this.frontier) this.frontier = result.time;
      }
    }
    this.offset = splitter.resumeOffset;
    this.line = splitter.resumeLine;
    const end = this.offset - start;
    if (end > 0) this.anchor = anchorOf(block.subarray(Math.max(0, end - ANCHOR), end));
  }
}
