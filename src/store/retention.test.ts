import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY } from "../base/time.ts";
import { type Lab, makeAlert, makeEvent, openLab, T0 } from "./made-for-tests.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab({ limits: { keepDays: { default: 5, dns: 2 }, lowWaterBytes: 1 } });
  lab.clock.set(T0 + 100 * DAY);
});
afterEach(() => lab.end());

const at = (day: number, line: number, family: "conn" | "dns" = "conn") =>
  makeEvent(family, line, { time: T0 + day * DAY, ...(family === "dns" ? { query: `only-on-day-${day}.example` } : {}) } as object);

describe("retention", () => {
  test("each family keeps its own days, counted from the newest event; what an alert cites stays with its bytes", async () => {
    const cited = at(0, 1);
    await lab.store.commitAlerts([makeAlert("a", { events: [cited] })]);
    const events = Array.from({ length: 10 }, (_, day) => [day === 0 ? cited : at(day, day + 1), at(day, day + 1, "dns")]).flat();
    await lab.store.append(events);
    expect(await lab.store.retain([])).toEqual({ rows: 4 + 7 });
    const stats = await lab.store.ask("familyStats", {});
    expect(stats.map((s) => [s.family, s.events, (s.oldest - T0) / DAY])).toEqual([
      ["conn", 6, 4],
      ["dns", 3, 7],
    ]);
    expect((await lab.store.ask("alert", { id: "a" })).records).toMatchObject([{ id: "keyconn-1", raw: "record 1 of conn" }]);
    expect(await lab.store.ask("eventsById", { ids: ["keyconn-1", "keyconn-2"] })).toMatchObject([{ id: "keyconn-1", raw: "record 1 of conn" }]);
  });

  test("texts that nothing refers to are collected, those in use and those on their way are not", async () => {
    await lab.store.append([at(0, 1, "dns"), at(9, 2, "dns")]);
    await lab.store.checkpoint([]);
    await lab.store.append([at(9, 3, "dns")]);
    await lab.store.retain([]);
    await lab.store.append([at(9, 4, "dns")]);
    await lab.store.checkpoint([]);
    expect((await lab.store.ask("search", { text: "only-on-day-0" })).hits).toEqual([]);
    expect((await lab.store.ask("search", { text: "only-on-day-9" })).hits.map((e) => [e.line, e.fields.query])).toEqual(
      [4, 3, 2].map((line) => [line, "only-on-day-9.example"]),
    );
  });

  test("the storage report says rows, bytes, rate and days left", async () => {
    await lab.store.append(Array.from({ length: 3_000 }, (_, i) => makeEvent("conn", i + 1, { time: T0 + (i * DAY) / 1_000 })));
    await lab.store.checkpoint([]);
    const report = await lab.store.ask("storage", {});
    expect(report.families).toMatchObject([{ family: "conn", rows: 3_000, keepDays: 5, oldest: T0 }]);
    expect(report.bytes).toBeGreaterThan(0);
    expect(report.bytesPerDay).toBeGreaterThan(0);
    expect(report.daysLeft).toBeGreaterThan(0);
    expect(report.full).toBe(false);
  });
});

test("over its bytes, whole oldest days go first, and the freed blocks are used again", async () => {
  await lab.store.close();
  const maxBytes = 6_000_000;
  await lab.open({ limits: { maxBytes, keepDays: { default: 1_000 }, lowWaterBytes: 1 } });
  let line = 0;
  const files: number[] = [];
  for (let day = 0; day < 10; day++) {
    for (let part = 0; part < 3; part++)
      await lab.store.append(
        Array.from({ length: 4_096 }, () => {
          line++;
          // Text that does not compress: about 100 bytes a row.
          return makeEvent("http", line, {
            time: T0 + day * DAY + line,
            uri: `/${Math.sin(line)}${Math.cos(line)}${Math.tan(line)}${Math.exp(-line / 1e5)}`,
          } as object);
        }),
      );
    await lab.store.retain([]);
    const { bytes, reusable } = await lab.store.ask("storage", {});
    files.push(bytes + reusable);
  }
  const [http] = await lab.store.ask("familyStats", {});
  expect(http?.events).toBeLessThan(line);
  expect(http?.newest).toBeGreaterThan(T0 + 9 * DAY);
  expect(((http?.oldest ?? 0) - T0) / DAY).toBeGreaterThan(1);
  // The file stops growing: at most the limit and what one day adds.
  expect(files[9]).toBeLessThan(maxBytes * 2.5);
});
