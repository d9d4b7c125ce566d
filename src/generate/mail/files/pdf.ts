import { deflateSync } from "node:zlib";
import type { Picture } from "./png.ts";

/**
 * A PDF 1.4 of one page: lines in Helvetica from the top, then a picture, then a link over the page's foot.
 * Text outside Latin-1 is written as "?", since the built-in fonts hold no more (PDF 32000-1, annex D): mail in other scripts attaches .docx.
 */
export function pdf(title: string, lines: readonly string[], picture?: Picture, link?: string): Buffer {
  const objects: Buffer[] = [];
  const add = (...parts: (string | Buffer)[]): number => objects.push(Buffer.concat(parts.map((p) => (typeof p === "string" ? Buffer.from(p, "latin1") : p))));
  const text = [
    "BT /F1 11 Tf 56 786 Td 15 TL",
    ...lines.map((line) => `(${escapeText(line)}) Tj T*`),
    "ET",
    ...(picture === undefined ? [] : ["q 180 0 0 180 56 120 cm /P1 Do Q"]),
  ].join("\n");
  const stream = deflateSync(Buffer.from(text, "latin1"));
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
  const resources = `<< /Font << /F1 5 0 R >>${picture === undefined ? "" : " /XObject << /P1 7 0 R >>"} >>`;
  const annotations =
    link === undefined ? "" : ` /Annots [<< /Type /Annot /Subtype /Link /Rect [56 60 540 100] /Border [0 0 0] /A << /S /URI /URI (${escapeText(link)}) >> >>]`;
  add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resources} /Contents 4 0 R${annotations} >>`);
  add(`<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`, stream, "\nendstream");
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  add(`<< /Title (${escapeText(title)}) /Producer (Microsoft: Print To PDF) >>`);
  if (picture !== undefined) {
    const pixels = deflateSync(picture.rgb);
    add(
      `<< /Type /XObject /Subtype /Image /Width ${picture.width} /Height ${picture.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /Length ${pixels.length} >>\nstream\n`,
      pixels,
      "\nendstream",
    );
  }
  return assemble(objects);
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  objects.forEach((object, i) => {
    offsets.push(at);
    const whole = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]);
    parts.push(whole);
    at += whole.length;
  });
  const rows = offsets.map((o) => `${String(o).padStart(10, "0")} 00000 n \n`);
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows.join("")}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function escapeText(text: string): string {
  return text.replace(/[^\x20-\xff]/gu, "?").replace(/[\\()]/g, (c) => `\\${c}`);
}
