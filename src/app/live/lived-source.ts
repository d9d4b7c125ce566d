import { setImmediate as breathe, setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import { contentId } from "../../base/hash.ts";
import type { Emitted, ZeekRecord } from "../../generate/emitted.ts";
import { livedHours } from "../../generate/hours.ts";
import type { LifeSource } from "../../generate/life.ts";
import type { World } from "../../generate/world/types.ts";
import { zeekHeader, zeekLine } from "../../generate/write/zeek-text.ts";
import { recordOf } from "../../lanes/email/mail-record.ts";
import { createRecordParser } from "../../parsers/create-parser.ts";
import type { OpenedMessage } from "../../parsers/mail/opened-message.ts";
import { isRejected, type RecordParser } from "../../parsers/record-parser.ts";
import type { NetEvent, RecordRef, Rejected } from "../../schema/event.ts";
import { recordsOfJson } from "../../sensors/cloud/read-document.ts";
import type { OpenMail } from "../mail-events.ts";
import type { LiveSource, SourceBatch } from "./live-source.ts";

export interface LivedOptions {
  id: string;
  world: World;
  sources: readonly LifeSource[];
  /** ms: up to here history, as fast as can be; from here on at `speed` until it meets the clock. */
  watch: number;
  /** How much faster than life, 1 or more. */
  speed: number;
  clock: Clock;
  open: OpenMail;
  /** The same for mail of the history. */
  openHistory: OpenMail;
}

const MOST = 4_000;
const TURN = 100;

/**
 * An organisation that lives while it is watched: its records go through the parsers as lines of Zeek logs and of the cloud's and products' exports
 * would, and its messages are opened, in the order of their times. Holds one hour of it at a time.
 */
export function livedSource(options: LivedOptions): LiveSource {
  const { world, id, watch, speed, clock } = options;
  const hours = livedHours(world.calendar, options.sources);
  const logs = new Logs(id, clock, world.calendar.start);
  let records: Happening[] = [];
  const letters = new Map<Emitted, Promise<OpenedMessage>>();
  let next = 0;
  let ended = false;
  /** ms of the clock at which the history was through. */
  let began: number | undefined;

  /** Up to when the organisation has lived by now. */
  const lived = (now: number): number => (began === undefined ? watch : Math.min(now, watch + (now - began) * speed));

  const refOf = (file: string): RecordRef => ({ source: id, file, fileKey: contentId(id, file), line: 1, offset: 0 });

  function fill(upTo: number): void {
    while (next >= records.length && !ended) {
      const hour = hours.next();
      if (hour.done === true) {
        ended = true;
        return;
      }
      records = inOrder(hour.value.zeek, hour.value.emitted);
      // Another process opens the hour's messages while what lies between them is judged.
      const open = hour.value.to <= watch ? options.openHistory : options.open;
      for (const item of hour.value.emitted) if ("bytes" in item && !isDocument(item)) letters.set(item, open(item.bytes, item.file));
      next = 0;
      if (hour.value.to > upTo) return;
    }
  }

  return {
    id,
    kind: "zeek",
    path: "the synthetic organisation",
    fixed: true,
    ends: false,
    plays: true,
    async poll(): Promise<SourceBatch> {
      // Nothing here waits for a disk: without a pause the pages would get no answer until the history is through.
      await breathe();
      const now = clock.now();
      const upTo = lived(now);
      fill(upTo);
      const events: NetEvent[] = [];
      const rejected: Rejected[] = [];
      let bytes = 0;
      for (; next < records.length && events.length < MOST; next++) {
        const record = records[next];
        if (record === undefined || record.time > upTo) break;
        if ("bytes" in record && isDocument(record)) {
          const piece = recordsOfJson(record.bytes, { ...refOf(record.file), clock });
          // A directory's export bears no time: without this one it would be of the clock's, later than the life that is played.
          for (const event of piece.events) events.push(Object.assign(event, { time: record.time, seen: now }));
          rejected.push(...piece.rejected);
          bytes += record.bytes.length;
        } else if ("bytes" in record) {
          const result = recordOf(await (letters.get(record) ?? options.open(record.bytes, record.file)), record.bytes, refOf(record.file));
          letters.delete(record);
          if (isRejected(result)) rejected.push(result);
          else events.push(Object.assign(result, { seen: now }));
          bytes += record.bytes.length;
        } else bytes += logs.take(record, events, rejected);
      }
      const through = events.length === 0;
      if (through && began === undefined) began = now;
      const live = began !== undefined && upTo >= now;
      // Played faster than life it is never "caught up", though there may be nothing just now.
      if (through && !live && !ended) await wait(TURN);
      return { events, rejected, positions: [], caughtUp: through && (live || ended), bytes, history: began === undefined };
    },
    positions: () => [],
    outage: () => undefined,
    wait: (signal) => wait(TURN, undefined, { signal }).catch(() => undefined),
    fileCount: () => logs.count,
    async close(): Promise<void> {
      ended = true;
      records = [];
    },
  };
}

type Line = Extract<Emitted, { line: string }>;
type Happening = ZeekRecord | Emitted;

/** Two lists in the order of time as one; at equal times the network's comes first. */
export function inOrder(zeek: readonly ZeekRecord[], emitted: readonly Emitted[]): Happening[] {
  const out: Happening[] = [];
  let next = 0;
  for (const record of zeek) {
    for (let item = emitted[next]; item !== undefined && item.time < record.time; item = emitted[++next]) out.push(item);
    out.push(record);
  }
  return out.concat(emitted.slice(next));
}

/** One parser a log, fed with the lines that its file would hold. */
export class Logs {
  readonly #id: string;
  readonly #clock: Clock;
  readonly #open: number;
  readonly #logs = new Map<string, { parser: RecordParser; line: number; offset: number }>();

  constructor(id: string, clock: Clock, open: number) {
    this.#id = id;
    this.#clock = clock;
    this.#open = open;
  }

  get count(): number {
    return this.#logs.size;
  }

  /** Returns the bytes of the line. */
  take(record: ZeekRecord | Line, events: NetEvent[], rejected: Rejected[]): number {
    const isLine = "line" in record;
    const log = isLine ? this.#records(record.file) : this.#log(record.log);
    const text = (isLine ? record.line : zeekLine(record)).trimEnd();
    const result = log.parser.parse(text, ++log.line, log.offset);
    log.offset += text.length + 1;
    if (result !== undefined) {
      if (isRejected(result)) rejected.push(result);
      else events.push(result);
    }
    return text.length + 1;
  }

  #records(file: string): { parser: RecordParser; line: number; offset: number } {
    let log = this.#logs.get(file);
    if (log === undefined) {
      log = { parser: createRecordParser("json-records", { source: this.#id, file, fileKey: file, clock: this.#clock }), line: 0, offset: 0 };
      this.#logs.set(file, log);
    }
    return log;
  }

  #log(name: string): { parser: RecordParser; line: number; offset: number } {
    let log = this.#logs.get(name);
    if (log === undefined) {
      const file = `${name}.log`;
      log = { parser: createRecordParser("zeek-tsv", { source: this.#id, file, fileKey: file, clock: this.#clock }), line: 0, offset: 0 };
      for (const line of zeekHeader(name, this.#open).trimEnd().split("\n")) log.parser.parse(line, ++log.line, log.offset);
      this.#logs.set(name, log);
    }
    return log;
  }
}

/** Whole files are messages, but for what a directory exports. */
function isDocument({ file }: { file: string }): boolean {
  return file.endsWith(".json");
}
