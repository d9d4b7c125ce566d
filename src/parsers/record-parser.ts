import type { Clock } from "../base/clock.ts";
import type { NetEvent, Rejected } from "../schema/event.ts";

/** What a line-based input is; pcap is no such input: Suricata turns it into EVE first. */
const RECORD_KINDS = ["zeek-tsv", "zeek-json", "eve", "json-records"] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export function isRecordKind(kind: string): kind is RecordKind {
  return (RECORD_KINDS as readonly string[]).includes(kind);
}

/** Where the records of one parser come from; copied onto every event. */
export interface ParseContext {
  source: string;
  /** Path as shown to people. Also the last resort to name the log type of Zeek JSON that does not name it. */
  file: string;
  fileKey: string;
  /** Live: stamps `seen`. Left out in a replay, where `seen` is the event's own time. */
  clock?: Clock;
}

/**
 * One file's records, line by line, in file order (the header of a TSV file is state).
 * Never throws on input. Memory: the header, and a bounded table of addresses shared by all parsers.
 */
export interface RecordParser {
  /**
   * @param line text without its line end
   * @param lineNo counts from 1
   * @param offset of the line's first byte in the (decompressed) file
   * @returns the event; the reason it is none; undefined for what is no record (header, comment, empty line)
   */
  parse(line: string, lineNo: number, offset: number): NetEvent | Rejected | undefined;
  /** State to go on from the middle of the file after a restart: hand it to the factory as `saved`. Empty when there is none. */
  save(): string;
}

export function isRejected(result: NetEvent | Rejected): result is Rejected {
  return !("family" in result);
}

const EXCERPT = 200;

export function reject(context: ParseContext, line: number, reason: string, text: string): Rejected {
  return { source: context.source, file: context.file, line, reason, excerpt: text.slice(0, EXCERPT) };
}
