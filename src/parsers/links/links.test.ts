import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalUrl, urlsInText } from "./canonical-url.ts";
import { skeletonOf } from "./confusables.ts";
import { editCost } from "./edit-cost.ts";
import { readLinkLookups } from "./link-lookups.ts";
import { LookalikeIndex, lookalikeScore } from "./lookalike.ts";
import { unwrapUrl } from "./unwrap.ts";

const { lookalike, rewriters } = readLinkLookups(fileURLToPath(new URL("../../../content", import.meta.url)));

describe("T30: look-alike names", () => {
  const index = new LookalikeIndex(lookalike, [...lookalike.protected, "internationalhotelchain.com", "contoso-logistics.test"]);
  test.each([
    ["cloud-sharcpoint.com", "sharepoint.com"],
    ["sharcpoInte-docs.com", "sharepoint.com"],
    ["InternatlonalHotelChain.com", "internationalhotelchain.com"],
    ["rnicrosoft.com", "microsoft.com"],
    ["micros0ft.net", "microsoft.com"],
    ["xn--pypal-4ve.com", "paypal.com"],
    ["microsoft-login.com", "microsoft.com"],
    ["securepaypal.com", "paypal.com"],
  ])("%s is taken for %s", (host, known) => {
    const found = index.look(host);
    expect(found?.known).toBe(known);
    expect(found?.score).toBeGreaterThanOrEqual(0.5);
  });

  test.each([
    "microsoft.com",
    "login.microsoft.com",
    "google.de",
    "appliance.com",
    "unifi.edu",
    "example.org",
    "microscope.com",
    "adore.com",
    "",
    "localhost",
    "10.0.0.1",
    "com",
  ])("%s is not", (host) => expect(index.look(host)?.score ?? 0).toBeLessThan(0.5));

  test("the brand as a name under somebody else's domain is a hint, not a verdict", () => {
    expect(index.look("microsoft.com.example.net")).toMatchObject({ kind: "in-subdomain", score: 0.4 });
  });

  test("confusable letters fold to one skeleton, and any text can be asked", () => {
    expect(skeletonOf("sharcpoInte")).toBe(skeletonOf("sharcpolnte"));
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => lookalikeScore(text, ["microsoft.com"], lookalike) <= 1),
      { numRuns: 100 },
    );
    fc.assert(fc.property(fc.stringMatching(/^[a-z-]{0,20}$/), (a) => editCost(a, a, lookalike.weights) === 0));
  });
});

describe("links", () => {
  test.each([
    ["https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2Fa%3Fb%3D1&data=05", "https://evil.example/a?b=1", "safelinks"],
    ["https://urldefense.proofpoint.com/v2/url?u=https-3A__evil.example_a-2Db&d=x", "https://evil.example/a-b", "proofpoint"],
    ["https://urldefense.com/v3/__https://evil.example/x*y__;Iw!!abc", "https://evil.example/x#y", "proofpoint"],
    ["https://www.google.com/url?q=https://evil.example/&sa=D", "https://evil.example/", "google"],
    ["https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fevil.example%2f&c=E", "https://evil.example/", "barracuda"],
    ["https://secure-web.cisco.com/1abc-def/https%3A%2F%2Fevil.example%2Fp", "https://evil.example/p", "cisco"],
  ])("%s unwraps", (wrapped, url, name) => {
    expect(canonicalUrl(wrapped, rewriters)).toMatchObject({ url, unwrapped: [name], host: "evil.example", original: wrapped });
  });

  test("wrappers around wrappers end, and a wrapper without a target stays", () => {
    let url = "https://evil.example/";
    for (let i = 0; i < 20; i++) url = `https://www.google.com/url?q=${encodeURIComponent(url)}`;
    expect(unwrapUrl(url, rewriters).unwrapped).toHaveLength(5);
    expect(canonicalUrl("https://www.google.com/url?q=javascript:1", rewriters)?.unwrapped).toEqual([]);
  });

  test("addresses in running text, with the sentence's own marks left out", () => {
    expect(urlsInText("See (https://a.example/b_(c)), www.d.example. Or 请访问https://e.example/f。谢谢 hxxp://g.example!")).toEqual([
      "https://a.example/b_(c)",
      "www.d.example",
      "https://e.example/f",
      "http://g.example",
    ]);
  });

  test("no text throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => [urlsInText(text), canonicalUrl(text, rewriters)].length === 2),
      { numRuns: 100 },
    );
    fc.assert(fc.property(fc.webUrl(), (url) => canonicalUrl(url, rewriters)?.url !== undefined));
  });
});
