/** Quoted-printable (RFC 2045 6.7), forgiving: what is no escape stays as it is. Linear. */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let n = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte !== 61) {
      out[n++] = byte;
      continue;
    }
    const high = hexOf(bytes[i + 1]);
    const low = hexOf(bytes[i + 2]);
    if (high >= 0 && low >= 0) {
      out[n++] = high * 16 + low;
      i += 2;
      continue;
    }
    let end = i + 1;
    while (bytes[end] === 32 || bytes[end] === 9) end++;
    if (bytes[end] === 13 && bytes[end + 1] === 10) i = end + 1;
    else if (bytes[end] === 10 || bytes[end] === 13) i = end;
    else if (end < bytes.length) out[n++] = byte;
  }
  return out.subarray(0, n);
}

function hexOf(code: number | undefined): number {
  if (code === undefined) return -1;
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 65 && code <= 70) return code - 55;
  return code >= 97 && code <= 102 ? code - 87 : -1;
}

/** Base64 with anything between the letters, also several padded pieces one after the other. */
export function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString("latin1");
  const at = text.indexOf("=");
  if (at < 0 || !/[A-Za-z0-9+/]/.test(text.slice(at))) return Buffer.from(text, "base64");
  return Buffer.concat(text.split(/=+/).map((piece) => Buffer.from(piece, "base64")));
}

export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  const name = encoding.trim().toLowerCase().split(/[\s;]/)[0] ?? "";
  if (name === "base64") return decodeBase64(bytes);
  if (name === "quoted-printable") return decodeQuotedPrintable(bytes);
  if (/^(x-)?uue?(ncode)?$/.test(name)) return decodeUu(bytes.toString("latin1"))[0]?.bytes ?? bytes;
  return bytes;
}

/** Files of the old UNIX form `begin 644 name` ... `end` inside a text; at most 20. */
export function decodeUu(text: string): { name: string; bytes: Buffer; start: number; end: number }[] {
  const found: { name: string; bytes: Buffer; start: number; end: number }[] = [];
  const begin = /^begin [0-7]{3,4} (.{1,200})$/gm;
  for (let match = begin.exec(text); match !== null && found.length < 20; match = begin.exec(text)) {
    const pieces: Buffer[] = [];
    let at = match.index + match[0].length + 1;
    let end = -1;
    while (at < text.length) {
      const stop = text.indexOf("\n", at);
      const line = text.slice(at, stop < 0 ? text.length : stop).replace(/\r$/, "");
      at = stop < 0 ? text.length : stop + 1;
      if (line === "end") end = at;
      if (line === "end" || !/^[\x20-\x60]*$/.test(line)) break;
      pieces.push(uuLine(line));
    }
    if (end < 0) continue;
    found.push({ name: (match[1] ?? "").trim(), bytes: Buffer.concat(pieces), start: match.index, end });
    begin.lastIndex = end;
  }
  return found;
}

function uuLine(line: string): Buffer {
  const length = (line.charCodeAt(0) - 32) & 63;
  const out = Buffer.alloc(length);
  for (let i = 1, n = 0; n < length; i += 4, n += 3) {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((k) => ((line.charCodeAt(i + k) || 32) - 32) & 63);
    out[n] = (a << 2) | (b >> 4);
    if (n + 1 < length) out[n + 1] = ((b << 4) & 255) | (c >> 2);
    if (n + 2 < length) out[n + 2] = ((c << 6) & 255) | d;
  }
  return out;
}
