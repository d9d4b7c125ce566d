import type { ByteReader, ByteWriter } from "../stats/bytes.ts";

type Numbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** Elements from which on an array grows by an eighth: half of a large one would be the largest part of what a device costs. */
const LARGE = 4_096;

/** `array` itself when it holds `count` elements, else a copy of at least that size, grown by half or, if large, an eighth; new elements are `fill`. */
export function grown<T extends Numbers>(array: T, count: number, fill = 0): T {
  if (count <= array.length) return array;
  const size = Math.max(count, 64, array.length + (array.length >> (array.length < LARGE ? 1 : 3)));
  const next = new (array.constructor as new (size: number) => T)(size);
  next.set(array);
  if (fill !== 0) next.fill(fill, array.length);
  return next;
}

/** Reads an array of any length that ByteWriter.array wrote. */
export function readArray<T extends Numbers>(reader: ByteReader, make: new (size: number) => T): T {
  const out = new make(reader.peekCount());
  reader.arrayInto(out);
  return out;
}

export function writeTexts(out: ByteWriter, texts: readonly (string | undefined)[], count = texts.length): void {
  out.u32(count);
  for (let i = 0; i < count; i++) {
    const text = texts[i];
    out.u8(text === undefined ? 0 : 1);
    if (text !== undefined) out.text(text);
  }
}

export function readTexts(reader: ByteReader): (string | undefined)[] {
  const out: (string | undefined)[] = [];
  const count = reader.u32();
  for (let i = 0; i < count; i++) out.push(reader.u8() === 1 ? reader.text() : undefined);
  return out;
}

/**
 * The same text, cut loose from the chunk of file that it may be a slice of: engines keep the whole chunk alive as long as
 * one slice of it lives, so whatever learning keeps goes through here.
 */
export function ownText(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
