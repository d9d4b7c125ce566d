import fc from "fast-check";
import { expect, test } from "vitest";
import { inked, type Picture } from "./pixels.ts";

function paper(width: number, height: number, dots: readonly (readonly [number, number])[]): Picture {
  const rgb = new Uint8Array(width * height * 3).fill(255);
  for (const [x, y] of dots) rgb[(y * width + x) * 3 + 1] = 254;
  return { rgb, width, height };
}

function dotsOf({ rgb, width }: Picture): [number, number][] {
  const dots: [number, number][] = [];
  for (let i = 0; i < rgb.length; i += 3) if (rgb[i + 1] !== 255) dots.push([(i / 3) % width, Math.floor(i / 3 / width)]);
  return dots;
}

test("E20: of a page stays what is drawn, with white around it as far as the page has any; a blank page has nothing", () => {
  expect(inked(paper(30, 20, []), 4)).toBeUndefined();
  const ink = inked(
    paper(30, 20, [
      [10, 8],
      [14, 9],
    ]),
    4,
  );
  expect([ink?.width, ink?.height]).toEqual([4 + 5 + 4, 4 + 2 + 4]);
  expect(dotsOf(ink as Picture)).toEqual([
    [4, 4],
    [8, 5],
  ]);
  // At the edge there is no more white than the page has.
  const corner = inked(paper(30, 20, [[29, 0]]), 4);
  expect([corner?.width, corner?.height, dotsOf(corner as Picture)]).toEqual([5, 5, [[4, 0]]]);
});

test("E20: no ink is lost, wherever it is and however faint", () => {
  const at = fc.tuple(fc.nat({ max: 24 }), fc.nat({ max: 18 }));
  fc.assert(
    fc.property(fc.uniqueArray(at, { minLength: 1, maxLength: 6, selector: ([x, y]) => `${x} ${y}` }), fc.nat({ max: 30 }), (dots, margin) => {
      const whole = paper(25, 19, dots);
      const ink = inked(whole, margin);
      expect(ink).toBeDefined();
      if (ink === undefined) return;
      const [left, top] = [Math.max(0, Math.min(...dots.map(([x]) => x)) - margin), Math.max(0, Math.min(...dots.map(([, y]) => y)) - margin)];
      expect(dotsOf(ink).map(([x, y]) => [x + left, y + top])).toEqual(dotsOf(whole));
    }),
  );
});
