import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { CAN_RUN, LACKS, launch, logIn, PASSWORD, type Stage, stage, type Visit, visit } from "./browser.ts";

describe("deciding about actions (T20, T25, X9, D42)", () => {
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
  const section = (name: string) => page.getByRole("region", { name, exact: true });

  test("on the alert: what waits shows its cost; y activates it, u takes it back", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/alerts/al000000");
    const panel = section("Response");
    await panel.getByText("waits for you", { exact: true }).first().waitFor();
    await panel.getByText("Cuts 2 customary connections, about 31 times a day.").waitFor();
    await panel.getByText(/It asks because it would cut 2 customary connections/).waitFor();
    await page.keyboard.press("y");
    await page.getByText(/^In force: /).waitFor();
    await panel.getByRole("timer").waitFor();
    await page.keyboard.press("u");
    await panel.getByText(/^cleared, /).waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("n refuses; what is in force is extended, and cleared only with a reason", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/response");
    await headline(/^Two decisions wait for you; /);
    await page
      .getByRole("button", { name: /^Refuse/ })
      .first()
      .waitFor();
    await page.keyboard.press("n");
    await page.getByText(/^Refused: /).waitFor();
    await page.getByRole("button", { name: /^In force/ }).click();
    const card = page.getByRole("article", { name: "in force" }).first();
    await card.getByRole("timer").waitFor();
    await card.getByRole("button", { name: /^Extend 2 h/ }).click();
    await page.getByText(/^It ends in /).waitFor();
    await card.getByRole("button", { name: /^Clear/ }).click();
    const sure = card.getByRole("button", { name: "Clear it now" });
    expect(await sure.isDisabled()).toBe(true);
    await card.getByLabel(/^Why is it cleared/).fill("our own scanner");
    await sure.click();
    await page.getByText(/^Cleared: /).waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("by hand from a device: the cost stands before the click, and what cannot be done says why", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "analyst", "/alerts/al000000");
    await page.keyboard.press("d");
    const panel = section("Response");
    await panel.getByRole("button", { name: /^Act by hand/ }).click();
    await panel.getByText("It has no pattern of life yet: two days of its connections are needed.").waitFor();
    expect(await panel.getByRole("button", { name: /^Enforce group pattern/ }).isDisabled()).toBe(true);
    await panel.getByRole("button", { name: /^Quarantine device…/ }).click();
    const go = panel.getByRole("button", { name: /^Quarantine device for 1 h/ });
    expect(await go.isDisabled()).toBe(true);
    await panel.getByLabel(/^Why/).fill("seen on the phone with its owner");
    await panel.getByRole("button", { name: "2 h", exact: true }).click();
    await panel.getByRole("button", { name: /^Quarantine device for 2 h/ }).click();
    await page.getByText(/^In force: /).waitFor();
    expect(seen.faults).toEqual([]);
  });

  test("the stop switch, and a kind of action that has earned to act by itself", async (context) => {
    needs(context, ...LACKS);
    await logIn(page, place.url, "admin", "/response");
    const kinds = section("May act by itself");
    await kinds
      .getByText(/none of them customary/)
      .first()
      .waitFor();
    await kinds
      .getByRole("button", { name: /^Let it act by itself/ })
      .first()
      .click();
    await kinds.getByLabel(/^Why/).fill("fourteen days, no honest flow");
    await kinds.getByRole("button", { name: "Let it", exact: true }).click();
    const password = page.getByLabel(/^Password/);
    await Promise.race([password.waitFor(), page.getByText(/acts by itself from now on/).waitFor()]);
    if (await password.isVisible()) {
      await password.fill(PASSWORD);
      await page.keyboard.press("Enter");
    }
    await kinds.getByText("acts by itself", { exact: true }).waitFor();
    const stop = section("Stop switch");
    await stop.getByLabel(/^Why/).fill("drill");
    await stop.getByRole("button", { name: "Clear everything and stop" }).click();
    await headline("The stop switch is on: nothing is done.");
    expect(seen.faults).toEqual([]);
  });

  test("modes by kind, model, role and hours of the week are set on the page, with a reason (X10)", async (context) => {
    needs(context, ...LACKS);
    const sent: { standard: string; why: string; rules: unknown[] }[] = [];
    const { setModes } = place.scene.services;
    const other = await stage({
      replace: {
        setModes: (input) => {
          sent.push(input.body);
          return setModes(input);
        },
      },
    });
    try {
      await logIn(page, other.url, "admin", "/response");
      const modes = section("Modes");
      await modes.getByText("One more rule").click();
      const boxes = modes.getByRole("group").getByRole("combobox");
      await boxes.nth(0).selectOption("off");
      await boxes.nth(1).selectOption("quarantine");
      await modes.getByLabel(/^Model, or a folder/).fill("Compromise /");
      await modes.getByLabel("Role or tag of the entity").fill("Server");
      await modes.getByRole("checkbox", { name: /Only at some hours/ }).check();
      for (const day of ["Mon", "Tue", "Wed", "Thu"]) await modes.getByRole("button", { name: day, exact: true }).click();
      await modes.getByLabel("From hour").fill("22");
      await modes.getByLabel("To hour").fill("6");
      await modes.getByText("Over midnight", { exact: false }).waitFor();
      await modes.getByRole("button", { name: "Add it" }).click();
      await modes.getByText(/for Compromise \/, on entities with the tag server, Fri 22 to 6 h/).waitFor();
      await modes.getByLabel(/^Why/).fill("nobody is there at night");
      await modes.getByRole("button", { name: "Set the modes" }).click();
      await expect.poll(() => sent.length).toBe(1);
      expect(sent[0]?.why).toBe("nobody is there at night");
      expect(sent[0]?.rules.at(-1)).toEqual({
        mode: "off",
        kind: "quarantine",
        model: "Compromise /",
        tag: "server",
        hours: { days: [4], from: 22, to: 6 },
      });
    } finally {
      await other.close();
    }
  });

  test("a viewer sees everything and may do nothing: keys ask the platform for nothing either", async (context) => {
    needs(context, ...LACKS);
    let asked = 0;
    const { decideAction } = place.scene.services;
    const other = await stage({
      replace: {
        decideAction: (input) => {
          asked++;
          return decideAction(input);
        },
      },
    });
    try {
      await logIn(page, other.url, "viewer", "/response");
      await headline(/^Two decisions wait/);
      const activate = page.getByRole("button", { name: /^Activate/ }).first();
      expect(await activate.isDisabled()).toBe(true);
      for (const key of ["y", "n"]) await page.keyboard.press(key);
      // What comes later by the same way has come: the keys would have been heard before.
      await page.getByRole("button", { name: /^In force/ }).click();
      const card = page.getByRole("article", { name: "in force" }).first();
      await card.getByRole("timer").waitFor();
      for (const key of ["e", "x"]) await page.keyboard.press(key);
      await page.getByRole("button", { name: /^Pending/ }).click();
      await activate.waitFor();
      expect([asked, await page.getByLabel(/^Why is it cleared/).count()]).toEqual([0, 0]);
    } finally {
      await other.close();
    }
  });

  test("what no driver can do shows its steps; y says that it was done, and it counts as done by hand (T19, T25)", async (context) => {
    needs(context, ...LACKS);
    const { actions, decideAction } = place.scene.services;
    const byHand = "Teams admin center: External access, block specific users.";
    const other = await stage({
      replace: {
        actions: async (input) => {
          const found = await actions(input);
          return { ...found, actions: found.actions.map((a) => ({ ...a, byHand })) };
        },
        decideAction: async (input) => {
          const made = await decideAction(input);
          return { ...made, result: { ...made.result, byHand } };
        },
      },
    });
    try {
      await logIn(page, other.url, "analyst", "/response");
      await headline(/^Two decisions wait/);
      await page.getByText(byHand).first().waitFor();
      await page
        .getByRole("button", { name: /^Done by hand/ })
        .first()
        .waitFor();
      expect(await page.getByRole("button", { name: /^Activate/ }).count()).toBe(0);
      await page.keyboard.press("y");
      await page.getByText(/^Noted as done by hand: /).waitFor();
      await page.getByRole("button", { name: /^In force/ }).click();
      await page.getByRole("article", { name: "done by hand" }).first().getByRole("timer").waitFor();
      expect(seen.faults).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
