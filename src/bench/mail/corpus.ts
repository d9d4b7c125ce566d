import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { CodedError } from "../../base/result.ts";
import { readEvidence } from "../../lanes/email/evidence/evidence.ts";
import { FEATURE_NAMES } from "../../lanes/email/evidence/features.ts";
import { hostParts, linkParts } from "../../lanes/email/evidence/host.ts";
import { kindOf, type MailKind } from "../../lanes/email/evidence/kind.ts";
import { languageOf } from "../../lanes/email/evidence/language.ts";
import type { MailLookups } from "../../lanes/email/evidence/lookups.ts";
import { viewOf } from "../../lanes/email/evidence/view.ts";
import type { Letter } from "../../lanes/email/letter.ts";
import { type TextVector, textVector } from "../../stats/text-classifier.ts";
import { canonicalLetter, stripHeaders } from "./canonical.ts";
import { groupsOf, hashText } from "./groups.ts";
import type { Shape } from "./matching.ts";

/** One canonicalised message as methods see it. */
export interface MailRow extends Shape {
  id: string;
  source: string;
  hard: boolean;
  year: number;
  evidence: Float64Array;
  text: TextVector;
  kind: MailKind;
  /** An answer or a forward with what it answers. */
  threaded: boolean;
  /** A link or an attachment or a form: without one it is plain talk. */
  bare: boolean;
  subject: string;
  address: string;
}

/** A message decoded: what the product's own reader gives. */
export interface Decoded {
  letter: Letter;
  /** Source of the HTML body, "" without one. */
  markup: string;
}

export type Decode = (bytes: Buffer) => Promise<Decoded | undefined>;

export function filesBelow(folder: string): string[] {
  try {
    if (!statSync(folder).isDirectory()) throw new Error("no folder");
  } catch {
    throw new CodedError("bad-option", `${folder}: no such folder`, { exitCode: 2 });
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort();
}

export interface CorpusOptions {
  phish: readonly string[];
  ham: readonly string[];
  decode: Decode;
  lookups: MailLookups;
}

/** Reads, canonicalises and describes every message once; exact copies (subject and text) once. Messages that cannot be decoded are counted. */
export async function readCorpus(options: CorpusOptions): Promise<{ rows: MailRow[]; unread: number }> {
  const rows: Omit<MailRow, "group">[] = [];
  const ties: Parameters<typeof groupsOf>[0][number][] = [];
  const seen = new Set<number>();
  let unread = 0;
  for (const [phish, folders] of [
    [true, options.phish],
    [false, options.ham],
  ] as const) {
    for (const path of folders.flatMap(filesBelow)) {
      const { bytes, recipients, year } = stripHeaders(readFileSync(path));
      const decoded = await options.decode(bytes);
      if (decoded === undefined) {
        unread++;
        continue;
      }
      const letter = canonicalLetter(decoded.letter, recipients);
      const key = hashText(`${letter.subject}${letter.text.replace(/[^\p{L}\p{N}]+/gu, "").slice(0, 2_000)}${phish}`);
      if (seen.has(key)) continue;
      seen.add(key);
      const { row, tie } = describe(letter, decoded.markup, options.lookups, phish);
      const name = basename(path);
      rows.push({ ...row, id: name, source: phish ? "phish" : (name.split("-", 1)[0] ?? name), hard: !phish && /(^|-)hard-/.test(name), year });
      ties.push(tie);
    }
  }
  const groups = groupsOf(ties);
  return { rows: rows.map((row, i) => ({ ...row, group: groups[i] ?? i })), unread };
}

function describe(letter: Letter, markup: string, lookups: MailLookups, phish: boolean) {
  const { evidence } = readEvidence(letter, lookups);
  const view = viewOf(letter, lookups);
  const owners = [...new Set(letter.links.map((l) => linkParts(l.href)?.owner).filter((o) => o !== undefined))];
  const hosts = letter.links.slice(0, 20).map((l) => {
    const parts = linkParts(l.href);
    return parts === undefined ? "" : `${parts.host}${parts.url.pathname.slice(0, 40)}`;
  });
  const files = letter.attachments;
  return {
    row: {
      phish,
      evidence: Float64Array.from(FEATURE_NAMES, (name) => evidence[name]),
      text: textVector(`${letter.name} <${letter.address}> | ${letter.subject} | ${letter.text.slice(0, 3_000)} | ${hosts.join(" ")}`, 4_000),
      kind: kindOf(view),
      html: markup !== "",
      language: languageOf(`${letter.subject}\n${letter.text}`, lookups.languages),
      visible: Math.log1p(letter.text.length),
      markup: Math.log1p(markup.length),
      attachments: files.length,
      inlineImages: files.some((a) => a.inline && a.type.startsWith("image/")),
      style: markup === "" ? STYLE.map(() => 0) : STYLE.map((pattern) => markup.match(pattern)?.length ?? 0),
      threaded: view.threaded,
      bare: letter.links.length === 0 && files.length === 0 && (letter.html?.forms ?? 0) === 0,
      subject: letter.subject,
      address: letter.address,
    },
    tie: {
      phish,
      address: letter.address,
      domain: hostParts(letter.address.slice(letter.address.lastIndexOf("@") + 1)).domain,
      free: view.free,
      subject: letter.subject,
      owners: owners.slice(0, 30),
      text: letter.text,
    },
  };
}

/** Ways of writing HTML: capitals, font, style=, doctype, viewport, tables, media queries, Office, div, p. */
const STYLE: readonly RegExp[] = [
  /<[A-Z]{1,8}[\s>]/g,
  /<font\b/gi,
  /\bstyle\s*=/gi,
  /<!doctype/gi,
  /name=["']?viewport/gi,
  /<table\b/gi,
  /@media/gi,
  /mso-|<o:p>|xmlns:o=/gi,
  /<div\b/gi,
  /<p\b/gi,
];
