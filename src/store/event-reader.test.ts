import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY, HOUR } from "../base/time.ts";
import { FAMILY_NAMES } from "../schema/families.ts";
import { EventDatabase } from "./event-database.ts";
import { type Lab, makeAlert, makeEvent, makePosition, openLab, T0 } from "./made-for-tests.ts";

let lab: Lab;
beforeEach(async () => {
  lab = await openLab();
});
afterEach(() => lab.end());

async function search(input: object): Promise<string[]> {
  return (await lab.store.ask("search", input)).hits.map((event) => event.id);
}

describe("search", () => {
  beforeEach(async () => {
    await lab.store.append([
      makeEvent("conn", 1, { service: "ssl" }),
      makeEvent("dns", 2, { query: "Files.Example.org", answers: ["198.51.100.7", "198.51.100.8"] }),
      makeEvent("http", 3, { host: "intranet", uri: "/Report_100%.pdf", dst: "10.0.0.6", dstDevice: 1 }),
      makeEvent("conn", 4, { src: "2001:db8::5", dst: "2001:db8::9" }),
      makeEvent("other", 5, { type: "mysterious", extra: { colour: "Octarine" } } as object),
    ]);
    await lab.store.checkpoint([]);
  });

  test("finds a piece of any text field, whatever its case, newest first", async () => {
    expect(await search({})).toEqual(["keyother-5", "keyconn-4", "keyhttp-3", "keydns-2", "keyconn-1"]);
    expect(await search({ text: "example.ORG" })).toEqual(["keydns-2"]);
    expect(await search({ text: "100.8" })).toEqual(["keydns-2"]);
    expect(await search({ text: "report_100%" })).toEqual(["keyhttp-3"]);
    expect(await search({ text: "octarine" })).toEqual(["keyother-5"]);
    expect(await search({ text: "MYSTER" })).toEqual(["keyother-5"]);
    expect(await search({ text: "db8::9" })).toEqual(["keyconn-4"]);
    expect(await search({ text: "%" })).toEqual(["keyhttp-3"]);
    expect(await search({ text: "nothing like it" })).toEqual([]);
  });

  test("by address at either end, IPv4 and IPv6 in any spelling", async () => {
    expect(await search({ address: "10.0.0.6" })).toEqual(["keyhttp-3"]);
    expect(await search({ address: "2001:0DB8:0::5" })).toEqual(["keyconn-4"]);
    await expect(lab.store.ask("search", { address: "10.0.0" })).rejects.toMatchObject({ code: "store-input-invalid" });
  });

  test("by family and time, page by page", async () => {
    expect(await search({ family: "conn" })).toEqual(["keyconn-4", "keyconn-1"]);
    expect(await search({ from: T0 + 2_000, to: T0 + 4_000 })).toEqual(["keyhttp-3", "keydns-2"]);
    expect(await lab.store.ask("search", { family: "conn", limit: 1 })).toMatchObject({ more: true, hits: [{ id: "keyconn-4" }] });
    expect(await lab.store.ask("search", { family: "conn", limit: 2 })).toMatchObject({ more: false });
    await expect(lab.store.ask("search", { family: "no such" })).rejects.toMatchObject({ code: "store-input-invalid" });
  });
});

test("a word that stands in very many texts is still searched in full", async () => {
  await lab.store.append(Array.from({ length: 700 }, (_, i) => makeEvent("dns", i + 1, { query: `host-${i + 1}.many.example` })));
  await lab.store.checkpoint([]);
  expect(await search({ text: "many.example", limit: 3 })).toEqual(["keydns-700", "keydns-699", "keydns-698"]);
  expect((await search({ text: "host-7", limit: 500 })).length).toBe(12);
});

test("a device's log mixes connections, notices and alerts in time order, page by page without a gap (D28, X3)", async () => {
  const events = Array.from({ length: 40 }, (_, i) =>
    makeEvent(i % 2 === 0 ? "conn" : "dns", i + 1, { time: T0 + Math.floor(i / 4) * 1_000, state: i % 8 === 0 ? "rejected" : "established" } as object),
  );
  await lab.store.append([...events, makeEvent("conn", 99, { srcDevice: 1 })], [...events.map(() => 12), 0]);
  await lab.store.checkpoint([]);
  await lab.store.ask("putNotices", {
    notices: [{ id: "n1", time: T0 + 4_500, entity: "10.0.0.5", kind: "notice", what: "first SSH", detail: "to 10.0.0.9" }],
  });
  await lab.store.commitAlerts([makeAlert("a1", { time: T0 + 6_500 })]);
  const seen: string[] = [];
  const times: number[] = [];
  let before: number | undefined;
  for (let pages = 0; pages < 40; pages++) {
    const page = await lab.store.ask("deviceLog", { device: "10.0.0.5", limit: 7, ...(before === undefined ? {} : { before }) });
    for (const row of page.rows) {
      seen.push(row.id);
      times.push(row.time);
    }
    if (page.next === undefined) break;
    before = page.next;
  }
  expect(times).toEqual([...times].sort((a, b) => b - a));
  expect(seen.length).toBe(42);
  expect(new Set(seen).size).toBe(42);
  expect(seen.indexOf("a1")).toBeLessThan(seen.indexOf("n1"));
  const kinds = async (...wanted: string[]): Promise<number> =>
    (await lab.store.ask("deviceLog", { device: "10.0.0.5", kinds: wanted as never, limit: 500 })).rows.length;
  expect([await kinds("connection"), await kinds("refused"), await kinds("event"), await kinds("notice", "alert")]).toEqual([15, 5, 20, 2]);
  expect((await lab.store.ask("deviceLog", { device: "10.0.0.77" })).rows).toEqual([]);
});

test("the log of a device whose name got many codes, in every kind of record, keeps within the store's memory", async () => {
  const families = FAMILY_NAMES.filter((f) => f !== "mail");
  await lab.store.append(families.flatMap((family) => Array.from({ length: 100 }, (_, i) => makeEvent(family, i + 1, { dstDevice: 1 } as object))));
  await lab.store.checkpoint([]);
  await lab.store.close();
  // A text gets a new code whenever the packer forgot it: after two days of a small office 27.
  const db = new EventDatabase({ path: join(lab.dir, "events.duckdb"), memoryMb: 160, threads: 2 });
  await db.open();
  for (let code = 0; code < 40; code++) await db.write("INSERT INTO texts (code, text) VALUES (?, '10.0.0.5')", [1_000_000 + code]);
  await db.close();
  await lab.open();
  const { rows } = await lab.store.ask("deviceLog", { device: "10.0.0.5", kinds: ["event"], limit: 500 });
  expect(rows.length).toBeGreaterThan(400);
  expect(new Set(rows.map((r) => r.family)).size).toBeGreaterThan(15);
}, 60_000);

test("a scan for a backtest visits every event once, in time order, over gaps of days", async () => {
  const events = Array.from({ length: 500 }, (_, i) => makeEvent(i % 3 === 0 ? "dns" : "conn", i + 1, { time: T0 + Math.floor(i / 50) * DAY + (i % 5) }));
  await lab.store.append(events);
  await lab.store.checkpoint([]);
  const seen: string[] = [];
  let last = 0;
  let after: string | undefined;
  do {
    const page = await lab.store.ask("scan", { from: T0, to: T0 + 30 * DAY, families: ["conn", "dns"], limit: 33, ...(after === undefined ? {} : { after }) });
    for (const event of page.events) {
      expect(event.time).toBeGreaterThanOrEqual(last);
      last = event.time;
      seen.push(event.id);
    }
    after = page.next;
  } while (after !== undefined);
  expect(new Set(seen).size).toBe(500);
  expect(seen.length).toBe(500);
});

test("counts by quarter of an hour, source and family", async () => {
  await lab.store.append([
    makeEvent("conn", 1, { time: T0 }),
    makeEvent("conn", 2, { time: T0 + HOUR / 4 - 1 }),
    makeEvent("dns", 3, { time: T0 + HOUR / 4 }),
    makeEvent("dns", 4, { time: T0, source: "tap2", fileKey: "k2" }),
  ]);
  await lab.store.checkpoint([makePosition("conn", 2)]);
  expect(await lab.store.ask("quarterHours", { source: "lab" })).toEqual([
    { start: T0, source: "lab", family: "conn", events: 2 },
    { start: T0 + HOUR / 4, source: "lab", family: "dns", events: 1 },
  ]);
  expect(await lab.store.ask("quarterHours", { from: T0, to: T0 + 1 })).toHaveLength(2);
  expect(await lab.store.ask("familyStats", { source: "tap2" })).toEqual([{ family: "dns", events: 1, oldest: T0, newest: T0 }]);
  expect(await lab.store.ask("positionsOf", { source: "lab" })).toEqual([{ file: "/logs/conn.log", fileKey: "keyconn", lines: 2, offset: 300 }]);
});

describe("a query that nobody waits for", () => {
  async function fill(): Promise<void> {
    const events = Array.from({ length: 60_000 }, (_, i) => makeEvent("http", i + 1, { uri: `/${"long/".repeat(40)}${i}` } as object));
    await lab.store.append(events);
    await lab.store.checkpoint([]);
  }

  test("is given up when its caller aborts, queued or running, and the next is answered", async () => {
    await fill();
    const running = new AbortController();
    const queued = new AbortController();
    const first = lab.store.ask("search", { text: "not there at all" }, { signal: running.signal });
    const second = lab.store.ask("search", { text: "neither" }, { signal: queued.signal });
    const third = lab.store.ask("search", { family: "http", limit: 1 });
    queued.abort();
    running.abort();
    const ends = await Promise.allSettled([first, second]);
    expect(ends.map((end) => end.status === "rejected" && end.reason.code)).toEqual(["store-query-aborted", "store-query-aborted"]);
    expect((await third).hits).toHaveLength(1);
  });

  test("is given up when the store is closed, which waits for its end", async () => {
    await fill();
    const running = lab.store.ask("search", { text: "not there at all" });
    const told = expect(running).rejects.toMatchObject({ code: "store-query-aborted" });
    await lab.store.close();
    await told;
    await lab.open();
    expect((await lab.store.ask("search", { text: "long" })).hits.length).toBeGreaterThan(0);
  });

  test("is interrupted when its time is over", async () => {
    await fill();
    await lab.store.close();
    await lab.open({ limits: { queryMs: 1, lowWaterBytes: 1 } });
    await expect(lab.store.ask("search", { text: "not there at all" })).rejects.toMatchObject({ code: "store-query-timeout" });
  });
});
