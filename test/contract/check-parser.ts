import { isPlausibleTime } from "../../src/base/time.ts";
import { isRejected, type ParseContext, type RecordParser } from "../../src/parsers/record-parser.ts";
import type { NetEvent, Rejected } from "../../src/schema/event.ts";
import { LineSplitter } from "../../src/sensors/lines.ts";

export interface ParserCase {
  create(context: ParseContext, saved?: string): RecordParser;
  /** A valid file of the format, at least one record, every record valid. */
  fixture: Buffer;
  /**
   * Whether cutting this record to this many characters must show. For most formats every cut does (the default);
   * in a format of columns a cut within the last column gives a shorter but valid record.
   */
  cutShows?(line: string, length: number): boolean;
}

export const CHECK_CONTEXT: ParseContext = { source: "check", file: "check.log", fileKey: "check-key" };

/**
 * What every parser owes, as a list of faults: the fixture parses without refusals; events name source, file, line and offset and keep their bytes;
 * every truncation of a record is refused and none throws; rubbish, NUL and invalid UTF-8 never throw; the saved state lets another parser go on
 * in the middle and say the same; the same input gives the same events.
 */
export function checkParser(given: ParserCase): string[] {
  const faults: string[] = [];
  const whole = parseAll(given, given.fixture);
  if (whole.length === 0) faults.push("the fixture holds no record");
  for (const record of whole) faults.push(...faultsOfRecord(record, given.fixture));
  faults.push(...truncations(given), ...resumes(given, whole), ...rubbish(given));
  if (JSON.stringify(parseAll(given, given.fixture)) !== JSON.stringify(whole)) faults.push("the same input gives other events the second time");
  return faults;
}

/** Events and refusals of a whole file. */
export function parseAll(given: ParserCase, bytes: Buffer): (NetEvent | Rejected)[] {
  const parser = given.create(CHECK_CONTEXT);
  const found: (NetEvent | Rejected)[] = [];
  for (const { text, line, offset } of linesOf(bytes)) {
    const result = parser.parse(text, line, offset);
    if (result !== undefined) found.push(result);
  }
  return found;
}

function linesOf(bytes: Buffer): { text: string; line: number; offset: number }[] {
  const splitter = new LineSplitter();
  splitter.push(bytes);
  splitter.end();
  const lines = [];
  while (splitter.next()) lines.push({ text: splitter.text, line: splitter.line, offset: splitter.offset });
  return lines;
}

function faultsOfRecord(record: NetEvent | Rejected, bytes: Buffer): string[] {
  if (isRejected(record)) return [`line ${record.line} of the fixture is refused: ${record.reason}`];
  const faults: string[] = [];
  const at = `line ${record.line}`;
  if (record.source !== CHECK_CONTEXT.source || record.file !== CHECK_CONTEXT.file || record.fileKey !== CHECK_CONTEXT.fileKey)
    faults.push(`${at}: loses its source`);
  if (!isPlausibleTime(record.time)) faults.push(`${at}: time ${record.time}`);
  if (record.seen !== record.time) faults.push(`${at}: without a clock, seen is the event's own time`);
  if (record.direction !== "unknown" || record.duplicateOf !== undefined) faults.push(`${at}: sets what the lane sets`);
  const length = Buffer.byteLength(record.raw);
  if (bytes.toString("utf8", record.offset, record.offset + length) !== record.raw) faults.push(`${at}: offset and raw do not lead to its bytes`);
  return faults;
}

function truncations(given: ParserCase): string[] {
  const faults: string[] = [];
  const lines = linesOf(given.fixture);
  for (const [index, { text, line, offset }] of lines.entries()) {
    const before = given.create(CHECK_CONTEXT);
    for (const earlier of lines.slice(0, index)) before.parse(earlier.text, earlier.line, earlier.offset);
    const state = before.save();
    if (before.parse(text, line, offset) === undefined) continue;
    for (let length = 1; length < text.length; length++) {
      try {
        const result = given.create(CHECK_CONTEXT, state).parse(text.slice(0, length), line, offset);
        const refused = result !== undefined && isRejected(result);
        if (refused ? result.reason === "" || result.line !== line : (given.cutShows?.(text, length) ?? true)) {
          faults.push(`line ${line} cut to ${length} characters is ${refused ? "refused without reason or line" : "taken"}`);
        }
      } catch (error) {
        faults.push(`line ${line} cut to ${length} characters throws ${error}`);
      }
    }
  }
  return faults;
}

/** A parser made from the state after half of the lines reads the other half alike. */
function resumes(given: ParserCase, whole: (NetEvent | Rejected)[]): string[] {
  const lines = linesOf(given.fixture);
  const records = whole.map((record) => record.line);
  const half = records[Math.floor(records.length / 2)] ?? 0;
  const first = given.create(CHECK_CONTEXT);
  for (const { text, line, offset } of lines) if (line < half) first.parse(text, line, offset);
  const second = given.create(CHECK_CONTEXT, first.save());
  const rest = lines.filter(({ line }) => line >= half).map(({ text, line, offset }) => second.parse(text, line, offset));
  const refused = rest.find((record) => record !== undefined && isRejected(record));
  return refused === undefined ? [] : [`saved and restored at line ${half}, it refuses ${refused.line}`];
}

function rubbish(given: ParserCase): string[] {
  const faults: string[] = [];
  const texts = ["", " ", "\u0000", "\u0000\u0000{", "{", "}", "[]", "null", "1", '""', "{}", "#", "#fields", "\t\t\t", "\ufffd", "\ud800", "a".repeat(10_000)];
  for (const { text } of linesOf(given.fixture)) texts.push(`${text}\u0000`, `\u0000${text}`, text.replaceAll("1", "\u00ff"), text + text);
  const parser = given.create(CHECK_CONTEXT);
  for (const text of texts) {
    try {
      const result = parser.parse(text, 1, 0);
      if (result !== undefined && isRejected(result) && result.excerpt.length > 200) faults.push("excerpt of more than 200 characters");
    } catch (error) {
      faults.push(`${JSON.stringify(text.slice(0, 60))} throws ${error}`);
    }
  }
  return faults;
}
