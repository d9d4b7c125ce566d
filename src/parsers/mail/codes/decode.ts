import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, type ReaderOptions, type ReadResult, readBarcodes } from "zxing-wasm/reader";
import { DecodeMemory } from "./decode-memory.ts";
import type { DecodedCode, DecodeWork } from "./decode-work.ts";
import { blurred, framed, type Grey, greyOf, inverted, isColourless, localThreshold, type Picture, scaled, stretched, turned } from "./pixels.ts";

const FORMATS: ReaderOptions["formats"] = ["QRCode", "MicroQRCode", "RMQRCode", "Aztec", "DataMatrix", "PDF417"];
const BASE: ReaderOptions = {
  formats: FORMATS,
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  maxNumberOfSymbols: 20,
  textMode: "Plain",
};
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
let ready: Promise<unknown> | undefined;

/** The decoder's own loader would fetch its binary from a public host; it gets the one on disk. */
function prepare(): Promise<unknown> {
  ready ??= prepareZXingModule({ overrides: { wasmBinary: wasmBinary() }, fireImmediately: true }) as Promise<unknown>;
  return ready;
}

function wasmBinary(): ArrayBuffer {
  const bytes = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** One pass of the decoder over grey pixels. */
export async function decodeGrey(grey: Grey, options: Partial<ReaderOptions> = {}): Promise<DecodedCode[]> {
  await prepare();
  // One word a pixel; grey and opaque is the same in either byte order but for where the 255 stands.
  const words = new Uint32Array(grey.data.length);
  const [spread, opaque] = LITTLE_ENDIAN ? [0x010101, 0xff000000] : [0x01010100, 0xff];
  for (let i = 0; i < words.length; i++) words[i] = (grey.data[i] as number) * spread + opaque;
  const rgba = new Uint8ClampedArray(words.buffer);
  const results = await readBarcodes({ data: rgba, width: grey.width, height: grey.height, colorSpace: "srgb" } as Parameters<typeof readBarcodes>[0], {
    ...BASE,
    ...options,
  });
  return results.filter((r) => r.isValid && r.text !== "").map(codeOf);
}

function codeOf(result: ReadResult): DecodedCode {
  const points = Object.values(result.position).filter((p): p is { x: number; y: number } => typeof p === "object");
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  return {
    text: result.text.slice(0, 4_096),
    format: result.format,
    box: { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) },
  };
}

interface Attempt {
  name: string;
  make(): Grey;
  options?: Partial<ReaderOptions>;
}

const memory = new DecodeMemory();

/** A pass costs this much however small the picture is. */
const PASS = 20_000;
const MAKING = 0.2;

/**
 * The codes of a picture: the picture as it is, then until something is found or the work is used up other scales, colours apart, local thresholds, blurs,
 * frames and turns; what would be the same pixels again is left out. Every attempt is one of the decoder's passes, so an attempt never finds what is not there;
 * the first is made however little work is left.
 */
export function decodePicture(picture: Picture, work: DecodeWork): Promise<DecodedCode[]> {
  return memory.recall(picture, work, firstFound);
}

async function firstFound(picture: Picture, work: DecodeWork): Promise<DecodedCode[]> {
  const pixels = picture.width * picture.height;
  const tried = new Set<Grey>();
  for (const attempt of attempts(picture)) {
    const grey = attempt.make();
    if (attempt.options === undefined) {
      if (tried.has(grey)) continue;
      tried.add(grey);
    }
    const found = await decodeGrey(grey, attempt.options);
    work.spend(PASS + grey.data.length + MAKING * pixels);
    if (found.length > 0) return found.map((code) => rescaled(code, picture.width / grey.width));
    if (work.left <= 0) break;
  }
  return [];
}

function rescaled(code: DecodedCode, factor: number): DecodedCode {
  const { left, top, right, bottom } = code.box;
  return { ...code, box: { left: left * factor, top: top * factor, right: right * factor, bottom: bottom * factor } };
}

function* attempts(picture: Picture): Iterable<Attempt> {
  const luma = greyOf(picture, "luma");
  const long = Math.max(luma.width, luma.height);
  const sizes = new Map<number, Grey>();
  const at = (side: number): Grey => {
    if (long <= side) return luma;
    const made = sizes.get(side) ?? scaled(luma, side / long);
    sizes.set(side, made);
    return made;
  };
  yield { name: "as it is", make: () => luma };
  if (long < 500) {
    yield { name: "framed", make: () => framed(luma, 20) };
    yield { name: "larger", make: () => framed(scaled(luma, long < 150 ? 4 : 2), 40) };
  }
  if (long > 900) yield { name: "half", make: () => at(800) };
  if (long > 450) yield { name: "quarter", make: () => at(400) };
  yield { name: "global threshold", make: () => at(800), options: { binarizer: "GlobalHistogram" } };
  yield { name: "stretched", make: () => stretched(at(800)) };
  yield { name: "local threshold", make: () => localThreshold(at(800), 24, 6), options: { binarizer: "FixedThreshold" } };
  if (isColourless(picture)) yield { name: "stretched, whole", make: () => stretched(luma) };
  else {
    yield { name: "darkest colour", make: () => stretched(greyOf(picture, "min")) };
    yield { name: "lightest colour", make: () => stretched(greyOf(picture, "max")) };
    yield { name: "blue", make: () => stretched(greyOf(picture, "blue")) };
    yield { name: "red", make: () => stretched(greyOf(picture, "red")) };
  }
  yield { name: "blurred", make: () => blurred(at(1_000), 2) };
  yield { name: "wide local threshold", make: () => localThreshold(at(800), 60, 4), options: { binarizer: "FixedThreshold" } };
  yield { name: "blurred more", make: () => blurred(at(1_000), 4) };
  yield { name: "blurred, local threshold", make: () => localThreshold(blurred(at(600), 1), 20, 3), options: { binarizer: "FixedThreshold" } };
  yield { name: "small local threshold", make: () => localThreshold(at(400), 14, 4), options: { binarizer: "FixedThreshold" } };
  yield { name: "inverted, local threshold", make: () => localThreshold(inverted(at(800)), 24, 6), options: { binarizer: "FixedThreshold" } };
  for (const degrees of [30, 60, 15, 45, 75]) yield { name: `turned by ${degrees}`, make: () => turned(at(700), degrees) };
  yield { name: "framed in black", make: () => framed(at(800), 40, 0) };
  yield { name: "smallest", make: () => at(250) };
  yield { name: "larger", make: () => scaled(at(1_000), 1.5) };
}
