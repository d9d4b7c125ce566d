import type { LinkLookups } from "../links/link-lookups.ts";
import { carvePictures } from "./archives/carve.ts";
import type { ProduceBudget } from "./archives/produce-budget.ts";
import { readTar } from "./archives/tar.ts";
import { readZip, unpackEntry, type ZipEntry } from "./archives/zip.ts";
import { decodeText } from "./charset.ts";
import type { CodeReader } from "./codes/code-reader.ts";
import { kindOfZip, readOffice } from "./documents/office.ts";
import { readPdf } from "./documents/pdf.ts";
import { smugglesFile } from "./documents/smuggling.ts";
import { fileKind, typeOfKind } from "./file-kind.ts";
import { readHtml } from "./html-facts.ts";
import { type LimitLog, MAIL_LIMITS } from "./limits.ts";
import { attachmentLine, type MailFile, type PlainOpening } from "./open-message.ts";
import type { AttachmentFlag, OpenedAttachment, OpenedMessage } from "./opened-message.ts";
import type { UrlLog } from "./url-log.ts";

export interface LayerTools {
  message: OpenedMessage;
  limits: LimitLog;
  urls: UrlLog;
  codes: CodeReader;
  budget: ProduceBudget;
  lookups: Pick<LinkLookups, "rewriters">;
  passwords(): readonly string[];
  openNested(bytes: Buffer, name: string): PlainOpening;
}

const PICTURES = new Set(["png", "jpg", "gif", "bmp", "webp", "tiff", "heif", "avif", "ico", "svg"]);
const CLOSED = new Set(["rar", "7z", "ace", "arj", "cab", "bz2", "xz", "zst", "iso", "udf", "vhd", "vhdx", "dmg", "pgp", "p7"]);

/** Opens one file and what is inside it. */
export class Layer {
  readonly #tools: LayerTools;

  constructor(tools: LayerTools) {
    this.#tools = tools;
  }

  async open(file: MailFile, depth: number): Promise<void> {
    const { limits, message } = this.#tools;
    if (depth > MAIL_LIMITS.archiveDepth) return limits.hit("archive-depth", file.path);
    const kind = file.attachment?.kind ?? fileKind(file.bytes).kind;
    try {
      await this.#byKind(kind, file, depth);
    } catch (error) {
      // A refused allocation is a limit of the process that was reached, not a fault of the file's form.
      if (error instanceof RangeError && /allocation/i.test(error.message)) limits.hit("memory", file.path);
      else if (message.errors.length < 50)
        message.errors.push({ code: "mail-part-unreadable", reason: (error as Error).message.slice(0, 300), where: file.path.join(" > ") });
    }
  }

  async #byKind(kind: string, file: MailFile, depth: number): Promise<void> {
    const { limits, codes, urls } = this.#tools;
    const place = { stage: "attachment" as const, path: file.path };
    if (PICTURES.has(kind)) {
      if (kind === "svg") this.#page(file);
      if (!(await codes.picture(file.bytes, file.source, file.path)) && kind === "heif") this.#closed(file);
    } else if (kind === "zip") await this.#zip(file, depth);
    else if (kind === "pdf") await this.#pdf(file);
    else if (kind === "gz") await this.#gzip(file, depth);
    else if (kind === "tar") for (const inner of readTar(file.bytes)) await this.#child(inner.bytes, inner.name, file, depth);
    else if (kind === "html") {
      for (const picture of this.#page(file)) await codes.picture(picture, "data-image", [...file.path, "picture 1"]);
    } else if (kind === "eml") await this.#nested(file, depth);
    else if (kind === "rtf") await this.#rtf(file);
    else if (kind === "ole") await this.#ole(file);
    else if (CLOSED.has(kind)) this.#closed(file);
    else if (kind === "ics" || kind === "vcf" || kind === "mobileconfig" || kind === "url" || kind === "xml" || kind === "txt" || kind === "script")
      this.#text(kind, file);
    else if (kind === "tnef" || kind === "one" || kind === "emf" || kind === "wmf" || kind === "") {
      for (const [i, picture] of carvePictures(file.bytes).entries()) await codes.picture(picture, "attachment", [...file.path, `picture ${i + 1}`]);
      if (kind === "tnef" || kind === "one") {
        urls.addText(stringsOf(file.bytes), { ...place, source: kind });
        if (kind === "one") flag(file.attachment, "embedded-object");
        limits.hit("format-not-opened", file.path);
        flag(file.attachment, "not-opened");
      }
    }
  }

  #closed(file: MailFile): void {
    this.#tools.limits.hit("format-not-opened", file.path);
    flag(file.attachment, "not-opened");
  }

  #text(kind: string, file: MailFile): void {
    const bytes = file.bytes.subarray(0, 2_000_000);
    // RFC 5545 3.1 folds lines; a link may be cut in the middle.
    const text =
      kind === "ics" || kind === "vcf"
        ? decodeText(bytes)
            .replace(/\r?\n[ \t]/g, "")
            .replace(/\\([,;nN])/g, " $1")
        : decodeText(bytes);
    if (file.attachment !== undefined) file.attachment.text = text.slice(0, 16_384);
    this.#tools.urls.addText(text, { stage: "attachment", source: kind === "ics" ? "calendar" : kind, path: file.path });
  }

  /** Returns the pictures that it carries. */
  #page(file: MailFile): Buffer[] {
    const text = decodeText(file.bytes.subarray(0, 4_000_000));
    const html = readHtml(text);
    if (file.attachment !== undefined) {
      file.attachment.text = html.visible.slice(0, 16_384);
      if (smugglesFile(html.scripts, text)) flag(file.attachment, "html-smuggling");
      if (html.facts.scripts > 0 || /\son(?:load|error|click)\s*=/i.test(text)) flag(file.attachment, "script");
      if (html.facts.forms.length > 0) flag(file.attachment, "form");
    }
    this.#tools.urls.addHtml(html.facts, html.visible, { stage: "attachment", path: file.path }, "page-");
    this.#tools.urls.addText(html.scripts, { stage: "attachment", source: "page-script", path: file.path });
    return html.data.map((d) => Buffer.from(d.base64, "base64"));
  }

  async #pdf(file: MailFile): Promise<void> {
    const { urls, codes, limits, message } = this.#tools;
    try {
      const facts = await readPdf(file.bytes, this.#tools.passwords(), (page, n) => codes.pixels(page, "pdf-page", [...file.path, `page ${n}`]));
      for (const { url, source } of facts.urls) urls.add(url, { stage: "attachment", source, path: file.path });
      for (const each of facts.flags) flag(file.attachment, each);
      if (facts.pages > MAIL_LIMITS.pdfPages) limits.hit("pdf-pages", file.path);
      if (file.attachment !== undefined) file.attachment.text = facts.text;
      this.#encryption(file, facts.encrypted, facts.opened, facts.passwordsTried);
    } catch (error) {
      const locked = /password/i.test((error as Error).name + (error as Error).message);
      if (locked) this.#encryption(file, true, undefined, this.#tools.passwords().length);
      else if (message.errors.length < 50)
        message.errors.push({ code: "mail-part-unreadable", reason: (error as Error).message.slice(0, 300), where: file.path.join(" > ") });
      for (const [i, picture] of carvePictures(file.bytes).entries()) await codes.picture(picture, "attachment", [...file.path, `picture ${i + 1}`]);
    }
  }

  #encryption(file: MailFile, encrypted: boolean, opened: string | undefined, tried: number): void {
    if (!encrypted) return;
    flag(file.attachment, "encrypted");
    if (file.attachment !== undefined) file.attachment.passwordsTried = tried;
    if (opened === undefined) this.#tools.limits.hit("encrypted", file.path);
    else flag(file.attachment, "opened-with-password");
  }

  async #gzip(file: MailFile, depth: number): Promise<void> {
    const bytes = this.#tools.budget.unpack("gzip", file.bytes, file.path);
    if (bytes !== undefined) await this.#child(bytes, file.name.replace(/\.t?gz$/i, (m) => (/^\.t/i.test(m) ? ".tar" : "")) || "content", file, depth);
  }

  async #zip(file: MailFile, depth: number): Promise<void> {
    const { limits, budget } = this.#tools;
    const entries = readZip(file.bytes, limits, file.path).filter((e) => !e.name.endsWith("/"));
    const locked = entries.find((e) => e.encrypted);
    let password: string | undefined;
    if (locked !== undefined) {
      const words = this.#tools.passwords();
      const smallest = entries.filter((e) => e.encrypted).reduce((a, b) => (b.packed.length < a.packed.length ? b : a));
      const at = words.findIndex((word) => unpackEntry(smallest, budget, file.path, word) !== undefined);
      password = at < 0 ? undefined : words[at];
      this.#encryption(file, true, password, at < 0 ? words.length : at + 1);
    }
    const kind = kindOfZip(entries.map((e) => e.name));
    if (kind !== undefined && kind !== "jar") {
      await this.#office(file, entries, depth, password);
      return;
    }
    if (kind === "jar" && file.attachment !== undefined) retype(file.attachment, kind);
    for (const entry of entries) {
      const bytes = unpackEntry(entry, budget, [...file.path, entry.name], password);
      if (bytes === undefined) {
        if (!entry.encrypted && entry.method !== 8 && entry.method !== 0) limits.hit("format-not-opened", [...file.path, entry.name]);
        this.#line(entry.packed, entry.name, file, entry.encrypted && password === undefined ? ["encrypted", "not-opened"] : ["not-opened"]);
        continue;
      }
      await this.#child(bytes, entry.name, file, depth);
    }
  }

  async #office(file: MailFile, entries: readonly ZipEntry[], depth: number, password: string | undefined): Promise<void> {
    const { budget, codes, urls, limits } = this.#tools;
    const byName = new Map(entries.map((e) => [e.name, e]));
    const read = (name: string): Buffer | undefined => {
      const entry = byName.get(name);
      return entry === undefined ? undefined : unpackEntry(entry, budget, [...file.path, name], password);
    };
    const facts = readOffice({ names: [...byName.keys()], read });
    if (file.attachment !== undefined) {
      if (facts.kind !== undefined) retype(file.attachment, facts.kind);
      file.attachment.text = facts.text;
    }
    for (const each of facts.flags) flag(file.attachment, each);
    for (const name of facts.declaredTypes) limits.hit("xml-bomb", [...file.path, name]);
    for (const { url, source } of facts.urls) urls.add(url, { stage: "attachment", source, path: file.path });
    for (const name of facts.pictures) {
      const bytes = read(name);
      if (bytes === undefined) continue;
      const path = [...file.path, name];
      if (!(await codes.picture(bytes, "office-image", path))) for (const picture of carvePictures(bytes)) await codes.picture(picture, "office-image", path);
    }
    for (const name of facts.embedded) {
      const bytes = read(name);
      if (bytes !== undefined) await this.#child(bytes, name, file, depth);
    }
  }

  /** Nested mail that arrived as a file: its own parts become layers of this message. */
  async #nested(file: MailFile, depth: number): Promise<void> {
    const inner = this.#tools.openNested(file.bytes, file.name);
    for (const url of inner.urls.found)
      this.#tools.urls.add(url.original ?? url.url, { stage: "attachment", source: `nested-${url.source}`, path: [...file.path, ...url.path] }, url.text);
    for (const hit of inner.limits.hits) this.#tools.limits.hit(hit.limit, [...file.path, hit.where]);
    for (const { grid, path } of inner.grids) await this.#tools.codes.grid(grid, [...file.path, ...path]);
    for (const part of inner.files) {
      const path = [...file.path, ...part.path];
      if (part.attachment !== undefined) {
        if (this.#tools.message.attachments.length >= MAIL_LIMITS.attachments) return this.#tools.limits.hit("attachment-count", file.path);
        part.attachment.path = path.slice(0, -1);
        this.#tools.message.attachments.push(part.attachment);
      }
      await this.open({ ...part, path }, depth + 1);
    }
  }

  async #rtf(file: MailFile): Promise<void> {
    const text = file.bytes.subarray(0, 8_000_000).toString("latin1");
    if (/\\object\b|\\objdata\b/.test(text)) flag(file.attachment, "embedded-object");
    if (/\\\*\\template\b/.test(text)) flag(file.attachment, "template-injection");
    this.#tools.urls.addText(
      text.replace(/\\'([0-9a-f]{2})/gi, (_a, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      { stage: "attachment", source: "rtf", path: file.path },
    );
    let n = 0;
    for (const match of text.matchAll(/\\(?:png|jpeg)blip[^{}]*?\s([0-9a-f\s]{200,})/gi)) {
      if (n >= 20) break;
      await this.#tools.codes.picture(Buffer.from((match[1] ?? "").replace(/\s/g, ""), "hex"), "office-image", [...file.path, `picture ${++n}`]);
    }
  }

  async #ole(file: MailFile): Promise<void> {
    flag(file.attachment, "ole");
    const has = (text: string): boolean => file.bytes.includes(Buffer.from(text, "utf16le"));
    if (has("_VBA_PROJECT")) flag(file.attachment, "macro");
    if (has("EncryptedPackage") || has("EncryptionInfo")) this.#encryption(file, true, undefined, 0);
    if (has("ObjectPool") || has("Ole10Native")) flag(file.attachment, "embedded-object");
    if (
      /auto_?open|document_?open|workbook_?open/i.test(file.bytes.subarray(0, 8_000_000).toString("latin1")) &&
      file.attachment?.flags.includes("macro") === true
    )
      flag(file.attachment, "auto-macro");
    this.#tools.urls.addText(stringsOf(file.bytes), { stage: "attachment", source: "ole", path: file.path });
    for (const [i, picture] of carvePictures(file.bytes).entries())
      await this.#tools.codes.picture(picture, "office-image", [...file.path, `picture ${i + 1}`]);
  }

  async #child(bytes: Buffer, name: string, parent: MailFile, depth: number): Promise<void> {
    const attachment = this.#line(bytes, name, parent, []);
    if (attachment === undefined) return;
    if (["zip", "gz", "tar", "rar", "7z"].includes(attachment.kind)) flag(parent.attachment, "nested-archive");
    await this.open({ bytes, name, declaredType: "", path: [...parent.path, name], inline: false, attachment, source: "archive" }, depth + 1);
  }

  #line(bytes: Buffer, name: string, parent: MailFile, flags: readonly AttachmentFlag[]): OpenedAttachment | undefined {
    const { message, limits } = this.#tools;
    if (message.attachments.length >= MAIL_LIMITS.attachments) {
      limits.hit("attachment-count", parent.path);
      return undefined;
    }
    const attachment = attachmentLine(bytes, { name, declaredType: "", inline: false, contentId: undefined, path: parent.path });
    attachment.flags.push(...flags);
    message.attachments.push(attachment);
    if (parent.attachment !== undefined) parent.attachment.children++;
    return attachment;
  }
}

function flag(attachment: OpenedAttachment | undefined, name: AttachmentFlag): void {
  if (attachment !== undefined && !attachment.flags.includes(name)) attachment.flags.push(name);
}

function retype(attachment: OpenedAttachment, kind: string): void {
  attachment.kind = kind;
  attachment.trueType = typeOfKind(kind);
}

/** Readable runs of a binary file, narrow and wide. */
function stringsOf(bytes: Buffer): string {
  const part = bytes.subarray(0, 8_000_000);
  const narrow = part.toString("latin1").match(/[\x20-\x7e]{8,4000}/g) ?? [];
  const wide = part.toString("latin1").match(/(?:[\x20-\x7e]\0){8,4000}/g) ?? [];
  return [...narrow, ...wide.map((w) => w.replaceAll("\0", ""))].join("\n");
}
