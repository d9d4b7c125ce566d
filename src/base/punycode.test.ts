import { domainToUnicode } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { unicodeHost } from "./punycode.ts";

test("names as registrars write them", () => {
  expect(unicodeHost("xn--bcher-kva.example")).toBe("bücher.example");
  expect(unicodeHost("www.xn--80ak6aa92e.com")).toBe("www.аррӏе.com");
  expect(unicodeHost("XN--BCHER-KVA.example")).toBe("BüCHER.example");
  expect(unicodeHost("xn--n3h.example")).toBe("☃.example");
  expect(unicodeHost("xn--ls8h.example")).toBe("💩.example");
});

/** RFC 3492, section 7.1. */
test.each([
  ["egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"],
  ["ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"],
  ["4dbcagdahymbxekheh6e0a7fei0b", "למההםפשוטלאמדבריםעברית"],
  ["989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c", undefined],
])("%s", (label, unicode) => {
  expect(unicodeHost(`xn--${label}`)).toBe(unicode ?? `xn--${label}`);
});

test("agrees with Node's own decoder", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0x4e00, max: 0x9fa5 }), { minLength: 1, maxLength: 12 }), (codes) => {
      const unicode = `${String.fromCodePoint(...codes)}.example`;
      const ascii = new URL(`http://${unicode}/`).hostname;
      expect(unicodeHost(ascii)).toBe(domainToUnicode(ascii));
    }),
  );
});

test.each(["xn--", "xn--\u0000", "xn--99999999999", "xn--\u00fc-kva", "xn---", "example", "", "xn--zzzzzzzzzzzz"])(
  "%j, which is no A-label, stays as it is",
  (host) => {
    expect(unicodeHost(host)).toBe(host);
  },
);

test("never throws and never grows, for any text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const host = `xn--${text}`;
      expect(unicodeHost(host).length).toBeLessThanOrEqual(host.length);
    }),
  );
});
