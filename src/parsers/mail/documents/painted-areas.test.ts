import { createCanvas } from "@napi-rs/canvas";
import { expect, test } from "vitest";
import { seededRandom } from "../../../base/random.ts";
import { decodePicture } from "../codes/decode.ts";
import { DecodeWork } from "../codes/decode-work.ts";
import type { Picture } from "../codes/pixels.ts";
import { PaintedAreas } from "./painted-areas.ts";

const PAGE = { width: 800, height: 1_000 };

function page() {
  const canvas = createCanvas(PAGE.width, PAGE.height);
  const context = canvas.getContext("2d");
  return { context, painted: new PaintedAreas(context, PAGE.width, PAGE.height) };
}

test("E21: pictures on a page are known by where they were painted, two halves of one as one; letters and lines are none", () => {
  const { context, painted } = page();
  context.fillText("Invoice", 20, 20);
  context.fillRect(0, 0, 700, 3);
  expect(painted.areas()).toEqual([]);
  const half = createCanvas(50, 100);
  context.setTransform(1, 0, 0, 1, 100, 200);
  context.drawImage(half, 0, 0);
  context.drawImage(half, 0, 0, 50, 100, 52, 0, 50, 100);
  // A page of PDF counts upwards: heights are negative there.
  context.setTransform(2, 0, 0, -2, 600, 900);
  context.drawImage(half, 0, 0, 25, 50);
  expect(painted.areas()).toEqual([
    { left: 98, top: 198, right: 204, bottom: 302 },
    { left: 598, top: 798, right: 652, bottom: 902 },
  ]);
});

test("E21: where pictures may be anywhere, or are the page, all of it is looked at", () => {
  const scan = page();
  scan.context.drawImage(createCanvas(10, 10), 0, 0, 800, 900);
  expect(scan.painted.areas()).toBeUndefined();
  const tiled = page();
  tiled.context.fillStyle = tiled.context.createPattern(createCanvas(10, 10), "repeat") ?? "";
  expect(tiled.painted.areas()).toBeUndefined();
});

test("E20: the whole page costs fewer tries when it is known where its pictures are, and a painted place gets them all", async () => {
  const random = seededRandom(3);
  const grey: Picture = { width: 400, height: 400, rgb: new Uint8Array(400 * 400 * 3).map(() => 128 + 100 * random()) };
  const spent = async (picture: Picture): Promise<number> => {
    const work = new DecodeWork(1e9);
    expect(await decodePicture(picture, work)).toEqual([]);
    return 1e9 - work.left;
  };
  const [all, drawn] = [await spent(grey), await spent({ ...grey, painted: [] })];
  expect(drawn).toBeLessThan(all / 2);
  const everywhere = { left: 0, top: 0, right: 400, bottom: 400 };
  const painted = await spent({ ...grey, painted: [everywhere] });
  expect(painted).toBeGreaterThan(all);
  expect(painted).toBeLessThanOrEqual(drawn + all);
});
