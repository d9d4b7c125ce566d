import { decodeEntities } from "../html-scan.ts";
import type { AttachmentFlag } from "../opened-message.ts";

/** Reads entries of an unpacked-on-demand archive by name. */
export interface EntrySource {
  names: readonly string[];
  read(name: string): Buffer | undefined;
}

export interface OfficeFacts {
  kind: "docx" | "xlsx" | "pptx" | "odt" | "epub" | "jar" | undefined;
  flags: Set<AttachmentFlag>;
  urls: { url: string; source: string; entry: string }[];
  text: string;
  /** Pictures and embedded files, by entry name. */
  pictures: string[];
  embedded: string[];
  /** Entries that declare a document type: entities are never expanded here, and honest documents have none. */
  declaredTypes: string[];
}

const MOST_TEXT = 16_384;
const MOST_PARTS = 300;

export function kindOfZip(names: readonly string[]): OfficeFacts["kind"] {
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/^\[Content_Types\]\.xml$/i)) return has(/^word\//i) ? "docx" : has(/^xl\//i) ? "xlsx" : has(/^ppt\//i) ? "pptx" : "docx";
  if (has(/^content\.xml$/) && has(/^META-INF\/manifest\.xml$/)) return "odt";
  if (has(/^META-INF\/container\.xml$/)) return "epub";
  return has(/^META-INF\/MANIFEST\.MF$/i) && has(/\.class$/) ? "jar" : undefined;
}

/**
 * Links, text, pictures and dangers of an OOXML or OpenDocument file, read with patterns over the markup: no document type is obeyed and no entity but the
 * predefined ones expanded, so a bomb of entities is as long as it stands. Sources: ECMA-376 parts 1 and 2, ODF 1.3.
 */
export function readOffice(source: EntrySource): OfficeFacts {
  const facts: OfficeFacts = { kind: kindOfZip(source.names), flags: new Set(), urls: [], text: "", pictures: [], embedded: [], declaredTypes: [] };
  let parts = 0;
  for (const name of source.names) {
    if (/(?:^|\/)(?:media|Pictures|ObjectReplacements|Thumbnails|pictures)\//i.test(name) || /\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|webp|svg)$/i.test(name))
      facts.pictures.push(name);
    else if (/(?:^|\/)(?:embeddings|afchunk[^/]*|activeX)\/|\/afchunk|oleObject\d*\.bin$/i.test(name)) facts.embedded.push(name);
    if (/vbaProject\.bin$|^(?:Basic|Scripts)\//i.test(name)) readMacro(name, source, facts);
    if (!/\.(rels|xml|x?html?|opf)$/i.test(name) || ++parts > MOST_PARTS) continue;
    const bytes = source.read(name);
    if (bytes !== undefined) readPart(name, bytes.toString("utf8"), facts);
  }
  if (facts.embedded.length > 0) facts.flags.add("embedded-object");
  return facts;
}

function readMacro(name: string, source: EntrySource, facts: OfficeFacts): void {
  facts.flags.add("macro");
  if (!/vbaProject/i.test(name)) return;
  const text = source.read(name)?.toString("latin1") ?? "";
  if (/auto_?(?:open|exec|close|new)|document_?open|workbook_?open/i.test(text)) facts.flags.add("auto-macro");
}

function readPart(name: string, xml: string, facts: OfficeFacts): void {
  if (/<!DOCTYPE|<!ENTITY/i.test(xml.slice(0, 4_096))) facts.declaredTypes.push(name);
  const add = (url: string | undefined, source: string): void => {
    if (url !== undefined && facts.urls.length < 500) facts.urls.push({ url: decodeEntities(url), source, entry: name });
  };
  if (/\.rels$/i.test(name)) {
    for (const [tag] of xml.matchAll(/<(?:\w+:)?Relationship\b[^>]*>/g)) readRelation(tag, add, facts);
    return;
  }
  readFields(xml, add, facts);
  for (const match of xml.matchAll(/\bxlink:href="([^"]+)"/g)) {
    if (/^https?:/i.test(match[1] ?? "")) add(match[1], "office-relation");
  }
  const text = textOf(xml);
  if (facts.text.length < MOST_TEXT && /document\.xml|sharedStrings|slides\/slide|content\.xml|footnotes|header\d|footer\d|comments|\.x?html?$/i.test(name))
    facts.text = `${facts.text}\n${text}`.slice(0, MOST_TEXT).trim();
  for (const [url] of text.matchAll(/https?:\/\/[^\s<>"']{3,2000}/gi)) add(url, "office-text");
}

function readRelation(tag: string, add: (url: string | undefined, source: string) => void, facts: OfficeFacts): void {
  if (!/TargetMode\s*=\s*["']External["']/i.test(tag)) return;
  const target = /\bTarget\s*=\s*["']([^"']*)["']/i.exec(tag)?.[1];
  const type = /\bType\s*=\s*["']([^"']*)["']/i.exec(tag)?.[1]?.split("/").at(-1) ?? "";
  add(target, "office-relation");
  if (/^hyperlink$/i.test(type)) return;
  if (/^attachedTemplate$/i.test(type)) facts.flags.add("template-injection");
  facts.flags.add("external-relation");
}

/** Field codes may be cut into many runs, so their texts are joined before they are read. */
function readFields(xml: string, add: (url: string | undefined, source: string) => void, facts: OfficeFacts): void {
  const runs = [...xml.matchAll(/<w:instrText[^>]*>([^<]*)<\/w:instrText>/g)].map((m) => m[1] ?? "").join("");
  const simple = [...xml.matchAll(/\bw:instr="([^"]*)"/g)].map((m) => m[1] ?? "").join("\n");
  const formulas = [...xml.matchAll(/<f[^>]*>([^<]*)<\/f>/g)].map((m) => m[1] ?? "").join("\n");
  const codes = decodeEntities(`${runs}\n${simple}\n${formulas}`);
  for (const match of codes.matchAll(/(HYPERLINK|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|WEBSERVICE|IMAGE)\s*\(?\s*"([^"]+)"/gi)) {
    add(match[2], "office-field");
    if (!/hyperlink/i.test(match[1] ?? "")) facts.flags.add("external-relation");
  }
  if (/\bDDE(?:AUTO)?\b\s*"?[a-z\\]/i.test(`${runs}\n${simple}`) || /^[=+-]?\s*(?:cmd|msexcel|powershell)\s*\|/im.test(codes)) facts.flags.add("dde");
}

function textOf(xml: string): string {
  return decodeEntities(
    xml
      .slice(0, 2_000_000)
      .replace(/<\/(?:w:p|a:p|text:p|text:h|si|p|div|tr)>|<(?:w:br|w:tab|text:line-break|br)\b[^>]*>/g, "\n")
      .replace(/<w:instrText[^>]*>[^<]*<\/w:instrText>/g, "")
      .replace(/<[^>]*>/g, ""),
  )
    .replace(/[ \t]+/g, " ")
    .replace(/\n{2,}/g, "\n")
    .trim();
}
