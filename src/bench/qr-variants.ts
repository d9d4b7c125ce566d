import sharp, { type Sharp } from "sharp";
import { docx } from "../generate/mail/files/office.ts";
import { pdf } from "../generate/mail/files/pdf.ts";
import { modulesToPicture, png } from "../generate/mail/files/png.ts";
import { qrCode } from "../generate/mail/files/qr.ts";
import { zip } from "../generate/mail/files/zip.ts";
import { drawnPage, type PageOptions } from "./drawn-page.ts";

export interface BuiltFile {
  name: string;
  type: string;
  bytes: Buffer;
}

export interface BuiltMail {
  variant: string;
  /** Kind that a figure is told for. */
  group: "picture" | "split" | "drawn" | "docx" | "xlsx" | "pptx" | "odt" | "pdf" | "nested";
  bytes: Buffer;
}

/** Codes that a page draws by itself, with no picture in it. */
const DRAWN: readonly [string, PageOptions][] = [
  ["pdf, drawn", { module: 3, turned: 0 }],
  ["pdf, drawn and turned", { module: 3, turned: 17 }],
  ["pdf, drawn in dots", { module: 3, turned: 0, dot: 0.8 }],
  ["pdf, drawn in dots and turned", { module: 4, turned: 31, dot: 0.85 }],
  ["pdf, drawn in small dots, turned", { module: 2, turned: 9, dot: 0.5 }],
];

const META = { title: "Document", author: "Accounts", created: Date.UTC(2026, 0, 5) };

/** A message with one code of `text` for each way of hiding it that was seen in use; all made here. */
export async function builtMails(text: string): Promise<BuiltMail[]> {
  const modules = qrCode(text);
  const plain = png(modulesToPicture(modules, 6));
  const mails: BuiltMail[] = [];
  const add = (variant: string, group: BuiltMail["group"], files: readonly BuiltFile[], html?: string): void => {
    mails.push({ variant, group, bytes: messageOf(files, html) });
  };
  for (const [variant, bytes] of await pictures(modules, plain)) add(variant, "picture", [{ name: `${variant}.png`, type: "image/png", bytes }]);
  const size = (await sharp(plain).metadata()).width ?? 0;
  const half = Math.floor(size / 2);
  const cut = (left: number, top: number, width: number, height: number): Promise<Buffer> =>
    sharp(plain).extract({ left, top, width, height }).png().toBuffer();
  const image = (bytes: Buffer, n: number): BuiltFile => ({ name: `image00${n}.png`, type: "image/png", bytes });
  add("left and right", "split", [image(await cut(0, 0, half, size), 1), image(await cut(half, 0, size - half, size), 2)]);
  add("top and bottom", "split", [image(await cut(0, 0, size, half), 1), image(await cut(0, half, size, size - half), 2)]);
  const even = half * 2;
  const quarter = await Promise.all([cut(0, 0, half, half), cut(half, 0, half, half), cut(0, half, half, half), cut(half, half, half, half)]);
  if (even > 0)
    add(
      "four quarters",
      "split",
      quarter.map((bytes, i) => image(bytes, i + 1)),
    );
  add("html table", "drawn", [], tableOf(modules));
  add("block characters", "drawn", [], `<pre>${blocksOf(modules)}</pre>`);
  add("docx", "docx", [{ name: "notice.docx", type: "application/octet-stream", bytes: docx(META, ["Please scan."], [plain]) }]);
  const part = (name: string, content: Buffer | string): { name: string; data: Buffer | string } => ({ name, data: content });
  add("xlsx", "xlsx", [
    {
      name: "list.xlsx",
      type: "application/octet-stream",
      bytes: zip([part("[Content_Types].xml", "<Types/>"), part("xl/workbook.xml", "<workbook/>"), { name: "xl/media/image1.png", data: plain }]),
    },
  ]);
  add("pptx", "pptx", [
    {
      name: "slides.pptx",
      type: "application/octet-stream",
      bytes: zip([part("[Content_Types].xml", "<Types/>"), part("ppt/presentation.xml", "<p/>"), { name: "ppt/media/image1.png", data: plain }]),
    },
  ]);
  add("odt", "odt", [
    {
      name: "letter.odt",
      type: "application/octet-stream",
      bytes: zip([
        part("mimetype", "application/vnd.oasis.opendocument.text"),
        part("content.xml", "<office/>"),
        part("META-INF/manifest.xml", "<m/>"),
        { name: "Pictures/1.png", data: plain },
      ]),
    },
  ]);
  add("pdf", "pdf", [{ name: "invoice.pdf", type: "application/pdf", bytes: pdf("Invoice", ["Please scan."], modulesToPicture(modules, 4)) }]);
  for (const [variant, options] of DRAWN) add(variant, "pdf", [{ name: "invoice.pdf", type: "application/pdf", bytes: drawnPage(modules, options) }]);
  add("nested mail", "nested", [{ name: "forwarded.eml", type: "message/rfc822", bytes: messageOf([image(plain, 1)]) }]);
  add("archive", "nested", [{ name: "scan.zip", type: "application/zip", bytes: zip([{ name: "scan.png", data: plain }]) }]);
  return mails;
}

async function pictures(modules: readonly (readonly boolean[])[], plain: Buffer): Promise<[string, Buffer][]> {
  const grey = sharp(plain).greyscale();
  const out = (image: Sharp): Promise<Buffer> => image.png().toBuffer();
  const white = { background: "#ffffff" };
  const two = (ink: readonly [number, number, number], ground: readonly [number, number, number]): Promise<Buffer> => coloured(modules, ink, ground);
  const variants: [string, Promise<Buffer>][] = [
    ["plain", Promise.resolve(plain)],
    ["rotated 15", out(sharp(plain).rotate(15, white))],
    ["rotated 45", out(sharp(plain).rotate(45, white))],
    ["rotated 180", out(sharp(plain).rotate(180))],
    ["inverted", out(grey.clone().negate())],
    ["red on pink", two([200, 20, 30], [255, 200, 210])],
    ["blue on yellow", two([20, 40, 180], [255, 230, 60])],
    ["low contrast", two([150, 150, 150], [190, 190, 190])],
    ["yellow on white", two([250, 220, 60], [255, 255, 255])],
    ["one pixel a module", Promise.resolve(png(modulesToPicture(modules, 1)))],
    ["two pixels a module", Promise.resolve(png(modulesToPicture(modules, 2)))],
    ["no margin", Promise.resolve(png(modulesToPicture(modules, 5, 0)))],
    ["blurred", out(sharp(plain).blur(2))],
    ["poor jpeg", sharp(plain).jpeg({ quality: 15 }).toBuffer()],
    [
      "in a letter",
      out(
        sharp({ create: { width: 1_200, height: 1_600, channels: 3, background: "#ffffff" } }).composite([
          { input: await sharp(plain).resize(220).toBuffer(), left: 700, top: 1_100 },
        ]),
      ),
    ],
  ];
  return Promise.all(variants.map(async ([name, bytes]): Promise<[string, Buffer]> => [name, await bytes]));
}

function coloured(
  modules: readonly (readonly boolean[])[],
  ink: readonly [number, number, number],
  ground: readonly [number, number, number],
): Promise<Buffer> {
  const scale = 6;
  const margin = 4;
  const side = (modules.length + 2 * margin) * scale;
  const rgb = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++)
      rgb.set(modules[Math.floor(y / scale) - margin]?.[Math.floor(x / scale) - margin] === true ? ink : ground, (y * side + x) * 3);
  }
  return sharp(rgb, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

function tableOf(modules: readonly (readonly boolean[])[]): string {
  const cell = (dark: boolean): string => `<td style="background-color:${dark ? "#000" : "#fff"};width:4px;height:4px"></td>`;
  return `<table cellspacing="0">${modules.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</table>`;
}

function blocksOf(modules: readonly (readonly boolean[])[]): string {
  const lines: string[] = [];
  for (let y = 0; y < modules.length; y += 2) {
    lines.push((modules[y] ?? []).map((upper, x) => [" ", "▀", "▄", "█"][(upper ? 1 : 0) + (modules[y + 1]?.[x] === true ? 2 : 0)]).join(""));
  }
  return lines.join("\n");
}

/** A message with files, and a body of HTML when one is given. */
export function messageOf(files: readonly BuiltFile[], html = "<p>See below.</p>"): Buffer {
  const mark = `part-${files.length}-${html.length}-${files[0]?.bytes.length ?? 0}`;
  const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/.{76}/g, "$&\r\n");
  const parts = [
    `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(html))}`,
    ...files.map((file) => {
      const own = file.type === "message/rfc822";
      const head = `Content-Type: ${file.type}; name="${file.name}"\r\nContent-Disposition: attachment; filename="${file.name}"\r\n`;
      return own ? `${head}\r\n${file.bytes.toString("latin1")}` : `${head}Content-Transfer-Encoding: base64\r\n\r\n${base64(file.bytes)}`;
    }),
  ];
  const head = `From: Accounts <accounts@sender.example>\r\nTo: <a@own.example>\r\nSubject: Document\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${mark}"\r\n\r\n`;
  return Buffer.from(`${head}${parts.map((part) => `--${mark}\r\n${part}\r\n`).join("")}--${mark}--\r\n`, "latin1");
}
