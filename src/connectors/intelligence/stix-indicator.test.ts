import { expect, test } from "vitest";
import { stixIndicator } from "./stix-indicator.ts";

const of = (pattern: string, more: object = {}) => stixIndicator({ type: "indicator", id: "indicator--1", pattern_type: "stix", pattern, ...more });

test("one equality, or several joined by OR, in one observation or in several", () => {
  expect(of("[ipv4-addr:value = '198.51.100.1']")?.values).toEqual([{ type: "ipv4-addr", value: "198.51.100.1" }]);
  expect(of("[domain-name:value = 'a.example' OR url:value = 'https://b.example/it\\'s OR not']")?.values.map((v) => v.value)).toEqual([
    "a.example",
    "https://b.example/it's OR not",
  ]);
  expect(of("[domain-name:value = 'a.example'] OR [file:hashes.'SHA-256' = 'ab'] OR [email-addr:value='x@y.example']")?.values).toHaveLength(3);
});

test("patterns that need more than one value, other languages and other objects are none", () => {
  for (const pattern of [
    "[a:b = 'c']",
    "[ipv4-addr:value = '1.2.3.4' AND domain-name:value = 'x.example']",
    "[ipv4-addr:value LIKE '1.%']",
    "[ipv4-addr:value = '1.2.3.4'] FOLLOWEDBY [domain-name:value = 'x.example']",
    "[ipv4-addr:value != '1.2.3.4']",
    "ipv4-addr:value = '1.2.3.4'",
    "",
    "[",
  ])
    expect(of(pattern), pattern).toBeUndefined();
  expect(of("[ipv4-addr:value = '1.2.3.4']", { pattern_type: "sigma" })).toBeUndefined();
  for (const other of [null, 5, "x", {}, { type: "malware", id: "x" }, { type: "indicator" }]) expect(stixIndicator(other)).toBeUndefined();
});

test("verdict, confidence, time and revocation", () => {
  expect(
    of("[url:value = 'http://x.example/']", {
      indicator_types: ["malicious-activity"],
      confidence: 80,
      valid_from: "2026-01-01T00:00:00Z",
      valid_until: "never",
      revoked: true,
      name: "n",
    }),
  ).toMatchObject({
    verdict: "malicious",
    confidence: 80,
    since: Date.UTC(2026, 0, 1),
    until: undefined,
    revoked: true,
    name: "n",
  });
  expect(of("[url:value = 'http://x.example/']")).toMatchObject({ verdict: "unknown", confidence: undefined, revoked: false });
});
