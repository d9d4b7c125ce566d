import { expect, test } from "vitest";
import { DecodeMemory } from "./decode-memory.ts";
import { type DecodedCode, DecodeWork } from "./decode-work.ts";
import type { Picture } from "./pixels.ts";

const picture = (shade: number): Picture => ({ width: 20, height: 20, rgb: new Uint8Array(1_200).fill(shade) });
const code: DecodedCode = { text: "https://example.org", format: "QRCode", box: { left: 1, top: 1, right: 9, bottom: 9 } };

/** Needs 300 of work to find something in a dark picture, and 1,000 to have tried everything on a light one. */
function looker() {
  let looks = 0;
  const look = async ({ rgb }: Picture, work: DecodeWork): Promise<DecodedCode[]> => {
    looks++;
    const dark = (rgb[0] ?? 0) < 128;
    const needed = dark ? 300 : 1_000;
    const enough = work.left >= needed;
    work.spend(enough ? needed : work.left);
    return enough && dark ? [structuredClone(code)] : [];
  };
  return { look, looks: () => looks };
}

async function outcome(memory: DecodeMemory, shade: number, given: number, look: ReturnType<typeof looker>["look"]): Promise<[number, number]> {
  const work = new DecodeWork(given);
  const codes = await memory.recall(picture(shade), work, look);
  return [codes.length, given - work.left];
}

test("E20: a picture met again costs the message the same work and says the same, however much there is of it, without a second look", async () => {
  for (const shade of [10, 250]) {
    const memory = new DecodeMemory();
    const { look, looks } = looker();
    for (const given of [200, 200, 2_000, 5_000, 1_000, 200]) {
      const fresh = await outcome(new DecodeMemory(), shade, given, looker().look);
      expect(await outcome(memory, shade, given, look), `${shade} with ${given}`).toEqual(fresh);
    }
    expect(looks()).toBe(3);
  }
});

test("E20: what comes back is a copy, and another picture or another shape is looked at", async () => {
  const memory = new DecodeMemory();
  const { look, looks } = looker();
  const [first] = await memory.recall(picture(10), new DecodeWork(1_000), look);
  if (first !== undefined) first.box.left = 77;
  expect(await memory.recall(picture(10), new DecodeWork(1_000), look)).toEqual([code]);
  await memory.recall({ ...picture(10), width: 40, height: 10 }, new DecodeWork(1_000), look);
  await memory.recall(picture(11), new DecodeWork(1_000), look);
  expect(looks()).toBe(3);
});
