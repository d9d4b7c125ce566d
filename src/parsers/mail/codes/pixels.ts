import sharp from "sharp";

/** One picture in grey, 0 = black, row by row. */
export interface Grey {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Three colours and how the picture says it should be turned. */
export interface Picture {
  rgb: Uint8Array;
  width: number;
  height: number;
}

export interface PictureLimits {
  /** Pixels by the picture's own header, before anything is decoded. */
  pixels: number;
  /** Longest side of what is returned. */
  side: number;
}

/**
 * A picture as pixels on white: first frame only, turned as its camera says, at most `side` long. Throws when sharp does not know the format or the
 * header claims more than `pixels` (nothing is allocated then). `pixels` of the answer: as its header says. libvips' sequential mode keeps memory near the size of what is returned.
 */
export async function readPicture(bytes: Buffer, limits: PictureLimits): Promise<Picture & { pixels: number }> {
  const input = sharp(bytes, { limitInputPixels: limits.pixels, failOn: "none", sequentialRead: true, pages: 1 });
  const head = await input.metadata();
  const pixels = (head.width ?? 0) * (head.height ?? 0);
  const { data, info } = await input
    .rotate()
    .resize({ width: limits.side, height: limits.side, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === 3) return { rgb: data, width: info.width, height: info.height, pixels };
  const rgb = new Uint8Array(info.width * info.height * 3);
  for (let i = 0; i < info.width * info.height; i++) rgb.fill(data[i * info.channels] ?? 255, i * 3, i * 3 + 3);
  return { rgb, width: info.width, height: info.height, pixels };
}

/** Grey by weights of the three colours; "min" and "max" take the darkest or lightest, which parts colours of one brightness. */
export function greyOf({ rgb, width, height }: Picture, how: "luma" | "red" | "green" | "blue" | "min" | "max"): Grey {
  const data = new Uint8Array(width * height);
  if (how === "luma") {
    for (let i = 0, j = 0; i < data.length; i++, j += 3) data[i] = ((rgb[j] as number) * 77 + (rgb[j + 1] as number) * 150 + (rgb[j + 2] as number) * 29) >> 8;
    return { data, width, height };
  }
  for (let i = 0, j = 0; i < data.length; i++, j += 3) {
    const r = rgb[j] as number;
    const g = rgb[j + 1] as number;
    const b = rgb[j + 2] as number;
    data[i] = how === "red" ? r : how === "green" ? g : how === "blue" ? b : how === "min" ? Math.min(r, g, b) : Math.max(r, g, b);
  }
  return { data, width, height };
}

/**
 * The part that is not blank white, with `margin` of white around it as far as there is any; undefined when all of it is. A page is mostly paper, and what looks
 * for codes costs by the pixel.
 */
export function inked({ rgb, width, height }: Picture, margin: number): Picture | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    const row = rgb.subarray(y * width * 3, (y + 1) * width * 3);
    const first = row.findIndex((value) => value !== 255);
    if (first < 0) continue;
    const last = row.findLastIndex((value) => value !== 255);
    top = Math.min(top, y);
    bottom = y;
    left = Math.min(left, Math.floor(first / 3));
    right = Math.max(right, Math.floor(last / 3));
  }
  if (bottom < 0) return undefined;
  [left, top] = [Math.max(0, left - margin), Math.max(0, top - margin)];
  [right, bottom] = [Math.min(width, right + margin + 1), Math.min(height, bottom + margin + 1)];
  const wide = right - left;
  const out = new Uint8Array(wide * (bottom - top) * 3);
  for (let y = top, to = 0; y < bottom; y++, to += wide * 3) out.set(rgb.subarray((y * width + left) * 3, (y * width + right) * 3), to);
  return { rgb: out, width: wide, height: bottom - top };
}

/** True when red, green and blue are the same everywhere: a page of black text, a fax, a screen picture without colour. */
export function isColourless({ rgb }: Pick<Picture, "rgb">): boolean {
  for (let j = 0; j + 2 < rgb.length; j += 3) if (rgb[j] !== rgb[j + 1] || rgb[j] !== rgb[j + 2]) return false;
  return true;
}

/** Area averaging down, bilinear up; `factor` 1.5 = larger. */
export function scaled(grey: Grey, factor: number): Grey {
  const width = Math.max(1, Math.round(grey.width * factor));
  const height = Math.max(1, Math.round(grey.height * factor));
  const data = new Uint8Array(width * height);
  if (factor < 1) averaged(grey, factor, { data, width, height });
  else {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) data[y * width + x] = bilinear(grey, (x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5);
    }
  }
  return { data, width, height };
}

/** Each pixel the mean of the whole pixels that its square touches: columns of a line of squares are summed first, so that each is read about once. */
function averaged(from: Grey, factor: number, to: Grey): void {
  const size = 1 / factor;
  const columns = new Uint32Array(from.width);
  for (let y = 0; y < to.height; y++) {
    const top = Math.floor(y * size);
    const bottom = Math.min(from.height, Math.ceil(y * size + size));
    columns.fill(0);
    for (let row = top; row < bottom; row++) {
      for (let x = 0, i = row * from.width; x < from.width; x++, i++) columns[x] = (columns[x] as number) + (from.data[i] as number);
    }
    for (let x = 0; x < to.width; x++) {
      const left = Math.floor(x * size);
      const right = Math.min(from.width, Math.ceil(x * size + size));
      let sum = 0;
      for (let column = left; column < right; column++) sum += columns[column] as number;
      const n = (right - left) * (bottom - top);
      to.data[y * to.width + x] = n <= 0 ? 255 : sum / n;
    }
  }
}

function bilinear(grey: Grey, x: number, y: number): number {
  const x0 = Math.max(0, Math.min(grey.width - 1, Math.floor(x)));
  const y0 = Math.max(0, Math.min(grey.height - 1, Math.floor(y)));
  const x1 = Math.min(grey.width - 1, x0 + 1);
  const y1 = Math.min(grey.height - 1, y0 + 1);
  const fx = Math.max(0, Math.min(1, x - x0));
  const fy = Math.max(0, Math.min(1, y - y0));
  const at = (px: number, py: number): number => grey.data[py * grey.width + px] as number;
  return (at(x0, y0) * (1 - fx) + at(x1, y0) * fx) * (1 - fy) + (at(x0, y1) * (1 - fx) + at(x1, y1) * fx) * fy;
}

/** Black where darker than its surroundings of `radius` by more than `bias` (Bradley and Roth 2007, integral image): light from one side, glare, shadow. */
export function localThreshold(grey: Grey, radius: number, bias: number): Grey {
  const { width, height, data } = grey;
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x] as number;
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] as number) + row;
    }
  }
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius);
    const bottom = Math.min(height, y + radius + 1);
    const above = top * (width + 1);
    const below = bottom * (width + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius);
      const right = Math.min(width, x + radius + 1);
      const sum = (sums[below + right] as number) - (sums[below + left] as number) - (sums[above + right] as number) + (sums[above + left] as number);
      out[y * width + x] = (data[y * width + x] as number) < sum / ((right - left) * (bottom - top)) - bias ? 0 : 255;
    }
  }
  return { data: out, width, height };
}

/** Each value the mean of its neighbours within `radius`, twice over: modules of dots or with a screen pattern flow together. */
export function blurred(grey: Grey, radius: number): Grey {
  const pass = (from: Uint8Array, step: number, line: number, lines: number, length: number): Uint8Array => {
    const to = new Uint8Array(from.length);
    for (let l = 0; l < lines; l++) {
      let sum = 0;
      const at = (i: number): number => from[l * line + Math.max(0, Math.min(length - 1, i)) * step] as number;
      for (let i = -radius; i <= radius; i++) sum += at(i);
      for (let i = 0; i < length; i++) {
        to[l * line + i * step] = sum / (2 * radius + 1);
        sum += at(i + radius + 1) - at(i - radius);
      }
    }
    return to;
  };
  const rows = pass(grey.data, 1, grey.width, grey.height, grey.width);
  return { data: pass(rows, grey.width, 1, grey.width, grey.height), width: grey.width, height: grey.height };
}

/** Darkest and lightest hundredth become black and white. The same object comes back where they are so already. */
export function stretched(grey: Grey): Grey {
  const counts = new Uint32Array(256);
  for (const value of grey.data) counts[value] = (counts[value] as number) + 1;
  const cut = grey.data.length / 100;
  let low = 0;
  for (let sum = 0; low < 255; low++) {
    sum += counts[low] as number;
    if (sum > cut) break;
  }
  let high = 255;
  for (let sum = 0; high > low + 1; high--) {
    sum += counts[high] as number;
    if (sum > cut) break;
  }
  if (low === 0 && high === 255) return grey;
  const table = Uint8Array.from({ length: 256 }, (_, v) => Math.max(0, Math.min(255, ((v - low) * 255) / Math.max(1, high - low))));
  const data = new Uint8Array(grey.data.length);
  for (let i = 0; i < data.length; i++) data[i] = table[grey.data[i] as number] as number;
  return { data, width: grey.width, height: grey.height };
}

export function inverted(grey: Grey): Grey {
  return { data: grey.data.map((v) => 255 - v), width: grey.width, height: grey.height };
}

/** A white border of `margin` around: codes without a quiet zone. */
export function framed(grey: Grey, margin: number, shade = 255): Grey {
  const width = grey.width + 2 * margin;
  const height = grey.height + 2 * margin;
  const data = new Uint8Array(width * height).fill(shade);
  for (let y = 0; y < grey.height; y++) data.set(grey.data.subarray(y * grey.width, (y + 1) * grey.width), (y + margin) * width + margin);
  return { data, width, height };
}

/** Turned by degrees around the middle, white outside. */
export function turned(grey: Grey, degrees: number): Grey {
  const angle = (degrees * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const width = Math.ceil(Math.abs(grey.width * c) + Math.abs(grey.height * s));
  const height = Math.ceil(Math.abs(grey.width * s) + Math.abs(grey.height * c));
  const data = new Uint8Array(width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx = x - width / 2;
      const dy = y - height / 2;
      const sx = dx * c + dy * s + grey.width / 2;
      const sy = -dx * s + dy * c + grey.height / 2;
      if (sx >= 0 && sy >= 0 && sx < grey.width && sy < grey.height) data[y * width + x] = bilinear(grey, sx, sy);
    }
  }
  return { data, width, height };
}
