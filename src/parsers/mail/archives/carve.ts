const MOST = 20;

/** Pictures that stand whole inside another file (OLE documents, EMF, TNEF, OneNote, unknown ones), found by their own beginning and end. Views. */
export function carvePictures(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  const png = Buffer.from("89504e470d0a1a0a", "hex");
  for (let at = bytes.indexOf(png); at >= 0 && found.length < MOST; at = bytes.indexOf(png, at + 8)) {
    const end = bytes.indexOf("IEND", at, "latin1");
    if (end > 0) found.push(bytes.subarray(at, end + 8));
  }
  const jpg = Buffer.from("ffd8ff", "hex");
  const eoi = Buffer.from("ffd9", "hex");
  for (let at = bytes.indexOf(jpg); at >= 0 && found.length < MOST; at = bytes.indexOf(jpg, at + 3)) {
    const end = bytes.indexOf(eoi, at + 100);
    if (end < 0) break;
    found.push(bytes.subarray(at, end + 2));
  }
  return found;
}
