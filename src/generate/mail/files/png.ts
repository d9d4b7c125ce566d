import { crc32, deflateSync } from "node:zlib";

/** A picture as rows of pixels, 8 bits of red, green and blue each. */
export interface Picture {
  width: number;
  height: number;
  /** 3 * width * height bytes, row by row. */
  rgb: Uint8Array;
}

/** PNG (ISO 15948): one IHDR, one IDAT with filter 0 in each row, one IEND. */
export function png(picture: Picture): Buffer {
  const { width, height, rgb } = picture;
  const rows = Buffer.alloc((3 * width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(rgb.subarray(3 * width * y, 3 * width * (y + 1)), (3 * width + 1) * y + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Modules as a picture: `scale` pixels a module and `margin` modules of light around it (ISO 18004 asks for 4). */
export function modulesToPicture(modules: readonly (readonly boolean[])[], scale: number, margin = 4): Picture {
  const side = (modules.length + 2 * margin) * scale;
  const rgb = new Uint8Array(3 * side * side).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (modules[Math.floor(y / scale) - margin]?.[Math.floor(x / scale) - margin] === true) rgb.fill(0, 3 * (y * side + x), 3 * (y * side + x) + 3);
    }
  }
  return { width: side, height: side, rgb };
}

/** A company's mark: two-coloured blocks that mirror, so that every sender has his own. `bits` decides the pattern. */
export function logo(bits: number, ink: readonly [number, number, number], side = 96): Picture {
  const rgb = new Uint8Array(3 * side * side).fill(255);
  const cell = side / 6;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const column = Math.min(Math.floor(x / cell), 5 - Math.floor(x / cell));
      const row = Math.floor(y / cell);
      if (((bits >>> ((column * 6 + row) % 31)) & 1) === 1) rgb.set(ink, 3 * (y * side + x));
    }
  }
  return { width: side, height: side, rgb };
}
