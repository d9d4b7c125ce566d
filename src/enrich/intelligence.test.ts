import { expect, test } from "vitest";
import { Intelligence, intelValue } from "./intelligence.ts";

test("values of lists in the forms that lists write them", () => {
  expect(["1.2.3.4", "::ffff:1.2.3.4", "2001:DB8::1"].map((t) => intelValue(t)?.value)).toEqual(["1.2.3.4", "1.2.3.4", "2001:db8::1"]);
  expect(intelValue("10.0.0.0/8")).toEqual({ kind: "network", value: "10.0.0.0/8" });
  expect(intelValue("hxxps://Bad[.]example/x")).toEqual({ kind: "url", value: "https://bad.example/x" });
  expect(intelValue("*.Evil.Example.")).toEqual({ kind: "domain", value: "evil.example" });
  expect(intelValue("A".repeat(64))).toEqual({ kind: "hash", value: "a".repeat(64) });
  expect(intelValue("Mallory@Evil.example")?.kind).toBe("mail");
  for (const none of ["", "x", "1.2.3.4/99", "hello world", "..", "-a.com"]) expect(intelValue(none), none).toBeUndefined();
});

test("verdicts by address, network, domain above, link, hash; within their time only", () => {
  const intel = new Intelligence();
  intel.replace("a", [
    { kind: "domain", value: "evil.example", verdict: "malicious" },
    { kind: "network", value: "203.0.113.0/24", verdict: "suspicious" },
    { kind: "url", value: "https://fine.example/bad", verdict: "malicious" },
    { kind: "address", value: "198.51.100.7", verdict: "malicious", until: 1_000 },
    { kind: "address", value: "198.51.100.8", verdict: "malicious", since: 5_000 },
  ]);
  const said = (text: string, now = 500) => intel.look(text, now).map((h) => h.verdict);
  expect(said("www.evil.example")).toEqual(["malicious"]);
  expect(said("x@evil.example")).toEqual(["malicious"]);
  expect(said("https://www.evil.example/p?q")).toEqual(["malicious"]);
  expect(said("notevil.example")).toEqual([]);
  expect(said("203.0.113.9")).toEqual(["suspicious"]);
  expect(said("https://fine.example/bad?id=5")).toEqual(["malicious"]);
  expect(said("https://fine.example/")).toEqual([]);
  expect(said("198.51.100.7")).toEqual(["malicious"]);
  expect(said("198.51.100.7", 1_000)).toEqual([]);
  expect([said("198.51.100.8"), said("198.51.100.8", 5_000)]).toEqual([[], ["malicious"]]);
  intel.replace("b", [{ kind: "domain", value: "evil.example", verdict: "benign" }]);
  expect(intel.look("evil.example", 0).map((h) => `${h.feed} ${h.verdict}`)).toEqual(["a malicious", "b benign"]);
  intel.remove("a", [{ kind: "domain", value: "evil.example" }]);
  expect(said("evil.example")).toEqual(["benign"]);
  expect([intel.feeds, intel.entries]).toEqual([2, 5]);
});
