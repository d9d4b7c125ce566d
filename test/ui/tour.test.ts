import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { CAN_RUN, LACKS, launch, logIn, type Stage, settled, stage, visit } from "./browser.ts";

const PAGES: readonly (readonly [string, string, string])[] = [
  ["queue", "/", "Four incidents stand"],
  ["alerts", "/alerts", "166 alerts are open"],
  ["alert groups", "/alerts?group=model&state=all", "models"],
  ["alert", "/alerts/al000000", "SRV-FIN-02 spoke to FS-ARCHIVE-01"],
  ["incident", "/incidents/in0", "SRV-FIN-02 spoke to FS-ARCHIVE-01"],
  ["devices", "/devices", "140 devices"],
  ["device", "/devices/srv-fin-02", "SRV-FIN-02 was far from its usual"],
  ["mail log", "/mail", "Two mails should be held, none marked; the gateway before us let 2 of them through."],
  ["mail", "/mail/mail-1", "wrote in Singapore through a server in China"],
  ["campaign", "/campaigns/campaign-1", "Two senders wrote 2 mails to 2 people"],
  ["no such mail", "/mail/nope", "There is no mail with this id."],
  ["people", "/people", "9 users, last seen first"],
  ["person", "/people/ann.keller@aldgate.example", "Ann Keller was seen in Poland"],
  ["outside", "/external/203.0.113.86", "203.0.113.86"],
  ["search asked nothing", "/search", "What do you look for?"],
  ["search", "/search?text=python", "180 events"],
  ["response", "/response", "Two decisions wait for you"],
  ["response in force", "/response?state=active", "Two decisions wait for you"],
  ["models", "/models", "models watch"],
  ["model", "/models/Device%20%2F%20Network%20Scan", "Device / Network Scan"],
  ["sources", "/sources", "zeek-hythe-2 is silent"],
  ["source", "/sources/zeek-hythe-2", "zeek-hythe-2 is silent"],
  ["audit", "/audit", "the chain of hashes holds"],
  ["account", "/account", "Signed in as admin"],
  ["no such alert", "/alerts/nope", "There is no alert with this id."],
  ["no such page", "/nope", "There is no page at this address."],
];

interface AxeResult {
  violations: { id: string; impact: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** Serious and critical findings of axe-core, as "rule: element". */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const result = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as AxeResult;
  return result.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.slice(0, 3).map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary ?? ""}`));
}

describe("the tour of all pages (D30, X12)", () => {
  let browser: Browser;
  let place: Stage;
  const pictures = mkdtempSync(join(tmpdir(), "wonted-pictures-"));
  beforeAll(async () => {
    if (!CAN_RUN) return;
    browser = await launch();
    place = await stage();
  });
  afterAll(async () => {
    await browser?.close();
    await place?.close();
  });

  test.for(["light", "dark"] as const)(
    "%s: every page opens with its sentence, fits 1280 px, and axe finds nothing serious",
    { timeout: 240_000 },
    async (theme, context) => {
      needs(context, ...LACKS);
      const { page, faults, context: profile } = await visit(browser, { theme });
      await logIn(page, place.url, "admin");
      const wrong: string[] = [];
      for (const [name, path, sentence] of PAGES) {
        await page.goto(`${place.url}${path}`);
        await page.getByRole("heading", { level: 1 }).filter({ hasText: sentence }).waitFor();
        await settled(page);
        const wide = (await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")) as number;
        if (wide > 0) wrong.push(`${name}: ${wide} px wider than the window`);
        for (const finding of await seriousFindings(page)) wrong.push(`${name}: ${finding}`);
        await page.screenshot({ path: join(pictures, `${name.replaceAll(" ", "-")}-${theme}.png`) });
      }
      await profile.close();
      expect({ wrong, faults }).toEqual({ wrong: [], faults: [] });
    },
  );

  test("wide windows lengthen tables; nothing overflows at 1920", async (context) => {
    needs(context, ...LACKS);
    const { page, context: profile } = await visit(browser);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await logIn(page, place.url, "viewer");
    for (const path of ["/", "/alerts", "/devices/srv-fin-02"]) {
      await page.goto(`${place.url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).toBe(true);
    }
    await profile.close();
  });

  test("reduced motion: nothing moves or fades", async (context) => {
    needs(context, ...LACKS);
    const { page, context: profile } = await visit(browser, { reducedMotion: true });
    await logIn(page, place.url, "viewer");
    await page.getByRole("heading", { level: 2, name: "Incidents by score" }).waitFor();
    const moving = await page.evaluate(
      "[...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e); return s.animationName !== 'none' || s.transitionDuration.split(',').some((d) => parseFloat(d) > 0 && s.transitionProperty !== 'none' && s.transitionProperty !== 'all'); }).length + document.getAnimations().length",
    );
    expect(moving).toBe(0);
    await profile.close();
  });
});
