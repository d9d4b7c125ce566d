import { isPlausibleTime } from "../base/time.ts";
import type { EventBase, NetEvent, Rejected } from "../schema/event.ts";
import { type ParseContext, reject } from "./record-parser.ts";
import { detach, type TextTable } from "./text-table.ts";
import { ADDRESS, PROTO } from "./words.ts";
import { COL } from "./zeek-columns.ts";

/** Lines longer than this have their texts copied out, so that an 8 MiB record is not kept alive by one short name cut from it. */
const COPY_ABOVE = 4_096;

/**
 * One Zeek record, whatever its format: what the mapping of a log reads. Unset and empty values are undefined.
 * A value that breaks the record (an address that is none, a port out of range) sets `problem`; the record is then refused.
 */
export abstract class ZeekRow {
  /** Zeek's name of the log. */
  type = "";
  raw = "";
  line = 0;
  offset = 0;
  problem: string | undefined;
  readonly context: ParseContext;

  constructor(context: ParseContext) {
    this.context = context;
  }

  /** Text as sent, escapes decoded. */
  protected abstract textOf(column: number): string | undefined;
  abstract real(column: number): number | undefined;
  abstract flag(column: number): boolean | undefined;
  abstract list(column: number): string[] | undefined;
  /** ms since the epoch; undefined when unset, NaN when it is no time. */
  abstract time(column: number): number | undefined;
  /** Everything but label columns: for logs that we have no mapping for. */
  abstract extra(): Record<string, unknown>;

  text(column: number): string | undefined {
    const text = this.textOf(column);
    return text !== undefined && this.raw.length > COPY_ABOVE ? detach(text) : text;
  }

  /** A text that repeats, brought to its one spelling. */
  word(column: number, table: TextTable): string | undefined {
    const text = this.textOf(column);
    return text === undefined ? undefined : table.get(text);
  }

  integer(column: number): number | undefined {
    const value = this.real(column);
    return value === undefined || Number.isInteger(value) ? value : Math.trunc(value);
  }

  address(column: number): string | undefined {
    const text = this.textOf(column);
    if (text === undefined) return undefined;
    const address = ADDRESS.get(text);
    if (address === undefined) this.problem = "address that is none";
    return address;
  }

  /** First address of a set. */
  firstAddress(column: number): string | undefined {
    const first = this.list(column)?.[0];
    return first === undefined ? undefined : ADDRESS.get(first);
  }

  port(column: number): number | undefined {
    const port = this.real(column);
    if (port !== undefined && !(port >= 0 && port <= 65_535 && Number.isInteger(port))) this.problem = "port out of range";
    return port;
  }

  /** When the record has no time of its own (loaded_scripts): the log's opening, if told. */
  protected openTime(): number {
    return Number.NaN;
  }

  /** What every event says. ICMP type and code, which Zeek writes in the port columns, are no ports and are left to `raw`. */
  head(event: EventBase): void {
    const time = this.time(COL.ts) ?? this.openTime();
    if (!isPlausibleTime(time)) this.problem = Number.isNaN(time) ? "no time" : "time out of range";
    const { context } = this;
    event.type = this.type;
    event.sensor = "zeek";
    event.source = context.source;
    event.file = context.file;
    event.fileKey = context.fileKey;
    event.line = this.line;
    event.offset = this.offset;
    event.time = time;
    event.seen = context.clock === undefined ? time : context.clock.now();
    const uid = this.text(COL.uid);
    event.native = uid;
    event.connection = uid;
    event.src = this.address(COL["id.orig_h"]);
    event.dst = this.address(COL["id.resp_h"]);
    const proto = this.word(COL.proto, PROTO);
    if (proto === "icmp" || proto === "icmp6") {
      event.proto = event.src !== undefined && event.src.indexOf(":") >= 0 ? "icmp6" : "icmp";
    } else {
      event.proto = proto;
      event.srcPort = this.port(COL["id.orig_p"]);
      event.dstPort = this.port(COL["id.resp_p"]);
    }
    event.raw = this.raw;
  }

  /** The event, or why the record is refused. */
  finish(event: NetEvent): NetEvent | Rejected {
    return this.problem === undefined ? event : reject(this.context, this.line, this.problem, this.raw);
  }
}

/** Name of a log as the record gives it, not longer than a name. */
export function typeName(text: string): string {
  return text.length <= 64 ? text : text.slice(0, 64);
}
