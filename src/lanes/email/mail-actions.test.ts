import { describe, expect, test } from "vitest";
import { MAIL_KINDS } from "../../respond/mail-kinds.ts";
import { actionsOf } from "./mail-actions.ts";

describe("what a verdict asks for (E32)", () => {
  test.each([
    ["deliver", ["Phishing Link"], 3, []],
    ["hold", [], 2, ["hold"]],
    ["hold", ["Multistage Payload"], 1, ["hold", "lock-links"]],
    ["hold", ["Phishing Link"], 0, ["hold"]],
    ["banner", ["First Time Contact"], 2, ["banner"]],
    ["banner", ["Suspicious Link"], 1, ["banner", "lock-links"]],
    ["banner", ["Forged Address"], 0, ["junk", "banner"]],
    ["banner", ["Spam", "Suspicious Link"], 1, ["junk", "banner", "lock-links"]],
  ] as const)("%s with %j and %d links: %j", (verdict, tags, links, actions) => {
    expect(actionsOf(verdict, tags, links)).toEqual(actions);
  });

  test("every name is one that can be planned", () => {
    const known = new Set(MAIL_KINDS.map((k) => k.id));
    const all = (["hold", "banner"] as const).flatMap((v) => actionsOf(v, ["Spam", "Phishing Link"], 1));
    expect(all.filter((name) => !known.has(name))).toEqual([]);
    expect(new Set(all)).toEqual(known);
  });
});
