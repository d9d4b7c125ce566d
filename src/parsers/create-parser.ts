import { createEveParser } from "./eve.ts";
import type { ParseContext, RecordKind, RecordParser } from "./record-parser.ts";
import { createJsonRecordsParser } from "./saas/json-records.ts";
import { createZeekJsonParser } from "./zeek-json.ts";
import { createZeekTsvParser } from "./zeek-tsv.ts";

/** The parser of a kind. `saved` is what an earlier parser's `save()` gave, to go on in the middle of the same file. */
export function createRecordParser(kind: RecordKind, context: ParseContext, saved = ""): RecordParser {
  switch (kind) {
    case "zeek-tsv":
      return createZeekTsvParser(context, saved);
    case "zeek-json":
      return createZeekJsonParser(context);
    case "eve":
      return createEveParser(context);
    case "json-records":
      return createJsonRecordsParser(context);
  }
}
