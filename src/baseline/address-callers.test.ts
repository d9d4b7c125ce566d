import { expect, test } from "vitest";
import { live, MONDAY, makeLife, outbound } from "../../test/support/learning.ts";
import { HOUR, MINUTE } from "../base/time.ts";
import { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { AddressTable } from "./address-table.ts";

const KNOCK = { state: "attempt" as const, bytesIn: 0, bytesOut: 0, packetsIn: 0 };

test("who else called an outside address is known, also of one that never answers, and after a restart", () => {
  const life = makeLife(12);
  const asked = (of: ReturnType<typeof makeLife>, device: number, dst: string): unknown =>
    of.score(outbound(MONDAY + 2 * HOUR, device, dst, KNOCK)).addressUsers;
  live(
    life,
    Array.from({ length: 10 }, (_, d) => outbound(MONDAY + d * MINUTE, d, "203.0.113.8", KNOCK)),
  );
  live(life, [outbound(MONDAY + HOUR, 3, "203.0.113.9", KNOCK), outbound(MONDAY + HOUR + 1, 3, "203.0.113.9", KNOCK)]);
  const first = asked(life, 11, "203.0.113.8") as number;
  // Two of them may share a bit.
  expect(first).toBeGreaterThanOrEqual(8);
  expect(first).toBeLessThanOrEqual(10);
  // One that calls again and again is no other to itself, and one to all the rest.
  expect(asked(life, 3, "203.0.113.9")).toBe(0);
  expect(asked(life, 4, "203.0.113.9")).toBe(1);
  expect(asked(life, 4, "203.0.113.10")).toBe(0);
  const other = makeLife(12);
  expect(other.load(life.save())).toMatchObject({ ok: true });
  expect(asked(other, 11, "203.0.113.8")).toBe(first);
  expect(asked(other, 3, "203.0.113.9")).toBe(0);
});

test("callers are never counted too many, and a slot that is given to another address starts anew", () => {
  const table = new AddressTable(4);
  const slot = table.intern("203.0.113.1", 1);
  for (let device = 0; device < 1_000; device++) {
    expect(table.otherCallers(slot, device)).toBeLessThanOrEqual(Math.min(31, device));
    table.called(slot, device);
  }
  expect(table.otherCallers(slot, 5)).toBe(31);
  for (let i = 2; i < 40; i++) table.intern(`203.0.113.${i}`, i);
  for (let i = 2; i < 40; i++) {
    const at = table.find(`203.0.113.${i}`);
    if (at >= 0) expect(table.otherCallers(at, 2_000)).toBe(0);
  }
});

test("who called is forgotten after four to eight weeks, also by a table that was saved in between", () => {
  const day = 24 * 4;
  const table = new AddressTable(4);
  const slot = table.intern("203.0.113.1", 100);
  for (const device of [1, 2, 3]) table.called(slot, device);
  table.intern("203.0.113.1", 100 + 27 * day);
  expect(table.otherCallers(slot, 9)).toBe(3);
  // The second stretch begins with a caller of its own; the first is still known.
  table.intern("203.0.113.1", 100 + 30 * day);
  table.called(slot, 4);
  expect(table.otherCallers(slot, 9)).toBe(4);
  const out = new ByteWriter();
  table.save(out);
  table.saveCallers(out);
  table.saveStretches(out);
  const reader = new ByteReader(out.finish());
  const other = new AddressTable(4);
  other.load(reader);
  other.loadCallers(reader);
  other.loadStretches(reader);
  for (const one of [table, other]) {
    one.intern("203.0.113.1", 100 + 59 * day);
    expect(one.otherCallers(slot, 9)).toBe(1);
    one.called(slot, 5);
    expect(one.otherCallers(slot, 9)).toBe(2);
    // Silent for two stretches: nobody is known any more.
    one.intern("203.0.113.1", 100 + 120 * day);
    expect(one.otherCallers(slot, 9)).toBe(0);
  }
});
