import { expect, test } from "vitest";
import { seededRandom } from "../../base/random.ts";
import { SlidingSets } from "./sliding-sets.ts";

test("numbers of different values are exact over any run of messages (T8, T9)", () => {
  const random = seededRandom(7);
  const over = 1_000;
  const sets = new SlidingSets(2, over);
  const said: { time: number; values: string[][] }[] = [];
  let time = 0;
  for (let i = 0; i < 3_000; i++) {
    time += Math.floor(random() * 40);
    const one = { time, values: [[`m${Math.floor(random() * 30)}`], Array.from({ length: Math.floor(random() * 3) }, () => `p${Math.floor(random() * 12)}`)] };
    said.push(one);
    sets.add(one);
    const within = said.filter((s) => s.time > time - over);
    for (const d of [0, 1]) expect(sets.distinct(d)).toBe(new Set(within.flatMap((s) => s.values[d] ?? [])).size);
    expect(sets.size).toBe(within.length);
  }
});

test("beyond its capacity the oldest go early, and it says so", () => {
  const sets = new SlidingSets(1, 1e9, 10);
  for (let i = 0; i < 25; i++) sets.add({ time: i, values: [[`v${i}`]] });
  expect(sets.distinct(0)).toBe(10);
  expect(sets.isFull).toBe(true);
});
