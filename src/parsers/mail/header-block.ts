import { decodeText, decodeWords, fromRaw } from "./charset.ts";
import { type LimitLog, MAIL_LIMITS } from "./limits.ts";
import type { MailHeader } from "./opened-message.ts";

export interface HeaderBlock {
  headers: MailHeader[];
  /** Offset of the first byte of the body. */
  body: number;
}

/**
 * The headers at `start` (RFC 5322 2.2, any line end, NUL bytes skipped). The block ends at an empty line, at `end`, at a line that is no header once
 * there was one (the body began without an empty line), or at 256 KiB. Linear.
 */
export function readHeaders(bytes: Buffer, start: number, end: number, limits: LimitLog, path: readonly string[] = []): HeaderBlock {
  const headers: MailHeader[] = [];
  const stop = Math.min(end, start + MAIL_LIMITS.headerBytes);
  let at = start;
  let name = "";
  let value: string[] = [];
  let size = 0;
  const finish = (): void => {
    if (name === "") return;
    if (headers.length >= MAIL_LIMITS.headers) limits.hit("header-count", path);
    else {
      const raw = value.join(" ").replaceAll("\0", "").trim();
      headers.push({ name, raw, text: decodeWords(raw) });
    }
    name = "";
    value = [];
    size = 0;
  };
  while (at < stop) {
    const { text, next } = lineAt(bytes, at, stop);
    if (text === "" || /^\s*$/.test(text)) {
      // A line of blanks alone continues a header only when another continuation follows; mail programs take it as the end.
      if (text === "" || name === "" || !/^[ \t]/.test(peek(bytes, next, stop))) {
        finish();
        return { headers, body: next };
      }
    }
    if (/^[ \t]/.test(text) && name !== "") {
      if (size + text.length <= MAIL_LIMITS.headerLine) value.push(text.trim());
      else limits.hit("header-size", path);
      size += text.length;
    } else {
      const colon = text.indexOf(":");
      const candidate = colon > 0 ? text.slice(0, colon).replaceAll("\0", "").trimEnd() : "";
      if (!/^[!-9;-~]{1,100}$/.test(candidate)) {
        if (headers.length === 0 && name === "" && /^>?From /.test(text)) {
          at = next;
          continue;
        }
        finish();
        return { headers, body: headers.length === 0 ? start : at };
      }
      finish();
      name = candidate.toLowerCase();
      const rest = text.slice(colon + 1);
      if (rest.length > MAIL_LIMITS.headerLine) limits.hit("header-size", path);
      value = [rest.slice(0, MAIL_LIMITS.headerLine).trim()];
      size = rest.length;
    }
    at = next;
  }
  finish();
  if (at < end) limits.hit("header-size", path);
  return { headers, body: Math.min(at, end) };
}

function lineAt(bytes: Buffer, at: number, stop: number): { text: string; next: number } {
  let end = bytes.indexOf(10, at);
  if (end < 0 || end >= stop) end = stop;
  const next = Math.min(end + 1, stop);
  // Lone carriage returns as line ends (old Macintosh programs).
  const alone = bytes.subarray(at, end).indexOf(13);
  if (alone >= 0 && at + alone < end - 1) return { text: bytes.toString("latin1", at, at + alone), next: at + alone + 1 };
  return { text: bytes.toString("latin1", at, alone >= 0 ? at + alone : end), next };
}

function peek(bytes: Buffer, at: number, stop: number): string {
  return at < stop ? (bytes.toString("latin1", at, Math.min(stop, at + 80)).split(/[\r\n]/)[0] ?? "") : "";
}

export function headerOf(headers: readonly MailHeader[], name: string): MailHeader | undefined {
  return headers.find((h) => h.name === name);
}

export interface Parameters {
  value: string;
  parameters: Map<string, string>;
}

/** `type/sub; name=value` with quoted strings, RFC 2231 continuations and charsets, and RFC 2047 words where they do not belong but stand. */
export function parseParameters(raw: string): Parameters {
  const semicolon = raw.indexOf(";");
  const value = (semicolon < 0 ? raw : raw.slice(0, semicolon))
    .replace(/\([^)]*\)/g, "")
    .trim()
    .toLowerCase();
  const pieces = new Map<string, { index: number; encoded: boolean; text: string }[]>();
  const pattern = /;\s*([^\s=;"]{1,100})\s*=\s*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^;]*))/g;
  if (semicolon >= 0) {
    const rest = raw.slice(semicolon, semicolon + MAIL_LIMITS.headerLine);
    for (let match = pattern.exec(rest); match !== null; match = pattern.exec(rest)) {
      const name = (match[1] ?? "").toLowerCase();
      const text = match[2] === undefined ? (match[3] ?? "").trim() : match[2].replace(/\\(.)/g, "$1");
      const parts = /^([^*]+)(?:\*(\d{1,3}))?(\*)?$/.exec(name);
      if (parts === null) continue;
      const key = parts[1] as string;
      const list = pieces.get(key) ?? [];
      if (list.length < 200) list.push({ index: Number(parts[2] ?? 0), encoded: parts[3] === "*", text });
      pieces.set(key, list);
    }
  }
  const parameters = new Map<string, string>();
  for (const [key, list] of pieces) parameters.set(key, joined(list));
  return { value, parameters };
}

function joined(list: { index: number; encoded: boolean; text: string }[]): string {
  const plain = list.every((piece) => !piece.encoded);
  if (plain) {
    const sorted = list.length === 1 ? list : [...list].sort((a, b) => a.index - b.index);
    return decodeWords(list.length > 1 && sorted.every((p) => p.index === 0) ? (sorted[0]?.text ?? "") : sorted.map((p) => p.text).join(""));
  }
  // Where a program wrote both forms, the extended one is the true name.
  const extended = list.some((p) => p.encoded && p.index === 0) ? list.filter((p) => p.encoded || p.index > 0) : list;
  extended.sort((a, b) => a.index - b.index);
  const first = extended[0]?.text ?? "";
  const head = /^([^']{0,60})'[^']{0,60}'/.exec(first);
  const bytes = extended.map((piece, i) => {
    const text = i === 0 && head !== null ? piece.text.slice(head[0].length) : piece.text;
    return Buffer.from(
      piece.encoded ? text.replace(/%([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : text,
      "latin1",
    );
  });
  return head === null ? fromRaw(Buffer.concat(bytes).toString("latin1")) : decodeText(Buffer.concat(bytes), head[1]);
}
