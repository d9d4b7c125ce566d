import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { BURST, inventedBurst } from "../support/invented-burst.ts";
import { STRANGER } from "../support/invented-people.ts";
import { CAN_RUN, LACKS, launch, logIn, type Stage, settled, stage, visit } from "./browser.ts";
import { makeScene } from "./scene.ts";
import { NOW } from "./scene-alerts.ts";

describe("people, the outside, search and the chat run", () => {
  let browser: Browser;
  let place: Stage;
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    if (!CAN_RUN) return;
    browser = await launch();
    place = await stage({ replace: inventedBurst(NOW, makeScene(() => undefined).services) });
    const seen = await visit(browser);
    page = seen.page;
    faults = seen.faults;
    await logIn(page, place.url, "analyst");
  });
  afterAll(async () => {
    await browser?.close();
    await place?.close();
  });
  const headline = (text: string | RegExp) => page.getByRole("heading", { level: 1, name: text }).waitFor();
  const go = async (path: string): Promise<void> => {
    await page.goto(`${place.url}${path}`);
    await settled(page);
  };

  test("people: by keyboard from the list to a user; sorts and kinds stand in the address", async (context) => {
    needs(context, ...LACKS);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "People" }).click();
    await headline(/9 users, last seen first/);
    await page.getByRole("button", { name: "Users of other tenants 1" }).click();
    await headline(/1 user of another tenant/);
    expect(page.url()).toContain("kind=foreign");
    await page.getByRole("button", { name: "Everybody" }).click();
    await page.getByRole("button", { name: "By name" }).click();
    await headline(/9 users, by name/);
    await page.locator("main").click({ position: { x: 5, y: 5 } });
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await headline(/Bob Marsh/);
    expect(page.url()).toContain("/people/bob.marsh");
  });

  test("a user: places on a map and in a table, hours, correspondents, log, what it is compared with (T15)", async (context) => {
    needs(context, ...LACKS);
    await go("/people/ann.keller@aldgate.example");
    await headline("Ann Keller was seen in Poland for the first time.");
    await page.getByRole("img", { name: /Places: 2 countries; new: Poland/ }).waitFor();
    await page.getByRole("row", { name: /Poland new/ }).waitFor();
    await page.getByText(/3 names, one person/).waitFor();
    await page.getByText(/1 of its department; 8 other users/).waitFor();
    await page.getByRole("button", { name: "Notice" }).click();
    await page.waitForURL(/kinds=/);
    await settled(page);
    expect(await page.getByRole("table", { name: "Event log" }).getByRole("row").count()).toBe(4);
  });

  test("nobody of this address: what was looked for, and the way on", async (context) => {
    needs(context, ...LACKS);
    await go("/people/nobody@aldgate.example");
    await headline("There is no user with this address.");
    await page.getByRole("link", { name: "What is known of it outside" }).waitFor();
  });

  test("alert: exact counts, links by domain with the look-alike, destination not visited, ways on (T8, T9, T12, T27, T28, T30)", async (context) => {
    needs(context, ...LACKS);
    await go(`/alerts/${BURST.alert}`);
    await headline(/63 messages to 21 people in 21 chats/);
    const figures = page.getByRole("region", { name: "How much" });
    expect((await figures.locator(".figures div").allInnerTexts()).map((t) => t.replace(/\s+/g, " "))).toEqual([
      "63 messages",
      "21 chats",
      "21 recipients",
      "21 different links",
      "1 link domain",
    ]);
    const links = page.getByRole("region", { name: "Links" });
    await links.getByText("looks like cloud-sharepoint.example").waitFor();
    await links.getByText("Destination not visited: visiting links is off.").waitFor();
    expect(await links.getByText(/hxxps:\/\/cloud-sharcpoint\[\.\]example/).count()).toBe(3);
    expect(await links.locator('a[href^="http"]').count()).toBe(0);
    await links.getByRole("button", { name: "All 21" }).click();
    expect(await links.getByText(/hxxps:\/\/cloud-sharcpoint\[\.\]example/).count()).toBe(21);
    await links.getByRole("link", { name: "cloud-sharcpoint.example" }).click();
    await headline(/it looks like cloud-sharepoint\.example/);
    await page.getByText("Registered 2 days before.").waitFor();
    await page.getByText(/None of 2 lists and feeds names it/).waitFor();
  });

  test("the address outside: who, since when, days, place, rarity (T4, T14, T16, T18)", async (context) => {
    needs(context, ...LACKS);
    await go("/external/203.0.113.86");
    await headline(/1 user had to do with 203\.0\.113\.86, on one day only/);
    await page.getByRole("img", { name: "Place: Poland" }).waitFor();
    await page.getByRole("link", { name: "AS64666" }).waitFor();
    await page.getByText("of 100; one user at most").waitFor();
    await page.getByRole("link", { name: STRANGER }).first().click();
    await headline(/Rewards, of another tenant/);
  });

  test("incident: the run is told sentence by sentence; arrows light the records; who followed and who signed in from there (T10, T35)", async (context) => {
    needs(context, ...LACKS);
    await go(`/incidents/${BURST.incident}`);
    await page.getByRole("heading", { level: 2, name: "21 chats, 63 messages" }).waitFor();
    await page.getByRole("radio", { name: /63 messages in 21 chats to 21 people, one person in each/ }).waitFor();
    await page
      .getByRole("img", { name: /2 people followed a link/ })
      .first()
      .waitFor();
    await page.getByRole("radio", { name: /an address that no one else here has used/ }).waitFor();
    await page.getByRole("radio", { name: /63 messages in 21 chats/ }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("radio", { checked: true }).textContent()).toMatch(/2 people or devices followed: person\.01@aldgate\.example, person\.08/);
    await page
      .getByRole("table", { name: "Records behind the lit sentence" })
      .getByText(/ClickData/)
      .first()
      .waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("radio", { checked: true }).textContent()).toMatch(
      /From the same source one of ours signed in since: person\.01@aldgate\.example/,
    );
    await page.getByText(/Each of 21 chats has one person of ours in it/).waitFor();
  });

  test("search: a fault at its character with what was meant, fields offered, the query in the address, files (T13, X4)", async (context) => {
    needs(context, ...LACKS);
    await go("/search");
    const line = page.getByRole("textbox", { name: "Query" });
    await line.fill("src:10.20.4.* AND dstPort:808O");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Character 30:").waitFor();
    expect(await line.inputValue()).toBe("src:10.20.4.* AND dstPort:808O");
    await page.getByRole("alert").getByRole("button", { name: "8080" }).click();
    await page.waitForURL(/8080/);
    await line.fill("");
    await line.pressSequentially("foreignTen");
    await page.keyboard.press("Tab");
    expect(await line.inputValue()).toBe("foreignTenant:");
    await line.pressSequentially("true activity:message");
    await page.keyboard.press("Enter");
    await headline("63 events, newest first.");
    expect(decodeURIComponent(page.url().replaceAll("+", " "))).toContain("q=foreignTenant:true activity:message");
    await page.reload();
    await headline("63 events, newest first.");
    const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
    const file = await page.request.get(`${place.url}${href}`);
    expect(file.status()).toBe(200);
    expect(file.headers()["content-disposition"]).toBe('attachment; filename="events.csv"');
    await page.getByRole("img", { name: /Events over time/ }).waitFor();
  });

  test("at 390 px nothing is wider than the window and everything is there", async (context) => {
    needs(context, ...LACKS);
    await page.setViewportSize({ width: 390, height: 800 });
    const wide: string[] = [];
    for (const path of [
      "/people",
      "/people/ann.keller@aldgate.example",
      "/external/203.0.113.86",
      "/search?q=python",
      `/alerts/${BURST.alert}`,
      `/incidents/${BURST.incident}`,
    ]) {
      await go(path);
      const over = (await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")) as number;
      if (over > 0) wide.push(`${path}: ${over} px`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    expect({ wide, faults }).toEqual({ wide: [], faults: [] });
  });
});
