import { describe, expect, test } from "vitest";
import { alertOf, BLOCK, cited, type Lab, type LabOptions, responseLab, responseOf } from "../../test/support/response-lab.ts";
import { DAY } from "../base/time.ts";
import { covers } from "./ports.ts";

const HOLD = BLOCK.replace("action: block-connections", "action: enforce-administration\non: reached\nasks: [jump-host]");
const NOW = 5 * DAY;

/** d5 reaches d20, which is used to the file server d30 over SMB and to a website. */
function lab(given: LabOptions = {}): Lab {
  const made = responseLab({ responses: [responseOf(HOLD, "Test/Hold.yaml")], autonomous: ["enforce-administration"], ...given });
  made.clock.set(NOW);
  made.devices.set("d30", { ip: "10.0.0.30", tags: [] });
  const index = (id: string): number => [...made.devices.keys()].indexOf(id);
  for (const day of [1, 2, 3])
    made.responder.see([
      { ...cited(day * DAY, "10.0.0.20", "10.0.0.30", 445), srcDevice: index("d20"), dstDevice: index("d30") },
      { ...cited(day * DAY, "10.0.0.20", "198.51.100.7", 443), srcDevice: index("d20") },
    ]);
  return made;
}

const reached = (to = "10.0.0.20", from = "10.0.0.5") => alertOf({ time: NOW, events: [cited(NOW, from, to, 3389)], peers: [{ ip: to, port: 3389 }] });

describe("the device that was reached is held to its usual administration", () => {
  test("it is the one that was reached, by itself, and only new administration inside is refused", async () => {
    const made = lab();
    const [action, more] = await made.responder.take([reached()]);
    expect(more).toBeUndefined();
    expect(action).toMatchObject({
      state: "active",
      mode: "autonomous",
      kind: "enforce-administration",
      target: { entity: { id: "d20" } },
      cost: { flows: 0 },
    });
    const refuses = (dst: string, port: number, src = "10.0.0.20"): boolean => {
      const { flows = [], allowed = [] } = action?.target ?? {};
      return flows.some((f) => covers(f, src, dst, port, "tcp")) && !allowed.some((f) => covers(f, src, dst, port, "tcp"));
    };
    expect([
      refuses("10.0.0.77", 445),
      refuses("10.0.0.30", 3389),
      refuses("10.0.0.30", 445),
      refuses("198.51.100.9", 22),
      refuses("10.0.0.77", 443),
      refuses("10.0.0.20", 3389, "10.0.0.5"),
    ]).toEqual([true, true, false, false, false, false]);
  });

  test("a role that has its work in reaching others asks; so does a kind that did not earn it stay in shadow", async () => {
    const made = lab();
    made.devices.set("d20", { ip: "10.0.0.20", tags: ["jump-host"] });
    expect(await made.responder.take([reached()])).toMatchObject([{ state: "proposed" }]);
    expect(await lab({ autonomous: [] }).responder.take([reached()])).toMatchObject([{ state: "shadow" }]);
  });

  test("nothing for strangers, for the device itself, and for who is reached the other way round", async () => {
    for (const alert of [reached("198.51.100.7"), reached("10.0.0.5"), reached("10.0.0.5", "10.0.0.20")])
      expect(await lab().responder.take([alert])).toEqual([]);
  });

  test("while nothing is customary anywhere, what a device needs is not known: it is left alone", async () => {
    const made = responseLab({ responses: [responseOf(HOLD, "Test/Hold.yaml")], autonomous: ["enforce-administration"] });
    expect(await made.responder.take([reached()])).toEqual([]);
  });

  test("on the organisation's second and third day daily work is not customary yet: nothing is held", async () => {
    const made = lab();
    for (const [days, planned] of [
      [2, 0],
      [3, 0],
      [4, 1],
    ] as const) {
      const time = days * DAY + 1;
      made.clock.set(time);
      const alert = alertOf({ id: `day ${days}`, time, events: [cited(time, "10.0.0.5", "10.0.0.20", 3389)] });
      expect([days, (await made.responder.take([alert])).length]).toEqual([days, planned]);
    }
  });

  test("a device without customs of its own may go where a tenth of all, and three, are used to", async () => {
    const made = lab();
    for (const n of [41, 42, 43, 44]) made.devices.set(`d${n}`, { ip: `10.0.0.${n}`, tags: [] });
    const index = (id: string): number => [...made.devices.keys()].indexOf(id);
    for (const day of [1, 2, 3])
      for (const n of [41, 42])
        made.responder.see([{ ...cited(day * DAY, `10.0.0.${n}`, "10.0.0.30", 445), srcDevice: index(`d${n}`), dstDevice: index("d30") }]);
    const [action] = await made.responder.take([reached("10.0.0.44")]);
    expect(action?.target.allowed).toEqual([{ src: "10.0.0.44", dst: "10.0.0.30", port: 445, proto: "tcp" }]);
  });

  test("a device that has another address than when its customs were learned keeps them", async () => {
    const made = lab();
    made.devices.set("d20", { ip: "10.0.0.99", tags: [] });
    const [action] = await made.responder.take([reached("10.0.0.99")]);
    expect(action).toMatchObject({ state: "active", cost: { flows: 0 } });
    expect(action?.target.allowed).toEqual([{ src: "10.0.0.99", dst: "10.0.0.30", port: 445, proto: "tcp" }]);
  });
});
