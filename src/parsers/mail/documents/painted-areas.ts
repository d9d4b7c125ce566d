import type { SKRSContext2D } from "@napi-rs/canvas";
import type { Box } from "../codes/pixels.ts";

/** Of the longer side: pictures that are no further apart are looked at as one, since a code can be cut into several. */
const NEAR = 0.02;
/** Of the page: from here on all of it is looked at as a picture. */
const MOST = 0.6;
const AREAS = 12;

/**
 * Notes where pictures are painted while a page is drawn with `context`. pdf.js paints pictures, masks and transparent groups by drawImage, tiles and shades
 * by patterns; of a pattern it is not known where it goes. Call before drawing; `areas` afterwards. Memory: 32 B a picture.
 */
export class PaintedAreas {
  readonly #boxes: Box[] = [];
  readonly #width: number;
  readonly #height: number;
  #anywhere = false;

  constructor(context: SKRSContext2D, width: number, height: number) {
    this.#width = width;
    this.#height = height;
    const drawImage = context.drawImage.bind(context) as (...given: unknown[]) => void;
    context.drawImage = (image: { width: number; height: number }, ...at: number[]) => {
      this.#note(context.getTransform(), image, at);
      drawImage(image, ...at);
    };
    const createPattern = context.createPattern.bind(context);
    context.createPattern = (...given) => {
      this.#anywhere = true;
      return createPattern(...given);
    };
  }

  /** Undefined when pictures may be anywhere or are most of the page. */
  areas(): Box[] | undefined {
    if (this.#anywhere || this.#boxes.length > 1_000) return undefined;
    const near = NEAR * Math.max(this.#width, this.#height);
    const areas: Box[] = [];
    for (const box of this.#boxes) join(areas, box, near);
    const covered = areas.reduce((sum, b) => sum + (b.right - b.left) * (b.bottom - b.top), 0);
    return areas.length > AREAS || covered > MOST * this.#width * this.#height ? undefined : areas;
  }

  /** `at` is dx, dy or dx, dy, dw, dh or, with a part of the picture before them, the last four of eight. */
  #note(m: { a: number; b: number; c: number; d: number; e: number; f: number }, image: { width: number; height: number }, at: readonly number[]): void {
    const place = at.length === 8 ? at.slice(4) : at;
    const [x = 0, y = 0, w = image.width, h = image.height] = place;
    const corners = [
      [x, y],
      [x + w, y],
      [x, y + h],
      [x + w, y + h],
    ].map(([px = 0, py = 0]) => [m.a * px + m.c * py + m.e, m.b * px + m.d * py + m.f] as const);
    const within = (value: number, most: number): number => Math.max(0, Math.min(most, Number.isFinite(value) ? value : most));
    const box = {
      left: Math.floor(within(Math.min(...corners.map((c) => c[0])) - 2, this.#width)),
      top: Math.floor(within(Math.min(...corners.map((c) => c[1])) - 2, this.#height)),
      right: Math.ceil(within(Math.max(...corners.map((c) => c[0])) + 2, this.#width)),
      bottom: Math.ceil(within(Math.max(...corners.map((c) => c[1])) + 2, this.#height)),
    };
    if (box.right > box.left && box.bottom > box.top) this.#boxes.push(box);
  }
}

/** Grown by a joined box, an area may reach others: until it reaches none. */
function join(areas: Box[], box: Box, near: number): void {
  let grown = box;
  for (let i = 0; i < areas.length; i++) {
    const area = areas[i] as Box;
    if (area.left > grown.right + near || area.right < grown.left - near || area.top > grown.bottom + near || area.bottom < grown.top - near) continue;
    grown = {
      left: Math.min(area.left, grown.left),
      top: Math.min(area.top, grown.top),
      right: Math.max(area.right, grown.right),
      bottom: Math.max(area.bottom, grown.bottom),
    };
    areas.splice(i, 1);
    i = -1;
  }
  areas.push(grown);
}
