import { isPlausibleTime } from "../base/time.ts";
import type { EventBase } from "../schema/event.ts";
import { isReversed } from "./eve-direction.ts";
import { type JsonObject, object, text } from "./json-access.ts";
import type { ParseContext } from "./record-parser.ts";
import type { TextTable } from "./text-table.ts";
import { parseIso } from "./times.ts";
import { ADDRESS, PROTO } from "./words.ts";

/** What was bound or connected on a flow, for later records that refer to it without naming it. */
export interface FlowMemory {
  /** Interface of the last DCE-RPC bind. */
  endpoint?: string | undefined;
  /** Pipe last opened. */
  pipe?: string;
  /** Share by tree id. */
  shares?: Map<number, string>;
}

const MAX_FLOWS = 4_096;

/** One EVE record: what the mapping of a type reads. */
export class EveRecord {
  readonly context: ParseContext;
  record: JsonObject = {};
  /** The block named like the type. */
  block: JsonObject = {};
  type = "";
  raw = "";
  line = 0;
  offset = 0;
  /** Stands from server to client and is turned round. */
  reversed = false;
  problem: string | undefined;
  readonly #flows = new Map<string, FlowMemory>();

  constructor(context: ParseContext) {
    this.context = context;
  }

  set(record: JsonObject, type: string, raw: string, line: number, offset: number): void {
    this.record = record;
    this.type = type;
    this.block = object(record[type]) ?? {};
    this.raw = raw;
    this.line = line;
    this.offset = offset;
    this.problem = undefined;
    this.reversed = isReversed(record, type);
  }

  /** What every event says; `timestamp` is when the thing was seen, for a flow its start. */
  head(event: EventBase, timestamp: unknown = this.record.timestamp): void {
    const { record, context, reversed } = this;
    const time = typeof timestamp === "string" ? parseIso(timestamp) : Number.NaN;
    if (!isPlausibleTime(time)) this.problem = Number.isNaN(time) ? "no time" : "time out of range";
    event.type = this.type;
    event.sensor = "suricata";
    event.source = context.source;
    event.file = context.file;
    event.fileKey = context.fileKey;
    event.line = this.line;
    event.offset = this.offset;
    event.time = time;
    event.seen = context.clock === undefined ? time : context.clock.now();
    event.native = text(record.community_id);
    event.connection = text(record.flow_id);
    const source = this.#address(record.src_ip);
    const destination = this.#address(record.dest_ip);
    event.src = reversed ? destination : source;
    event.dst = reversed ? source : destination;
    const sourcePort = this.#port(record.src_port);
    const destinationPort = this.#port(record.dest_port);
    event.srcPort = reversed ? destinationPort : sourcePort;
    event.dstPort = reversed ? sourcePort : destinationPort;
    event.proto = word(record.proto, PROTO);
    event.raw = this.raw;
  }

  #address(value: unknown): string | undefined {
    if (value === undefined || value === "") return undefined;
    const address = typeof value === "string" ? ADDRESS.get(value) : undefined;
    if (address === undefined) this.problem = "address that is none";
    return address;
  }

  #port(value: unknown): number | undefined {
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= 0 && value <= 65_535 && Number.isInteger(value)) return value;
    this.problem = "port out of range";
    return undefined;
  }

  /** Memory of this record's flow; undefined for a record without one. Bounded: the flow heard of least recently is forgotten. */
  flow(): FlowMemory | undefined {
    const id = text(this.record.flow_id);
    if (id === undefined) return undefined;
    const memory = this.#flows.get(id) ?? {};
    this.#flows.delete(id);
    this.#flows.set(id, memory);
    if (this.#flows.size > MAX_FLOWS) for (const oldest of this.#flows.keys()) return this.#forget(oldest, memory);
    return memory;
  }

  #forget(id: string, memory: FlowMemory): FlowMemory {
    this.#flows.delete(id);
    return memory;
  }
}

/** A text that repeats, brought to its one spelling. Suricata writes `<empty>` and `<none>` for nothing. */
export function word(value: unknown, table: TextTable): string | undefined {
  if (typeof value !== "string" || value === "" || value === "<empty>" || value === "<none>") return undefined;
  return table.get(value);
}
