import { createHash } from "node:crypto";
import type { LinkLookups } from "../links/link-lookups.ts";
import { decodeText } from "./charset.ts";
import type { DrawnGrid } from "./drawn-code.ts";
import { gridsOfText } from "./drawn-code.ts";
import { fileKind } from "./file-kind.ts";
import { readHtml } from "./html-facts.ts";
import { LimitLog, MAIL_LIMITS } from "./limits.ts";
import { messageOfHeaders, scriptShares } from "./mail-head.ts";
import { type MailPart, readMimeTree } from "./mime-tree.ts";
import type { OpenedAttachment, OpenedMessage } from "./opened-message.ts";
import { simhash, simhashOf } from "./simhash.ts";
import { decodeTransfer, decodeUu } from "./transfer.ts";
import { UrlLog } from "./url-log.ts";

/** A file of the message that heavy parsers should look into. */
export interface MailFile {
  bytes: Buffer;
  name: string;
  declaredType: string;
  /** Containers around it and its own name last. */
  path: string[];
  inline: boolean;
  /** Its line in `attachments`; undefined for pictures in data: addresses. */
  attachment: OpenedAttachment | undefined;
  source: string;
}

export interface PlainOpening {
  message: OpenedMessage;
  files: MailFile[];
  grids: { grid: DrawnGrid; path: string[] }[];
  urls: UrlLog;
  limits: LimitLog;
}

/**
 * Headers, bodies, links of the bodies, and the list of files with their hashes; nothing is unpacked or drawn. Synchronous and cheap: below 2 ms for an
 * ordinary message. Never throws on any bytes. `message.urls` and `message.limits` are live views of `urls` and `limits`.
 */
export function openPlain(input: Buffer, ref: string, lookups: Pick<LinkLookups, "rewriters">): PlainOpening {
  const limits = new LimitLog();
  const bytes = input.length > MAIL_LIMITS.messageBytes ? input.subarray(0, MAIL_LIMITS.messageBytes) : input;
  if (bytes.length < input.length) limits.hit("message-size");
  const tree = readMimeTree(bytes, limits);
  const message = messageOfHeaders(tree.headers, ref, input.length);
  const urls = new UrlLog(lookups.rewriters, limits);
  const opening: PlainOpening = { message, files: [], grids: [], urls, limits };
  message.urls = urls.found;
  message.limits = limits.hits;
  const bodies = { plain: [] as string[], html: [] as string[] };
  for (const part of tree.parts) readPart(part, opening, bodies);
  for (const nested of tree.nested) message.attachments.push(nestedMail(nested.path));
  finishBody(opening, bodies);
  return opening;
}

function readPart(part: MailPart, opening: PlainOpening, bodies: { plain: string[]; html: string[] }): void {
  const { limits, urls } = opening;
  const isText = part.type === "text/plain" || part.type === "text/html" || part.type === "text/enriched";
  const attached = part.disposition === "attachment" || (part.name !== "" && part.disposition !== "inline") || (part.name !== "" && part.type !== "text/plain");
  if (!isText || attached) {
    addFile(opening, decodeTransfer(part.raw, part.encoding), part);
    return;
  }
  const isHtml = part.type === "text/html";
  const most = isHtml ? MAIL_LIMITS.htmlCharacters : MAIL_LIMITS.bodyCharacters;
  // A body as large as this is no body; four bytes a character is the most that any charset takes.
  const raw = part.raw.length > most * 6 ? part.raw.subarray(0, most * 6) : part.raw;
  let text = decodeText(decodeTransfer(raw, part.encoding), part.charset).replaceAll("\0", "");
  if (text.length > most || raw.length < part.raw.length) {
    limits.hit("body-size", part.path);
    text = text.slice(0, most);
  }
  if (part.nested > 0) {
    if (isHtml) {
      const html = readHtml(text);
      urls.addHtml(html.facts, html.visible, { stage: "attachment", path: part.path }, "nested-");
      addPictures(opening, html.data, part.path);
      for (const grid of html.grids) opening.grids.push({ grid, path: part.path });
    } else {
      urls.addText(text, { stage: "attachment", source: "nested-text", path: part.path });
      for (const rows of gridsOfText(text)) opening.grids.push({ grid: { source: "block-characters", rows }, path: part.path });
    }
    return;
  }
  if (!isHtml && /^begin [0-7]{3,4} /m.test(text)) text = takeUuFiles(text, part, opening);
  bodies[isHtml ? "html" : "plain"].push(text);
}

function takeUuFiles(text: string, part: MailPart, opening: PlainOpening): string {
  let rest = text;
  for (const file of decodeUu(text).reverse()) {
    rest = rest.slice(0, file.start) + rest.slice(file.end);
    addFile(opening, file.bytes, { ...part, name: file.name, type: "application/octet-stream", disposition: "attachment" });
  }
  return rest;
}

function addFile(opening: PlainOpening, bytes: Buffer, part: MailPart): void {
  const { message, limits } = opening;
  if (message.attachments.length >= MAIL_LIMITS.attachments) {
    limits.hit("attachment-count");
    return;
  }
  const inline = part.disposition === "inline" || (part.contentId !== undefined && part.around.includes("multipart/related"));
  const name = part.name !== "" ? part.name : `part ${message.attachments.length + 1}`;
  const attachment = attachmentLine(bytes, { name: part.name, declaredType: part.type, inline, contentId: part.contentId, path: part.path });
  message.attachments.push(attachment);
  opening.files.push({
    bytes,
    name: part.name,
    declaredType: part.type,
    path: [...part.path, name],
    inline,
    attachment,
    source: inline ? "inline-image" : "attachment",
  });
}

export function attachmentLine(bytes: Buffer, about: Pick<OpenedAttachment, "name" | "declaredType" | "inline" | "contentId" | "path">): OpenedAttachment {
  const { kind, type } = fileKind(bytes);
  return {
    ...about,
    trueType: type,
    kind,
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    flags: [],
    passwordsTried: 0,
    text: "",
    children: 0,
  };
}

function nestedMail(path: string[]): OpenedAttachment {
  return {
    name: path.at(-1) ?? "",
    declaredType: "message/rfc822",
    trueType: "message/rfc822",
    kind: "eml",
    size: 0,
    sha256: "",
    inline: false,
    contentId: undefined,
    path: path.slice(0, -1),
    flags: [],
    passwordsTried: 0,
    text: "",
    children: 0,
  };
}

export function addPictures(opening: PlainOpening, data: readonly { type: string; base64: string }[], path: readonly string[]): void {
  for (const [i, picture] of data.entries()) {
    if (opening.files.length >= MAIL_LIMITS.attachments + MAIL_LIMITS.images) {
      opening.limits.hit("image-count", path);
      return;
    }
    opening.files.push({
      bytes: Buffer.from(picture.base64, "base64"),
      name: "",
      declaredType: picture.type,
      path: [...path, `data ${i + 1}`],
      inline: true,
      attachment: undefined,
      source: "data-image",
    });
  }
}

function finishBody(opening: PlainOpening, bodies: { plain: string[]; html: string[] }): void {
  const { message, urls } = opening;
  message.text.plain = bodies.plain.join("\n").slice(0, MAIL_LIMITS.bodyCharacters);
  urls.addText(message.text.plain, { stage: "link", source: "text", path: [] });
  for (const rows of gridsOfText(message.text.plain)) opening.grids.push({ grid: { source: "block-characters", rows }, path: [] });
  message.text.visible = message.text.plain;
  if (bodies.html.length > 0) {
    const html = readHtml(bodies.html.join("\n"));
    message.html = html.facts;
    message.text.visible = html.visible.trim() === "" && message.text.plain.trim() !== "" && html.facts.images.length === 0 ? message.text.plain : html.visible;
    urls.addHtml(html.facts, html.visible, { stage: "link", path: [] });
    addPictures(opening, html.data, []);
    for (const grid of html.grids) opening.grids.push({ grid, path: [] });
    // A picture named by cid: in the body is part of the body, whatever its disposition says.
    const named = new Set(html.facts.images.filter((i) => i.kind === "inline").map((i) => i.src.slice(4)));
    for (const attachment of message.attachments) if (attachment.contentId !== undefined && named.has(attachment.contentId)) attachment.inline = true;
  }
  message.scripts = scriptShares(`${message.subject}\n${message.text.visible}`);
  message.simhash = { text: simhash(message.text.visible), structure: structureHash(message) };
}

/** Shape of the message without its words: elements, kinds of files, hosts' number, order of headers. */
function structureHash(message: OpenedMessage): string | undefined {
  const features = [
    ...Object.entries(message.html?.tags ?? {}).map(([tag, n]) => `${tag}:${Math.ceil(Math.log2(n + 1))}`),
    ...message.attachments.map((a) => `file:${a.kind}`),
    ...message.headers.filter((h) => !/^(received|x-|arc-|authentication-)/.test(h.name)).map((h, i) => `header:${h.name}:${Math.floor(i / 4)}`),
    `links:${Math.ceil(Math.log2(message.urls.length + 1))}`,
    `length:${Math.ceil(Math.log2(message.text.visible.length + 1))}`,
  ];
  return features.length < 6 ? undefined : simhashOf(features);
}
