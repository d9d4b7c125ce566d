import { type ZipEntry, zip } from "./zip.ts";

export function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

export interface OfficeMeta {
  title: string;
  author: string;
  /** ms */
  created: number;
}

function relations(items: readonly (readonly [id: string, type: string, target: string, external?: boolean])[]): string {
  const lines = items.map(
    ([id, type, target, external]) =>
      `<Relationship Id="${id}" Type="${type.startsWith("http") ? type : `${DOCUMENT}/${type}`}" Target="${xmlText(target)}"${external === true ? ' TargetMode="External"' : ""}/>`,
  );
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${lines.join("")}</Relationships>`;
}

function contentTypes(overrides: readonly (readonly [part: string, type: string])[]): string {
  const lines = overrides.map(([part, type]) => `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-${type}+xml"/>`);
  return `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>${lines.join("")}</Types>`;
}

function core(meta: OfficeMeta): ZipEntry {
  const at = new Date(meta.created).toISOString().replace(/\.\d+Z$/, "Z");
  return {
    name: "docProps/core.xml",
    data: `${HEAD}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xmlText(meta.title)}</dc:title><dc:creator>${xmlText(meta.author)}</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created></cp:coreProperties>`,
  };
}

function rootRelations(target: string): ZipEntry {
  return {
    name: "_rels/.rels",
    data: relations([
      ["rId1", "officeDocument", target],
      ["rId2", `${PACKAGE}/relationships/metadata/core-properties`, "docProps/core.xml"],
    ]),
  };
}

/** A Word document (ISO 29500, transitional): paragraphs, then pictures in their order, then a link where there is one. */
export function docx(meta: OfficeMeta, paragraphs: readonly string[], pictures: readonly Buffer[] = [], link?: string): Buffer {
  const text = paragraphs.map((p) => `<w:p><w:r><w:t xml:space="preserve">${xmlText(p)}</w:t></w:r></w:p>`);
  const drawn = pictures.map((_, i) => drawing(i));
  const linked = link === undefined ? "" : `<w:p><w:hyperlink r:id="rIdLink"><w:r><w:t>${xmlText(link)}</w:t></w:r></w:hyperlink></w:p>`;
  const body = `${HEAD}<w:document xmlns:w="${WORD}" xmlns:r="${DOCUMENT}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>${text.join("")}${drawn.join("")}${linked}<w:sectPr/></w:body></w:document>`;
  const items = pictures.map((_, i) => [`rIdPic${i + 1}`, "image", `media/image${i + 1}.png`] as const);
  return zip([
    {
      name: "[Content_Types].xml",
      data: contentTypes([
        ["/word/document.xml", "officedocument.wordprocessingml.document.main"],
        ["/docProps/core.xml", "package.core-properties"],
      ]),
    },
    rootRelations("word/document.xml"),
    { name: "word/document.xml", data: body },
    { name: "word/_rels/document.xml.rels", data: relations([...items, ...(link === undefined ? [] : [["rIdLink", "hyperlink", link, true] as const])]) },
    ...pictures.map((data, i) => ({ name: `word/media/image${i + 1}.png`, data })),
    core(meta),
  ]);
}

function drawing(i: number): string {
  const side = 2_160_000;
  return `<w:p><w:r><w:drawing><wp:inline><wp:extent cx="${side}" cy="${side}"/><wp:docPr id="${i + 1}" name="Picture ${i + 1}"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="${i + 1}" name="image${i + 1}.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rIdPic${i + 1}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="${side}" cy="${side}"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
}

/** A workbook of one sheet; numbers stay numbers, text stands inline. */
export function xlsx(meta: OfficeMeta, sheet: string, rows: readonly (readonly (string | number)[])[]): Buffer {
  const cells = rows.map(
    (row, y) =>
      `<row r="${y + 1}">${row
        .map((value, x) => {
          const at = `${String.fromCharCode(65 + (x % 26))}${y + 1}`;
          return typeof value === "number" ? `<c r="${at}"><v>${value}</v></c>` : `<c r="${at}" t="inlineStr"><is><t>${xmlText(value)}</t></is></c>`;
        })
        .join("")}</row>`,
  );
  return zip([
    {
      name: "[Content_Types].xml",
      data: contentTypes([
        ["/xl/workbook.xml", "officedocument.spreadsheetml.sheet.main"],
        ["/xl/worksheets/sheet1.xml", "officedocument.spreadsheetml.worksheet"],
        ["/docProps/core.xml", "package.core-properties"],
      ]),
    },
    rootRelations("xl/workbook.xml"),
    {
      name: "xl/workbook.xml",
      data: `${HEAD}<workbook xmlns="${SHEET}" xmlns:r="${DOCUMENT}"><sheets><sheet name="${xmlText(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    { name: "xl/_rels/workbook.xml.rels", data: relations([["rId1", "worksheet", "worksheets/sheet1.xml"]]) },
    { name: "xl/worksheets/sheet1.xml", data: `${HEAD}<worksheet xmlns="${SHEET}"><sheetData>${cells.join("")}</sheetData></worksheet>` },
    core(meta),
  ]);
}
