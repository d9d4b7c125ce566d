import { describe, expect, onTestFinished, test } from "vitest";
import { BlockLab, OTHER_PORT, PORT } from "../../src/bench/block/block-lab.ts";
import { HelperClient } from "../../src/connectors/nftables/helper-client.ts";
import { NftablesDriver } from "../../src/connectors/nftables/index.ts";
import { namespaces, needs, program } from "../needs.ts";
import { until } from "../support/ask-platform.ts";

const LACKS = [
  process.env.WONTED_SYSTEM === "1" ? undefined : "makes network namespaces: set WONTED_SYSTEM=1",
  namespaces(),
  program("nft"),
  program("ip", "-V"),
];

/** Namespaces with so many clients, and the driver in place of the platform: the helper has one client. */
async function openLab(clients: number): Promise<{ made: BlockLab; driver: NftablesDriver }> {
  const made = await BlockLab.open(clients, 60);
  onTestFinished(() => made.close());
  await made.platform?.kill("SIGTERM");
  const client = new HelperClient(made.files.socket, made.files.token);
  onTestFinished(() => client.close());
  await until(async () => {
    await client.start();
    return client.fault === undefined;
  });
  return { made, driver: new NftablesDriver(client, () => performance.now()) };
}

describe("holding a device to its usual administration, in the kernel", () => {
  test("new administration inside is refused and what was open of it is cut; customs, other ports, other devices and public addresses go on", async (context) => {
    needs(context, ...LACKS);
    const { made, driver } = await openLab(3);
    const { wires } = made;
    // The wires' IPv6 is of private ranges, their IPv4 is not.
    const [held, bystander, used] = [wires.client6(0), wires.client6(1), wires.client6(2)];
    const hold = (src: string, allowed: string[]) => ({
      entity: { kind: "device" as const, id: src, ip: src },
      flows: [{ src, port: PORT, proto: "tcp" as const, inside: true as const }],
      allowed: allowed.map((dst) => ({ src, dst, port: PORT, proto: "tcp" as const })),
    });
    const reach = async (from: string, to: string, port: number): Promise<string> => (await made.tryTo(from, to, port)).result;
    expect(await reach(held, wires.server6, PORT)).toBe("connected");
    await made.client.ask({ open: "new", from: held, to: wires.server6, port: PORT });
    await made.client.ask({ open: "usual", from: used, to: wires.server6, port: PORT });
    await driver.apply("one", "enforce-administration", hold(held, []), 60);
    await driver.apply("two", "enforce-administration", hold(used, [wires.server6]), 60);
    expect([
      await reach(held, wires.server6, PORT),
      await reach(held, wires.server6, OTHER_PORT),
      await reach(bystander, wires.server6, PORT),
      await reach(used, wires.server6, PORT),
      await reach(wires.client(0), wires.server, PORT),
    ]).toEqual(["ECONNREFUSED", "connected", "connected", "connected", "connected"]);
    const states = async () => ((await made.client.ask({ state: ["new", "usual"] })) as { states: { error?: string }[] }).states.map((s) => s.error);
    await until(async () => (await states())[0] !== undefined);
    expect(await states()).toEqual(["ECONNRESET", undefined]);
    const standing = await driver.inForce(["one", "two"]);
    expect([standing?.get("one"), standing?.get("two")]).toMatchObject([
      { rules: 1, wanted: 1 },
      { rules: 2, wanted: 2 },
    ]);
    expect(standing?.get("one")?.packets).toBeGreaterThan(0);
    await driver.clear("one", "enforce-administration", hold(held, []));
    expect(await reach(held, wires.server6, PORT)).toBe("connected");
  }, 90_000);

  test("what is protected goes on to be reached and to reach, over any port, whatever is refused beside it: held ports and whole patterns of life", async (context) => {
    needs(context, ...LACKS);
    const { made, driver } = await openLab(2);
    const { wires } = made;
    const [held, confined] = [wires.client6(0), wires.client(1)];
    const entity = (ip: string) => ({ kind: "device" as const, id: ip, ip });
    const hold = {
      entity: entity(held),
      flows: [PORT, OTHER_PORT].map((port) => ({ src: held, port, proto: "tcp" as const, inside: true as const })),
      allowed: [{ src: held, dst: wires.server6 }],
    };
    const pattern = {
      entity: entity(confined),
      flows: [{ src: confined }, { dst: confined }],
      allowed: [
        { src: confined, dst: wires.server },
        { src: wires.server, dst: confined },
      ],
    };
    const reach = async (from: string, to: string, port: number): Promise<string> => (await made.tryTo(from, to, port)).result;
    await driver.apply("held", "enforce-administration", hold, 60);
    await driver.apply("confined", "enforce-pattern", pattern, 60);
    expect([
      await reach(held, wires.server6, PORT),
      await reach(held, wires.server6, OTHER_PORT),
      await reach(confined, wires.server, PORT),
      await reach(confined, wires.server, OTHER_PORT),
      await reach(confined, wires.other, PORT),
    ]).toEqual(["connected", "connected", "connected", "connected", "ECONNREFUSED"]);
    const standing = await driver.inForce(["held", "confined"]);
    expect([standing?.get("held"), standing?.get("confined")]).toMatchObject([
      { rules: 3, wanted: 3 },
      { rules: 3, wanted: 3 },
    ]);
    await driver.clear("confined", "enforce-pattern", pattern);
    expect(await reach(confined, wires.other, PORT)).toBe("connected");
    expect(await driver.inForce(["held"])).toMatchObject(new Map([["held", { rules: 3 }]]));
  }, 90_000);
});
