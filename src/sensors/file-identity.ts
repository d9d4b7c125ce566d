import { contentId } from "../base/hash.ts";

/** Most bytes of a file's start that its identity is made from. */
export const IDENTITY_BYTES = 4_096;

const NEWLINE = 10;
const HASH_SIGN = 35;

/**
 * Key of a log file over rotation, renaming and compression: hash of the source and of the (decompressed) start of the file up to the end of its
 * first record, header lines included, its line end not; at most 4 KiB. Growth never changes it, since a log's start never changes once its first
 * record is complete. Two files that begin with the same record have the same key: who reads several makes them unique (`uniqueKey`).
 *
 * @param head the first bytes, at least 4 KiB or the whole file
 * @param complete the file will not grow (or has 4 KiB and more): its last line counts even without a line end
 * @returns undefined while there is no complete record: ask again when the file has grown
 */
export function fileKeyOf(source: string, head: Buffer, complete: boolean): string | undefined {
  const start = head.subarray(0, IDENTITY_BYTES);
  const end = endOfFirstRecord(start, complete || head.length >= IDENTITY_BYTES);
  return end === undefined ? undefined : contentId(source, start.toString("latin1", 0, end));
}

function endOfFirstRecord(start: Buffer, complete: boolean): number | undefined {
  let at = 0;
  while (at < start.length) {
    const end = start.indexOf(NEWLINE, at);
    if (end < 0) break;
    const bare = start[end - 1] === 13 ? end - 1 : end;
    if (bare > at && start[at] !== HASH_SIGN) return bare;
    at = end + 1;
  }
  return complete && start.length > 0 ? start.length : undefined;
}

/** Binary captures: their first 4 KiB. */
export function captureKeyOf(source: string, head: Buffer): string {
  return contentId(source, head.toString("latin1", 0, IDENTITY_BYTES));
}

/** `key` when nobody has it yet, else one made from it and the path. Adds it to `taken`. */
export function uniqueKey(key: string, path: string, taken: Set<string>): string {
  let unique = key;
  for (let n = 0; taken.has(unique); n++) unique = contentId(key, path, n);
  taken.add(unique);
  return unique;
}
