import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { CAN_RUN, LACKS, launch, logIn, PASSWORD, stage, visit } from "./browser.ts";

describe("the first page, by state (X1)", () => {
  let browser: Browser;
  beforeAll(async () => {
    if (CAN_RUN) browser = await launch();
  });
  afterAll(async () => browser?.close());

  test("the one-time code makes the administrator, who then stands before the two ways in", async (context) => {
    needs(context, ...LACKS);
    const place = await stage({ setup: true, replace: { overview: async () => nothingConnected() } });
    const { page, faults, context: profile } = await visit(browser);
    await page.goto(place.url);
    await page.getByRole("heading", { name: "Wonted runs and waits for its first administrator." }).waitFor();
    await page.getByLabel("One-time code").fill("WRONG-CODE");
    await page.getByLabel("Your name").fill("mo");
    await page.getByLabel("Password", { exact: true }).fill("short");
    expect(await page.getByText("7 more characters.").isVisible()).toBe(true);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByLabel("Password again").fill(PASSWORD);
    await page.getByRole("button", { name: "Make the administrator" }).click();
    await page.getByText("That is not the code that the terminal shows.").waitFor();
    await page.getByLabel("One-time code").fill(place.setupCode ?? "");
    await page.getByRole("button", { name: "Make the administrator" }).click();
    await page.getByRole("heading", { name: "Wonted runs, and nothing is watched yet. There are two ways in." }).waitFor();
    expect(await page.getByText("npm start -- --demo").isVisible()).toBe(true);
    await page.getByLabel("Name of the source").fill("zeek-lab");
    await page.getByLabel("Folder or glob").fill("/opt/zeek/logs");
    await page.getByRole("button", { name: "Watch it from now on" }).click();
    await page.getByText("Watching zeek-lab from now on.").waitFor();
    expect(faults).toEqual([]);
    await profile.close();
    await place.close();
  });

  test("a deep link survives the log-in, and a wrong password says so", async (context) => {
    needs(context, ...LACKS);
    const place = await stage();
    const { page, context: profile } = await visit(browser);
    await page.goto(`${place.url}/alerts/al000001`);
    await page.getByText("After it you go on to /alerts/al000001").waitFor();
    await page.getByLabel("Name").fill("analyst");
    await page.getByLabel("Password").fill("not this one, no");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Name or password is wrong.").waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "NAS-03 sent 41 GB to a cloud store new to everyone here" }).waitFor();
    expect(page.url()).toBe(`${place.url}/alerts/al000001`);
    await profile.close();
    await place.close();
  });

  test("a session that ends brings the log-in to the page that was read, and back", async (context) => {
    needs(context, ...LACKS);
    const place = await stage();
    const { page, context: profile } = await visit(browser);
    await logIn(page, place.url, "analyst", "/devices?text=nas");
    await page.getByRole("heading", { level: 1, name: /^1 device,/ }).waitFor();
    await profile.clearCookies();
    await page.getByRole("button", { name: "Most alerts" }).click();
    await page.getByRole("heading", { name: "Log in to see what is not as usual." }).waitFor();
    await page.getByLabel("Name").fill("analyst");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { level: 1, name: "1 device, most alerts first." }).waitFor();
    expect(page.url()).toContain("/devices?text=nas&sort=alerts");
    await profile.close();
    await place.close();
  });

  test("the demonstration is labelled synthetic on every page and offers no change", async (context) => {
    needs(context, ...LACKS);
    const place = await stage({ demo: true });
    const real = place.scene.services.overview;
    await place.close();
    const demo = await stage({ demo: true, replace: { overview: async (input) => ({ ...(await real(input)), synthetic: true }) } });
    const { page, faults, context: profile } = await visit(browser);
    for (const path of ["/", "/alerts/al000000", "/devices/srv-fin-02", "/sources"]) {
      await page.goto(`${demo.url}${path}`);
      await page.getByText("Nothing of it is real.").waitFor();
      await page.getByRole("heading", { level: 1 }).waitFor();
    }
    expect(await page.getByRole("button", { name: "Connect a source…" }).isDisabled()).toBe(true);
    await page.goto(`${demo.url}/alerts/al000000`);
    expect(await page.getByRole("button", { name: /^Acknowledge/ }).isDisabled()).toBe(true);
    expect(faults).toEqual([]);
    await profile.close();
    await demo.close();
  });
});

function nothingConnected() {
  const now = new Date().toISOString();
  return {
    organisation: "Aldgate Freight",
    now,
    devices: 0,
    learning: 0,
    sources: 0,
    sourcesLive: 0,
    eventsPerSecond: 0,
    open: 0,
    openCritical: 0,
    budgetPerDay: 5,
    perDay: [],
    blindSpots: [],
    synthetic: false,
    hasSource: false,
  };
}
