import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventId, type NetEvent } from "../schema/event.ts";
import { FAMILIES, FAMILY_NAMES, type Family } from "../schema/families.ts";
import { citedRecord } from "./cited-record.ts";
import { type Lab, makeEvent, makePosition, openLab, T0 } from "./made-for-tests.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.end());

const anyText = fc.string({ unit: "grapheme", maxLength: 40 }).filter((text) => text.isWellFormed());
const anyAddress = fc.oneof(fc.ipV4(), fc.constantFrom("2001:db8::1", "fe80::1", "::1"), fc.constant(undefined));

function valueFor(kind: string): fc.Arbitrary<unknown> {
  switch (kind) {
    case "text":
      return fc.option(anyText, { nil: undefined });
    case "integer":
      return fc.option(fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, 1, -1, 2 ** 32, 2 ** 53 - 1)), { nil: undefined });
    case "real":
      return fc.option(fc.double({ noNaN: true }), { nil: undefined });
    case "flag":
      return fc.option(fc.boolean(), { nil: undefined });
    default:
      return fc.option(fc.array(anyText, { maxLength: 4 }), { nil: undefined });
  }
}

function anyFields(family: Family): fc.Arbitrary<Record<string, unknown>> {
  const shape: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, column] of Object.entries(FAMILIES[family].columns)) shape[name] = valueFor(column.kind);
  if (family === "other") shape.extra = fc.dictionary(anyText, fc.oneof(anyText, fc.integer(), fc.boolean()), { noNullPrototype: true });
  return fc.record(shape);
}

describe("events", () => {
  test("what goes in comes out: every family, every kind of column, any text (S12)", async () => {
    const events: NetEvent[] = [];
    let line = 0;
    for (const family of FAMILY_NAMES)
      fc.assert(
        fc.property(anyFields(family), anyAddress, anyAddress, anyText, (fields, src, dst, native) => {
          line++;
          events.push(makeEvent(family, line, { ...fields, src, dst, native, time: T0 + line + 0.125 } as object));
        }),
        { numRuns: 20, seed: 7 },
      );
    await lab.store.append(events);
    await lab.store.checkpoint([]);
    for (let i = 0; i < events.length; i += 300) {
      const part = events.slice(i, i + 300);
      const read = await lab.store.ask("eventsById", { ids: part.map(eventId) });
      const device = (index: number): string => `10.0.0.${index + 5}`;
      const wanted = part.map((event) => {
        const { raw, ...record } = citedRecord(event, device);
        return record;
      });
      expect(JSON.parse(JSON.stringify(read.map(({ connection, ...rest }) => rest)))).toEqual(
        JSON.parse(
          JSON.stringify(
            wanted.map(({ connection, ...rest }) => rest),
            (_, v) => (Object.is(v, -0) ? 0 : v),
          ),
        ),
      );
    }
  });

  test("batches of many rows keep their order and their gaps across DuckDB's vectors", async () => {
    const events: NetEvent[] = [];
    for (let i = 1; i <= 9_500; i++)
      events.push(
        makeEvent("http", i, {
          uri: i % 3 === 0 ? undefined : `/page/${i}`,
          host: i % 5 === 0 ? undefined : `h${i % 7}.example`,
          status: i % 2 === 0 ? undefined : i,
        } as object),
      );
    const unusual = events.map((_, i) => (i % 4 === 0 ? i % 100 : Number.NaN));
    await lab.store.append(events, unusual);
    expect((await lab.store.checkpoint([])).committed).toBe(9_500);
    const ids = [1, 3, 5, 2_047, 2_048, 2_049, 4_095, 4_096, 4_097, 6_145, 8_193, 9_500];
    const read = await lab.store.ask("eventsById", { ids: ids.map((line) => `keyhttp-${line}`) });
    expect(read.map((e) => [e.line, e.fields.uri, e.fields.host, e.fields.status, e.unusual])).toEqual(
      ids.map((i) => [
        i,
        i % 3 === 0 ? undefined : `/page/${i}`,
        i % 5 === 0 ? undefined : `h${i % 7}.example`,
        i % 2 === 0 ? undefined : i,
        (i - 1) % 4 === 0 ? (i - 1) % 100 : undefined,
      ]),
    );
  });

  test("nothing is there before the checkpoint, all of it after, with the positions", async () => {
    await lab.store.append([makeEvent("conn", 1), makeEvent("dns", 1)]);
    expect(lab.store.status()).toMatchObject({ uncommitted: 2, checkpointDue: false });
    expect(await lab.store.ask("familyStats", {})).toEqual([]);
    await lab.store.checkpoint([makePosition("conn", 1), makePosition("dns", 1)]);
    expect((await lab.store.ask("familyStats", {})).map((s) => s.family).sort()).toEqual(["conn", "dns"]);
    expect(await lab.store.positions()).toEqual([makePosition("conn", 1), makePosition("dns", 1)]);
    await lab.store.checkpoint([makePosition("conn", 8)]);
    expect(await lab.store.positions()).toEqual([makePosition("conn", 8), makePosition("dns", 1)]);
  });

  test("what is read again after a restart is dropped and counted, by offset and by record beyond the offset", async () => {
    await lab.store.append([1, 2, 3, 5].map((line) => makeEvent("conn", line)));
    // The reader may be sure of line 2 only; 3 and 5 were taken in out of order.
    await lab.store.checkpoint([makePosition("conn", 2)]);
    await lab.store.close();
    await lab.open();
    await lab.store.append([1, 2, 3, 4, 5, 6].map((line) => makeEvent("conn", line)));
    expect(await lab.store.checkpoint([makePosition("conn", 6)])).toEqual({ committed: 2, alreadyStored: 4 });
    const all = await lab.store.ask("scan", { from: T0, to: T0 + 1e9, families: ["conn"] });
    expect(all.events.map((e) => e.line)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("texts keep their meaning over restarts", async () => {
    for (let round = 1; round <= 3; round++) {
      await lab.store.append([makeEvent("tls", round, { serverName: "same.example", version: `v${round}` })]);
      await lab.store.checkpoint([makePosition("tls", round)]);
      await lab.store.close();
      await lab.open();
    }
    const { hits } = await lab.store.ask("search", { text: "same.EXAMPLE" });
    expect(hits.map((e) => [e.line, e.fields.serverName, e.fields.version])).toEqual([3, 2, 1].map((n) => [n, "same.example", `v${n}`]));
  });

  test("more events than may wait for a checkpoint are refused, not lost", async () => {
    await lab.store.close();
    await lab.open({ limits: { heldEvents: 10, lowWaterBytes: 1 } });
    await lab.store.append(Array.from({ length: 10 }, (_, i) => makeEvent("conn", i + 1)));
    await expect(lab.store.append([makeEvent("conn", 11)])).rejects.toMatchObject({ code: "store-checkpoint-due" });
    await lab.store.checkpoint([]);
    await lab.store.append([makeEvent("conn", 11)]);
    expect((await lab.store.checkpoint([])).committed).toBe(1);
  });
});

describe("snapshots of the learner", () => {
  test("the newest whole one is handed back with its positions", async () => {
    expect(await lab.store.latestSnapshot()).toBeUndefined();
    for (let n = 1; n <= 4; n++) await lab.store.saveSnapshot(new Uint8Array([n, n]), [makePosition("conn", n)]);
    await lab.store.close();
    await lab.open();
    const latest = await lab.store.latestSnapshot();
    expect([...(latest?.bytes ?? [])]).toEqual([4, 4]);
    expect(latest?.positions).toEqual([makePosition("conn", 4)]);
  });

  test("one whose bytes were damaged gives way to the one before", async () => {
    const { readdirSync, writeFileSync } = await import("node:fs");
    for (let n = 1; n <= 3; n++) await lab.store.saveSnapshot(new Uint8Array([n]), []);
    expect(readdirSync(`${lab.dir}/snapshots`)).toEqual(["learner-2.bin", "learner-3.bin"]);
    writeFileSync(`${lab.dir}/snapshots/learner-3.bin`, "rubbish");
    expect([...((await lab.store.latestSnapshot())?.bytes ?? [])]).toEqual([2]);
  });
});
