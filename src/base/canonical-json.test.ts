import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("the example of RFC 8785, section 3.2.4", () => {
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  );
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test("keys are sorted by UTF-16 units (RFC 8785, section 3.2.3)", () => {
  const value = { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 };
  expect([...canonicalJson(value).matchAll(/:(\d)/g)].map((match) => match[1]).join("")).toBe("2467153");
});

test("equal values have equal text, whatever the order of their keys; the text is that value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const whole = JSON.parse(JSON.stringify(value, (_key, v) => (typeof v === "string" ? v.toWellFormed() : v)));
      let text: string;
      try {
        text = canonicalJson(whole);
      } catch {
        // A key may still hold half a character.
        return !JSON.stringify(Object.keys(Object(whole))).isWellFormed() || /\\ud/.test(JSON.stringify(whole));
      }
      expect(JSON.parse(text)).toEqual(whole);
      expect(canonicalJson(reversed(whole))).toBe(text);
      return true;
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 0, Symbol("x"), "\ud800", { "\udc00": 1 }, [undefined, Number.NaN], undefined])(
  "%s has no canonical form",
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  },
);

test("a cycle is refused, not followed", () => {
  const value: { self?: unknown } = {};
  value.self = value;
  expect(() => canonicalJson(value)).toThrow(/cycle/);
});

test("members without a value are left out, as JSON.stringify leaves them out; minus zero is zero", () => {
  expect(canonicalJson({ b: undefined, a: [undefined, -0] })).toBe('{"a":[null,0]}');
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
