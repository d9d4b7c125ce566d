import { expect, test } from "vitest";
import { seededRandom } from "../../../base/random.ts";
import { LimitLog } from "../limits.ts";
import { CodeReader } from "./code-reader.ts";
import { decodePicture } from "./decode.ts";
import { DecodeWork } from "./decode-work.ts";
import type { Picture } from "./pixels.ts";

function noise(side: number, seed = 1): Picture {
  const random = seededRandom(seed);
  return { rgb: Uint8Array.from({ length: side * side * 3 }, () => random() * 256), width: side, height: side };
}

test("E20: tries are bounded by pixels worked on, not by time: the same picture gets the same tries", async () => {
  const spent = async (given: number): Promise<number> => {
    const work = new DecodeWork(given);
    expect(await decodePicture(noise(120), work)).toEqual([]);
    return given - work.left;
  };
  // One pass of 120 x 120 and its making, however little is given; then the second goes over and is the last.
  expect(await spent(0)).toBe(20_000 + 1.2 * 120 * 120);
  const all = await spent(1e9);
  expect(all).toBeGreaterThan(10 * 20_000);
  expect(await spent(1e9)).toBe(all);
});

test("E20: neighbours side by side are a bounded work too, and a message says when it ran out", async () => {
  const limits = new LimitLog();
  const codes = new CodeReader(limits);
  for (let i = 0; i < 24; i++) await codes.pixels(noise(200, i), "attachment", [`${i}.png`]);
  await codes.joinNeighbours();
  expect([codes.found, limits.hits]).toEqual([[], [{ limit: "decode-work", where: "" }]]);
}, 60_000);
