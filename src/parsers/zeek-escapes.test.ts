import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeEscapes } from "./zeek-escapes.ts";

function escapeAsZeek(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => (byte === 92 ? "\\\\" : byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte)))
    .join("");
}

test("what Zeek escapes comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(decodeEscapes(escapeAsZeek(text))).toBe(text);
    }),
  );
});

test.each([
  ["a\\x09b", "a\tb"],
  ["\\xc3\\xbc", "ü"],
  ["\\xff\\xfe", "ÿþ"],
  ["\\\\x41", "\\x41"],
  ["\\x4", "\\x4"],
  ["trailing\\", "trailing\\"],
])("%s is %s", (text, decoded) => {
  expect(decodeEscapes(text)).toBe(decoded);
});
