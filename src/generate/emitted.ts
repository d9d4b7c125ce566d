/**
 * What a writer hands to whoever keeps the files: one line of a file that grows (NDJSON), or a file of its own (a message).
 * `time` orders the lines of all writers; `file` is relative to the folder that is written, with "/" between its parts.
 */
export type Emitted = { time: number; file: string; line: string } | { time: number; file: string; bytes: Buffer };

/** One line of a Zeek log as its columns: absent columns are left out, `ts` is `time` (ms). */
export interface ZeekRecord {
  log: string;
  time: number;
  fields: Readonly<Record<string, ZeekValue>>;
}

export type ZeekValue = string | number | boolean | readonly (string | number)[] | undefined;
