import type { NetEvent, Rejected } from "../../schema/event.ts";
import type { JsonObject } from "../json-access.ts";
import { parseObject } from "../json-record.ts";
import { type ParseContext, type RecordParser, reject } from "../record-parser.ts";
import { finish } from "./cloud-record.ts";
import { recognise, unwrapped } from "./recognise.ts";

/**
 * Records of cloud services and endpoint products, one JSON object a line, each recognised by its own fields, so that one file may hold
 * several kinds. No state. Cost: about 10 us for a unified audit record of 1.2 kB, most of it JSON.
 */
export function createJsonRecordsParser(context: ParseContext): RecordParser {
  return {
    parse(line, lineNo, offset) {
      if (line === "" || line.trim() === "") return undefined;
      const record = parseObject(line.charCodeAt(0) === 0xfe_ff ? line.slice(1) : line);
      if (typeof record === "string") return reject(context, lineNo, record, line);
      return mapRecord(record, context, lineNo, offset, line);
    },
    save: () => "",
  };
}

/** One record, whatever it stood in. Never throws on what the record holds. */
export function mapRecord(given: JsonObject, context: ParseContext, line: number, offset: number, raw: string): NetEvent | Rejected {
  const record = unwrapped(given);
  const map = recognise(record);
  if (map === undefined) return reject(context, line, "a record of no kind that is read", raw);
  const place = { context, line, offset, raw };
  return finish(map(record, place), place);
}
