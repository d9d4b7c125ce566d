import sharp from "sharp";
import type { DrawnGrid } from "../drawn-code.ts";
import { type LimitLog, MAIL_LIMITS } from "../limits.ts";
import type { FoundCode } from "../opened-message.ts";
import { decodeGrey, decodePicture } from "./decode.ts";
import { type DecodedCode, DecodeWork } from "./decode-work.ts";
import { framed, type Grey, inverted, type Picture, readPicture } from "./pixels.ts";

interface Unread {
  picture: Picture;
  path: readonly string[];
  /** Container: only neighbours of one container are joined. */
  group: string;
}

const SIDE = 1_600;
/** Work for one picture, for all of a message (beyond it each picture gets one pass) and for all neighbours side by side: see DecodeWork. */
const PICTURE_WORK = 16_000_000;
const MESSAGE_WORK = 6 * PICTURE_WORK;
const JOINED_WORK = 2 * PICTURE_WORK;
/** For one arrangement of neighbours. */
const ARRANGEMENT_WORK = PICTURE_WORK / 8;
/** Part of that for mail which is learned from and not judged: the first tries, which find most of what all of them find. */
const BRIEF = 1 / 10;
/** Smaller ones are spacers and counters. */
const SMALLEST = 16;

/** Finds the codes of one message's pictures, pages and drawn grids; keeps pictures without one for a look at them side by side. */
export class CodeReader {
  readonly found: FoundCode[] = [];
  readonly #limits: LimitLog;
  readonly #unread: Unread[] = [];
  #pictures = 0;
  readonly #share: number;
  readonly #work: DecodeWork;
  #decoded = 0;

  /** @param brief a tenth of the work: for mail of the past, of which pages and pictures without a code would cost half a second each */
  constructor(limits: LimitLog, brief = false) {
    this.#limits = limits;
    this.#share = brief ? BRIEF : 1;
    this.#work = new DecodeWork(MESSAGE_WORK * this.#share);
  }

  /** Returns false when the bytes are no picture that can be read. */
  async picture(bytes: Buffer, source: string, path: readonly string[]): Promise<boolean> {
    if (++this.#pictures > MAIL_LIMITS.images) {
      this.#limits.hit("image-count");
      return true;
    }
    const room = MAIL_LIMITS.messagePixels - this.#decoded;
    let picture: Picture & { pixels: number };
    try {
      picture = await readPicture(bytes, { pixels: Math.min(MAIL_LIMITS.imagePixels, Math.max(1, room)), side: SIDE });
      this.#decoded += picture.pixels;
    } catch (error) {
      if (/pixel limit|too large|exceeds/i.test((error as Error).message)) this.#limits.hit("image-pixels", path);
      return false;
    }
    await this.pixels(picture, source, path);
    return true;
  }

  async pixels(picture: Picture, source: string, path: readonly string[]): Promise<void> {
    if (Math.max(picture.width, picture.height) < SMALLEST) return;
    const given = Math.max(0, Math.min(PICTURE_WORK * this.#share, this.#work.left));
    const work = new DecodeWork(given);
    const codes = await decodePicture(picture, work);
    this.#work.spend(given - work.left);
    for (const code of codes) await this.#keep(code, picture, source, path);
    if (codes.length === 0 && this.#unread.length < 24 && source !== "pdf-page") this.#unread.push({ picture, path, group: path.slice(0, -1).join("\n") });
  }

  /** Modules as they were drawn by cells or characters, in both shades. */
  async grid(grid: DrawnGrid, path: readonly string[]): Promise<void> {
    for (const stretch of [1, 2]) {
      const grey = greyOfGrid(grid, stretch);
      for (const form of [grey, inverted(grey)]) {
        const codes = await decodeGrey(framed(form, 32));
        for (const code of codes) await this.#keep(code, pictureOf(framed(form, 32)), grid.source, [...path, grid.source]);
        if (codes.length > 0) return;
      }
    }
  }

  /** Neighbours of one container beside and above one another: two to four of equal height or width, and four as a square. */
  async joinNeighbours(): Promise<void> {
    const groups = new Map<string, Unread[]>();
    for (const each of this.#unread) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
    const left = new DecodeWork(JOINED_WORK * this.#share);
    for (const list of groups.values()) {
      for (let size = 4; size >= 2; size--) {
        for (let at = 0; at + size <= list.length; at++) {
          if (left.left <= 0) return this.#limits.hit("decode-work");
          const pieces = list.slice(at, at + size);
          for (const joined of joins(pieces.map((p) => p.picture))) {
            const work = new DecodeWork(ARRANGEMENT_WORK);
            const codes = await decodePicture(joined, work);
            left.spend(ARRANGEMENT_WORK - work.left);
            for (const code of codes) await this.#keep(code, joined, "joined-images", pieces[0]?.path ?? []);
            if (codes.length > 0) break;
          }
        }
      }
    }
  }

  async #keep(code: DecodedCode, picture: Picture, source: string, path: readonly string[]): Promise<void> {
    if (this.found.some((f) => f.text === code.text && f.path.join("\n") === path.join("\n"))) return;
    if (this.found.length >= MAIL_LIMITS.codes) return this.#limits.hit("code-count");
    const thumbnail = this.found.length < MAIL_LIMITS.thumbnails ? await thumbnailOf(picture, code) : undefined;
    this.found.push({ text: code.text, format: code.format, path: [...path], source, thumbnail });
  }
}

function joins(pictures: readonly Picture[]): Picture[] {
  const [first] = pictures;
  if (first === undefined) return [];
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(2, a * 0.02);
  const out: Picture[] = [];
  if (pictures.every((p) => near(first.height, p.height)))
    out.push(
      joined(
        pictures.map((p) => [p]),
        "row",
      ),
    );
  if (pictures.every((p) => near(first.width, p.width)))
    out.push(
      joined(
        pictures.map((p) => [p]),
        "column",
      ),
    );
  if (pictures.length === 4 && pictures.every((p) => near(first.height, p.height) && near(first.width, p.width)))
    out.push(joined([pictures.slice(0, 2), pictures.slice(2)], "column"));
  return out.filter((p) => p.width <= 4_000 && p.height <= 4_000);
}

function joined(lines: readonly (readonly Picture[])[], direction: "row" | "column"): Picture {
  if (lines.some((line) => line.length > 1))
    return joined(
      lines.map((line) => [
        joined(
          line.map((p) => [p]),
          "row",
        ),
      ]),
      direction,
    );
  const pictures = lines.map((line) => line[0] as Picture);
  const row = direction === "row";
  const width = row ? pictures.reduce((sum, p) => sum + p.width, 0) : Math.max(...pictures.map((p) => p.width));
  const height = row ? Math.max(...pictures.map((p) => p.height)) : pictures.reduce((sum, p) => sum + p.height, 0);
  const rgb = new Uint8Array(width * height * 3).fill(255);
  let [x, y] = [0, 0];
  for (const picture of pictures) {
    for (let line = 0; line < picture.height; line++)
      rgb.set(picture.rgb.subarray(line * picture.width * 3, (line + 1) * picture.width * 3), ((y + line) * width + x) * 3);
    if (row) x += picture.width;
    else y += picture.height;
  }
  return { rgb, width, height };
}

function greyOfGrid(grid: DrawnGrid, tall: number): Grey {
  const module = 8;
  const width = Math.max(...grid.rows.map((row) => row.length)) * module;
  const height = grid.rows.length * module * tall;
  const data = new Uint8Array(width * height).fill(255);
  grid.rows.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark)
        for (let dy = 0; dy < module * tall; dy++)
          data.fill(0, (y * module * tall + dy) * width + x * module, (y * module * tall + dy) * width + (x + 1) * module);
    });
  });
  return { data, width, height };
}

function pictureOf(grey: Grey): Picture {
  const rgb = new Uint8Array(grey.data.length * 3);
  for (let i = 0; i < grey.data.length; i++) rgb.fill(grey.data[i] as number, i * 3, i * 3 + 3);
  return { rgb, width: grey.width, height: grey.height };
}

/** The code and a little of what is around it. */
async function thumbnailOf(picture: Picture, code: DecodedCode): Promise<string | undefined> {
  const { left, top, right, bottom } = code.box;
  const margin = Math.max(right - left, bottom - top) * 0.15;
  const x = Math.max(0, Math.floor(left - margin));
  const y = Math.max(0, Math.floor(top - margin));
  const width = Math.min(picture.width - x, Math.ceil(right - left + 2 * margin));
  const height = Math.min(picture.height - y, Math.ceil(bottom - top + 2 * margin));
  if (!(width > 0 && height > 0)) return undefined;
  try {
    const png = await sharp(picture.rgb, { raw: { width: picture.width, height: picture.height, channels: 3 } })
      .extract({ left: x, top: y, width, height })
      .resize({ width: 96, height: 96, fit: "inside", withoutEnlargement: true })
      .png({ palette: true, colours: 16 })
      .toBuffer();
    return png.toString("base64");
  } catch {
    return undefined;
  }
}
