/**
 * Signs that a page builds a file or another page out of its own text when it is opened (HTML smuggling, ATT&CK T1027.006): a way to make the bytes together with a
 * way to hand them over. Honest pages use each of them; both together in an attached file are rare.
 */
export function smugglesFile(scripts: string, html: string): boolean {
  const all = `${scripts}\n${html.slice(0, 200_000)}`;
  const makes =
    /\batob\s*\(|\bnew\s+(?:Blob|Uint8Array|File)\b|fromCharCode|\bunescape\s*\(|decodeURIComponent\s*\(\s*["'`]%|data:[\w/+.-]+;base64,[A-Za-z0-9+/]{2000}/i.test(
      all,
    );
  const gives =
    /createObjectURL|msSave(?:OrOpen)?Blob|\.download\s*=|document\.write\s*\(|\bdownload\s*=\s*["']|location(?:\.href)?\s*=|\beval\s*\(|innerHTML\s*=/i.test(
      all,
    );
  return makes && gives;
}
