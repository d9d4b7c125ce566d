import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR } from "../base/time.ts";
import { EventDatabase } from "./event-database.ts";
import { EventDecoder } from "./event-decoder.ts";
import { EventSearch } from "./event-search.ts";
import { type Lab, makeEvent, openLab, T0 } from "./made-for-tests.ts";
import { TimeSlices } from "./time-slices.ts";

test("slices lie side by side from the newest back, leave nothing out, and follow the pace", () => {
  const slices = new TimeSlices(1_000n, 1_000_999n, 1e7, 1e5);
  const lengths: number[] = [];
  let to: bigint | undefined;
  for (let s = slices.next(); s !== undefined; s = slices.next()) {
    expect(to === undefined || s.to === to).toBe(true);
    if (to === undefined) expect(s.to).toBe(1_001_000n);
    to = s.from;
    lengths.push(Number((s.to ?? 0n) - (s.from ?? 0n)));
    slices.took(lengths.length < 3 ? 100 : 10_000);
  }
  expect(to).toBe(1_000n);
  expect(lengths.reduce((a, b) => a + b)).toBe(1_000_000);
  expect(lengths[0]).toBe(10_000);
  expect(lengths[1]).toBe(40_000);
  expect(lengths[4]).toBeLessThan(lengths[3] ?? 0);
});

test("few records are looked at in one go, none in none", () => {
  const one = new TimeSlices(5n, 9_000n, 100);
  expect([one.next(), one.next()]).toEqual([{}, undefined]);
  expect(new TimeSlices(0n, -1n, 0).next()).toBeUndefined();
});

let lab: Lab;
let db: EventDatabase;
beforeEach(async () => {
  lab = await openLab();
  await lab.store.append(
    Array.from({ length: 400 }, (_, i) => makeEvent(i % 2 === 0 ? "conn" : "dns", i, { time: T0 + i * HOUR, native: i % 100 === 7 ? "rare" : `C${i}` })),
  );
  await lab.store.checkpoint([]);
  await lab.store.close();
  db = new EventDatabase({ path: join(lab.dir, "events.duckdb"), memoryMb: 256, threads: 1 });
  await db.open();
});
afterEach(async () => {
  await db.close();
  await lab.end();
});

/** Every question to the clock says that so much time has passed. */
function slow(step: number): EventSearch {
  let time = 0;
  return new EventSearch(db, new EventDecoder(db), { now: () => (time += step), firstRows: 20 });
}

test("a search whose time is used up gives the newest that fit, says down to where that is complete, and goes on there: together as without a limit", async () => {
  const whole = await slow(0).search({ query: "native:*are*", limit: 50 });
  expect(whole.hits.map((h) => h.line)).toEqual([307, 207, 107, 7]);
  expect(whole).toMatchObject({ more: false });
  expect(whole.until).toBeUndefined();
  const search = slow(700);
  const lines: number[] = [];
  const untils: number[] = [];
  let after: string | undefined;
  for (let page = 0; page < 50; page++) {
    const answer = await search.search({ query: "native:*are*", limit: 50, ...(after === undefined ? {} : { after }) });
    lines.push(...answer.hits.map((h) => h.line));
    if (answer.until !== undefined) {
      untils.push(answer.until);
      for (const hit of answer.hits) expect(hit.time).toBeGreaterThanOrEqual(answer.until);
    }
    after = answer.next;
    if (after === undefined) break;
  }
  expect(lines).toEqual([307, 207, 107, 7]);
  expect(untils.length).toBeGreaterThan(2);
  expect(untils).toEqual([...untils].sort((a, b) => b - a));
});

test("counts whose time is used up count what is newer than they say, and no more", async () => {
  expect(await slow(0).counts({ query: "NOT *zzz*", bars: 10 })).toMatchObject({ total: 400 });
  const part = await slow(700).counts({ query: "NOT *zzz*", bars: 10 });
  const newer = Math.round((T0 + 400 * HOUR - (part.until ?? 0)) / HOUR);
  expect(part.until).toBeGreaterThan(T0);
  expect(part.total).toBe(newer);
  expect(part.bars.reduce((a, b) => a + b, 0)).toBe(newer);
  expect(part.start).toBeGreaterThanOrEqual(part.until ?? 0);
  expect(part.families.map((f) => f.family).sort()).toEqual(["conn", "dns"]);
});
