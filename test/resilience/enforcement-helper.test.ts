import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { CodedError } from "../../src/base/result.ts";
import { HelperClient } from "../../src/connectors/nftables/helper-client.ts";
import { NftablesDriver } from "../../src/connectors/nftables/index.ts";
import { TapDriver } from "../../src/connectors/nftables/tap.ts";
import { HelperDesk } from "../../src/helper/desk.ts";
import type { Enforcer } from "../../src/helper/enforcer.ts";
import { PretendedKernel } from "../support/pretended-kernel.ts";
import { tempFolder } from "../support/temp-folder.ts";

const entity = { kind: "device" as const, id: "d5", ip: "10.0.0.5" };
const pair = { entity, flows: [{ src: "10.0.0.5", dst: "10.0.0.9", port: 445, proto: "tcp" as const }] };

interface Place {
  kernel: PretendedKernel;
  socket: string;
  token: string;
  desk: HelperDesk;
  /** A helper at the same socket, after the first has gone. */
  again(): Promise<HelperDesk>;
}

async function place(change: (enforcer: Enforcer) => void = () => undefined, secret = "the right token of the place"): Promise<Place> {
  const dir = tempFolder();
  mkdirSync(join(dir, "run"), { mode: 0o750 });
  const socket = join(dir, "run", "helper.sock");
  const token = join(dir, "token");
  writeFileSync(token, `${secret}\n`);
  const kernel = new PretendedKernel();
  const open = async (): Promise<HelperDesk> => {
    const { enforcer } = kernel;
    change(enforcer);
    const desk = new HelperDesk({ socket, token: "the right token of the place", enforcer, clock: systemClock, log: () => undefined });
    await desk.listen();
    onTestFinished(() => desk.close().catch(() => undefined));
    return desk;
  };
  return { kernel, socket, token, desk: await open(), again: open };
}

async function clientOf(at: Place): Promise<HelperClient> {
  const client = new HelperClient(at.socket, at.token);
  onTestFinished(() => client.close());
  await client.start();
  return client;
}

const driverOf = (client: HelperClient): NftablesDriver => new NftablesDriver(client, () => performance.now());

describe("the driver and its helper, when things go wrong", () => {
  test("the helper goes: said before the click, what stands ends by itself; it comes back, and the next word reaches it", async () => {
    const at = await place();
    const driver = driverOf(await clientOf(at));
    await driver.apply("a", "block-connections", pair, 60);
    expect(at.kernel.endOf("10.0.0.5")).toBeDefined();
    await at.desk.close();
    await expect(driver.apply("b", "block-connections", pair, 60)).rejects.toMatchObject({ code: "driver-unavailable" });
    expect(driver.able("block-connections", pair)).toMatchObject({ able: false, soon: true });
    expect(driver.health()).toMatchObject({ state: "unavailable", detail: expect.stringContaining("end by themselves") });
    expect(at.kernel.endOf("10.0.0.5")).toBeDefined();
    await at.again();
    await driver.clear("a", "block-connections", pair);
    expect(at.kernel.endOf("10.0.0.5")).toBeUndefined();
    expect(driver.able("block-connections", pair)).toEqual({ able: true });
  });

  test("the kernel refuses: the driver rejects with nft's own words, and the helper lives on", async () => {
    let refuse = true;
    const at = await place((enforcer) => {
      const add = enforcer.add.bind(enforcer);
      Object.assign(enforcer, {
        add: (rules: Parameters<Enforcer["add"]>[0]) => (refuse ? Promise.reject(new CodedError("nft-refused", "Operation not permitted")) : add(rules)),
      });
    });
    const driver = driverOf(await clientOf(at));
    await expect(driver.apply("a", "block-connections", pair, 60)).rejects.toMatchObject({ code: "nft-refused", message: "Operation not permitted" });
    refuse = false;
    await driver.apply("a", "block-connections", pair, 60);
    expect(at.kernel.endOf("10.0.0.5")).toBeDefined();
  });

  test("a wrong token, and a second client, get nothing done", async () => {
    const wrong = await place(undefined, "another token");
    await expect(driverOf(await clientOf(wrong)).apply("a", "block-connections", pair, 60)).rejects.toMatchObject({ code: "driver-unavailable" });
    const busy = await place();
    await clientOf(busy);
    const second = driverOf(await clientOf(busy));
    await expect(second.apply("a", "block-connections", pair, 60)).rejects.toMatchObject({ code: "driver-unavailable" });
    expect(second.health().detail).toContain("another client is connected");
    expect(busy.kernel.standing()).toEqual([]);
  });

  test("one rule wanted twice stands as long as the one that wants it longest, and clearing one leaves the other's", async () => {
    const at = await place();
    const driver = driverOf(await clientOf(at));
    await driver.apply("a", "block-connections", pair, 600);
    await driver.apply("b", "block-connections", pair, 60);
    expect((at.kernel.endOf("10.0.0.5") ?? 0) - Date.now()).toBeGreaterThan(590_000);
    await driver.clear("a", "block-connections", pair);
    const left = (at.kernel.endOf("10.0.0.5") ?? 0) - Date.now();
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThan(61_000);
  });

  test("over IPv6 the rule is of that family", async () => {
    const at = await place();
    const target = {
      entity: { kind: "device" as const, id: "d6", ip: "2001:db8::5" },
      flows: [{ src: "2001:db8::5", dst: "2001:db8::9", port: 443, proto: "tcp" as const }],
    };
    await driverOf(await clientOf(at)).apply("a", "block-connections", target, 60);
    expect(at.kernel.standing().map((r) => r.element)).toEqual([{ family: "ip6", set: "flows", key: "2001:db8::5 . 2001:db8::9 . tcp . 443" }]);
  });
});

describe("what the two ways of the helper can do, before the click", () => {
  const tapped = (enforcer: Enforcer): void => void Object.assign(enforcer, { tap: "mirror0" });

  test("from a mirror port: TCP with a word about its limits, UDP and one direction alone not at all", async () => {
    const driver = new TapDriver(await clientOf(await place(tapped)), () => performance.now());
    expect(driver.able("block-connections", pair)).toEqual({ able: true, limits: expect.not.stringContaining("UDP goes on") });
    expect(driver.able("quarantine", { entity, flows: [{ src: "10.0.0.5" }, { dst: "10.0.0.5" }] })).toEqual({
      able: true,
      limits: expect.stringContaining("UDP goes on"),
    });
    const udp = { entity, flows: [{ src: "10.0.0.5", dst: "10.0.0.9", port: 53, proto: "udp" as const }] };
    expect(driver.able("block-connections", udp)).toMatchObject({ able: false, why: expect.stringContaining("UDP") });
    expect(driver.able("block-outgoing", { entity, flows: [{ src: "10.0.0.5" }] })).toMatchObject({ able: false, why: expect.stringContaining("who began") });
  });

  test("a helper of the other way at the socket is named, and nothing is promised", async () => {
    const tap = driverOf(await clientOf(await place(tapped)));
    expect(tap.able("block-connections", pair)).toMatchObject({ able: false, why: expect.stringContaining("response.tap") });
    expect(tap.health().state).toBe("unavailable");
    const gateway = new TapDriver(await clientOf(await place()), () => performance.now());
    expect(gateway.able("block-connections", pair)).toMatchObject({ able: false, why: expect.stringContaining("--tap") });
  });
});
