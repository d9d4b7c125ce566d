import type { NetEvent, Rejected } from "../schema/event.ts";
import { eveMappingOf } from "./eve-map.ts";
import { EveRecord } from "./eve-record.ts";
import { parseObject } from "./json-record.ts";
import { type ParseContext, type RecordParser, reject } from "./record-parser.ts";

/**
 * Suricata EVE JSON, versions 4 to 8 (https://docs.suricata.io/en/latest/output/eve/eve-json-format.html). Every `event_type` gives one event;
 * types without a family of ours are `other`. `src` is who opened the connection, see eve-direction.ts.
 * Memory: what was bound on the last 4,096 flows. After a restart in the middle of a file that memory is empty: a DCE-RPC call over SMB whose
 * bind came before is then named by its number only. Cost: about 4 µs a record, most of it JSON.parse.
 */
export function createEveParser(context: ParseContext): RecordParser {
  return new EveParser(context);
}

class EveParser implements RecordParser {
  readonly #record: EveRecord;

  constructor(context: ParseContext) {
    this.#record = new EveRecord(context);
  }

  parse(line: string, lineNo: number, offset: number): NetEvent | Rejected | undefined {
    if (line.trim() === "") return undefined;
    const { context } = this.#record;
    const record = parseObject(line);
    if (typeof record === "string") return reject(context, lineNo, record, line);
    const type = record.event_type;
    if (typeof type !== "string" || type === "" || type.length > 64) return reject(context, lineNo, "no event_type", line);
    this.#record.set(record, type, line, lineNo, offset);
    const event = eveMappingOf(type)(this.#record);
    return this.#record.problem === undefined ? event : reject(context, lineNo, this.#record.problem, line);
  }

  save(): string {
    return "";
  }
}
