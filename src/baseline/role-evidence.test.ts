import { describe, expect, test } from "vitest";
import { event, inbound, MONDAY, makeLife, outbound } from "../../test/support/learning.ts";
import { DAY, MINUTE } from "../base/time.ts";
import type { EventOf, NetEvent } from "../schema/event.ts";
import type { PatternOfLife } from "./pattern-of-life.ts";

const OFFICE = 20;

function inside(time: number, src: number, dst: number, port: number, more: Partial<EventOf<"conn">> = {}): NetEvent {
  return outbound(time, src, `10.0.0.${dst}`, { dstDevice: dst, dstPort: port, direction: "internal", ...more });
}

function through(life: PatternOfLife, events: readonly NetEvent[]): void {
  for (const e of [...events].sort((a, b) => a.time - b.time)) {
    life.score(e);
    life.learn(e, 1);
  }
}

/** One day of an office: everybody has a domain controller (0); a proxy (1), a mail server (2), a scanner (3) and a backup (4) if asked for. */
function day(start: number, with_: readonly string[]): NetEvent[] {
  const out: NetEvent[] = [];
  for (let d = 5; d < OFFICE; d++) {
    out.push(outbound(start + d * MINUTE, d, "93.184.0.1"), inside(start + d * MINUTE, d, 7, 445));
    if (with_.includes("domain-controller")) out.push(inside(start + d, d, 0, 88), inside(start + d, d, 0, 389));
    if (with_.includes("proxy"))
      for (let i = 0; i < 4; i++)
        out.push(
          event("http", start + d * MINUTE + i, {
            src: `10.0.0.${d}`,
            srcDevice: d,
            dst: "10.0.0.1",
            dstDevice: 1,
            dstPort: 3_128,
            direction: "internal",
            proto: "tcp",
            method: "GET",
            uri: `http://site${d * 4 + i}.example/`,
            host: `site${d * 4 + i}.example`,
          }),
        );
    if (with_.includes("scanner")) for (let p = 1; p < 30; p++) out.push(inside(start + d + p, 3, d, p * 10, { state: "rejected", bytesIn: 0, packetsIn: 1 }));
    if (with_.includes("backup")) out.push(inside(start + d, d, 4, 9_000, { bytesOut: 200e6 }));
    if (with_.includes("file-server")) out.push(inside(start + d, d, 4, 445, { bytesOut: 100e6, bytesIn: 120e6 }));
  }
  if (with_.includes("mail-server"))
    for (let i = 0; i < 12; i++) out.push(inbound(start + i, `203.0.113.${i}`, 2, { dstPort: 25 }), outbound(start + i, 2, `198.51.100.${i}`, { dstPort: 25 }));
  return out;
}

const ALL = ["domain-controller", "proxy", "mail-server", "scanner", "backup"];

describe("roles are proposed from what devices do", () => {
  test("after three days each has its role, with the numbers that say so; after two nobody has", () => {
    const life = makeLife(OFFICE);
    for (let d = 0; d < 3; d++) {
      expect(life.roles(), `day ${d}`).toEqual([]);
      through(life, day(MONDAY + d * DAY, ALL));
    }
    through(life, day(MONDAY + 3 * DAY, ALL));
    const found = life.roles();
    expect(found.map((p) => [p.device, p.role]).sort()).toEqual(ALL.map((role, i) => [i, role]));
    const controller = found.find((p) => p.role === "domain-controller");
    expect(controller?.days).toBe(3);
    // 15 devices, counted in 64 bits.
    expect(controller?.numbers.kerberosClients).toBeGreaterThan(11);
    expect(controller?.numbers.kerberosClients).toBeLessThan(20);
    expect(controller?.reason).toContain(
      `Kerberos for about ${controller?.numbers.kerberosClients} and LDAP for about ${controller?.numbers.ldapClients} own devices`,
    );
    expect(found.find((p) => p.role === "backup")?.numbers).toMatchObject({ bytesTaken: 15 * 200e6, bytesSent: 0 });
    expect(found.every((p) => p.caution !== "")).toBe(true);
  });

  test("a file server that gives as much as it takes is no backup, and an office without roles has none", () => {
    const life = makeLife(OFFICE);
    for (let d = 0; d < 5; d++) through(life, day(MONDAY + d * DAY, ["file-server"]));
    expect(life.roles()).toEqual([]);
  });

  test("what was a role and is no more is not proposed after two weeks", () => {
    const life = makeLife(OFFICE);
    for (let d = 0; d < 4; d++) through(life, day(MONDAY + d * DAY, ["scanner"]));
    expect(life.roles()).toHaveLength(1);
    for (let d = 4; d < 20; d++) through(life, day(MONDAY + d * DAY, []));
    expect(life.roles()).toEqual([]);
  });

  test("evidence goes over a restart", () => {
    const life = makeLife(OFFICE);
    for (let d = 0; d < 4; d++) through(life, day(MONDAY + d * DAY, ALL));
    const other = makeLife(OFFICE);
    expect(other.load(life.save())).toMatchObject({ ok: true });
    expect(other.roles()).toEqual(life.roles());
  });

  test("memory: ten thousand devices that each try one dead port cost no more than the bound", () => {
    const life = makeLife(10_000);
    const before = life.memory().bytes;
    for (let d = 0; d < 10_000; d++)
      life.learn(outbound(MONDAY + d, d, "10.200.0.1", { dstDevice: (d + 1) % 10_000, state: "rejected", bytesIn: 0, packetsIn: 1, direction: "internal" }), 1);
    const other = makeLife(10_000);
    for (let d = 0; d < 10_000; d++) other.learn(outbound(MONDAY + d, d, "10.200.0.1", { dstDevice: (d + 1) % 10_000, direction: "internal" }), 1);
    expect(life.memory().bytes - before).toBeGreaterThan(0);
    expect(life.roles()).toEqual([]);
    expect(life.save().length).toBeLessThan(other.save().length + 4_000 * 400);
  });
});
