/**
 * Undoes what Zeek's ASCII writer does to bytes that are not printable or are its separator: `\xNN` is one byte, `\\` a backslash
 * (zeek src/Desc.cc). Bytes are read as UTF-8 where they are valid UTF-8, else as Latin-1. Anything else after a backslash stays as it is.
 */
export function decodeEscapes(text: string): string {
  if (text.indexOf("\\") < 0) return text;
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+|\\\\/g, (run) => (run === "\\\\" ? "\\" : decodeBytes(run)));
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeBytes(run: string): string {
  const bytes = new Uint8Array(run.length / 4);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(run.slice(i * 4 + 2, i * 4 + 4), 16);
  try {
    return UTF8.decode(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}
