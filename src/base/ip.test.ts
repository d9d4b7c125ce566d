import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalIp, DEFAULT_OWN_NETWORKS, formatIp, isHostAddress, NetworkSet, parseIp, parseIpv4 } from "./ip.ts";

describe("addresses", () => {
  test.each([
    ["10.0.0.1", "10.0.0.1"],
    ["010.0.0.1", "10.0.0.1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["::", "::"],
    ["fe80::1", "fe80::1"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
  ])("%s reads as %s", (given, canonical) => {
    expect(canonicalIp(given)).toBe(canonical);
  });

  test.each(["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "1.2.3.4a", "::1::2", "1:2:3:4:5:6:7", "12345::", ":1:2:3:4:5:6:7", "fe80::1%eth0", "g::1"])(
    "%j is no address",
    (given) => {
      expect(canonicalIp(given)).toBeUndefined();
    },
  );

  test("every IPv6 address keeps its value through text", () => {
    fc.assert(
      fc.property(fc.uint16Array({ minLength: 8, maxLength: 8 }), (groups) => {
        const text = formatIp({ version: 6, groups });
        const back = parseIp(text);
        // ::ffff:a.b.c.d folds to IPv4, on purpose.
        if (back?.version === 4) return groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff;
        return back?.groups.every((g, i) => g === groups[i]) === true;
      }),
    );
  });

  test("a network holds exactly the addresses of its prefix", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }), fc.nat(0xffffffff), (base, bits, other) => {
        const text = (v: number): string => [v >>> 24, (v >>> 16) & 255, (v >>> 8) & 255, v & 255].join(".");
        const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
        expect(new NetworkSet([`${text(base)}/${bits}`]).has(text(other))).toBe((base & mask) >>> 0 === (other & mask) >>> 0);
      }),
    );
  });

  test("IPv6 prefixes, mapped addresses, defaults", () => {
    const own = new NetworkSet(DEFAULT_OWN_NETWORKS);
    expect(["10.1.2.3", "172.31.0.1", "192.168.9.9", "fd00::1", "fe80::2", "::ffff:10.0.0.9"].every((ip) => own.has(ip))).toBe(true);
    expect(["172.32.0.1", "8.8.8.8", "2001:db8::1", "not an address"].some((ip) => own.has(ip))).toBe(false);
  });

  test("a text that is no network is named", () => {
    expect(() => new NetworkSet(["10.0.0.0/33"])).toThrow("10.0.0.0/33");
    expect(() => new NetworkSet(["ten"])).toThrow("ten");
  });

  test("multicast, broadcast and loopback name no machine", () => {
    expect(["224.0.0.251", "255.255.255.255", "127.0.0.1", "ff02::1", "0.0.0.0", "::"].some(isHostAddress)).toBe(false);
    expect(["10.0.0.1", "8.8.8.8", "fe80::1"].every(isHostAddress)).toBe(true);
  });

  test("parseIpv4 never throws and never accepts what it would not write", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = parseIpv4(text);
        return value === undefined || (value >= 0 && value <= 0xffffffff && /^[0-9.]+$/.test(text));
      }),
    );
  });
});
