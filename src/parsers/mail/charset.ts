import { TextDecoder } from "node:util";

const ALIASES = new Map<string, string>([
  ["cp1252", "windows-1252"],
  ["cp1251", "windows-1251"],
  ["cp1250", "windows-1250"],
  ["ansi_x3.4-1968", "windows-1252"],
  ["iso-8859-8-i", "iso-8859-8"],
  ["cp936", "gbk"],
  ["ks_c_5601-1987", "euc-kr"],
  ["cp949", "euc-kr"],
  ["x-unknown", "utf-8"],
  ["unknown-8bit", "utf-8"],
  ["8bit", "utf-8"],
  ["default", "utf-8"],
  ["iso-2022-jp-ms", "iso-2022-jp"],
  ["cp932", "shift_jis"],
  ["utf8", "utf-8"],
  ["utf-8mb4", "utf-8"],
]);
const decoders = new Map<string, TextDecoder | undefined>();
const UTF8 = new TextDecoder("utf-8", { fatal: true });
const LOOSE_UTF8 = new TextDecoder("utf-8");
const LATIN = new TextDecoder("windows-1252");

function decoderOf(charset: string): TextDecoder | undefined {
  const name = ALIASES.get(charset) ?? charset;
  if (decoders.has(name)) return decoders.get(name);
  let decoder: TextDecoder | undefined;
  try {
    decoder = new TextDecoder(name);
  } catch {
    decoder = undefined;
  }
  if (decoders.size < 200) decoders.set(name, decoder);
  return decoder;
}

/**
 * Bytes as text by their declared charset (WHATWG names and a few that mail programs write). Unknown or missing charsets: UTF-8 when the bytes are valid
 * UTF-8, else windows-1252. A byte order mark wins. Never throws; what cannot be decoded becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array, charset?: string): string {
  const name = (charset ?? "")
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, "")
    .replace(/\*.*$/, "");
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (name === "utf-7" || name === "unicode-1-1-utf-7") return decodeUtf7(Buffer.from(bytes).toString("latin1"));
  // Mail declared ASCII or Latin-1 is often UTF-8; valid UTF-8 with a high byte is hardly ever anything else.
  if (
    name === "" ||
    name === "us-ascii" ||
    name === "ascii" ||
    name === "utf-8" ||
    name === "iso-8859-1" ||
    name === "windows-1252" ||
    decoderOf(name) === undefined
  ) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      return UTF8.decode(buffer);
    } catch {
      return name === "utf-8" ? LOOSE_UTF8.decode(buffer) : LATIN.decode(buffer);
    }
  }
  return (decoderOf(name) as TextDecoder).decode(bytes);
}

/** RFC 2152; used to slip markup past filters. */
function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_all, run: string) => {
    if (run === "") return "+";
    const bytes = Buffer.from(run, "base64");
    let out = "";
    for (let i = 0; i + 1 < bytes.length; i += 2) out += String.fromCharCode(bytes.readUInt16BE(i));
    return out;
  });
}

/** Text that was kept as latin1 of the bytes on the wire. */
export function fromRaw(raw: string): string {
  return /[\x80-\xff]/.test(raw) ? decodeText(Buffer.from(raw, "latin1")) : raw;
}

/** RFC 2047 encoded words in a header text; neighbours of one charset are joined before decoding, as split characters need. Stray 8-bit text is decoded too. */
export function decodeWords(raw: string): string {
  if (!raw.includes("=?")) return fromRaw(raw);
  let out = "";
  let at = 0;
  let pending: { charset: string; bytes: Buffer[] } | undefined;
  const flush = (): void => {
    if (pending !== undefined) out += decodeText(Buffer.concat(pending.bytes), pending.charset);
    pending = undefined;
  };
  const pattern = /=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=/g;
  for (let match = pattern.exec(raw); match !== null; match = pattern.exec(raw)) {
    const between = raw.slice(at, match.index);
    // White space between two encoded words is not part of the text.
    if (!(pending !== undefined && /^\s*$/.test(between))) {
      flush();
      out += fromRaw(between);
    }
    const charset = (match[1] ?? "").toLowerCase().replace(/\*.*$/, "");
    const bytes = /b/i.test(match[2] ?? "") ? Buffer.from(match[3] ?? "", "base64") : wordQ(match[3] ?? "");
    if (pending?.charset === charset) pending.bytes.push(bytes);
    else {
      flush();
      pending = { charset, bytes: [bytes] };
    }
    at = match.index + match[0].length;
  }
  flush();
  return out + fromRaw(raw.slice(at));
}

function wordQ(text: string): Buffer {
  return Buffer.from(
    text.replaceAll("_", " ").replace(/=([0-9a-fA-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}
