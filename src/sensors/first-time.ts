import { createRecordParser } from "../parsers/create-parser.ts";
import { isRejected, type ParseContext, type RecordKind } from "../parsers/record-parser.ts";
import { LineSplitter } from "./lines.ts";

/** Records looked at. */
const RECORDS = 128;

/**
 * When a log begins: the earliest time among its first records, ms. -Infinity when the bytes hold no whole record.
 * A flow log begins with flows that began before it, so its first record alone would say too late a time.
 */
export function firstTimeOf(head: Buffer, kind: RecordKind, context: ParseContext): number {
  const parser = createRecordParser(kind, { source: context.source, file: context.file, fileKey: context.fileKey });
  const splitter = new LineSplitter();
  splitter.push(head);
  let first = Number.POSITIVE_INFINITY;
  for (let n = 0; n < RECORDS && splitter.next(); n++) {
    const record = parser.parse(splitter.text, splitter.line, splitter.offset);
    if (record !== undefined && !isRejected(record) && record.time < first) first = record.time;
  }
  return first === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : first;
}
