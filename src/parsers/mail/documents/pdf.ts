import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import type { PDFPageProxy } from "pdfjs-dist";
import { inked, type Picture } from "../codes/pixels.ts";
import { MAIL_LIMITS } from "../limits.ts";
import type { AttachmentFlag } from "../opened-message.ts";

export interface PdfFacts {
  flags: Set<AttachmentFlag>;
  urls: { url: string; source: "pdf-annotation" | "pdf-text" }[];
  text: string;
  pages: number;
  /** Password that opened it. */
  opened: string | undefined;
  encrypted: boolean;
  passwordsTried: number;
}

type Drawing = NonNullable<Parameters<PDFPageProxy["render"]>[0]["canvasContext"]>;

/** Side of the larger edge of a drawn page in pixels: a code of 25 mm on A4 has about 130. */
const DRAWN_SIDE = 1_600;
/** White that stays around what is drawn on a page: codes need some. */
const QUIET = 40;

/**
 * Links, text and drawn pages of a PDF. `draw` gets what is drawn on each of the first five pages as pixels, one at a time; blank pages are left out.
 * Scripts of the file are never run, nothing is fetched, its WebAssembly decoders are off (JPEG 2000 and JBIG2 pictures stay blank).
 * Throws what pdf.js throws on a file that it cannot read. Memory: a page is about 10 MB; time is bounded by the process it runs in, not here.
 */
export async function readPdf(bytes: Buffer, passwords: readonly string[], draw: (page: Picture, number: number) => Promise<void>): Promise<PdfFacts> {
  const facts: PdfFacts = { flags: new Set(), urls: [], text: "", pages: 0, opened: undefined, encrypted: false, passwordsTried: 0 };
  const raw = bytes.toString("latin1");
  if (/\/(?:JavaScript|JS)\b/.test(raw)) facts.flags.add("pdf-javascript");
  if (/\/Launch\b/.test(raw)) facts.flags.add("pdf-launch");
  if (/\/EmbeddedFile\b/.test(raw)) facts.flags.add("pdf-embedded-file");
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const home = join(dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json")));
  const task = pdfjs.getDocument({
    data: new Uint8Array(bytes),
    verbosity: 0,
    useWasm: false,
    useWorkerFetch: false,
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    maxImageSize: MAIL_LIMITS.imagePixels,
    standardFontDataUrl: `${join(home, "standard_fonts")}/`,
    cMapUrl: `${join(home, "cmaps")}/`,
    cMapPacked: true,
  });
  const queue = [...passwords];
  task.onPassword = (answer: (password: string | Error) => void): void => {
    facts.encrypted = true;
    const next = queue.shift();
    if (next === undefined) {
      answer(new Error("no password fits"));
      return;
    }
    facts.passwordsTried++;
    facts.opened = next;
    answer(next);
  };
  try {
    const pdf = await task.promise;
    facts.pages = pdf.numPages;
    for (let n = 1; n <= Math.min(pdf.numPages, MAIL_LIMITS.pdfPages); n++) {
      const page = await pdf.getPage(n);
      for (const annotation of await page.getAnnotations()) {
        const url: unknown = annotation.unsafeUrl ?? annotation.url;
        if (typeof url === "string" && facts.urls.length < 500) facts.urls.push({ url, source: "pdf-annotation" });
      }
      const content = await page.getTextContent();
      const text = content.items.map((item) => ("str" in item ? `${item.str}${item.hasEOL ? "\n" : ""}` : "")).join("");
      facts.text = `${facts.text}\n${text}`.slice(0, 16_384).trim();
      const size = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: Math.min(4, DRAWN_SIDE / Math.max(1, size.width, size.height)) });
      const width = Math.max(1, Math.min(DRAWN_SIDE, Math.ceil(viewport.width)));
      const height = Math.max(1, Math.min(DRAWN_SIDE, Math.ceil(viewport.height)));
      const canvas = createCanvas(width, height);
      const context = canvas.getContext("2d");
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, width, height);
      await page.render({ canvas: null, canvasContext: context as unknown as Drawing, viewport }).promise;
      const { data } = context.getImageData(0, 0, width, height);
      const rgb = new Uint8Array(width * height * 3);
      for (let i = 0, j = 0; j < rgb.length; i += 4, j += 3) {
        rgb[j] = data[i] as number;
        rgb[j + 1] = data[i + 1] as number;
        rgb[j + 2] = data[i + 2] as number;
      }
      const ink = inked({ rgb, width, height }, QUIET);
      if (ink !== undefined) await draw(ink, n);
      page.cleanup();
    }
  } finally {
    await task.destroy();
  }
  for (const [url] of facts.text.matchAll(/https?:\/\/[^\s<>"']{3,2000}/gi)) facts.urls.push({ url, source: "pdf-text" });
  return facts;
}
