import { constants, gunzipSync } from "node:zlib";
import { parseObject } from "../parsers/json-record.ts";
import type { RecordKind } from "../parsers/record-parser.ts";
import { ARRAY_KEYS, looksLikeCloudRecord, recognise, unwrapped } from "../parsers/saas/recognise.ts";
import { inferPath, pathOfFileName } from "../parsers/zeek-columns.ts";
import { isKnownPath } from "../parsers/zeek-map.ts";
import { looksLikeMail, type MailKindOfFile } from "./mail/recognise-mail.ts";

/** What is read as a whole, beside captures: a JSON document of cloud records, and Purview's CSV with a column AuditData. */
export const CLOUD_DOCUMENTS = ["json-document", "audit-csv"] as const;
export type CloudDocument = (typeof CLOUD_DOCUMENTS)[number];
export type InputKind = RecordKind | "pcap" | CloudDocument | MailKindOfFile;

export interface Sniffed {
  kind: InputKind;
  gzip: boolean;
  /** Start of the file, decompressed. */
  head: Buffer;
}

/** Bytes of the start of a file to hand to `sniff`. */
export const SNIFF_BYTES = 16_384;
const LINES_TRIED = 20;

/**
 * What a file is, by its first bytes and never by its name (the name only breaks a tie for Zeek JSON that does not say its log).
 * Undefined when it is nothing that we read. A damaged first line does not hide the type: the first 20 lines are tried.
 */
export function sniff(bytes: Buffer, file: string): Sniffed | undefined {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const head = gzip ? gunzipStart(bytes) : bytes;
  const kind = isCapture(head) ? "pcap" : (kindOfText(head, file) ?? looksLikeMail(head));
  return kind === undefined ? undefined : { kind, gzip, head };
}

/** As much as the piece of a gzip file yields; nothing when it is damaged from the start. */
function gunzipStart(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1_100 * SNIFF_BYTES }).subarray(0, SNIFF_BYTES);
  } catch {
    return Buffer.alloc(0);
  }
}

/** libpcap in both byte orders, microseconds and nanoseconds (IETF draft-ietf-opsawg-pcap), and pcapng. */
const CAPTURE_MAGIC: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a]);

function isCapture(head: Buffer): boolean {
  return head.length >= 24 && CAPTURE_MAGIC.has(head.readUInt32BE(0));
}

function kindOfText(head: Buffer, file: string): RecordKind | CloudDocument | undefined {
  const text = head.toString("latin1");
  let at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
  const document = kindOfDocument(text, at);
  if (document !== undefined) return document;
  for (let n = 0; n < LINES_TRIED && at < text.length; n++) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end < 0 ? text.length : end).trim();
    const kind = kindOfLine(line, end < 0, file);
    if (kind !== undefined) return kind;
    if (end < 0) break;
    at = end + 1;
  }
  return undefined;
}

function kindOfLine(line: string, cut: boolean, file: string): RecordKind | undefined {
  if (/^#(separator |fields[\t ,|]|path[\t ,|]|set_separator[\t ,|])/.test(line)) return "zeek-tsv";
  // Records of a log whose header is lost: taken as Zeek's, so that they are refused with that reason.
  if (/^\d{9,11}\.\d{6}\t\S+\t/.test(line)) return "zeek-tsv";
  if (!line.startsWith("{")) return undefined;
  const record = parseObject(line);
  if (typeof record === "string") return cut ? kindOfCutJson(line) : undefined;
  if (typeof record.event_type === "string" && typeof record.timestamp === "string") return "eve";
  if (isZeek(record, file)) return "zeek-json";
  return recognise(unwrapped(record)) === undefined ? undefined : "json-records";
}

function isZeek(record: Record<string, unknown>, file: string): boolean {
  const has = (name: string): boolean => record[name] !== undefined;
  if (typeof record["@stream"] === "string" && has("ts")) return true;
  if (typeof record._path === "string" && (has("ts") || has("_write_ts"))) return true;
  if (!has("ts")) return false;
  return has("id.orig_h") || has("id_orig_h") || has("fuid") || inferPath(has) !== undefined || pathOfFileName(file, isKnownPath) !== undefined;
}

/** A first record longer than what was read. */
function kindOfCutJson(line: string): RecordKind | undefined {
  if (/"event_type"\s*:\s*"/.test(line) && /"timestamp"\s*:\s*"/.test(line)) return "eve";
  if (/"ts"\s*:/.test(line) && /"(_path|@stream|id[._]orig_h|fuid)"\s*:/.test(line)) return "zeek-json";
  return looksLikeCloudRecord(line) ? "json-records" : undefined;
}

const LIST_KEY = new RegExp(`^\\{\\s*(?:"[@\\w.]+"\\s*:\\s*(?:"[^"]*"|\\d+|null|\\[[^\\]]*\\])\\s*,\\s*)*"(?:${[...ARRAY_KEYS].join("|")})"\\s*:\\s*\\[`);

/** A document of cloud records: a list, an answer that holds a list, or an object over several lines. Purview's CSV by its header. */
function kindOfDocument(text: string, from: number): CloudDocument | undefined {
  const end = text.indexOf("\n", from);
  const first = text.slice(from, end < 0 ? text.length : end).trim();
  if (/(?:^|,)"?AuditData"?(?:,|$)/i.test(first) && !first.startsWith("{")) return "audit-csv";
  const start = text.slice(from, from + SNIFF_BYTES).trimStart();
  const opens = start.startsWith("[") || LIST_KEY.test(start) || (start.startsWith("{") && /^\{\s*$/.test(first));
  if (!opens) return undefined;
  return looksLikeCloudRecord(start) || /"severity"\s*:/.test(start) ? "json-document" : undefined;
}
