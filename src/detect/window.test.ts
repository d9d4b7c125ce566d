import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKETS, DistinctWindow, SumWindow } from "./window.ts";

const INTERVAL = 3_200;
const STEP = INTERVAL / BUCKETS;
/** Mostly forward in time, now and then late. */
const steps = fc.array(fc.record({ gap: fc.integer({ min: -900, max: 1_500 }), value: fc.integer({ min: 0, max: 12 }) }), { maxLength: 120 });

function walk<T>(given: readonly { gap: number; value: number }[], visit: (time: number, value: number) => T): T[] {
  let time = 100_000;
  return given.map(({ gap, value }) => {
    time += gap;
    return visit(time, value);
  });
}

describe("sliding windows against a list of everything", () => {
  test("a sum is that of the last 32 buckets up to the newest", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const window = new SumWindow(INTERVAL);
        const all: { bucket: number; value: number }[] = [];
        let newest = Number.NEGATIVE_INFINITY;
        const naive = walk(given, (time, value) => {
          const bucket = Math.floor(time / STEP);
          // What is too late when it comes was never in the window.
          if (bucket > newest - BUCKETS) all.push({ bucket, value });
          newest = Math.max(newest, bucket);
          return all.filter((e) => e.bucket > newest - BUCKETS).reduce((sum, e) => sum + e.value, 0);
        });
        expect(walk(given, (time, value) => window.add(time, value))).toEqual(naive);
      }),
    );
  });

  test("distinct values are those used less than the interval before the newest record", () => {
    fc.assert(
      fc.property(steps, (given) => {
        const window = new DistinctWindow(INTERVAL, 1_000);
        const latest = new Map<number, number>();
        let newest = Number.NEGATIVE_INFINITY;
        const naive = walk(given, (time, value) => {
          newest = Math.max(newest, time);
          latest.set(value, Math.max(time, latest.get(value) ?? time));
          return [...latest.values()].filter((t) => t > newest - INTERVAL).length;
        });
        expect(walk(given, (time, value) => window.add(time, value))).toEqual(naive);
      }),
    );
  });

  test("at its cap a distinct window says the cap and stays bounded", () => {
    const window = new DistinctWindow(INTERVAL, 256);
    let last = 0;
    for (let i = 0; i < 100_000; i++) last = window.add(i / 1_000, `10.0.${i >> 8}.${i & 255}`);
    expect(last).toBe(256);
    expect(window.save().a).toHaveLength(256);
  });

  test("a saved window goes on as the one it was saved from", () => {
    fc.assert(
      fc.property(steps, fc.nat(120), (given, at) => {
        for (const make of [() => new SumWindow(INTERVAL), () => new DistinctWindow(INTERVAL, 8)]) {
          const whole = make();
          let broken = make();
          let i = 0;
          walk(given, (time, value) => {
            if (i++ === at) {
              const saved = JSON.parse(JSON.stringify(broken.save()));
              broken = make();
              broken.load(saved);
            }
            expect(broken.add(time, value)).toBe(whole.add(time, value));
          });
        }
      }),
    );
  });
});
