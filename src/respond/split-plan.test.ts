import { describe, expect, test } from "vitest";
import { alertOf, BLOCK, cited, type Lab, type LabOptions, responseLab, responseOf } from "../../test/support/response-lab.ts";
import { DAY } from "../base/time.ts";
import { covers } from "./ports.ts";

const NOW = 5 * DAY;
const HOLD = BLOCK.replace("action: block-connections", "action: enforce-administration\non: reached");
const device = (ip: string) => ({ kind: "device" as const, id: `d${ip.split(".")[3]}`, ip });

/** d20 uses the file server d30 over SMB every day, and begins SSH to as many servers as are named. */
function lab(servers: readonly string[], given: LabOptions): Lab {
  const made = responseLab(given);
  made.clock.set(NOW);
  for (const ip of ["10.0.0.30", ...servers]) made.devices.set(device(ip).id, { ip, tags: [] });
  const index = (ip: string): number => [...made.devices.keys()].indexOf(device(ip).id);
  const daily = (time: number, dst: string, port: number) => ({
    ...cited(time, "10.0.0.20", dst, port),
    srcDevice: index("10.0.0.20"),
    dstDevice: index(dst),
  });
  for (const day of [1, 2, 3]) made.responder.see([daily(day * DAY, "10.0.0.30", 445), ...servers.map((ip) => daily(day * DAY, ip, 22))]);
  return made;
}

describe("what of a plan is in doubt waits for a person, the rest acts", () => {
  const chain = alertOf({
    time: NOW,
    entity: device("10.0.0.20"),
    events: [cited(NOW, "10.0.0.5", "10.0.0.20", 445), cited(NOW, "10.0.0.20", "10.0.0.30", 445)],
  });
  const blocks: LabOptions = { responses: [responseOf()], autonomous: ["block-connections"] };

  test("a chain that ends at a server of every day: the new step is blocked, for the customary one a person is asked", async () => {
    const made = lab([], blocks);
    const actions = await made.responder.take([chain]);
    expect(actions).toMatchObject([
      { state: "active", cost: { flows: 0 }, target: { flows: [{ src: "10.0.0.5", dst: "10.0.0.20", port: 445 }] } },
      { state: "proposed", cost: { flows: 1 }, held: "it would cut 1 customary connection", target: { flows: [{ src: "10.0.0.20", dst: "10.0.0.30" }] } },
    ]);
    expect(made.driver.standing()).toEqual([actions[0]?.id]);
    expect(await made.responder.take([chain])).toEqual([]);
  });

  test("a rule of the owner's lets it cut what is customary as well", async () => {
    const made = lab([], blocks);
    made.settings.value = { ...made.settings.value, rules: [{ mode: "autonomous", costly: true }] };
    expect((await made.responder.take([chain])).map((a) => a.state)).toEqual(["active", "active"]);
  });

  test("all of it customary: nothing acts; none of it: nothing asks", async () => {
    const only = (from: string, to: string) => alertOf({ ...chain, id: `${from} ${to}`, events: [cited(NOW, from, to, 445)] });
    expect(await lab([], blocks).responder.take([only("10.0.0.20", "10.0.0.30")])).toMatchObject([{ state: "proposed" }]);
    expect(await lab([], blocks).responder.take([only("10.0.0.5", "10.0.0.20")])).toMatchObject([{ state: "active" }]);
  });

  test("a device that is new here has no customs to go on with: for its hold a person is asked", async () => {
    const made = lab([], { responses: [responseOf(HOLD)], autonomous: ["enforce-administration"] });
    const fresh = device("10.0.0.77");
    const others = ["10.0.0.21", "10.0.0.22"].map(device);
    for (const d of [fresh, ...others]) made.devices.set(d.id, { ip: d.ip, tags: [] });
    const indexOf = (id: string): number => [...made.devices.keys()].indexOf(id);
    const opens = (by: { id: string; ip: string }, day: number) => ({
      ...cited(day * DAY, by.ip, "10.0.0.30", 445),
      srcDevice: indexOf(by.id),
      dstDevice: indexOf("d30"),
    });
    // The file server is everybody's, so that there is a hold to make at all.
    for (const day of [1, 2, 3]) made.responder.see(others.map((d) => opens(d, day)));
    const reached = (day: number) =>
      alertOf({ id: `on day ${day}`, time: day * DAY, entity: device("10.0.0.5"), events: [cited(day * DAY, "10.0.0.5", fresh.ip, 445)] });
    made.responder.see([opens(fresh, 4)]);
    const [asked] = await made.responder.take([reached(5)]);
    expect(asked).toMatchObject({ state: "proposed", target: { entity: { id: fresh.id } } });
    expect(asked?.reason).toContain("known for less than 3 days");
    made.responder.see([opens(fresh, 5), opens(fresh, 6)]);
    made.clock.set(7 * DAY);
    expect(await made.responder.take([reached(7)])).toMatchObject([{ state: "active" }]);
  });

  test.each([
    [2, ["active"]],
    [3, ["active", "proposed"]],
  ])("a device used to reach %i servers over SSH, when it is held", async (count, states) => {
    const servers = ["10.0.0.41", "10.0.0.42", "10.0.0.43"].slice(0, count);
    const made = lab(servers, { responses: [responseOf(HOLD)], autonomous: ["enforce-administration"] });
    const reached = alertOf({ time: NOW, events: [cited(NOW, "10.0.0.5", "10.0.0.20", 3389)] });
    const actions = await made.responder.take([reached]);
    expect(actions.map((a) => a.state)).toEqual(states);
    const refused = (port: number): boolean => {
      const { flows = [], allowed = [] } = actions[0]?.target ?? {};
      const meets = (f: (typeof flows)[number]): boolean => covers(f, "10.0.0.20", "10.0.0.99", port, "tcp");
      return flows.some(meets) && !allowed.some(meets);
    };
    expect([refused(22), refused(3389), refused(445)]).toEqual([count < 3, count < 3, true]);
  });
});
