import { describe, expect, test } from "vitest";
import { seededRandom } from "../base/random.ts";
import { DAY, HOUR } from "../base/time.ts";
import { ByteReader, ByteWriter } from "../stats/bytes.ts";
import { OUTFLOW_WINDOWS, OutflowLedger } from "./outflow.ts";
import { outflowWhy } from "./outflow-words.ts";

const START = Date.UTC(2026, 2, 2);
const MB = 1e6;

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Working days of devices that send about `median` bytes a day; `extra` is what device 0 sends beside it. */
function live(ledger: OutflowLedger, days: number, extra: (day: number) => number = () => 0, devices = 20, seed = 1): void {
  const random = seededRandom(seed);
  for (let day = 0; day < days; day++) {
    if (day % 7 >= 5) continue;
    for (let device = 0; device < devices; device++) {
      const level = Math.exp(0.5 * Math.sin(device));
      for (let flow = 0; flow < 5; flow++)
        ledger.add(device, 0, START + day * DAY + (9 + flow) * HOUR, Math.round(0.4 * MB * level * Math.exp(0.7 * gauss(random))), 1);
      if (device === 0 && extra(day) > 0) ledger.add(0, 0, START + day * DAY + 15 * HOUR, extra(day), 1);
    }
  }
}

const p = (ledger: OutflowLedger, window: (typeof OUTFLOW_WINDOWS)[number], day: number, device = 0, more = 0): number =>
  Math.exp(-(ledger.judge(device, 0, window, START + day * DAY + 20 * HOUR, more)?.surprise ?? 0));

describe("what is sent outside over days (T16)", () => {
  test("totals of a day, a week and a month are those of the flows, gaps and weekends too", () => {
    const ledger = new OutflowLedger();
    expect(ledger.judge(3, 0, "week", START)).toBeUndefined();
    const sent = new Map<number, number>();
    const random = seededRandom(5);
    for (let day = 0; day < 120; day++) {
      if (random() < 0.4 || (day > 50 && day < 90)) continue;
      const bytes = Math.round(1e4 * Math.exp(4 * random()));
      sent.set(day, bytes);
      ledger.add(3, 0, START + day * DAY + HOUR, bytes, 1);
      for (const [window, span] of [
        ["day", 1],
        ["week", 7],
        ["month", 30],
      ] as const) {
        let expected = 0;
        for (let d = day - span + 1; d <= day; d++) expected += sent.get(d) ?? 0;
        expect((ledger.judge(3, 0, window, START + day * DAY + 2 * HOUR)?.sent ?? 0) / expected, `${window} of day ${day}`).toBeCloseTo(1, 2);
      }
    }
    // A question days later does not move anything.
    const later = ledger.judge(3, 0, "day", START + 130 * DAY);
    expect(later?.sent).toBe(0);
  });

  test("honest weeks are seldom strange, and about as often as said", () => {
    let strange = 0;
    let all = 0;
    for (const seed of [1, 2, 3, 4]) {
      for (const days of [35, 42, 49, 56]) {
        const fresh = new OutflowLedger();
        live(fresh, days, () => 0, 20, seed);
        for (let device = 0; device < 20; device++) {
          all++;
          if (p(fresh, "week", days - 3, device) < 0.01) strange++;
        }
      }
    }
    expect(all).toBe(320);
    expect(strange).toBeLessThan(20);
  });

  test("a theft that stays small by the day is seen by the week and by the month", () => {
    const ledger = new OutflowLedger();
    const extra = (day: number): number => (day >= 28 ? 12 * MB : 0);
    live(ledger, 33, extra);
    const week = ledger.judge(0, 0, "week", START + 32 * DAY + 20 * HOUR);
    expect((week?.sent ?? 0) / (week?.usual ?? 1)).toBeGreaterThan(4);
    expect(p(ledger, "week", 32)).toBeLessThan(2e-3);
    expect(p(ledger, "week", 32, 1)).toBeGreaterThan(0.01);
    const month = new OutflowLedger();
    live(month, 49, extra);
    expect(p(month, "month", 46)).toBeLessThan(2e-3);
  });

  test("who grows day by day from the first week on does not carry the usual along", () => {
    const ledger = new OutflowLedger();
    live(ledger, 21);
    const before = ledger.judge(0, 0, "week", START + 18 * DAY + 20 * HOUR)?.usual ?? 0;
    const grown = new OutflowLedger();
    live(grown, 63, (day) => (day >= 21 ? 0.5 * MB * 1.12 ** (day - 21) : 0));
    const after = grown.judge(0, 0, "week", START + 60 * DAY + 20 * HOUR);
    expect((after?.sent ?? 0) / before).toBeGreaterThan(10);
    // Six weeks: at most half more in 22 working days, and some for the first weeks, in which nothing is known yet.
    expect((after?.usual ?? 0) / before).toBeLessThan(3);
    expect(p(grown, "week", 60)).toBeLessThan(1e-3);
  });

  test("a flow counts before it is learned, so that it can be told at once", () => {
    const ledger = new OutflowLedger();
    live(ledger, 28);
    expect(p(ledger, "day", 25)).toBeGreaterThan(0.01);
    expect(p(ledger, "day", 25, 0, 500 * MB)).toBeLessThan(1e-3);
    expect(p(ledger, "day", 25)).toBeGreaterThan(0.01);
  });

  test("a level that stays for a fortnight of working days becomes the usual one", () => {
    const ledger = new OutflowLedger();
    live(ledger, 100, (day) => (day >= 35 ? 60 * MB : 0));
    const week = ledger.judge(0, 0, "week", START + 95 * DAY);
    expect((week?.sent ?? 0) / (week?.usual ?? 1)).toBeLessThan(2);
  });

  test("goes over a restart, and says what it holds in its own numbers", () => {
    const ledger = new OutflowLedger();
    live(ledger, 40, (day) => (day > 36 ? 80 * MB : 0));
    const out = new ByteWriter();
    ledger.save(out);
    const again = new OutflowLedger();
    again.load(new ByteReader(out.finish()));
    for (const l of [ledger, again]) l.add(0, 0, START + 41 * DAY, 5 * MB, 1);
    for (const window of OUTFLOW_WINDOWS)
      expect(again.judge(0, 0, window, START + 41 * DAY + HOUR)).toEqual(ledger.judge(0, 0, window, START + 41 * DAY + HOUR));
    const why = outflowWhy((window) => again.judge(0, 0, window, START + 41 * DAY + HOUR), "clients");
    const week = again.judge(0, 0, "week", START + 41 * DAY + HOUR);
    const said = why.find((w) => w.feature === "sentWeek");
    expect(said?.observed).toBe(week?.sent);
    expect(said?.p).toBeCloseTo(Math.exp(-(week?.surprise ?? 0)), 12);
    expect(said?.text).toMatch(/sent outside in 7 days; its usual level is .*, \d+ times as much\./);
  });

  test("no byte, no time and no infinity disturbs it", () => {
    const ledger = new OutflowLedger();
    ledger.add(1, 0, START, 0, 1);
    ledger.add(1, 0, START, Number.NaN, 1);
    expect(ledger.judge(1, 0, "day", START)).toBeUndefined();
    ledger.add(1, 0, START, Number.MAX_VALUE, 1);
    ledger.add(1, 0, START + 9 * DAY, Number.MAX_VALUE, 1);
    ledger.add(1, 0, START + 3 * DAY, 5, 1);
    ledger.add(1, 0, START + 90 * DAY, 5, 1);
    for (const window of OUTFLOW_WINDOWS) expect(ledger.judge(1, 0, window, START + 90 * DAY)?.surprise).toBeGreaterThanOrEqual(0);
  });
});
