import { describe, expect, test } from "vitest";
import { makeEvent } from "../../../test/support/events.ts";
import { NetworkSet } from "../../base/ip.ts";
import { HOUR } from "../../base/time.ts";
import { DeviceRegistry, FOREIGN, UNPROVEN } from "./device-registry.ts";

const own = new NetworkSet(["10.0.0.0/8"]);
function registry(roles: [string, string[]][] = []): DeviceRegistry {
  return new DeviceRegistry({ isOwn: (ip) => own.has(ip), roles: new Map(roles) });
}
function lease(time: number, mac: string, assigned: string, hostname?: string) {
  return makeEvent("dhcp", { time, src: "0.0.0.0", dst: "255.255.255.255", mac, assigned, hostname });
}

describe("who stands behind an address (D13, D17, X6)", () => {
  test("an address that DHCP hands to another machine is another device from then on", () => {
    const devices = registry();
    devices.learn(lease(1, "aa:aa:aa:aa:aa:01", "10.0.0.5", "anna-pc"));
    const anna = devices.lookup("10.0.0.5", 2, true);
    devices.learn(lease(HOUR, "aa:aa:aa:aa:aa:02", "10.0.0.5", "bert-pc"));
    const bert = devices.lookup("10.0.0.5", HOUR + 1, true);
    expect(bert).not.toBe(anna);
    expect(devices.ref(bert)).toEqual({ kind: "device", id: "mac:aa:aa:aa:aa:aa:02", ip: "10.0.0.5", hostname: "bert-pc" });
    expect(devices.ref(anna)).toEqual({ kind: "device", id: "mac:aa:aa:aa:aa:aa:01", hostname: "anna-pc" });
  });

  test("an address that was a device's id belongs to who holds it now", () => {
    const devices = registry();
    // First seen by its address, then leased another one; a second machine takes the first address.
    const first = devices.lookup("10.0.0.5", 1, true);
    devices.learn(lease(2, "aa:aa:aa:aa:aa:01", "10.0.0.5"));
    devices.learn(lease(3, "aa:aa:aa:aa:aa:01", "10.0.0.6"));
    devices.learn(lease(HOUR, "aa:aa:aa:aa:aa:02", "10.0.0.5", "bert-pc"));
    expect(devices.find("10.0.0.5")?.index).toBe(first);
    expect(devices.holder("10.0.0.5")?.id).toBe("mac:aa:aa:aa:aa:aa:02");
    expect(devices.holder("10.0.0.6")?.index).toBe(first);
    expect(devices.holder("mac:aa:aa:aa:aa:aa:02")).toBeUndefined();
  });

  test("one machine with two addresses is one device, by lease and by proven machine name", () => {
    const devices = registry();
    devices.learn(lease(1, "aa:aa:aa:aa:aa:01", "10.0.0.5"));
    devices.learn(lease(2, "aa:aa:aa:aa:aa:01", "10.0.9.5"));
    expect(devices.lookup("10.0.9.5", 3, true)).toBe(devices.lookup("10.0.0.5", 3, true));
    const server = devices.lookup("10.0.1.1", 4, true);
    devices.learn(makeEvent("kerberos", { time: 5, src: "10.0.1.1", dst: "10.0.0.1", client: "FILES01$/EXAMPLE.ORG", success: true }));
    devices.learn(makeEvent("ntlm", { time: 6, src: "10.0.2.1", dst: "10.0.0.1", clientName: "FILES01", username: "svc", success: true }));
    expect(devices.lookup("10.0.2.1", 7, true)).toBe(server);
  });

  test("a name that several machines claim joins nobody, and an unproven name joins nobody", () => {
    const devices = registry();
    for (const n of [1, 2, 3]) devices.learn(makeEvent("ntlm", { time: n, src: `10.0.0.${n}`, dst: "10.0.0.9", clientName: "WORKSTATION", success: false }));
    devices.learn(makeEvent("ntlm", { time: 9, src: "10.0.0.4", dst: "10.0.0.9", clientName: "WORKSTATION", username: "x", success: true }));
    expect(new Set([1, 2, 3, 4].map((n) => devices.lookup(`10.0.0.${n}`, 10, true))).size).toBe(4);
  });

  test("the first lease seen for an address in use is its renewal, not a new machine", () => {
    const devices = registry();
    const before = devices.lookup("10.0.0.7", 1, true);
    devices.learn(lease(2, "aa:aa:aa:aa:aa:07", "10.0.0.7"));
    expect(devices.lookup("10.0.0.7", 3, true)).toBe(before);
    expect(devices.get(before)).toMatchObject({ id: "10.0.0.7", mac: "aa:aa:aa:aa:aa:07" });
  });

  test("a scan of dead addresses makes no devices; foreign addresses never do", () => {
    const devices = registry();
    expect(devices.lookup("10.0.0.200", 1, false)).toBe(UNPROVEN);
    expect(devices.lookup("192.0.2.1", 1, true)).toBe(FOREIGN);
    expect(devices.size).toBe(0);
  });

  test("users, names and roles stand on the device with their times; all of it survives a restart", () => {
    const devices = registry([["dc01", ["domain-controller"]]]);
    const dc = devices.lookup("10.0.0.1", 1, true);
    devices.learn(makeEvent("dns", { time: 2, src: "10.0.0.5", dst: "10.0.0.1", query: "dc01.example.org", queryType: "A", answers: ["10.0.0.1"] }));
    devices.learn(makeEvent("kerberos", { time: 3, src: "10.0.0.5", dst: "10.0.0.1", client: "anna/EXAMPLE.ORG", success: true }));
    const copy = registry([["dc01", ["domain-controller"]]]);
    copy.load(JSON.parse(JSON.stringify(devices.save())));
    for (const d of [devices, copy]) {
      expect(d.get(dc)).toMatchObject({ hostname: "dc01.example.org", roles: ["domain-controller"] });
      expect(d.find("10.0.0.5")?.identity).toContainEqual({ what: "user", value: "anna", from: 3, to: 3, by: "kerberos" });
      expect(d.lookup("10.0.0.1", 4, true)).toBe(dc);
    }
  });
});
