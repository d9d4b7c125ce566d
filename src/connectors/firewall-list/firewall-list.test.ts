import { expect, test } from "vitest";
import { ManualClock } from "../../base/clock.ts";
import { FirewallListDriver } from "./index.ts";

const stranger = { entity: { kind: "external" as const, id: "192.0.2.7", ip: "192.0.2.7" }, flows: [{ dst: "192.0.2.7" }] };
const pair = { entity: { kind: "device" as const, id: "d5", ip: "10.0.0.5" }, flows: [{ src: "10.0.0.5", dst: "10.0.0.20", port: 80 }] };

test("a list of addresses takes whole ends and says before the click that it knows no ports", () => {
  const driver = new FirewallListDriver(new ManualClock(0));
  expect(driver.able("block-incoming", stranger)).toEqual({ able: true });
  expect(driver.able("block-connections", pair)).toMatchObject({ able: false, why: expect.stringContaining("no ports") });
  expect(driver.able("enforce-pattern", pair)).toMatchObject({ able: false });
});

test("entries end by their own time; the tag changes only with the list", async () => {
  const clock = new ManualClock(0);
  const driver = new FirewallListDriver(clock);
  const empty = driver.text().etag;
  await driver.apply("a", "block-incoming", stranger, 60);
  await driver.apply("a", "block-incoming", stranger, 60);
  const full = driver.text();
  expect(full.text).toBe("192.0.2.7\n");
  expect(driver.text().etag).toBe(full.etag);
  clock.set(60_000);
  expect(driver.text()).toEqual({ text: "", etag: empty });
});
