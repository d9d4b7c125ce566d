import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Services } from "../../src/api/index.ts";
import { needs } from "../needs.ts";
import { CAN_RUN, LACKS, launch, logIn, settled, stage, visit } from "./browser.ts";

/** What an attacker can put into a name, an agent, a path, a certificate. Each tries something else. */
const STRINGS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  '"><iframe src=javascript:alert(1)>',
  "javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "{{constructor.constructor('alert(1)')()}}",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
  "${alert(1)}",
  "__proto__",
  "constructor",
  "' onmouseover='alert(1)",
  "invoice\u202Efdp.exe",
  "\u2066admin\u2069\u202D",
  "\u001b[2J\u001b[31mred\u001b[0m",
  "\u0000\u0007\u0008\r\n",
  "pay\u200Bpal.example",
  "xn--80ak6aa92e.example",
  "\uD800 half",
  "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
  "url(javascript:alert(1))",
  "expression(alert(1))",
  "</title><script>alert(1)</script>",
  "%3Cscript%3Ealert(1)%3C/script%3E",
  "../../../../etc/passwd",
  "A".repeat(10_000),
  "长".repeat(400),
  "אבג דהו",
] as const;

const MIX = STRINGS.join(" ");
/** Spells what moves text or hides in it: none of these may stand in the document unmarked. */
const UNMARKED = "/[\\u202A-\\u202E\\u2066-\\u2069\\u200B\\u0000-\\u0008\\u000E-\\u001F]/.test(document.body.textContent)";

/** Puts the string into every text of an answer that comes from outside. Ids, times and words of a list stay. */
function poison<T>(value: T, text: string, key = ""): T {
  if (Array.isArray(value)) return value.map((v) => poison(v, text, key)) as T;
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, poison(v, text, k)])) as T;
  return typeof value === "string" && !KEEP.has(key) && !/^\d{4}-\d\d-\d\dT/.test(value) ? (text as T) : value;
}

const KEEP = new Set([
  "id",
  "kind",
  "category",
  "state",
  "alerts",
  "incident",
  "alert",
  "chain",
  "role",
  "day",
  "timezone",
  "source",
  "family",
  "traffic",
  "verdict",
  "stage",
  "letterState",
  "campaign",
]);

describe("hostile text stays text (S7, S8)", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (CAN_RUN) browser = await launch();
  });
  afterAll(async () => browser?.close());

  test("on every page: nothing runs, nothing is fetched, nothing turns its neighbours round, the policy reports nothing", {
    timeout: 240_000,
  }, async (context) => {
    needs(context, ...LACKS);
    const clean = await stage();
    const services = clean.scene.services;
    await clean.close();
    const replace = Object.fromEntries(
      (
        [
          "overview",
          "incidents",
          "incident",
          "alerts",
          "alert",
          "alertGroups",
          "devices",
          "device",
          "deviceScores",
          "deviceLog",
          "sources",
          "source",
          "models",
          "search",
          "storage",
          "snoozePreview",
          "mails",
          "mail",
          "mailCampaign",
        ] as const
      ).map((name) => [name, async (input: never) => poison(await (services[name] as (i: never) => Promise<unknown>)(input), MIX.toWellFormed())]),
    ) as Partial<Services>;
    const place = await stage({ replace });
    const { page, faults, context: profile } = await visit(browser);
    const strangers: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(place.url) && !request.url().startsWith("data:")) strangers.push(request.url());
    });
    await logIn(page, place.url, "admin");
    const wrong: string[] = [];
    for (const path of [
      "/",
      "/alerts",
      "/alerts?group=model",
      "/alerts/al000000",
      "/incidents/in0",
      "/devices",
      "/devices/srv-fin-02",
      "/mail",
      "/mail/mail-0",
      "/campaigns/campaign-1",
      "/search?text=a",
      "/models",
      "/sources",
      "/sources/zeek-hythe-2",
    ]) {
      await page.goto(`${place.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await settled(page);
      if (path === "/alerts/al000000") {
        await page.keyboard.press("r");
        await page.keyboard.press("Enter");
      }
      if ((await page.evaluate("document.querySelectorAll('script:not([src]), iframe, img, [onerror], [onload], [onmouseover]').length")) !== 0)
        wrong.push(`${path}: an element of the attacker`);
      if ((await page.evaluate("[...document.querySelectorAll('a')].some((a) => !/^https?:$/.test(a.protocol))")) === true)
        wrong.push(`${path}: a link that is no address`);
      if ((await page.evaluate(UNMARKED)) === true) wrong.push(`${path}: unmarked control or direction`);
      if ((await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")) === true)
        wrong.push(`${path}: pushes the page sideways`);
    }
    await profile.close();
    await place.close();
    expect({ wrong, faults, strangers }).toEqual({ wrong: [], faults: [], strangers: [] });
  });

  test("addresses written by somebody else open a page, not a hole", async (context) => {
    needs(context, ...LACKS);
    const place = await stage();
    const { page, faults, context: profile } = await visit(browser);
    await logIn(page, place.url, "viewer");
    for (const path of [
      "/alerts?text=%3Cscript%3Ealert(1)%3C/script%3E&min=99&state=x&from=never",
      "/search?text=%E2%80%AEx&family=%22",
      "/devices/%3Cimg%20src=x%20onerror=alert(1)%3E",
      "/models/__proto__",
      "/alerts?sort=%7B%22a%22:1%7D",
      "/mail?verdict=x&text=%3Cscript%3E&reader=%E2%80%AE&missed=1&tag=%22",
      "/mail/%3Cimg%20src=x%20onerror=alert(1)%3E",
      "/campaigns/__proto__",
    ]) {
      await page.goto(`${place.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
    }
    await profile.close();
    await place.close();
    expect(faults).toEqual([]);
  });
});
