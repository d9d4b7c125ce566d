import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { CAN_RUN, LACKS, launch, logIn, PASSWORD, type Stage, stage, type Visit, visit } from "./browser.ts";

describe("an analyst at work (D28, D29, X6)", () => {
  let browser: Browser;
  let place: Stage;
  let seen: Visit;
  let page: Page;
  beforeAll(async () => {
    if (CAN_RUN) browser = await launch();
  });
  afterAll(async () => browser?.close());
  beforeEach(async () => {
    if (!CAN_RUN) return;
    place = await stage();
    seen = await visit(browser);
    page = seen.page;
  });
  afterEach(async () => {
    await seen?.context.close();
    await place?.close();
  });

  const headline = (text: string | RegExp) => page.getByRole("heading", { level: 1, name: text }).waitFor();

  test("by keyboard alone: next, open, raw bytes, device, back, acknowledge, undo", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst");
    await headline(/^Four incidents/);
    await page.getByRole("row", { name: /SRV-FIN-02 spoke/ }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await headline(/^NAS-03 sent 41 GB/);
    await page.keyboard.press("r");
    await page.getByText(/CnXq30kPpOz2.10\.20\.9\.44/).waitFor();
    await page.keyboard.press("d");
    await headline("NAS-03 was far from its usual in the last 24 hours.");
    await page.keyboard.press("Escape");
    await headline(/^NAS-03 sent 41 GB/);
    await page.keyboard.press("a");
    await page.getByText("Acknowledged 1 alert.").waitFor();
    await page.getByRole("button", { name: /^Take back/ }).waitFor();
    await page.keyboard.press("u");
    await page.getByRole("button", { name: /^Acknowledge/ }).waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("letters can be switched off, and act in no text field", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/alerts/al000000");
    await headline(/^SRV-FIN-02/);
    await page.keyboard.press("m");
    await page.keyboard.type("a s r ?");
    expect(await page.getByLabel("What did you find?").inputValue()).toBe("a s r ?");
    await page.getByLabel("What did you find?").blur();
    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: "Keys" });
    await keys.getByLabel(/Single letters act as keys/).uncheck();
    await keys.getByRole("button", { name: "Close" }).click();
    await keys.waitFor({ state: "detached" });
    await page.keyboard.press("a");
    await page.keyboard.press("?");
    expect(await page.getByRole("button", { name: /^Acknowledge/ }).isVisible()).toBe(true);
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("an incident is judged: what that changes is said first, the queue loses it, undo brings it back", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/incidents/in0");
    await headline(/^SRV-FIN-02 spoke/);
    await page.getByText("nobody has said yet").waitFor();
    await page.getByRole("button", { name: "Benign" }).click();
    await page.getByText(/weigh half and start no incident by themselves; on other entities nothing changes/).waitFor();
    await page.getByLabel(/^Why/).fill("planned move");
    await page.getByRole("button", { name: "Call it benign" }).click();
    await page.getByText("Called benign.").waitFor();
    await page.getByText("benign, says analyst").waitFor();
    await page.keyboard.press("u");
    await page.getByText("nobody has said yet").waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("called an attack, an incident may also make its devices forget: said before, and left away on a click", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/incidents/in0");
    await headline(/^SRV-FIN-02 spoke/);
    await page.getByRole("button", { name: "Attack" }).click();
    await page.getByText(/SRV-FIN-02 forgets what it learned since/).waitFor();
    await page.getByLabel(/Forget what was learned of 1 device/).uncheck();
    await page.getByText(/SRV-FIN-02 forgets what it learned since/).waitFor({ state: "detached" });
    await page.getByLabel(/Forget what was learned of 1 device/).check();
    await page.getByRole("button", { name: "Call it an attack" }).click();
    await page.getByText("Called an attack.").waitFor();
    await page.keyboard.press("u");
    await page.getByText("nobody has said yet").waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("an incident is taken apart, and undo joins it again", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/incidents/in0");
    await headline(/^SRV-FIN-02 spoke/);
    const rows = page.getByRole("region", { name: "What happened, in time order" }).locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByRole("button", { name: "Take apart…" }).click();
    const own = page.getByRole("button", { name: "Into their own" });
    expect(await own.isDisabled()).toBe(true);
    await page.getByRole("checkbox").first().check();
    await own.click();
    await page.getByText("1 alert put into an incident of its own.").waitFor();
    await expect.poll(() => rows.count()).toBe(1);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByRole("button", { name: "Join another…" }).click();
    await expect.poll(() => page.getByRole("combobox", { name: "Which one belongs to it?" }).locator("option").count()).toBeGreaterThan(3);
    expect(seen.faults).toEqual([]);
  });

  test("a proposed role is tried on the stored days and on attacks, then accepted, and taken back (D22)", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst");
    const roles = page.getByRole("region", { name: "Roles" });
    await roles.getByText(/Tried about 82 own devices on about 31 ports/).waitFor();
    await roles.getByText(/accept only a scanner that you run/).waitFor();
    await roles.getByRole("button", { name: /^Accept .* as scanner…$/ }).click();
    await roles.getByText(/12 models no longer look at what it does/).waitFor();
    const accept = roles.getByRole("button", { name: "Accept as scanner" });
    expect(await accept.isDisabled()).toBe(true);
    await roles.getByRole("progressbar").waitFor();
    await roles.getByText(/Hides 41 alerts of the last 12 stored days and 3 of 29 attacks/).waitFor();
    await roles.getByText(/Days before .* are not judged/).waitFor();
    await accept.click();
    await page.getByText("Accepted: it is judged as a scanner from now on.").waitFor();
    await roles.getByText("2 roles decided").click();
    await roles
      .getByRole("button", { name: /^Take back the role of/ })
      .first()
      .click();
    await page.getByText("The decision is taken back: nothing of it counts.").waitFor();
    await roles.getByText(/Tried about 82 own devices/).waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("an exception is tried before it is made, stands on the page of its model and is taken back there", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/alerts/al000000");
    await page.getByText("Without Program name (user agent): no alert.").waitFor();
    const panel = page.getByRole("region", { name: "Exception" });
    await panel.getByRole("button", { name: "Make an exception…" }).click();
    const make = panel.getByRole("button", { name: /^Do not look at/ });
    expect(await make.isDisabled()).toBe(true);
    await panel.getByText(/Hides 41 alerts/).waitFor();
    await panel.getByLabel(/^Why/).fill("our own archive");
    await make.click();
    await page.getByText(/^This model no longer looks at SRV-FIN-02/).waitFor();
    await page.getByRole("link", { name: "Read it" }).click();
    const listed = page.getByRole("region", { name: "Exceptions" });
    await listed.getByText("our own archive").waitFor();
    await listed.getByRole("button", { name: /^Take back the exception/ }).click();
    await page.getByText("The exception is taken back: the model looks again.").waitFor();
    await listed.getByText("Make one from one of its alerts.").waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("a lasting change is accepted or taken back on the queue, beside what of the day would be chance", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst");
    await page.getByText(/about 1 in 4 of today's would be chance/).waitFor();
    await page.getByText(/31\.0 MB sent outside in a usual hour/).waitFor();
    await page.getByRole("button", { name: "Take back the change of BACKUP-2" }).click();
    await page.getByText("The change is taken back: the old usual stands.").waitFor();
    await page.getByText(/31\.0 MB sent outside/).waitFor({ state: "detached" });
    expect(seen.faults).toEqual([]);
  });

  test("a snooze tells what it would have hidden before it is confirmed, and undo brings everything back", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/alerts/al000000");
    await page.getByText("In the last 30 days it would have hidden").waitFor();
    expect(await page.getByText(/^28 alerts$/).isVisible()).toBe(true);
    const confirm = page.getByRole("button", { name: /^Snooze until/ });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "a week" }).click();
    await page.getByLabel(/^Why/).fill("new archive job, confirmed");
    await confirm.click();
    await page.getByText(/^Snoozed this model for SRV-FIN-02 until/).waitFor();
    await page.getByRole("button", { name: "End it now" }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("In the last 30 days it would have hidden").waitFor();
  });

  test("the address holds the filter of the alert list, and a group leads to its alerts", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "viewer", "/alerts?min=4&sort=time");
    await headline(/newest first\.$/);
    expect(await page.getByRole("combobox", { name: "Priority" }).inputValue()).toBe("4");
    await page.getByLabel("Text").fill("NAS-03");
    await page.keyboard.press("Enter");
    await page.waitForURL(/text=NAS-03/);
    await page.getByRole("button", { name: "By model" }).click();
    await page.waitForURL(/group=model/);
    await page.getByRole("link", { name: "Anomalous Connection / Large Volume to a New Outside Host" }).click();
    await page.waitForURL(/model=Anomalous/);
    expect(page.url()).not.toContain("group=");
  });

  test("newer rows of a device wait behind a button, and the row that is read does not move", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "viewer", "/devices/srv-fin-02");
    const rows = page.getByRole("table", { name: "Event log" }).getByRole("row");
    await rows.first().waitFor();
    const before = await rows.first().textContent();
    place.scene.comeNewer(14);
    await page.getByRole("button", { name: /14 newer rows/ }).waitFor();
    expect(await rows.first().textContent()).toBe(before);
    await page.keyboard.press(".");
    await page.getByRole("button", { name: /newer row/ }).waitFor({ state: "detached" });
    await expect.poll(() => rows.first().textContent()).toContain("14:32:21");
  });

  test("the log goes back without end: older pages come as it is scrolled", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "viewer", "/devices/srv-fin-02");
    const table = page.getByRole("table", { name: "Event log" });
    await table.waitFor();
    const box = page.getByLabel("Event log rows");
    await box.hover();
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 4_000);
          return Number(await table.getAttribute("aria-rowcount"));
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(250);
  });

  test("adding a source asks for the password when it is too long ago, and goes on where it stood", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "admin", "/sources");
    let asked = false;
    await page.route("**/api/v1/sources", async (route) => {
      if (route.request().method() === "POST" && !asked) {
        asked = true;
        await route.fulfill({
          status: 403,
          contentType: "application/json",
          body: JSON.stringify({ code: "step-up", message: "Confirm your password first." }),
        });
      } else await route.continue();
    });
    await page.getByRole("button", { name: "Connect a source…" }).first().click();
    const form = page.getByRole("dialog", { name: "Connect a source" });
    await form.getByLabel("Name of the source").fill("Zeek Oslo");
    expect(await form.getByText("Small letters, digits and hyphens only, at most 32.").isVisible()).toBe(true);
    await form.getByLabel("Name of the source").fill("zeek-oslo");
    await form.getByLabel("Folder or glob").fill("/opt/oslo");
    await form.getByRole("button", { name: "Watch it from now on" }).click();
    const ask = page.getByRole("dialog", { name: "Confirm your password" });
    await ask.getByLabel("Password").fill(PASSWORD);
    await ask.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Watching zeek-oslo from now on.").waitFor();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("a part that fails says what failed and tries again; a viewer is told who may see the audit log", async (context) => {
    needs(context, ...LACKS);
    let fail = true;
    await page.route("**/api/v1/storage", async (route) => {
      if (fail)
        await route.fulfill({
          status: 500,
          contentType: "application/json",
          body: JSON.stringify({ code: "internal", message: "Something went wrong inside Wonted." }),
        });
      else await route.continue();
    });
    await logIn(page, place.url, "viewer", "/sources");
    await page.getByText("The storage could not be read.").waitFor();
    fail = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("310 MB, measured").waitFor();
    await page.goto(`${place.url}/audit`);
    await page.getByText("The audit log is for the role admin.").waitFor();
  });

  test("the clock can be local, and says which", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "viewer", "/alerts/al000000");
    await page.getByText("14 Mar 14:07:07 UTC", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: /^Clock:/ }).click();
    await page.getByText("14 Mar 14:07:07 GMT", { exact: false }).first().waitFor();
  });
});
