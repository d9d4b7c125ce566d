import { MAIL_LIMITS } from "../limits.ts";

/** Files of a tar archive (POSIX ustar, GNU long names left as they are). Views, nothing is copied. */
export function readTar(bytes: Buffer): { name: string; bytes: Buffer }[] {
  const files: { name: string; bytes: Buffer }[] = [];
  for (let at = 0; at + 512 <= bytes.length && files.length < MAIL_LIMITS.archiveEntries; ) {
    const name = bytes.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    const size = Number.parseInt(
      bytes
        .toString("latin1", at + 124, at + 136)
        .replace(/\0.*$/s, "")
        .trim() || "0",
      8,
    );
    if (name === "" || !Number.isFinite(size) || size < 0) break;
    const type = bytes[at + 156];
    if (type === 0 || type === 48) files.push({ name, bytes: bytes.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
