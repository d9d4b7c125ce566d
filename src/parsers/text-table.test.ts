import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "../../test/support/any-text.ts";
import { detach, TextTable } from "./text-table.ts";

test("it says what the function says, computed once while it is remembered", () => {
  let calls = 0;
  const table = new TextTable((text) => {
    calls++;
    return text === "none" ? undefined : text.toUpperCase();
  });
  expect([table.get("a"), table.get("a"), table.get("none"), table.get("none")]).toEqual(["A", "A", undefined, undefined]);
  expect(calls).toBe(2);
});

test("it stays right when it is full and when texts are too long to remember", () => {
  const table = new TextTable((text) => text.toUpperCase(), 3);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ minLength: 1, maxLength: 2 }), fc.string({ minLength: 300, maxLength: 310 }))), (texts) => {
      for (const text of texts) expect(table.get(text)).toBe(text.toUpperCase());
    }),
  );
});

test("a detached text is the same text, lone surrogates included", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(detach(text)).toBe(text);
    }),
  );
});
