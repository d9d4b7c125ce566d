import { decodeText } from "../charset.ts";
import { type LimitLog, MAIL_LIMITS } from "../limits.ts";
import type { ProduceBudget } from "./produce-budget.ts";
import { decryptAes, decryptTraditional } from "./zip-cipher.ts";

export interface ZipEntry {
  name: string;
  encrypted: boolean;
  /** 0 = stored, 8 = deflated; others are not opened. */
  method: number;
  /** WinZip AES: strength 1-3 and version; undefined for the traditional cipher. */
  aes: { strength: number; method: number } | undefined;
  crcCheck: number;
  /** Still packed, a view; empty for a folder. */
  packed: Buffer;
}

/**
 * Entries of a ZIP file (APPNOTE 6.3) by its central directory, or, where that is missing or broken, by the local headers in order. Nothing is unpacked.
 * At most 1,000; ZIP64 sizes are followed by the local headers' positions only.
 */
export function readZip(bytes: Buffer, limits: LimitLog, path: readonly string[]): ZipEntry[] {
  const entries = readDirectory(bytes);
  const found = entries.length > 0 ? entries : readLocals(bytes);
  if (found.length > MAIL_LIMITS.archiveEntries) limits.hit("archive-entries", path);
  return found.slice(0, MAIL_LIMITS.archiveEntries);
}

/** Content of one entry; undefined when it is damaged, of another method, refused by the budget, or the password is wrong. */
export function unpackEntry(entry: ZipEntry, budget: ProduceBudget, path: readonly string[], password?: string): Buffer | undefined {
  let packed = entry.packed;
  let method = entry.method;
  if (entry.encrypted) {
    if (password === undefined) return undefined;
    const plain = entry.aes === undefined ? decryptTraditional(packed, password, entry.crcCheck) : decryptAes(packed, password, entry.aes.strength);
    if (plain === undefined) return undefined;
    packed = plain;
    method = entry.aes?.method ?? method;
  }
  if (method === 0) return budget.unpack("store", packed, path);
  return method === 8 ? budget.unpack("deflate", packed, path) : undefined;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

function readDirectory(bytes: Buffer): ZipEntry[] {
  let end = -1;
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 66_000); at--) {
    if (bytes.readUInt32LE(at) === END) {
      end = at;
      break;
    }
  }
  if (end < 0) return [];
  const size = bytes.readUInt32LE(end + 12);
  // Bytes may stand before the archive (self-extracting, or to deceive), so the directory is also looked for right before its end record.
  let at = bytes.readUInt32LE(end + 16);
  let shift = 0;
  if (at + 4 > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) {
    shift = end - size - at;
    at = end - size;
  }
  const entries: ZipEntry[] = [];
  while (at >= 0 && at + 46 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL && entries.length <= MAIL_LIMITS.archiveEntries) {
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const local = bytes.readUInt32LE(at + 42) + shift;
    const entry = entryOf(bytes, at + 8, at + 46, nameLength, extraLength, bytes.readUInt32LE(at + 20), local);
    if (entry !== undefined) entries.push(entry);
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** `fields`: where flags, method, time, date and CRC stand, alike in both kinds of header. */
function entryOf(bytes: Buffer, fields: number, nameAt: number, nameLength: number, extraLength: number, size: number, local: number): ZipEntry | undefined {
  if (local < 0 || local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL) return undefined;
  const flags = bytes.readUInt16LE(fields);
  const method = bytes.readUInt16LE(fields + 2);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const name = decodeText(bytes.subarray(nameAt, nameAt + nameLength), (flags & 0x800) !== 0 ? "utf-8" : undefined)
    .replaceAll("\0", "")
    .slice(0, 500);
  const extra = bytes.subarray(nameAt + nameLength, nameAt + nameLength + extraLength);
  return {
    name,
    encrypted: (flags & 1) !== 0,
    method,
    aes: method === 99 ? aesOf(extra) : undefined,
    // With a data descriptor the CRC was not known yet, and the time stands in for it.
    crcCheck: (flags & 8) !== 0 ? bytes.readUInt16LE(fields + 4) >>> 8 : bytes.readUInt32LE(fields + 8) >>> 24,
    packed: bytes.subarray(start, Math.min(bytes.length, start + size)),
  };
}

function aesOf(extra: Buffer): { strength: number; method: number } | undefined {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 0x9901 && at + 11 <= extra.length) return { strength: extra[at + 8] as number, method: extra.readUInt16LE(at + 9) };
  }
  return undefined;
}

function readLocals(bytes: Buffer): ZipEntry[] {
  const entries: ZipEntry[] = [];
  const mark = Buffer.from([0x50, 0x4b, 3, 4]);
  for (let at = bytes.indexOf(mark); at >= 0 && entries.length <= MAIL_LIMITS.archiveEntries; ) {
    if (at + 30 > bytes.length) break;
    const nameLength = bytes.readUInt16LE(at + 26);
    const extraLength = bytes.readUInt16LE(at + 28);
    const next = bytes.indexOf(mark, at + 30);
    const declared = bytes.readUInt32LE(at + 18);
    const start = at + 30 + nameLength + extraLength;
    const size = declared > 0 ? declared : Math.max(0, (next < 0 ? bytes.length : next) - start);
    const entry = entryOf(bytes, at + 6, at + 30, nameLength, extraLength, size, at);
    if (entry !== undefined) entries.push(entry);
    at = next;
  }
  return entries;
}
