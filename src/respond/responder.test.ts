import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alertOf, BLOCK, cited, responseLab, responseOf } from "../../test/support/response-lab.ts";
import { DAY, HOUR, SECOND } from "../base/time.ts";
import type { FlowMatch } from "../schema/action.ts";
import { covers } from "./ports.ts";
import { ProtectedList } from "./safety.ts";

const TWO_HOURS = 7_200 * SECOND;

describe("the life of an action (D37-D39, T20, T24)", () => {
  test("an alert blocks exactly its connection, for two hours, by itself (D39, T21)", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    expect(action).toMatchObject({ state: "active", mode: "autonomous", kind: "block-connections", seconds: 7_200, alert: "alert-1000000" });
    expect(action?.target.flows).toEqual([{ src: "10.0.0.5", dst: "10.0.0.20", port: 80, proto: "tcp" }]);
    await lab.pass(TWO_HOURS - SECOND);
    expect(lab.driver.standing()).toHaveLength(1);
    await lab.pass(SECOND);
    expect(lab.driver.standing()).toHaveLength(0);
    expect(lab.actions.rows.get(action?.id ?? "")).toMatchObject({ state: "expired" });
  });

  test("duration is the new total remaining: it extends and it shortens (api of the posts)", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    const id = action?.id ?? "";
    await lab.pass(TWO_HOURS - 100 * SECOND);
    expect((await lab.responder.decide(id, { verb: "extend", seconds: 110, why: "still at it", by: "anna" })).until).toBe(lab.clock.now() + 110 * SECOND);
    await lab.responder.decide(id, { verb: "extend", seconds: 10, why: "enough", by: "anna" });
    await lab.pass(9 * SECOND);
    expect(lab.driver.standing()).toEqual([id]);
    await lab.pass(SECOND);
    expect(lab.driver.standing()).toEqual([]);
  });

  test("clearing ends it and leaves the same model and entity alone for the rest of its time", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    await lab.responder.decide(action?.id ?? "", { verb: "clear", why: "our scanner", by: "anna" });
    expect(lab.driver.standing()).toEqual([]);
    await lab.pass(TWO_HOURS - 10 * SECOND);
    expect(await lab.responder.take([alertOf({ id: "second", time: lab.clock.now() })])).toEqual([]);
    await lab.pass(10 * SECOND);
    expect(await lab.responder.take([alertOf({ id: "third", time: lab.clock.now() })])).toHaveLength(1);
  });

  test("a proposal that nobody confirms lapses and did nothing; a confirmed one acts (T20)", async () => {
    const lab = responseLab({ responses: [responseOf(BLOCK.replace("mode: autonomous", "mode: confirm"))] });
    const [first] = await lab.responder.take([alertOf()]);
    expect(first).toMatchObject({ state: "proposed", mode: "confirm" });
    await lab.pass(1_801 * SECOND);
    expect(lab.actions.rows.get(first?.id ?? "")?.state).toBe("expired");
    expect(lab.driver.calls).toEqual([]);
    const [second] = await lab.responder.take([alertOf({ id: "b", time: lab.clock.now() })]);
    const active = await lab.responder.decide(second?.id ?? "", { verb: "activate", why: "yes", by: "anna" });
    expect(active.changes.map((c) => [c.to, c.by])).toEqual([
      ["proposed", "wonted"],
      ["confirmed", "anna"],
      ["active", "wonted"],
    ]);
  });

  test("an ended action comes back only with a duration", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    await lab.pass(TWO_HOURS);
    const id = action?.id ?? "";
    await expect(lab.responder.decide(id, { verb: "activate", why: "", by: "anna" })).rejects.toMatchObject({ code: "action-invalid" });
    expect(await lab.responder.decide(id, { verb: "activate", seconds: 60, why: "again", by: "anna" })).toMatchObject({ state: "active" });
  });

  test("two people at once, and a double click: the second is told", async () => {
    const lab = responseLab({ responses: [responseOf(BLOCK.replace("mode: autonomous", "mode: confirm"))] });
    const [action] = await lab.responder.take([alertOf()]);
    const id = action?.id ?? "";
    const both = await Promise.allSettled([
      lab.responder.decide(id, { verb: "activate", why: "a", by: "anna", revision: 1 }),
      lab.responder.decide(id, { verb: "refuse", why: "b", by: "bert", revision: 1 }),
      lab.responder.decide(id, { verb: "activate", why: "a", by: "anna", revision: 1 }),
    ]);
    expect(both.map((r) => (r.status === "fulfilled" ? r.value.state : (r.reason as { code: string }).code))).toEqual([
      "active",
      "action-conflict",
      "action-conflict",
    ]);
    expect(lab.driver.calls.filter((c) => c.startsWith("apply"))).toHaveLength(1);
  });

  test("without the response family detection goes on and nothing is made (D2)", async () => {
    const lab = responseLab({ responses: [] });
    expect(await lab.responder.take([alertOf()])).toEqual([]);
  });
});

describe("modes and what must be earned (X10, T22)", () => {
  test("a kind that nobody let act by itself stays in shadow and counts what it would have stopped", async () => {
    const lab = responseLab({ autonomous: [] });
    const [action] = await lab.responder.take([alertOf()]);
    expect(action).toMatchObject({ state: "shadow", held: expect.stringContaining("earned") });
    lab.responder.see([cited(1_000_500, "10.0.0.5", "10.0.0.20", 80), cited(1_000_600, "10.0.0.5", "10.0.0.20", 443)]);
    await lab.pass(SECOND);
    expect(lab.actions.rows.get(action?.id ?? "")?.tally).toMatchObject({ count: 1, honest: 0 });
    expect(lab.driver.calls).toEqual([]);
  });

  test("what it would have cut of customary work is counted apart", async () => {
    const lab = responseLab({ autonomous: [] });
    lab.clock.set(5 * DAY);
    for (const day of [1, 2, 3]) lab.responder.see([{ ...cited(day * DAY, "10.0.0.5", "10.0.0.20", 80), srcDevice: 0, dstDevice: 1 }]);
    const [action] = await lab.responder.take([alertOf({ time: 5 * DAY })]);
    expect(action?.cost).toMatchObject({ flows: 1 });
    lab.responder.see([{ ...cited(5 * DAY + 1, "10.0.0.5", "10.0.0.20", 80), srcDevice: 0, dstDevice: 1 }]);
    await lab.pass(SECOND);
    expect(lab.actions.rows.get(action?.id ?? "")?.tally).toMatchObject({ count: 1, honest: 1 });
  });

  test.each([
    ["kind", { mode: "confirm", kind: "block-connections" }, "proposed"],
    ["model folder", { mode: "off", model: "Test / " }, undefined],
    ["tag", { mode: "shadow", tag: "server" }, "shadow"],
    ["another tag", { mode: "shadow", tag: "printer" }, "active"],
    ["hours that hold", { mode: "confirm", hours: { days: [3], from: 0, to: 24 } }, "proposed"],
    ["hours of another day", { mode: "confirm", hours: { days: [5], from: 0, to: 24 } }, "active"],
    ["over midnight", { mode: "confirm", hours: { days: [2], from: 22, to: 6 } }, "proposed"],
  ] as const)("a rule by %s decides", async (_what, rule, state) => {
    const lab = responseLab();
    lab.devices.set("d5", { ip: "10.0.0.5", tags: ["server"] });
    // 1970-01-01 is a Thursday.
    lab.settings.value = { ...lab.settings.value, rules: [rule as never] };
    const [action] = await lab.responder.take([alertOf()]);
    expect(action?.state).toBe(state);
  });
});

describe("what never happens by itself (S15)", () => {
  test("evidence that can be forged asks a person", async () => {
    const lab = responseLab();
    const udp = cited(1_000_000, "10.0.0.5", "10.0.0.20", 53, { proto: "udp" });
    const half = cited(1_000_000, "10.0.0.5", "10.0.0.20", 80, { state: "attempt", bytesIn: 0, bytesOut: 0 });
    for (const [i, events] of [[udp], [half]].entries()) {
      const [action] = await lab.responder.take([alertOf({ id: `a${i}`, events })]);
      expect(action).toMatchObject({ state: "proposed", held: expect.stringContaining("forged") });
    }
  });

  test("customary connections are not cut without a person", async () => {
    const lab = responseLab();
    lab.clock.set(5 * DAY);
    for (const day of [1, 2, 3]) lab.responder.see([{ ...cited(day * DAY, "10.0.0.5", "10.0.0.20", 80), srcDevice: 0, dstDevice: 1 }]);
    expect((await lab.responder.take([alertOf({ time: 5 * DAY })]))[0]).toMatchObject({ state: "proposed", held: expect.stringContaining("customary") });
  });

  test("no more than so many within the hour, no more than a share of the fleet", async () => {
    const lab = responseLab({ limits: { perHour: 2, fleetShare: 1 } });
    const states = [];
    for (let i = 0; i < 3; i++) {
      const events = [cited(1_000_000, "10.0.0.5", "10.0.0.20", 80 + i)];
      states.push((await lab.responder.take([alertOf({ id: `a${i}`, events })]))[0]?.state);
    }
    expect(states).toEqual(["active", "active", "proposed"]);
    await lab.pass(HOUR + SECOND);
    const events = [cited(lab.clock.now(), "10.0.0.5", "10.0.0.20", 99)];
    expect((await lab.responder.take([alertOf({ id: "later", time: lab.clock.now(), events })]))[0]?.state).toBe("active");
  });

  test("the stop switch clears everything at once and lets nothing begin", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    lab.settings.value = { ...lab.settings.value, stopped: { by: "anna", at: 1, why: "drill" } };
    expect(await lab.responder.stopAll("anna", "drill")).toBe(1);
    expect(lab.driver.standing()).toEqual([]);
    await expect(lab.responder.decide(action?.id ?? "", { verb: "activate", seconds: 60, why: "", by: "bert" })).rejects.toMatchObject({
      code: "action-conflict",
    });
    const events = [cited(1_000_000, "10.0.0.5", "10.0.0.20", 81)];
    expect((await lab.responder.take([alertOf({ id: "b", events })]))[0]?.state).toBe("shadow");
  });

  test("protected entities are never touched, in 10,000 random plans, by whatever mode or person", async () => {
    const address = fc.tuple(fc.constantFrom("10.0.0.", "10.0.1.", "192.0.2."), fc.integer({ min: 1, max: 12 })).map(([net, host]) => `${net}${host}`);
    const texts = ["10.0.0.1", "10.0.1.0/29", "192.0.2.4", "d7"];
    const list = new ProtectedList(texts);
    let plans = 0;
    const kindsDone = new Set<string>();
    let spared = 0;
    const kinds = ["block-connections", "block-outgoing", "block-incoming", "quarantine", "enforce-pattern", "enforce-administration"];
    const file = (kind: string, on = "entity") =>
      responseOf(BLOCK.replace("action: block-connections", `action: ${kind}\non: ${on}`), `Test/${kind}${on}.yaml`);
    const lab = responseLab({
      responses: [...kinds.map((k) => file(k)), ...kinds.map((k) => file(k, "reached"))],
      protected: texts,
      autonomous: kinds,
      limits: { perHour: 1e9, fleetShare: 1 },
    });
    for (let i = 1; i <= 12; i++) lab.devices.set(`d${i}`, { ip: `10.0.0.${i}`, tags: i === 9 ? ["dns-server"] : [] });
    lab.devices.set("d20", { ip: "10.0.1.10", tags: ["gateway"] });
    const untouchable = ["10.0.0.1", "10.0.0.7", "10.0.0.9", "10.0.1.10", "192.0.2.4", ...Array.from({ length: 8 }, (_, n) => `10.0.1.${n}`)];
    // Customs, so that there are patterns to be enforced.
    const index = (id: string): number => [...lab.devices.keys()].indexOf(id);
    for (const day of [1, 2, 3])
      for (let i = 1; i <= 12; i++)
        lab.responder.see([
          { ...cited(day * DAY, `10.0.0.${i}`, i === 2 ? "10.0.0.3" : "10.0.0.2", 445), srcDevice: index(`d${i}`), dstDevice: index(i === 2 ? "d3" : "d2") },
        ]);
    await fc.assert(
      fc.asyncProperty(
        address,
        address,
        fc.integer({ min: 1, max: 65_535 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        async (src, dst, port, n, inbound) => {
          const entity = { kind: "device" as const, id: `d${n}`, ip: `10.0.0.${n}` };
          const events = [inbound ? cited(1, src, entity.ip, port) : cited(1, entity.ip, dst, port)];
          const alert = alertOf({ id: `a${plans}`, time: 5 * DAY, entity, events, peers: [{ ip: dst, port }] });
          plans++;
          for (const action of await lab.responder.take([alert])) {
            if (action.state !== "active") await lab.responder.decide(action.id, { verb: "activate", why: "", by: "anna", seconds: 60 }).catch(() => undefined);
          }
          for (const [id, rule] of lab.driver.rules) {
            kindsDone.add(rule.kind);
            const ends = (rule.target.flows ?? []).flatMap((f) => [f.src, f.dst]).filter((ip) => ip !== undefined);
            expect(ends.filter((ip) => list.hasAddress(ip) || ip === "10.0.0.9" || ip === "10.0.1.10" || ip === "10.0.0.7")).toEqual([]);
            const { flows = [], allowed } = rule.target;
            if (allowed !== undefined)
              for (const end of untouchable)
                for (const [a, b] of [
                  [entity.ip, end],
                  [end, entity.ip],
                ] as const) {
                  const meets = (f: FlowMatch): boolean => covers(f, a, b, port, "tcp");
                  if (a !== b && flows.some(meets)) {
                    spared++;
                    expect([a, b, allowed.some(meets)]).toEqual([a, b, true]);
                  }
                }
            await lab.responder.decide(id, { verb: "clear", why: "", by: "anna" });
            lab.driver.rules.delete(id);
          }
          // What was cleared leaves its pair alone for the rest of its time.
          lab.clock.set(lab.clock.now() + 2 * HOUR);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(lab.driver.calls.length).toBeGreaterThan(1_000);
    expect([...kindsDone].sort()).toEqual([...kinds].sort());
    expect(spared).toBeGreaterThan(1_000);
  }, 60_000);

  test("where what is protected cannot be left alone address by address, no pattern of life is enforced, by nobody", async () => {
    const kinds = ["enforce-pattern", "block-connections"];
    const lab = responseLab({
      responses: kinds.map((k) => responseOf(BLOCK.replace("action: block-connections", `action: ${k}`), `Test/${k}.yaml`)),
      protected: ["172.16.0.0/16"],
      autonomous: kinds,
    });
    for (const day of [1, 2, 3]) lab.responder.see([{ ...cited(day * DAY, "10.0.0.5", "10.0.0.20", 443), srcDevice: 0, dstDevice: 1 }]);
    expect(await lab.responder.take([alertOf({ time: 5 * DAY })])).toMatchObject([{ kind: "block-connections", state: "active" }]);
    expect(lab.notices.join()).toContain("172.16.0.0/16 is too large");
  });
});

describe("when things go wrong", () => {
  test("a process that dies between two steps loses, doubles and lengthens nothing", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    const end = action?.until ?? 0;
    lab.clock.set(lab.clock.now() + HOUR);
    lab.tick.value += HOUR;
    // The machine came up again: the kernel holds nothing.
    lab.driver.rules.clear();
    const next = responseLab({ after: lab });
    await next.responder.load();
    expect(lab.driver.calls.at(-1)).toBe(`apply ${action?.id} 3600`);
    expect(await next.responder.take([alertOf()])).toEqual([]);
    expect(lab.actions.rows.size).toBe(1);
    expect(lab.actions.rows.get(action?.id ?? "")?.until).toBe(end);
    await next.pass(HOUR);
    expect(lab.driver.standing()).toEqual([]);
  });

  test("what was decided and not yet carried out is carried out at the next start", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    const row = lab.actions.rows.get(action?.id ?? "");
    if (row === undefined) throw new Error("no row");
    lab.actions.rows.set(row.id, { ...row, state: "confirmed", changes: row.changes.slice(0, 1) });
    lab.driver.rules.clear();
    const next = responseLab({ after: lab });
    await next.responder.load();
    expect(lab.driver.standing()).toEqual([row.id]);
    expect(lab.actions.rows.get(row.id)?.state).toBe("active");
  });

  test("the helper is gone: failed aloud, done when it is back, in what remains of its time", async () => {
    const lab = responseLab();
    lab.driver.state = "unavailable";
    const [action] = await lab.responder.take([alertOf()]);
    expect(action).toMatchObject({ state: "failed" });
    expect(action?.changes.at(-1)?.why).toContain("helper is gone");
    await lab.pass(60 * SECOND);
    lab.driver.state = "ready";
    await lab.pass(10 * SECOND);
    expect(lab.driver.calls).toEqual([`apply ${action?.id} ${7_200 - 70}`]);
  });

  test("a rule that somebody else took away is noticed and put back", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    lab.driver.rules.clear();
    await lab.pass(10 * SECOND);
    expect(lab.driver.standing()).toEqual([action?.id]);
    expect(lab.actions.rows.get(action?.id ?? "")?.changes.at(-1)?.why).toContain("taken away by somebody else");
  });

  test.each([-5 * DAY, 5 * DAY])("a clock set by %d ms neither lengthens nor shortens an action", async (jump) => {
    const lab = responseLab();
    lab.clock.set(20 * DAY);
    await lab.responder.tick();
    const [action] = await lab.responder.take([alertOf({ time: 20 * DAY })]);
    lab.clock.set(lab.clock.now() + jump);
    await lab.pass(SECOND);
    await lab.pass(TWO_HOURS - 2 * SECOND);
    expect(lab.actions.rows.get(action?.id ?? "")?.state).toBe("active");
    await lab.pass(SECOND);
    expect(lab.actions.rows.get(action?.id ?? "")?.state).toBe("expired");
  });

  test("a clock set back while the platform was off cannot lengthen an action", async () => {
    const lab = responseLab();
    lab.clock.set(20 * DAY);
    const [action] = await lab.responder.take([alertOf({ time: 20 * DAY })]);
    lab.clock.set(10 * DAY);
    const next = responseLab({ after: lab });
    await next.responder.load();
    expect(lab.driver.calls.at(-1)).toBe(`apply ${action?.id} 7200`);
  });

  test("the block follows the device to its new address, or ends when another has the old one", async () => {
    const lab = responseLab();
    const [action] = await lab.responder.take([alertOf()]);
    lab.devices.set("d5", { ip: "10.0.0.55", tags: [] });
    lab.devices.set("d6", { ip: "10.0.0.5", tags: [] });
    await lab.pass(SECOND);
    expect(lab.driver.rules.get(action?.id ?? "")?.target.flows).toEqual([{ src: "10.0.0.55", dst: "10.0.0.20", port: 80, proto: "tcp" }]);
    lab.devices.set("d5", { ip: undefined, tags: [] });
    lab.devices.set("d7", { ip: "10.0.0.55", tags: [] });
    await lab.pass(SECOND);
    expect(lab.driver.standing()).toEqual([]);
    expect(lab.actions.rows.get(action?.id ?? "")?.state).toBe("cleared");
  });

  test("between proposal and word the address went to another device: the word does not fall on that one; nor on nobody (vanished entity)", async () => {
    const confirm = { responses: [responseOf(BLOCK.replace("mode: autonomous", "mode: confirm"))] };
    const moved = responseLab(confirm);
    const [first] = await moved.responder.take([alertOf()]);
    moved.devices.set("d5", { ip: "10.0.0.55", tags: [] });
    moved.devices.set("d6", { ip: "10.0.0.5", tags: [] });
    expect(await moved.responder.decide(first?.id ?? "", { verb: "activate", why: "yes", by: "anna" })).toMatchObject({ state: "active" });
    expect([...moved.driver.rules.values()].map((r) => r.target.flows)).toEqual([[{ src: "10.0.0.55", dst: "10.0.0.20", port: 80, proto: "tcp" }]]);
    const gone = responseLab(confirm);
    const [second] = await gone.responder.take([alertOf()]);
    gone.devices.delete("d5");
    const answer = await gone.responder.decide(second?.id ?? "", { verb: "activate", why: "yes", by: "anna" });
    expect([answer.state, answer.changes.at(-1)?.why]).toEqual(["cleared", "the device is not known any more"]);
    expect(gone.driver.standing()).toEqual([]);
  });

  test("a double click on an action by hand is one action, and the second is told so (D42)", async () => {
    const lab = responseLab();
    const kind = lab.kinds.get("quarantine");
    if (kind === undefined) throw new Error("no such kind");
    const target = { entity: { kind: "device" as const, id: "d5", ip: "10.0.0.5" }, flows: [{ src: "10.0.0.5" }, { dst: "10.0.0.5" }] };
    const once = () => lab.responder.manual({ id: "same", kind, target, seconds: 600, why: "strange", by: "anna" });
    const both = await Promise.allSettled([once(), once()]);
    expect(both.map((r) => (r.status === "fulfilled" ? r.value.state : (r.reason as { code: string }).code))).toEqual(["active", "action-conflict"]);
    expect(lab.driver.calls.filter((c) => c.startsWith("apply"))).toHaveLength(1);
  });

  test("an action on an entity that is not there any more is refused", async () => {
    const lab = responseLab({ responses: [responseOf(BLOCK.replace("action: block-connections", "action: quarantine"))], autonomous: ["quarantine"] });
    const entity = { kind: "device" as const, id: "gone" };
    expect(await lab.responder.take([alertOf({ entity })])).toEqual([]);
  });
});
