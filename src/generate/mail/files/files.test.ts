import { inflateRawSync, inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { invitation } from "./calendar.ts";
import { docx, xlsx } from "./office.ts";
import { pdf } from "./pdf.ts";
import { modulesToPicture, png } from "./png.ts";
import { qrCode } from "./qr.ts";
import { multiply } from "./qr-field.ts";

/** Files of an archive by its central directory: a reader of its own, so that writer and reader do not share a mistake. */
function unzip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let i = 0; i < archive.readUInt16LE(end + 10); i++) {
    expect(archive.toString("latin1", at, at + 4)).toBe("PK\x01\x02");
    const [packed, name, local] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28), archive.readUInt32LE(at + 42)];
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    files.set(archive.toString("utf8", at + 46, at + 46 + name), inflateRawSync(archive.subarray(start, start + packed)));
    at += 46 + name;
  }
  return files;
}

/** Text of a version-1 symbol at its own reading: format, mask, codewords in their zigzag, syndromes all zero. */
function readVersion1(modules: readonly (readonly boolean[])[]): string {
  const at = (x: number, y: number): number => (modules[y]?.[x] === true ? 1 : 0);
  let format = 0;
  for (const [i, [x, y]] of [
    [8, 0],
    [8, 1],
    [8, 2],
    [8, 3],
    [8, 4],
    [8, 5],
    [8, 7],
    [8, 8],
    [7, 8],
    [5, 8],
    [4, 8],
    [3, 8],
    [2, 8],
    [1, 8],
    [0, 8],
  ].entries())
    format |= at(x ?? 0, y ?? 0) << i;
  const mask = ((format ^ 0x5412) >> 10) & 7;
  const flips = [
    (x: number, y: number) => (x + y) % 2,
    (_: number, y: number) => y % 2,
    (x: number) => x % 3,
    (x: number, y: number) => (x + y) % 3,
    (x: number, y: number) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
    (x: number, y: number) => ((x * y) % 2) + ((x * y) % 3),
    (x: number, y: number) => (((x * y) % 2) + ((x * y) % 3)) % 2,
    (x: number, y: number) => (((x + y) % 2) + ((x * y) % 3)) % 2,
  ];
  const used = (x: number, y: number): boolean => x === 6 || y === 6 || (x < 9 && y < 9) || (x > 12 && y < 9) || (x < 9 && y > 12);
  const bits: number[] = [];
  let up = true;
  for (const right of [20, 18, 16, 14, 12, 10, 8, 5, 3, 1]) {
    for (let i = 0; i < 21; i++) {
      const y = up ? 20 - i : i;
      for (const x of [right, right - 1]) if (!used(x, y)) bits.push(at(x, y) ^ (flips[mask]?.(x, y) === 0 ? 1 : 0));
    }
    up = !up;
  }
  const bytes = Array.from({ length: 26 }, (_, i) => bits.slice(8 * i, 8 * i + 8).reduce((n, b) => n * 2 + b, 0));
  for (let i = 0, root = 1; i < 10; i++, root = multiply(root, 2)) expect(bytes.reduce((sum, b) => multiply(sum, root) ^ b, 0)).toBe(0);
  const length = bits.slice(4, 12).reduce((n, b) => n * 2 + b, 0);
  return Buffer.from(Array.from({ length }, (_, i) => bits.slice(12 + 8 * i, 20 + 8 * i).reduce((n, b) => n * 2 + b, 0))).toString("utf8");
}

describe("attachments that the organisation's mail carries", () => {
  test("a short QR code says its text, and its error correction fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 14 }), (text) => {
        expect(readVersion1(qrCode(text))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test("a longer text takes a larger symbol; what no symbol holds is refused", () => {
    expect([10, 60, 300, 2_000].map((n) => qrCode("x".repeat(n), "L").length)).toEqual([21, 33, 61, 149]);
    expect(() => qrCode("x".repeat(2_954), "L")).toThrow(RangeError);
  });

  test("a document holds its text, its picture byte for byte and its link", () => {
    const picture = png(modulesToPicture(qrCode("https://a.example/"), 3));
    const files = unzip(docx({ title: "通知", author: "A & B", created: 0 }, ["财务部 <1>"], [picture], "https://b.example/?a=1&b=2"));
    expect(files.get("word/media/image1.png")).toEqual(picture);
    expect(files.get("word/document.xml")?.toString()).toContain("财务部 &lt;1&gt;");
    expect(files.get("word/_rels/document.xml.rels")?.toString()).toContain('Target="https://b.example/?a=1&amp;b=2" TargetMode="External"');
  });

  test("a workbook keeps numbers as numbers", () => {
    const sheet = unzip(xlsx({ title: "T", author: "A", created: 0 }, "Sheet", [["Item", 12.5]]))
      .get("xl/worksheets/sheet1.xml")
      ?.toString();
    expect(sheet).toContain('<c r="B1"><v>12.5</v></c>');
  });

  test("a page's offsets are where its objects stand, and its text can be inflated", () => {
    const file = pdf("Title", ["Invoice (7)"], modulesToPicture(qrCode("x"), 2), "https://a.example/(x)");
    const text = file.toString("latin1");
    const table = text.slice(text.indexOf("xref\n")).split("\n").slice(3, 10);
    expect(table).toHaveLength(7);
    table.forEach((row, i) => {
      expect(text.slice(Number(row.slice(0, 10))).startsWith(`${i + 1} 0 obj`)).toBe(true);
    });
    const start = text.indexOf("stream\n") + 7;
    expect(inflateSync(file.subarray(start)).toString("latin1")).toContain("(Invoice \\(7\\)) Tj");
  });

  test("no line of an invitation is longer than 75 octets, and folding loses nothing", () => {
    const title = "Überblick, Quartal; 季度回顾 ".repeat(8);
    const text = invitation({ uid: "u", title, place: "Room", organiser: { name: "A, B", mail: "a@x.example" }, guests: [], start: 0, minutes: 30, stamp: 0 });
    expect(Math.max(...text.split("\r\n").map((l) => Buffer.byteLength(l)))).toBeLessThanOrEqual(75);
    expect(text.replaceAll("\r\n ", "")).toContain(title.replaceAll(",", "\\,").replaceAll(";", "\\;"));
  });
});
