import { parseObject } from "../../parsers/json-record.ts";
import { isRejected, type ParseContext, reject } from "../../parsers/record-parser.ts";
import { CsvRows } from "../../parsers/saas/csv.ts";
import { JsonElements } from "../../parsers/saas/json-elements.ts";
import { mapRecord } from "../../parsers/saas/json-records.ts";
import { ARRAY_KEYS } from "../../parsers/saas/recognise.ts";
import type { NetEvent, Rejected } from "../../schema/event.ts";
import { openBytes } from "../file-bytes.ts";
import { FilePool } from "../file-pool.ts";
import type { CloudDocument } from "../sniff.ts";

export interface DocumentInput {
  path: string;
  gzip: boolean;
  bytes: number;
  kind: CloudDocument;
}

interface Piece {
  events: NetEvent[];
  rejected: Rejected[];
}

/** Exports stand newest first as often as not: up to this many records are put in order before the first is handed out. */
const IN_ORDER = 250_000;
const BLOCK = 262_144;

/**
 * Records of a JSON document (a list, an answer with a list, objects one after the other) or of Purview's CSV, in event time. `line` is the
 * record's place from 1 (of CSV: the row below the header). A document longer than 250,000 records is handed out in stretches of that many, each in order.
 * Memory: one stretch, about 3 kB a record. Damage ends the document with one refusal; a record that cannot be used is refused by itself.
 */
export async function* readDocument(input: DocumentInput, context: ParseContext): AsyncGenerator<Piece> {
  const pool = new FilePool(4);
  const bytes = openBytes(input.path, input.gzip, input.bytes, pool, BLOCK);
  const cutter = input.kind === "audit-csv" ? new CsvCutter(context) : new JsonCutter(context);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: false });
  let events: NetEvent[] = [];
  let rejected: Rejected[] = [];
  const sort = (item: NetEvent | Rejected): void => {
    if (isRejected(item)) rejected.push(item);
    else events.push(item);
  };
  try {
    for (;;) {
      let block: Buffer | undefined;
      try {
        block = await bytes.read();
      } catch (error) {
        rejected.push(reject(context, cutter.line + 1, `cannot be read on (${error instanceof Error ? error.message : String(error)})`, ""));
        break;
      }
      if (block === undefined) break;
      cutter.push(decoder.decode(block, { stream: true }), sort);
      if (events.length >= IN_ORDER || rejected.length >= 1_024) {
        yield { events: inOrder(events), rejected };
        events = [];
        rejected = [];
      }
    }
    cutter.end(sort);
    yield { events: inOrder(events), rejected };
  } finally {
    await bytes.close();
    await pool.closeAll();
  }
}

/** The same of a JSON document that is in memory. */
export function recordsOfJson(bytes: Buffer, context: ParseContext): Piece {
  const piece: Piece = { events: [], rejected: [] };
  const sort = (item: NetEvent | Rejected): void => {
    if (isRejected(item)) piece.rejected.push(item);
    else piece.events.push(item);
  };
  const cutter = new JsonCutter(context);
  cutter.push(bytes.toString("utf8"), sort);
  cutter.end(sort);
  return { ...piece, events: inOrder(piece.events) };
}

function inOrder(events: NetEvent[]): NetEvent[] {
  return events.sort((a, b) => a.time - b.time || a.line - b.line);
}

type Take = (item: NetEvent | Rejected) => void;

class JsonCutter {
  line = 0;
  readonly #elements = new JsonElements(ARRAY_KEYS);
  readonly #context: ParseContext;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  push(text: string, take: Take): void {
    this.#elements.push(text);
    this.#drain(take);
  }

  end(take: Take): void {
    this.#elements.end();
    this.#drain(take);
  }

  #drain(take: Take): void {
    for (const element of this.#elements.take()) {
      this.line = element.line;
      const record = element.problem === undefined ? parseObject(element.text) : element.problem;
      if (typeof record === "string") take(reject(this.#context, element.line, record, element.text));
      else take(mapRecord(record, this.#context, element.line, element.offset, element.text));
    }
  }
}

class CsvCutter {
  line = 0;
  readonly #rows = new CsvRows();
  readonly #context: ParseContext;
  #column = -1;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  push(text: string, take: Take): void {
    this.#rows.push(text);
    this.#drain(take);
  }

  end(take: Take): void {
    this.#rows.end();
    this.#drain(take);
  }

  #drain(take: Take): void {
    for (const { row, tooLong } of this.#rows.take()) {
      if (this.#column < 0) {
        this.#column = row.findIndex(
          (name) =>
            name
              .trim()
              .replace(/^\ufeff/, "")
              .toLowerCase() === "auditdata",
        );
        if (this.#column < 0) take(reject(this.#context, 1, "a CSV without a column AuditData", row.join(",").slice(0, 200)));
        continue;
      }
      this.line++;
      const cell = row[this.#column];
      const record = tooLong ? "a row that is too long" : cell === undefined ? "a row without AuditData" : parseObject(cell);
      if (typeof record === "string") take(reject(this.#context, this.line, record, cell ?? row.join(",")));
      else take(mapRecord(record, this.#context, this.line, this.line, cell ?? ""));
    }
  }
}
