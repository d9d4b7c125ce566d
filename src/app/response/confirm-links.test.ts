import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { alertOf, BLOCK, responseLab, responseOf } from "../../../test/support/response-lab.ts";
import { tempFolder } from "../../../test/support/temp-folder.ts";
import { MINUTE } from "../../base/time.ts";
import { openStore } from "../../store/index.ts";
import { ConfirmLinks } from "./confirm-links.ts";
import type { LiveResponse } from "./live-response.ts";
import { dropMail, webhookSignature } from "./send-links.ts";

const BASE = "https://wonted.example:8470";

async function proposed() {
  const lab = responseLab({ responses: [responseOf(BLOCK.replace("mode: autonomous", "mode: confirm\noffer: 2h"))] });
  const store = await openStore({ dir: tempFolder(), clock: lab.clock });
  onTestFinished(() => store.close());
  const [action] = await lab.responder.take([alertOf()]);
  if (action === undefined) throw new Error("nothing was proposed");
  const keep = async () => store.ask("putActions", { actions: [...lab.actions.rows.values()] });
  await keep();
  const live = { responder: lab.responder, kinds: { get: () => undefined }, settle: async <T>(work: Promise<T>) => work } as unknown as LiveResponse;
  const links = new ConfirmLinks(new Uint8Array(32).fill(7), store, () => live, lab.clock);
  const made = await links.make(action, "u1", BASE);
  const token = (url: string): string => url.slice(`${BASE}/confirm/`.length);
  return { lab, links, action, made, yes: token(made.activate), no: token(made.refuse), keep };
}

describe("links that decide outside the console (S17, T20)", () => {
  test("looking decides nothing, however often a scanner looks; one press decides, once", async () => {
    const { lab, links, action, yes, no } = await proposed();
    for (let i = 0; i < 5; i++) expect((await links.show(yes)).button).toBe("Yes, do it");
    expect(lab.driver.calls).toEqual([]);
    expect((await links.decide(yes)).headline).toBe("Done: it is in force.");
    expect(lab.actions.rows.get(action.id)?.changes.map((c) => c.by)).toContain("link:u1");
    expect((await links.decide(yes)).headline).toBe("This link has been used.");
    expect((await links.decide(no)).button).toBeUndefined();
    expect(lab.driver.calls.filter((c) => c.startsWith("apply"))).toHaveLength(1);
    expect(lab.driver.standing()).toEqual([action.id]);
  });

  test("forged, cut, turned and foreign links are void and say nothing about why", async () => {
    const { lab, links, yes, no } = await proposed();
    const [id = "", mac = ""] = yes.split(".");
    const flipped = `${mac[0] === "A" ? "B" : "A"}${mac.slice(1)}`;
    for (const forged of [`${id}.${flipped}`, `${id}.${no.split(".")[1]}`, id, `${yes}.x`, "", "../../etc/passwd", `${"A".repeat(24)}.${mac}`])
      expect((await links.decide(forged)).headline).toMatch(/^This link is not one of ours/);
    expect(lab.driver.calls).toEqual([]);
  });

  test("an expired link, and one whose action somebody answered meanwhile, decide nothing", async () => {
    const late = await proposed();
    late.lab.clock.set(late.lab.clock.now() + 61 * MINUTE);
    expect((await late.links.decide(late.yes)).headline).toBe("This link has expired.");
    const slow = await proposed();
    await slow.lab.responder.decide(slow.action.id, { verb: "refuse", why: "known", by: "bert" });
    await slow.keep();
    expect((await slow.links.show(slow.yes)).headline).toBe("Somebody was faster.");
    expect((await slow.links.decide(slow.yes)).headline).toBe("It could not be done.");
    expect(slow.lab.driver.calls).toEqual([]);
  });

  test("the message bears both links and cannot be bent by what an attacker named", async () => {
    const { action, made } = await proposed();
    const hostile = { ...action, title: "x\r\nBcc: all@example.org\r\n\r\nhello\u202e" };
    const text = readFileSync(dropMail(tempFolder(), { person: "Anna", action: hostile, links: made }, 0), "utf8");
    const end = text.indexOf("\r\n\r\n");
    const head = text.slice(0, end);
    const body = text.slice(end);
    expect(head.split("\r\n").filter((l) => l.startsWith("Bcc"))).toEqual([]);
    expect(body).toContain(made.activate);
    expect(body).not.toContain("\u202e");
  });

  test("a webhook's signature covers time and body (S18)", () => {
    const one = webhookSignature("a secret of sixteen", 1_000, "{}");
    expect(one).toMatch(/^v1=[0-9a-f]{64}$/);
    expect(
      new Set([
        one,
        webhookSignature("a secret of sixteen", 1_001, "{}"),
        webhookSignature("a secret of sixteen", 1_000, "{ }"),
        webhookSignature("b", 1_000, "{}"),
      ]).size,
    ).toBe(4);
  });
});
