import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { seededRandom } from "../base/random.ts";
import { CodedError } from "../base/result.ts";
import { decodeGrey } from "../parsers/mail/codes/decode.ts";
import { greyOf, readPicture } from "../parsers/mail/codes/pixels.ts";
import { finishMessage, openLayers } from "../parsers/mail/open-layers.ts";
import { openPlain } from "../parsers/mail/open-message.ts";
import type { OpenedMessage } from "../parsers/mail/opened-message.ts";
import type { Bench, BenchOptions } from "./bench.ts";
import type { BenchResult, Figure } from "./figures.ts";
import { builtMails, messageOf } from "./qr-variants.ts";
import { VERSION_OF_BENCH } from "./version.ts";

const READ = /\.(png|jpe?g|gif|bmp|webp|tiff?|avif|hei[cf]|eml|docx|xlsx|pptx|odt|pdf|svg)$/i;
const PICTURE = /\.(png|jpe?g|gif|bmp|webp|tiff?|avif|hei[cf])$/i;
const BUILT_TEXTS = 4;

interface Unit {
  path: string;
  expected: string | undefined;
  decoded: string[];
  control: string[];
  ms: number;
}

async function run(options: BenchOptions): Promise<BenchResult> {
  if (options.data.length === 0) throw new CodedError("bad-option", "qr: --data DIR of pictures, mail or documents is needed", { exitCode: 2 });
  const units: Unit[] = [];
  for (const folder of options.data) for (const path of filesOf(folder)) units.push(await unitOf(path));
  const expected = units.filter((u) => u.expected !== undefined);
  for (const unit of expected.filter((u) => !isRead(u.decoded, u.expected))) options.print(`  not read: ${unit.path} (${unit.ms.toFixed(0)} ms)\n`);
  options.print(
    `${units.length} files, ${expected.length} with their text beside them; of the others ${units.filter((u) => u.expected === undefined && u.decoded.length > 0).length} hold a code\n`,
  );
  options.print("rspamd 3.4 and SpamAssassin 4.0.1 read no codes (no such function in their distributions)\n");
  const figures: Figure[] = [];
  if (expected.length > 0) {
    figures.push(shareOf("decodedShare", "wonted", expected.filter((u) => isRead(u.decoded, u.expected)).length, expected.length));
    figures.push(shareOf("decodedShare", "zxing once", expected.filter((u) => isRead(u.control, u.expected)).length, expected.length));
    figures.push({ name: "decodedShare", method: "control: rspamd, SpamAssassin", value: 0 });
  }
  const times = units.map((u) => u.ms).sort((a, b) => a - b);
  figures.push({ name: "medianMs", method: "wonted", value: times[Math.floor(times.length / 2)] ?? 0, unit: "ms" });
  figures.push({ name: "p95Ms", method: "wonted", value: times[Math.floor(times.length * 0.95)] ?? 0, unit: "ms" });
  figures.push(...(await built(options)));
  if (options.units !== undefined) {
    mkdirSync(options.units, { recursive: true });
    writeFileSync(join(options.units, "units.ndjson"), units.map((u) => `${JSON.stringify({ path: u.path, decoded: u.decoded })}\n`).join(""));
  }
  return { bench: "qr", version: VERSION_OF_BENCH, figures };
}

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(path, entry.name)) : READ.test(entry.name) ? [join(path, entry.name)] : []));
}

async function unitOf(path: string): Promise<Unit> {
  const bytes = readFileSync(path);
  const beside = path.slice(0, -extname(path).length);
  const expected = existsSync(`${beside}.txt`) ? readFileSync(`${beside}.txt`, "utf8") : undefined;
  const mail = /\.eml$/i.test(path) ? bytes : messageOf([{ name: basename(path).replace(/[^\x20-\x7e]|"/g, "_"), type: "application/octet-stream", bytes }]);
  const started = performance.now();
  const message = await openAll(mail, path);
  const ms = performance.now() - started;
  return { path, expected, decoded: message.codes.map((c) => c.text), control: PICTURE.test(path) ? await once(bytes) : [], ms };
}

async function openAll(bytes: Buffer, ref: string): Promise<OpenedMessage> {
  const opening = openPlain(bytes, ref, { rewriters: [] });
  await openLayers(opening, { rewriters: [] });
  return finishMessage(opening.message);
}

/** The decoder as it comes, one call on the whole picture. */
async function once(bytes: Buffer): Promise<string[]> {
  try {
    const picture = await readPicture(bytes, { pixels: 40_000_000, side: 1_600 });
    return (await decodeGrey(greyOf(picture, "luma"))).map((c) => c.text);
  } catch {
    return [];
  }
}

async function built(options: BenchOptions): Promise<Figure[]> {
  const random = seededRandom(options.seed);
  const groups = new Map<string, { read: number; all: number }>();
  for (let n = 0; n < BUILT_TEXTS; n++) {
    const word = (length: number): string => Array.from({ length }, () => "abcdefghijklmnopqrstuvwxyz0123456789"[Math.floor(random() * 36)]).join("");
    const text = `https://${word(14)}.example/${word(4 + n * 12)}?u=${word(8)}`;
    for (const mail of await builtMails(text)) {
      const message = await openAll(mail.bytes, mail.variant);
      const group = groups.get(mail.group) ?? { read: 0, all: 0 };
      group.all++;
      if (message.codes.some((c) => c.text === text)) group.read++;
      else options.print(`  built, not read: ${mail.variant} (${text.length} characters)\n`);
      groups.set(mail.group, group);
    }
  }
  return [...groups].map(([name, { read, all }]) => shareOf(`built.${name}.decodedShare`, "wonted", read, all));
}

/** Line ends of the expected text are the editor's, not the code's. */
function isRead(decoded: readonly string[], expected: string | undefined): boolean {
  const plain = (text: string): string => text.replace(/\r\n/g, "\n").trim();
  return expected !== undefined && decoded.some((text) => plain(text) === plain(expected));
}

function shareOf(name: string, method: string, hits: number, n: number): Figure {
  const z = 1.96;
  const p = hits / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { name, method, value: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Codes read from pictures with known text, and from messages built to hide them. */
export const qrBench: Bench = {
  name: "qr",
  about: {
    what: "Pictures of codes with their expected text, and messages and documents that hide codes in the ways of email.md, made by the bench from a seed. How many are read, and how long one takes.",
    flaws: ["The pictures are photos and test images, hardly any from real mail.", "The built variants are made by the author of the reader."],
    misses: [
      "Codes that are damaged or folded beyond their error correction.",
      "A picture that would take more passes than are allowed for it; the bound is work in pixels, so that a busy machine reads the same.",
    ],
  },
  goals: [
    { name: "decodedShare", atLeast: 0.92, by: "value" },
    ...["picture", "split", "drawn", "docx", "xlsx", "pptx", "odt", "pdf", "nested"].map((group) => ({
      name: `built.${group}.decodedShare`,
      atLeast: 1,
      by: "value" as const,
    })),
  ],
  run,
};
