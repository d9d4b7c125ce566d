import { expect, test } from "vitest";
import { canonicalHost, registrableDomain } from "./domain.ts";

test.each([
  ["www.example.co.uk", "example.co.uk"],
  ["a.b.example.com", "example.com"],
  ["d111111abcdef8.cloudfront.net", "d111111abcdef8.cloudfront.net"],
  ["localhost", undefined],
  ["10.0.0.1", undefined],
  ["xn--fiqs8s", undefined],
])("registrable domain of %s is %s", (host, domain) => {
  expect(registrableDomain(host)).toBe(domain);
});

test.each([
  ["WWW.Example.COM.", "www.example.com"],
  ["example.com:8080", "example.com"],
  ["[2001:db8::1]:443", "2001:db8::1"],
  ["2001:db8::1", "2001:db8::1"],
  ["", undefined],
])("host %s is compared as %s", (text, host) => {
  expect(canonicalHost(text)).toBe(host);
});
