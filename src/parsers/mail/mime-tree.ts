import { headerOf, parseParameters, readHeaders } from "./header-block.ts";
import { type LimitLog, MAIL_LIMITS } from "./limits.ts";
import type { MailHeader } from "./opened-message.ts";
import { decodeTransfer } from "./transfer.ts";

/** A leaf of the MIME tree. */
export interface MailPart {
  headers: MailHeader[];
  type: string;
  charset: string | undefined;
  name: string;
  contentId: string | undefined;
  disposition: string;
  encoding: string;
  /** Undecoded, a view into the message. */
  raw: Buffer;
  /** Nested messages around it, outermost first. */
  path: string[];
  /** Number of nested messages around it. */
  nested: number;
  /** Types of the multiparts around it, outermost first. */
  around: string[];
}

export interface MimeTree {
  headers: MailHeader[];
  parts: MailPart[];
  /** Headers of nested messages. */
  nested: { headers: MailHeader[]; path: string[] }[];
}

interface Pending {
  start: number;
  end: number;
  depth: number;
  nested: number;
  path: string[];
  around: string[];
  /** A whole message: its headers are a message's. */
  message: boolean;
  bytes: Buffer;
}

/**
 * The leaves of a message, in order. Nothing recurses: depth costs memory of a list, and is cut at MAIL_LIMITS.nesting. Every byte is looked at once per level
 * that holds it, so boundaries inside one another 400 deep over 64 MiB would cost 400 passes: multiparts beyond depth 20 are searched only in their first MiB.
 */
export function readMimeTree(bytes: Buffer, limits: LimitLog): MimeTree {
  const tree: MimeTree = { headers: [], parts: [], nested: [] };
  const stack: Pending[] = [{ start: 0, end: bytes.length, depth: 0, nested: 0, path: [], around: [], message: true, bytes }];
  let seen = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (++seen > MAIL_LIMITS.parts) {
      limits.hit("part-count");
      break;
    }
    const inner = readPart(next, tree, limits, seen === 1);
    for (let i = inner.length - 1; i >= 0; i--) stack.push(inner[i] as Pending);
  }
  return tree;
}

function readPart(from: Pending, tree: MimeTree, limits: LimitLog, top: boolean): Pending[] {
  const { headers, body } = readHeaders(from.bytes, from.start, from.end, limits, from.path);
  if (top) tree.headers = headers;
  else if (from.message) tree.nested.push({ headers, path: from.path });
  const content = headerOf(headers, "content-type");
  const { value, parameters } = parseParameters(content?.raw ?? "");
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(value)
    ? value
    : value.startsWith("multipart")
      ? "multipart/mixed"
      : from.around.at(-1) === "multipart/digest"
        ? "message/rfc822"
        : "text/plain";
  const deeper = { depth: from.depth + 1, nested: from.nested, path: from.path, around: from.around, message: false, bytes: from.bytes };
  const boundary = parameters.get("boundary");
  if (type.startsWith("multipart/") && boundary !== undefined && boundary !== "") {
    if (from.depth < MAIL_LIMITS.nesting) {
      const ranges = splitMultipart(from.bytes, body, from.depth > 20 ? Math.min(from.end, body + 1_048_576) : from.end, boundary);
      if (ranges.length > 0) return ranges.map((range) => ({ ...deeper, ...range, around: [...from.around.slice(-8), type] }));
    } else limits.hit("nesting", from.path);
  }
  const disposition = parseParameters(headerOf(headers, "content-disposition")?.raw ?? "");
  const name = disposition.parameters.get("filename") ?? parameters.get("name") ?? "";
  const encoding = headerOf(headers, "content-transfer-encoding")?.raw ?? "";
  const raw = from.bytes.subarray(body, from.end);
  if (type === "message/rfc822" || type === "message/global" || (type === "application/octet-stream" && /\.eml$/i.test(name))) {
    if (from.nested < MAIL_LIMITS.nestedMails && from.depth < MAIL_LIMITS.nesting) {
      const inner = decodeTransfer(raw, encoding);
      return [
        {
          ...deeper,
          start: 0,
          end: inner.length,
          bytes: inner,
          nested: from.nested + 1,
          path: [...from.path, name === "" ? "message.eml" : name],
          message: true,
        },
      ];
    }
    limits.hit("nesting", from.path);
  }
  tree.parts.push({
    headers,
    type: type.startsWith("multipart/") ? "text/plain" : type,
    charset: parameters.get("charset"),
    name: name.replaceAll("\0", "").slice(0, 1_000),
    contentId: headerOf(headers, "content-id")?.raw.replace(/^<|>$/g, ""),
    disposition: disposition.value,
    encoding,
    raw,
    path: from.path,
    nested: from.nested,
    around: from.around,
  });
  return [];
}

/** Ranges between `--boundary` lines (RFC 2046 5.1.1); a last part without its closing line counts. */
function splitMultipart(bytes: Buffer, start: number, end: number, boundary: string): { start: number; end: number }[] {
  const mark = Buffer.from(`--${boundary}`, "latin1");
  const ranges: { start: number; end: number }[] = [];
  let open = -1;
  let at = start;
  while (at < end && ranges.length <= MAIL_LIMITS.parts) {
    const found = bytes.indexOf(mark, at);
    if (found < 0 || found + mark.length > end) break;
    at = found + mark.length;
    if (found > start && bytes[found - 1] !== 10 && bytes[found - 1] !== 13) continue;
    const closing = bytes[at] === 45 && bytes[at + 1] === 45;
    // `--abc` must not match the line `--abcd` of another boundary.
    if (!closing && at < end && !isLineRest(bytes, at, end)) continue;
    if (open >= 0) ranges.push({ start: open, end: Math.max(open, endBefore(bytes, found, open)) });
    open = -1;
    if (closing) return ranges;
    const line = bytes.indexOf(10, at);
    open = line < 0 || line >= end ? end : line + 1;
    at = open;
  }
  if (open >= 0 && open < end) ranges.push({ start: open, end });
  return ranges;
}

function isLineRest(bytes: Buffer, at: number, end: number): boolean {
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte === 10 || byte === 13) return true;
    if (byte !== 32 && byte !== 9) return false;
  }
  return true;
}

function endBefore(bytes: Buffer, found: number, open: number): number {
  let end = found;
  if (end > open && bytes[end - 1] === 10) end--;
  if (end > open && bytes[end - 1] === 13) end--;
  return end;
}
