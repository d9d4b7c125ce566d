import fc from "fast-check";
import { expect, test } from "vitest";
import { clientKey, HostList, isLoopback } from "./guard.ts";

test("loopback is 127.0.0.0/8, ::1 in any spelling, and localhost", () => {
  for (const host of ["127.0.0.1", "127.9.8.7", "::1", "[::1]", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST", "::ffff:127.0.0.1"])
    expect([host, isLoopback(host)]).toEqual([host, true]);
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "localhost.evil.example", "127.0.0.1.evil.example", "::2", ""]) {
    expect([host, isLoopback(host)]).toEqual([host, false]);
  }
});

test("S3: hosts: loopback names on our port, configured names on any port, nothing else", () => {
  const list = new HostList("10.1.2.3", ["wonted.corp.example"], true);
  for (const host of ["127.0.0.1:8470", "localhost:8470", "[::1]:8470", "10.1.2.3:8470", "wonted.corp.example", "Wonted.Corp.Example:443"]) {
    expect([host, list.allows(host, 8_470)]).toEqual([host, true]);
  }
  for (const host of [
    "127.0.0.1:3000",
    "127.0.0.1",
    "localhost",
    "[::1]:1",
    "corp.example:8470",
    "x.wonted.corp.example",
    "10.1.2.4:8470",
    "a@127.0.0.1:8470",
    "",
  ]) {
    expect([host, list.allows(host, 8_470)]).toEqual([host, false]);
  }
  expect(list.allows(undefined, 8_470)).toBe(false);
});

test("an address to listen on that means all of them is not a name", () => {
  expect(new HostList("0.0.0.0", [], true).allows("0.0.0.0:8470", 8_470)).toBe(false);
});

test("S3: no host that is not in the list passes, however it is written", () => {
  const list = new HostList("127.0.0.1", [], false);
  const allowed = new Set(["127.0.0.1:8470", "localhost:8470", "[::1]:8470"]);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webAuthority(),
        fc.ipV4(),
        fc.ipV6().map((ip) => `[${ip}]:8470`),
      ),
      (host) => allowed.has(host.toLowerCase()) || !list.allows(host, 8_470),
    ),
  );
});

test("S3: own origin is scheme, name and port, exactly", () => {
  const list = new HostList("127.0.0.1", [], false);
  expect(list.isOwnOrigin("http://127.0.0.1:8470", "127.0.0.1:8470")).toBe(true);
  for (const origin of [
    "https://127.0.0.1:8470",
    "http://127.0.0.1",
    "http://localhost:8470",
    "http://127.0.0.1:84700",
    "http://127.0.0.1:8470/",
    "null",
    undefined,
  ]) {
    expect([origin, list.isOwnOrigin(origin, "127.0.0.1:8470")]).toEqual([origin, false]);
  }
});

test("one client is an IPv4 address, in either spelling, or a /64 of IPv6", () => {
  expect(clientKey("::ffff:192.0.2.7")).toBe(clientKey("192.0.2.7"));
  expect(clientKey("2001:db8:1:2::1")).toBe(clientKey("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  expect(clientKey("2001:db8:1:2::1")).not.toBe(clientKey("2001:db8:1:3::1"));
  expect(clientKey("192.0.2.7")).not.toBe(clientKey("192.0.2.8"));
});
