import { describe, expect, test } from "vitest";
import { makeEvent } from "../../test/support/events.ts";
import { alertOf, BLOCK, MemoryDriver, responseLab, responseOf } from "../../test/support/response-lab.ts";
import { SECOND } from "../base/time.ts";
import type { Alert } from "../schema/alert.ts";

const file = (action: string, mode = "autonomous") =>
  responseOf(BLOCK.replace("action: block-connections", `action: ${action}`).replace("mode: autonomous", `mode: ${mode}`), `Test/${action}.yaml`);

function mailAlert(id: string, ...messageIds: string[]): Alert {
  const events = messageIds.map((messageId) => makeEvent("mail", { time: 1_000_000, messageId, urls: [`https://${id}.example/`] }));
  return alertOf({ id, entity: { kind: "sender", id: "x@theirs.example" }, events, peers: [] });
}

function userAlert(id: string, userKind: string): Alert {
  const event = makeEvent("saas", { time: 1_000_000, sensor: "microsoft", activity: "sign-in", userKind });
  return alertOf({ id, entity: { kind: "user", id: `${id}@some.example` }, events: [event], peers: [] });
}

describe("what no driver can do yet", () => {
  test("is proposed with its steps whatever its mode, and never begins by itself (T19)", async () => {
    const lab = responseLab({ responses: [file("hold")], autonomous: ["hold"] });
    const [action] = await lab.responder.take([mailAlert("a", "<1@x>", "<2@x>")]);
    expect(action).toMatchObject({ state: "proposed", mode: "confirm", held: expect.stringContaining("by hand"), target: { items: ["<1@x>", "<2@x>"] } });
    expect(action?.title).toBe("2 messages of x@theirs.example are kept from the inbox");
    expect(lab.responder.able("hold", action?.target as never)).toMatchObject({ able: true, hand: expect.stringContaining("Message-ID") });
  });

  test("the person who did it says so; at its end it is to be undone by hand, and the history says both (T24)", async () => {
    const lab = responseLab({ responses: [file("disable-user", "confirm")] });
    const [action] = await lab.responder.take([userAlert("anna", "member")]);
    const done = await lab.responder.decide(action?.id ?? "", { verb: "activate", seconds: 60, why: "disabled in the directory", by: "bert" });
    expect(done).toMatchObject({ state: "active", driver: "by-hand" });
    expect(done.changes.map((c) => [c.by, c.why])).toContainEqual(["bert", "disabled in the directory"]);
    expect(done.changes.at(-1)?.why).toBe("a person says that it is done by hand");
    await lab.pass(60 * SECOND);
    const ended = lab.actions.rows.get(action?.id ?? "");
    expect([ended?.state, ended?.changes.at(-1)?.why]).toEqual(["expired", "its time was over; what was done by hand is to be undone by hand"]);
    expect(lab.driver.calls).toEqual([]);
  });

  test("a second alert proposes only the messages that are not proposed already", async () => {
    const lab = responseLab({ responses: [file("hold")] });
    await lab.responder.take([mailAlert("a", "<1@x>")]);
    const [next] = await lab.responder.take([mailAlert("b", "<1@x>", "<2@x>")]);
    expect(next?.target.items).toEqual(["<2@x>"]);
    expect(await lab.responder.take([mailAlert("c", "<2@x>", "<1@x>")])).toEqual([]);
  });

  test("with a driver for it, it acts by itself once that was earned, as the kinds of the network do", async () => {
    const mail = new MemoryDriver(() => 0, ["hold"]);
    const lab = responseLab({ responses: [file("hold")], autonomous: ["hold"], drivers: [mail] });
    // A message that nobody can prove to be of its sender is held all the same only after a person's word: spoofed mail must not hold an honest sender's.
    expect((await lab.responder.take([mailAlert("a", "<1@x>")]))[0]).toMatchObject({ state: "proposed", held: expect.stringContaining("forged") });
    const users = new MemoryDriver(() => 0, ["revoke-sessions"]);
    const cloud = responseLab({ responses: [file("revoke-sessions")], autonomous: ["revoke-sessions"], drivers: [users] });
    expect((await cloud.responder.take([userAlert("anna", "member")]))[0]).toMatchObject({ state: "active", driver: "memory", mode: "autonomous" });
    expect(users.standing()).toHaveLength(1);
  });

  test.each([
    ["member", ["disable-user"]],
    ["guest", ["disable-user"]],
    ["foreign", ["block-external-user"]],
  ])("for a user who is %s: %j (T23)", async (userKind, kinds) => {
    const lab = responseLab({ responses: [file("disable-user", "confirm"), file("block-external-user", "confirm")] });
    expect((await lab.responder.take([userAlert("x", userKind)])).map((a) => a.kind)).toEqual(kinds);
  });
});
