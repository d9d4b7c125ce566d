import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, type LineSplitterOptions } from "./lines.ts";

interface Line {
  text: string;
  line: number;
  offset: number;
  problem: string | undefined;
}

function split(blocks: Buffer[], options: LineSplitterOptions = {}): Line[] {
  const splitter = new LineSplitter(options);
  const lines: Line[] = [];
  const take = () => {
    while (splitter.next()) lines.push({ text: splitter.text, line: splitter.line, offset: splitter.offset, problem: splitter.problem });
  };
  for (const block of blocks) {
    splitter.push(block);
    take();
    block.fill(0x58);
  }
  splitter.end();
  take();
  return lines;
}

function texts(...blocks: string[]): string[] {
  return split(blocks.map((block) => Buffer.from(block))).map((line) => line.text);
}

test("line ends of both kinds, empty lines, and a last line without an end", () => {
  expect(texts("a\nb\r\n\nc")).toEqual(["a", "b", "", "c"]);
  expect(texts("a\n")).toEqual(["a"]);
  expect(texts("")).toEqual([]);
  expect(texts("a\r", "\nb")).toEqual(["a", "b"]);
});

test("NUL bytes stay; invalid UTF-8 is read as Latin-1 and still a line", () => {
  expect(texts("a\u0000b\nü")).toEqual(["a\u0000b", "ü"]);
  expect(split([Buffer.from([0xfc, 0x0a, 0xc3, 0xbc])]).map((line) => line.text)).toEqual(["ü", "ü"]);
});

test("however the bytes are cut into blocks, lines, numbers and offsets are the same, and the blocks may be reused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(200)), fc.array(fc.nat(199)), (bytes, cuts, ends) => {
      const all = Buffer.from(bytes);
      for (const at of ends) if (at < all.length) all[at] = 10;
      const places = [...new Set([0, ...cuts.filter((cut) => cut < all.length), all.length])].sort((a, b) => a - b);
      const blocks = places.slice(1).map((end, index) => Buffer.from(all.subarray(places[index], end)));
      const whole = split([Buffer.from(all)]);
      expect(split(blocks)).toEqual(whole);
      for (const { offset, line } of whole) expect(all.subarray(0, offset).filter((byte) => byte === 10).length).toBe(line - 1);
    }),
  );
});

test("a line longer than the limit is refused with its start, and the next is read", () => {
  const long = "x".repeat(50);
  for (const blocks of [[`a\n${long}\nb`], [`a\n${long.slice(0, 9)}`, long.slice(9, 30), `${long.slice(30)}\nb`]]) {
    const lines = split(
      blocks.map((block) => Buffer.from(block)),
      { maxLength: 20 },
    );
    expect(lines.map(({ text, line, offset }) => [text, line, offset])).toEqual([
      ["a", 1, 0],
      [long, 2, 2],
      ["b", 3, 53],
    ]);
    expect(lines[1]?.problem).toBe("line of 50 bytes is longer than the 20 accepted");
  }
});

test("a line of 100 MB costs no more memory than the limit, and counts its bytes (bad input)", () => {
  const splitter = new LineSplitter();
  const block = Buffer.alloc(1_048_576, 0x61);
  const before = process.memoryUsage();
  let most = 0;
  for (let n = 0; n < 100; n++) {
    splitter.push(block);
    expect(splitter.next()).toBe(false);
    const now = process.memoryUsage();
    most = Math.max(most, now.external + now.heapUsed - before.external - before.heapUsed);
  }
  splitter.push(Buffer.from("\nnext\n"));
  expect(splitter.next()).toBe(true);
  expect(splitter.problem).toContain("104857600 bytes");
  expect(splitter.text).toBe("a".repeat(200));
  expect(splitter.next()).toBe(true);
  expect([splitter.text, splitter.line, splitter.offset]).toEqual(["next", 2, 104_857_601]);
  expect(most).toBeLessThan(40 * 1_048_576);
});

test("a tail goes on where it was told to", () => {
  const splitter = new LineSplitter({ offset: 100, line: 7 });
  splitter.push(Buffer.from("a\nhalf"));
  expect(splitter.next()).toBe(true);
  expect([splitter.line, splitter.offset, splitter.bytes]).toEqual([7, 100, 2]);
  expect(splitter.next()).toBe(false);
  expect([splitter.resumeLine, splitter.resumeOffset]).toEqual([8, 102]);
});
