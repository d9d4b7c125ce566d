import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementsOf, tableText } from "./elements.ts";
import { parseRequest } from "./request.ts";
import { requireTap, tapTableText } from "./tap.ts";

const line = (value: object): string => JSON.stringify({ v: 1, seq: 1, ...value });
const code = (text: string): string => {
  const parsed = parseRequest(text);
  return parsed.ok ? "taken" : parsed.error.code;
};

describe("what the helper takes (S16)", () => {
  test.each([
    [{ op: "block", src: "10.0.0.5", dst: "10.0.0.9", port: 445, proto: "tcp", seconds: 7_200 }, "taken"],
    [{ op: "block", src: "2001:DB8::5", dst: "2001:db8::9", port: 445, seconds: 1 }, "taken"],
    [{ op: "block", src: "10.0.0.5", confine: true, seconds: 60 }, "taken"],
    [{ op: "block", src: "10.0.0.5", port: 445, proto: "tcp", inside: true, seconds: 60 }, "taken"],
    [{ op: "block", src: "10.0.0.5", inside: true, seconds: 60 }, "rule-refused"],
    [{ op: "block", src: "10.0.0.5", dst: "10.0.0.9", port: 445, inside: true, seconds: 60 }, "rule-refused"],
    [{ op: "block", src: "10.0.0.5", port: 445, inside: "10.0.0.0/8", seconds: 60 }, "rule-refused"],
    [{ op: "block", src: "10.0.0.5; flush ruleset", seconds: 60 }, "address-refused"],
    [{ op: "block", src: "10.0.0.0/8", seconds: 60 }, "address-refused"],
    [{ op: "block", src: "127.0.0.1", seconds: 60 }, "address-refused"],
    [{ op: "block", src: "255.255.255.255", seconds: 60 }, "address-refused"],
    [{ op: "block", seconds: 60 }, "rule-refused"],
    [{ op: "block", src: "10.0.0.5", dst: "2001:db8::9", seconds: 60 }, "rule-refused"],
    [{ op: "block", src: "10.0.0.5", dst: "10.0.0.5", seconds: 60 }, "rule-refused"],
    [{ op: "block", dst: "10.0.0.5", port: 80, seconds: 60 }, "rule-refused"],
    [{ op: "block", src: "10.0.0.5", port: 0, seconds: 60 }, "port-refused"],
    [{ op: "block", src: "10.0.0.5", port: "80", seconds: 60 }, "port-refused"],
    [{ op: "block", src: "10.0.0.5", seconds: 86_401 }, "seconds-refused"],
    [{ op: "block", src: "10.0.0.5", seconds: 1.5 }, "seconds-refused"],
    [{ op: "allow", src: "10.0.0.5", seconds: 60 }, "rule-refused"],
    [{ op: "allow", dst: "10.0.0.1", seconds: 60 }, "rule-refused"],
    [{ op: "allow", src: "10.0.0.5", dst: "10.0.0.1", seconds: 60 }, "taken"],
    [{ op: "block", src: "10.0.0.5", seconds: 60, comment: "x" }, "line-unreadable"],
    [{ op: "flush" }, "op-unknown"],
    [{ v: 2, op: "list" }, "version-unknown"],
  ])("%j: %s", (value, expected) => expect(code(line(value))).toBe(expected));

  test("anything at all is answered and never thrown at; every prefix of a sound line is refused", () => {
    const sound = line({ op: "block", src: "10.0.0.5", dst: "10.0.0.9", port: 445, proto: "tcp", seconds: 60 });
    for (let n = 0; n < sound.length; n++) expect(code(sound.slice(0, n))).not.toBe("taken");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseRequest(text);
      }),
    );
    expect(code(`${" ".repeat(600)}{}`)).toBe("line-too-long");
  });

  test("what goes on to nft is made of digits, addresses and words of ours, whatever came in", () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());
    let taken = 0;
    fc.assert(
      fc.property(
        text,
        text,
        fc.oneof(fc.integer(), fc.integer({ min: 1, max: 65_535 }), fc.string()),
        fc.oneof(fc.constantFrom("tcp", "udp"), fc.string()),
        (src, dst, port, proto) => {
          const parsed = parseRequest(line({ op: "block", src, dst, port, proto, seconds: 60 }));
          if (!parsed.ok || parsed.value.op !== "block") return;
          taken++;
          for (const { key } of elementsOf(parsed.value.rule, false)) expect(key).toMatch(/^[0-9a-f.:]+(?: \. (?:[0-9a-f.:]+|tcp|udp|\d+))*$/);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(5);
  });

  test.each(["", "eth0; flush ruleset", 'a" drop', "averyveryverylongname", "lo"])("an interface called %j is no tap", (name) => {
    expect(() => requireTap(name)).toThrow(expect.objectContaining({ code: "tap-interface-refused" }));
  });

  test("the tables of both versions of IP name no set that they do not declare", () => {
    for (const text of (["ip", "ip6"] as const).flatMap((family) => [tableText(family, true), tapTableText(family, "mirror0")])) {
      const named = [...text.matchAll(/@(\w+)/g)].map(([, set]) => set);
      expect(named.length).toBeGreaterThan(1);
      for (const set of named) expect(text).toContain(`set ${set} {`);
    }
  });
});
