import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { comparePages, type PageLookups, readLandingPage, type SeenPage } from "./landing-page.ts";
import { readVisitingLookups } from "./visiting-lookups.ts";

const shipped = readVisitingLookups(fileURLToPath(new URL("../../../content", import.meta.url)));
const LOOKUPS: PageLookups = {
  brands: [
    { word: "sharepoint", of: "sharepoint.com" },
    { word: "lindenwerk", of: "lindenwerk.com" },
  ],
  credentialFields: new Set(shipped.credentialFields),
};
const read = (html: string, url = "https://cloud-files.net/x", type = "text/html") => readLandingPage(Buffer.from(html), type, url, LOOKUPS);

test("title, forms, fields for secrets, where they are sent, and whose name is used (T6)", () => {
  const page = read(`<html lang="en"><head><title>  Sign in to
    SharePoint &amp; more</title></head><body><img alt="Lindenwerk">
    <form action="https://collect.other-host.org/p" method=POST><input name=user><input type=password name=p><input type=hidden name=t><input type=submit></form>
    <form><input id=otp autocomplete="one-time-code"></form></body>`);
  expect(page).toMatchObject({
    title: "Sign in to SharePoint & more",
    language: "en",
    credentialFields: 2,
    forms: [
      { action: "https://collect.other-host.org/p", method: "post", fields: 2, password: true, elsewhere: true },
      { action: "https://cloud-files.net/x", method: "get", fields: 1, password: false, elsewhere: false },
    ],
    brands: [
      { word: "sharepoint", of: "sharepoint.com" },
      { word: "lindenwerk", of: "lindenwerk.com" },
    ],
  });
});

test("a name on its own page, or only in running text, is no pretence; a search box holds no secret", () => {
  expect(read("<title>SharePoint</title>", "https://www.sharepoint.com/").brands).toEqual([]);
  expect(read("<title>Lindenwerk</title>", "https://lindenwerk.de/").brands).toEqual([]);
  expect(read("<title>Garden club</title><p>We moved our lists to SharePoint last year.</p>").brands).toEqual([]);
  expect(read("<form><input type=search name=q><input name=postcode></form>").credentialFields).toBe(0);
});

test("any bytes: empty, binary, unclosed, another charset, huge", () => {
  for (const html of ["", "<", "<form", "<title>", "<input type=password", "\u0000\ufffd<x"]) expect(read(html).credentialFields).toBeLessThanOrEqual(1);
  expect(read("<title>x</title>", "https://a.com/", "image/png").title).toBe("");
  expect(readLandingPage(Buffer.from([0x3c, 0x74, 0x69, 0x74, 0x6c, 0x65, 0x3e, 0xfc]), "text/html; charset=iso-8859-1", "x", LOOKUPS).title).toBe("ü");
  const begun = performance.now();
  read(`${"<form><input type=password>".repeat(30_000)}${"<!--".repeat(50_000)}`);
  expect(performance.now() - begun).toBeLessThan(3_000);
});

describe("two looks", () => {
  const seen = (html: string, more: Partial<SeenPage> = {}): SeenPage => ({
    state: "visited",
    status: 200,
    url: "https://cloud-files.net/",
    facts: read(html),
    ...more,
  });
  const words = (n: number, k = 0) => Array.from({ length: n }, (_, i) => `word${i + k}`).join(" ");
  test("the same page, with a counter or another language of its frame, is one page", () => {
    expect(comparePages(seen(words(50)), seen(`${words(48)} today 17`)).differs).toBe(false);
    expect(comparePages(seen(""), seen("")).differs).toBe(false);
  });
  test("cloaking: another page, a password for one only, another destination, another answer", () => {
    expect(comparePages(seen(words(50)), seen(words(50, 100)))).toMatchObject({ differs: true });
    expect(comparePages(seen(`${words(9)}<input type=password>`), seen(words(9))).text).toContain("Only one of two");
    expect(comparePages(seen("x"), seen("x", { url: "https://wikipedia.org/" })).text).toContain("wikipedia.org instead of cloud-files.net");
    expect(comparePages(seen("x"), seen("x", { status: 404 })).differs).toBe(true);
    expect(comparePages(seen("x"), seen("x", { state: "failed" })).differs).toBe(true);
  });
});
