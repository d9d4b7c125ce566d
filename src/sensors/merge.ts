import type { Clock } from "../base/clock.ts";
import { MINUTE } from "../base/time.ts";
import { isRecordKind, isRejected, type ParseContext } from "../parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";
import type { Input } from "./discover.ts";
import { openBytes } from "./file-bytes.ts";
import { FilePool } from "./file-pool.ts";
import { firstTimeOf } from "./first-time.ts";
import { MergeHeap } from "./merge-heap.ts";
import { BatchRecords, FileRecords, type RecordSource } from "./record-source.ts";
import { ReorderWindow } from "./reorder-window.ts";

export interface Progress {
  bytesDone: number;
  bytesTotal: number;
  filesDone: number;
  filesTotal: number;
  /** Events handed out after one with a later time: their file's window was too short for them. */
  late: number;
}

export interface Batch {
  /** In event time, but for the late ones. */
  events: NetEvent[];
  rejected: Rejected[];
  progress: Progress;
}

export interface MergeOptions {
  /** Stamps `seen`; left out, it is the event's own time. */
  clock?: Clock;
  /** Yields the events of an input that is not read line by line (a capture, a mail) in time order; without it such an input is an error. */
  whole?: (input: Input) => AsyncIterable<{ events: NetEvent[]; rejected: Rejected[] }>;
  /** Told of inputs that are not read line by line a little before `whole` is asked for them, so that slow ones can be worked at meanwhile. */
  prepare?: (input: Input) => void;
  /** Events a batch. */
  batchSize?: number;
  /** Most events that wait in one file's window. */
  window?: number;
  /** Most events that wait in all windows together; at least 32 a file wait even so. */
  windowTotal?: number;
  /** File handles held at once. */
  maxOpen?: number;
}

const BATCH = 4_096;
const WINDOW = 4_096;
const WINDOW_TOTAL = 32_768;
/** Also what waits of mail: its reader has put it in order, and an opened message may be megabytes. */
const WINDOW_LEAST = 32;
const MAX_REJECTED = 1_024;
/** Inputs that are told to `prepare` ahead of the one that is opened. */
const PREPARED = 24;
/** A file is taken up when the merge comes this close to its first event, since a flow log begins with flows that began before it. */
const OPEN_AHEAD = 5 * MINUTE;
/** How much of a file is looked at for the time it begins. */
const LOOK_BLOCK = 16_384;

/**
 * All records of the inputs in event time: a k-way merge over one reorder window a file. Ties go by time, then path, then line, and nothing depends
 * on timing, so the same inputs give the same order. A record that comes too late for its file's window is handed out at once and counted.
 *
 * Files are first looked into for the time of their first events, then opened only when the merge reaches them, so hourly logs of a year cost as
 * much as those of a day. A file that cannot be read on, or a gzip file that is cut off, yields what came before and one refusal.
 *
 * Memory: `windowTotal` events, a block of 16-256 KiB a file in turn, one batch; it does not grow with the size or number of files
 * (about 0.5 kB a file in waiting). Cost over parsing: about 1 µs an event.
 */
export async function* readMerged(inputs: readonly Input[], options: MergeOptions = {}): AsyncGenerator<Batch, void, void> {
  const merge = new Merge(inputs, options);
  try {
    yield* merge.run();
  } finally {
    await merge.close();
  }
}

/** One input in turn. */
interface Lane {
  input: Input;
  records: RecordSource;
  window: ReorderWindow;
  ended: boolean;
}

interface Waiting {
  input: Input;
  /** Place in the order of paths. */
  rank: number;
  /** Earliest time in its first block; -Infinity when there is none. */
  first: number;
}

class Merge {
  readonly #o: MergeOptions;
  readonly #inputs: readonly Input[];
  readonly #pool: FilePool;
  readonly #heap = new MergeHeap<Lane>();
  readonly #lanes = new Set<Lane>();
  readonly #progress: Progress;
  #waiting: Waiting[] = [];
  #bytesClosed = 0;
  #lastTime = Number.NEGATIVE_INFINITY;
  #events: NetEvent[] = [];
  #rejected: Rejected[] = [];

  constructor(inputs: readonly Input[], options: MergeOptions) {
    this.#o = options;
    this.#inputs = [...inputs].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
    this.#pool = new FilePool(options.maxOpen);
    this.#progress = { bytesDone: 0, bytesTotal: inputs.reduce((sum, input) => sum + input.bytes, 0), filesDone: 0, filesTotal: inputs.length, late: 0 };
  }

  async *run(): AsyncGenerator<Batch, void, void> {
    await this.#look();
    const batchSize = this.#o.batchSize ?? BATCH;
    for (;;) {
      while (this.#isDue()) this.#openNext();
      const lane = this.#heap.top();
      if (lane === undefined) break;
      const event = lane.window.pop();
      if (event !== undefined) this.#emit(event);
      const limit = lane.input.kind === "eml" || lane.input.kind === "mbox" ? WINDOW_LEAST : this.#windowLimit();
      // A shrunken window gives out until it fits; nothing is read meanwhile.
      if (!lane.ended && !this.#top(lane, limit)) yield* this.#fill(lane, limit);
      const first = lane.window.firstTime();
      if (first !== undefined) this.#heap.replaceTop(first);
      else {
        this.#heap.dropTop();
        await this.#finish(lane);
      }
      if (this.#events.length >= batchSize || this.#rejected.length >= MAX_REJECTED) yield this.#batch();
    }
    if (this.#events.length > 0 || this.#rejected.length > 0) yield this.#batch();
  }

  #emit(event: NetEvent): void {
    if (event.time < this.#lastTime) this.#progress.late++;
    else this.#lastTime = event.time;
    this.#events.push(event);
  }

  #windowLimit(): number {
    const share = Math.floor((this.#o.windowTotal ?? WINDOW_TOTAL) / this.#lanes.size);
    return Math.max(WINDOW_LEAST, Math.min(this.#o.window ?? WINDOW, share));
  }

  /** Fills the window from what is at hand; false when the input must bring more. */
  #top(lane: Lane, limit: number): boolean {
    while (lane.window.size < limit) {
      const record = lane.records.next();
      if (record === undefined) return false;
      if (!isRejected(record)) lane.window.push(record);
      else if (this.#rejected.push(record) >= MAX_REJECTED) return false;
    }
    return true;
  }

  /** Fills the window, waiting for the disk. Yields where refusals pile up: a file of rubbish must not fill the memory. */
  async *#fill(lane: Lane, limit: number): AsyncGenerator<Batch, void, void> {
    while (!this.#top(lane, limit)) {
      if (this.#rejected.length >= MAX_REJECTED) yield this.#batch();
      else if (!(await lane.records.fill())) {
        lane.ended = true;
        return;
      }
    }
  }

  async #finish(lane: Lane): Promise<void> {
    this.#lanes.delete(lane);
    await lane.records.close();
    this.#bytesClosed += lane.input.bytes;
    this.#progress.filesDone++;
  }

  #batch(): Batch {
    let bytes = this.#bytesClosed;
    for (const lane of this.#lanes) bytes += Math.min(lane.records.taken, lane.input.bytes);
    const batch = { events: this.#events, rejected: this.#rejected, progress: { ...this.#progress, bytesDone: bytes } };
    this.#events = [];
    this.#rejected = [];
    return batch;
  }

  /** When does each file begin? */
  async #look(): Promise<void> {
    const waiting: Waiting[] = [];
    for (const [rank, input] of this.#inputs.entries()) waiting.push({ input, rank, first: input.firstTime ?? (await this.#firstTime(input)) });
    this.#waiting = waiting.sort((a, b) => b.first - a.first || b.rank - a.rank);
  }

  async #firstTime(input: Input): Promise<number> {
    if (!isRecordKind(input.kind) || this.#inputs.length === 1) return Number.NEGATIVE_INFINITY;
    const bytes = openBytes(input.path, input.gzip, input.bytes, this.#pool, LOOK_BLOCK);
    try {
      const head = await bytes.read();
      return head === undefined ? Number.NEGATIVE_INFINITY : firstTimeOf(head, input.kind, input);
    } catch {
      // Opened at once, it says itself what is wrong with it.
      return Number.NEGATIVE_INFINITY;
    } finally {
      await bytes.close();
    }
  }

  #isDue(): boolean {
    const next = this.#waiting[this.#waiting.length - 1];
    if (next === undefined) return false;
    const head = this.#heap.topTime();
    return head === undefined || next.first - OPEN_AHEAD <= head;
  }

  /** Puts the next file in; its window is filled when it comes to the top, which is at once or at the time of its first event. */
  #openNext(): void {
    const next = this.#waiting.pop();
    if (next === undefined) return;
    const { prepare } = this.#o;
    if (prepare !== undefined && !isRecordKind(next.input.kind))
      for (const { input } of this.#waiting.slice(-PREPARED).reverse()) if (!isRecordKind(input.kind)) prepare(input);
    const count = this.#inputs.length;
    const blockSize = count <= 16 ? 262_144 : count <= 256 ? 65_536 : 16_384;
    const lane: Lane = { input: next.input, records: this.#records(next.input, blockSize), window: new ReorderWindow(), ended: false };
    this.#lanes.add(lane);
    this.#heap.push(lane, next.first, next.rank);
  }

  #records(input: Input, blockSize: number): RecordSource {
    if (!isRecordKind(input.kind)) {
      if (this.#o.whole === undefined) throw new TypeError(`${input.file}: an input of kind ${input.kind} needs the option "whole"`);
      return new BatchRecords(this.#o.whole(input), input.bytes);
    }
    const context: ParseContext = { source: input.source, file: input.file, fileKey: input.fileKey };
    if (this.#o.clock !== undefined) context.clock = this.#o.clock;
    return new FileRecords({ path: input.path, gzip: input.gzip, bytes: input.bytes, kind: input.kind }, context, this.#pool, blockSize);
  }

  async close(): Promise<void> {
    for (const lane of this.#lanes) await lane.records.close();
    await this.#pool.closeAll();
  }
}
