import { generator, remainder } from "./qr-field.ts";
import { alignmentCentres, LEVELS, type QrLevel, rawModules } from "./qr-tables.ts";

/**
 * A QR code of a text in byte mode (UTF-8), smallest version that holds it, mask chosen by the standard's penalty (ISO/IEC 18004:2015).
 * Shape: square of modules, true = dark. At most 2,953 bytes at level L; more is a RangeError. Cost: about 5 ms for a link.
 */
export function qrCode(text: string, level: QrLevel = "M"): boolean[][] {
  const bytes = new TextEncoder().encode(text);
  const version = smallestVersion(bytes.length, level);
  const symbol = new Symbol2d(version);
  symbol.placeData(codewords(bytes, version, level));
  let best: boolean[][] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let mask = 0; mask < 8; mask++) {
    const masked = symbol.masked(mask, level);
    const cost = penalty(masked);
    if (cost < least) {
      least = cost;
      best = masked;
    }
  }
  return best ?? [];
}

function dataCodewords(version: number, level: QrLevel): number {
  const { ecc, blocks } = LEVELS[level];
  return Math.floor(rawModules(version) / 8) - (ecc[version - 1] ?? 0) * (blocks[version - 1] ?? 0);
}

function smallestVersion(length: number, level: QrLevel): number {
  for (let version = 1; version <= 40; version++) {
    const bits = 4 + (version < 10 ? 8 : 16) + 8 * length;
    if (bits <= 8 * dataCodewords(version, level)) return version;
  }
  throw new RangeError(`a QR code of level ${level} cannot hold ${length} bytes`);
}

function codewords(bytes: Uint8Array, version: number, level: QrLevel): Uint8Array {
  const capacity = dataCodewords(version, level);
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >>> i) & 1);
  };
  put(4, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, capacity * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity * 8; pad ^= 0xec ^ 0x11) put(pad, 8);
  const data = new Uint8Array(capacity);
  bits.forEach((bit, i) => {
    data[i >> 3] = (data[i >> 3] ?? 0) | (bit << (7 - (i & 7)));
  });
  return interleave(data, version, level);
}

function interleave(data: Uint8Array, version: number, level: QrLevel): Uint8Array {
  const count = LEVELS[level].blocks[version - 1] ?? 1;
  const eccLength = LEVELS[level].ecc[version - 1] ?? 0;
  const total = Math.floor(rawModules(version) / 8);
  const short = count - (total % count);
  const shortLength = Math.floor(total / count) - eccLength;
  const divisor = generator(eccLength);
  const blocks: Uint8Array[] = [];
  const checks: Uint8Array[] = [];
  for (let i = 0, at = 0; i < count; i++) {
    const block = data.subarray(at, at + shortLength + (i < short ? 0 : 1));
    at += block.length;
    blocks.push(block);
    checks.push(remainder(block, divisor));
  }
  const out: number[] = [];
  for (let i = 0; i <= shortLength; i++) for (const block of blocks) if (i < block.length) out.push(block[i] ?? 0);
  for (let i = 0; i < eccLength; i++) for (const check of checks) out.push(check[i] ?? 0);
  return Uint8Array.from(out);
}

class Symbol2d {
  readonly #size: number;
  readonly #dark: boolean[][];
  readonly #fixed: boolean[][];

  constructor(version: number) {
    this.#size = version * 4 + 17;
    this.#dark = grid(this.#size);
    this.#fixed = grid(this.#size);
    this.#functionPatterns(version);
  }

  #set(x: number, y: number, dark: boolean): void {
    const row = this.#dark[y];
    const fixed = this.#fixed[y];
    if (row === undefined || fixed === undefined || x < 0 || x >= this.#size) return;
    row[x] = dark;
    fixed[x] = true;
  }

  #functionPatterns(version: number): void {
    const size = this.#size;
    for (let i = 0; i < size; i++) {
      this.#set(6, i, i % 2 === 0);
      this.#set(i, 6, i % 2 === 0);
    }
    for (const [cx, cy] of [
      [3, 3],
      [size - 4, 3],
      [3, size - 4],
    ] as const)
      this.#square(cx, cy, 4, (ring) => ring !== 2 && ring !== 4);
    const centres = alignmentCentres(version);
    const last = centres.length - 1;
    centres.forEach((cx, i) => {
      centres.forEach((cy, j) => {
        const finder = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
        if (!finder) this.#square(cx, cy, 2, (ring) => ring !== 1);
      });
    });
    // Room for the format, whose bits depend on the mask and come last.
    for (let i = 0; i < 9; i++) {
      this.#set(8, i, i === 6);
      this.#set(i, 8, i === 6);
      if (i < 8) {
        this.#set(8, size - 1 - i, false);
        this.#set(size - 1 - i, 8, false);
      }
    }
    if (version >= 7) this.#versionBits(version);
  }

  #square(cx: number, cy: number, reach: number, dark: (ring: number) => boolean): void {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) this.#set(cx + dx, cy + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }

  #versionBits(version: number): void {
    let rest = version;
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const bits = (version << 12) | rest;
    for (let i = 0; i < 18; i++) {
      const dark = ((bits >>> i) & 1) === 1;
      const a = this.#size - 11 + (i % 3);
      const b = Math.floor(i / 3);
      this.#set(a, b, dark);
      this.#set(b, a, dark);
    }
  }

  /** Two columns at a time from the right, up and down by turns, round the function patterns (§7.7.3). */
  placeData(data: Uint8Array): void {
    let bit = 0;
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upward = ((right + 1) & 2) === 0;
      for (let step = 0; step < this.#size; step++) {
        const y = upward ? this.#size - 1 - step : step;
        for (const x of [right, right - 1]) {
          const row = this.#dark[y];
          if (row === undefined || this.#fixed[y]?.[x] === true || bit >= data.length * 8) continue;
          row[x] = (((data[bit >> 3] ?? 0) >>> (7 - (bit & 7))) & 1) === 1;
          bit++;
        }
      }
    }
  }

  masked(mask: number, level: QrLevel): boolean[][] {
    const out = this.#dark.map((row, y) => row.map((dark, x) => (this.#fixed[y]?.[x] === true ? dark : dark !== flips(mask, x, y))));
    const data = (LEVELS[level].bits << 3) | mask;
    let rest = data;
    for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
    const bits = ((data << 10) | rest) ^ 0x5412;
    const size = this.#size;
    const put = (x: number, y: number, i: number): void => {
      const row = out[y];
      if (row !== undefined) row[x] = ((bits >>> i) & 1) === 1;
    };
    for (let i = 0; i <= 5; i++) put(8, i, i);
    put(8, 7, 6);
    put(8, 8, 7);
    put(7, 8, 8);
    for (let i = 9; i < 15; i++) put(14 - i, 8, i);
    for (let i = 0; i < 8; i++) put(size - 1 - i, 8, i);
    for (let i = 8; i < 15; i++) put(8, size - 15 + i, i);
    const row = out[size - 8];
    if (row !== undefined) row[8] = true;
    return out;
  }
}

function grid(size: number): boolean[][] {
  return Array.from({ length: size }, () => new Array<boolean>(size).fill(false));
}

function flips(mask: number, x: number, y: number): boolean {
  switch (mask) {
    case 0:
      return (x + y) % 2 === 0;
    case 1:
      return y % 2 === 0;
    case 2:
      return x % 3 === 0;
    case 3:
      return (x + y) % 3 === 0;
    case 4:
      return (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0;
    case 5:
      return ((x * y) % 2) + ((x * y) % 3) === 0;
    case 6:
      return (((x * y) % 2) + ((x * y) % 3)) % 2 === 0;
    default:
      return (((x + y) % 2) + ((x * y) % 3)) % 2 === 0;
  }
}

/** Penalty of §7.8.3.1: runs, 2x2 blocks, finder-like runs, share of dark. */
function penalty(modules: readonly (readonly boolean[])[]): number {
  const size = modules.length;
  let cost = 0;
  let dark = 0;
  for (let i = 0; i < size; i++) {
    for (const line of [modules[i] ?? [], modules.map((row) => row[i] ?? false)]) cost += runPenalty(line);
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const here = modules[y]?.[x];
      if (here === true) dark++;
      if (x + 1 < size && y + 1 < size && here === modules[y]?.[x + 1] && here === modules[y + 1]?.[x] && here === modules[y + 1]?.[x + 1]) cost += 3;
    }
  }
  return cost + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}

const FINDER = ["10111010000", "00001011101"];

function runPenalty(line: readonly boolean[]): number {
  const text = line.map((dark) => (dark ? "1" : "0")).join("");
  let cost = 0;
  for (const run of text.match(/0{5,}|1{5,}/g) ?? []) cost += run.length - 2;
  for (const pattern of FINDER) for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) cost += 40;
  return cost;
}
