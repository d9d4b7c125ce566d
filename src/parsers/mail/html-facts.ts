import { type DrawnGrid, type DrawnTable, drawnGrids } from "./drawn-code.ts";
import { decodeEntities, scanHtml, type TagToken } from "./html-scan.ts";
import { colourOf, isHiddenStyle } from "./html-style.ts";
import { MAIL_LIMITS } from "./limits.ts";
import type { HtmlFacts, HtmlLink } from "./opened-message.ts";

export interface ReadHtml {
  facts: HtmlFacts;
  /** What a reader sees, lines kept. */
  visible: string;
  /** Pictures given in data: addresses. */
  data: { type: string; base64: string }[];
  /** Tables and block characters that may draw a code. */
  grids: DrawnGrid[];
  /** Content of scripts, for the look for smuggled files; at most 1 Mi characters. */
  scripts: string;
}

const BLOCK = new Set([
  "p",
  "div",
  "br",
  "tr",
  "li",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "table",
  "ul",
  "ol",
  "blockquote",
  "pre",
  "hr",
  "section",
  "article",
  "header",
  "footer",
  "title",
]);
const VOID = new Set(["br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr", "param", "track"]);
const MOST_LINKS = 1_000;
const MOST_OPEN = 2_000;

/** What stands in an HTML body or attachment. Linear in the markup; nothing is fetched or run. */
export function readHtml(source: string): ReadHtml {
  const html = source.slice(0, MAIL_LIMITS.htmlCharacters);
  const reader = new HtmlReader();
  scanHtml(html, reader);
  return reader.result(html);
}

class HtmlReader {
  readonly #links: HtmlLink[] = [];
  readonly #forms: HtmlFacts["forms"] = [];
  readonly #images: HtmlFacts["images"] = [];
  readonly #data: { type: string; base64: string }[] = [];
  readonly #refreshes: string[] = [];
  readonly #tags = new Map<string, number>();
  readonly #open: { name: string; hidden: boolean; kept: boolean }[] = [];
  readonly #visible: string[] = [];
  readonly #hidden: string[] = [];
  readonly #tables: DrawnTable[] = [];
  #visibleLength = 0;
  #hiddenDepth = 0;
  /** Open elements in which white space stays. */
  #kept = 0;
  #hiddenCharacters = 0;
  #comments = 0;
  #scriptCount = 0;
  #scriptText = "";
  #styleCharacters = 0;
  #base: string | undefined;
  #anchor: { link: HtmlLink; parts: string[] } | undefined;
  #entities = 0;

  tag(token: TagToken): void {
    const { name, closing, attributes } = token;
    if (BLOCK.has(name)) this.#see("\n");
    else if (name === "td" || name === "th") this.#see(" ");
    if (closing) {
      this.#close(name);
      return;
    }
    if (this.#tags.size < 200 || this.#tags.has(name)) this.#tags.set(name, (this.#tags.get(name) ?? 0) + 1);
    const style = attributes.get("style") ?? "";
    this.#styleCharacters += style.length;
    if (!VOID.has(name) && this.#open.length < MOST_OPEN) {
      const hidden = isHiddenStyle(style, attributes);
      const kept = name === "pre" || /white-space\s*:\s*pre/i.test(style);
      if (hidden) this.#hiddenDepth++;
      if (kept) this.#kept++;
      this.#open.push({ name, hidden, kept });
    }
    this.#element(name, attributes, style);
  }

  #element(name: string, attributes: Map<string, string>, style: string): void {
    if (name === "a" || name === "area") this.#startLink(name === "a" ? "anchor" : "area", attributes.get("href"), attributes.get("alt") ?? "");
    else if (name === "img" || name === "image") this.#image(attributes, attributes.get("src") ?? attributes.get("href") ?? attributes.get("xlink:href") ?? "");
    else if (name === "form") {
      if (this.#forms.length < 50)
        this.#forms.push({ action: attributes.get("action") ?? "", method: (attributes.get("method") ?? "get").toLowerCase(), passwords: 0, fields: 0 });
      this.#push({ href: attributes.get("action") ?? "", text: "", kind: "form", image: false });
    } else if (name === "input" || name === "select" || name === "textarea") this.#field(attributes);
    else if (name === "button" && attributes.has("formaction"))
      this.#push({ href: attributes.get("formaction") ?? "", text: "", kind: "button", image: false });
    else if (name === "base") this.#base ??= attributes.get("href");
    else if (name === "meta" && /^refresh$/i.test(attributes.get("http-equiv") ?? "")) this.#refresh(attributes.get("content") ?? "");
    else if (name === "script") this.#scriptCount++;
    else if (name === "table" || name === "tr" || name === "td" || name === "th") this.#cell(name, attributes, style);
  }

  text(raw: string): void {
    this.#entities += raw.includes("&#")
      ? (raw.match(/&#x?(?:3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|4[89]|6[5-9]|8[0-9]|9[07-9]|1[01][0-9]|12[0-2]);/gi)?.length ?? 0)
      : 0;
    const text = this.#kept > 0 ? decodeEntities(raw).replaceAll("\r", "") : decodeEntities(raw).replace(/[ \t\r\n]+/g, " ");
    if (this.#hiddenDepth > 0) {
      const length = text.replace(/\s/g, "").length;
      if (this.#hiddenCharacters < 16_384) this.#hidden.push(text);
      this.#hiddenCharacters += length;
      return;
    }
    this.#see(text);
    if (this.#anchor !== undefined) this.#anchor.parts.push(text);
    const table = this.#tables.at(-1);
    if (table !== undefined && text.trim() !== "") table.textLength += text.trim().length;
  }

  comment(length: number): void {
    this.#comments += length;
  }

  raw(name: string, text: string): void {
    if (name === "script" && this.#scriptText.length < 1_048_576) this.#scriptText += text.slice(0, 1_048_576);
    else if (name === "style") this.#styleCharacters += text.length;
    else if (name === "textarea") this.text(text);
  }

  result(source: string): ReadHtml {
    this.#endLink();
    const visible = this.#visible
      .join("")
      .replace(/ ?\n[ \n]*/g, (run) => (run.split("\n").length > 2 ? "\n\n" : "\n"))
      .replace(/ {2,}/g, " ")
      .trim();
    const grids = drawnGrids(this.#tables, this.#visible.join(""));
    return {
      visible,
      data: this.#data,
      grids,
      scripts: this.#scriptText,
      facts: {
        source,
        links: this.#links,
        forms: this.#forms,
        images: this.#images,
        hiddenText: this.#hidden.join("").slice(0, 16_384),
        hiddenCharacters: this.#hiddenCharacters,
        comments: this.#comments,
        scripts: this.#scriptCount,
        refreshes: this.#refreshes,
        base: this.#base,
        entities: this.#entities,
        unseenInWords: visible.match(/(?<=[\p{L}\p{N}])(?:\u00ad|[\u200b-\u200f]|[\u2060-\u2064]|\ufeff|\u034f|\u180e)+(?=[\p{L}\p{N}])/gu)?.length ?? 0,
        tags: Object.fromEntries(this.#tags),
        styleCharacters: this.#styleCharacters,
        drawnCodes: grids.length,
      },
    };
  }

  #see(text: string): void {
    if (this.#visibleLength > MAIL_LIMITS.bodyCharacters) return;
    this.#visible.push(text);
    this.#visibleLength += text.length;
  }

  #close(name: string): void {
    if (name === "a") this.#endLink();
    if (name === "table") this.#tables.at(-1)?.rows.push([]);
    for (let i = this.#open.length - 1; i >= Math.max(0, this.#open.length - 100); i--) {
      if (this.#open[i]?.name !== name) continue;
      for (const element of this.#open.splice(i)) {
        if (element.hidden) this.#hiddenDepth--;
        if (element.kept) this.#kept--;
      }
      return;
    }
  }

  #push(link: HtmlLink): void {
    if (this.#links.length < MOST_LINKS && link.href.trim() !== "") this.#links.push({ ...link, href: link.href.trim().slice(0, 8_192) });
  }

  #startLink(kind: "anchor" | "area", href: string | undefined, alt: string): void {
    this.#endLink();
    if (href === undefined) return;
    if (kind === "area") this.#push({ href, text: alt.slice(0, 300), kind, image: true });
    else this.#anchor = { link: { href, text: "", kind, image: false }, parts: [] };
  }

  #endLink(): void {
    if (this.#anchor === undefined) return;
    const { link, parts } = this.#anchor;
    this.#push({ ...link, text: parts.join("").replace(/\s+/g, " ").trim().slice(0, 300) });
    this.#anchor = undefined;
  }

  #image(attributes: Map<string, string>, src: string): void {
    if (this.#anchor !== undefined) this.#anchor.link.image = true;
    const data = /^\s*data:([^;,]*)((?:;[^,]*)?),/i.exec(src);
    if (data !== null && this.#data.length < MAIL_LIMITS.images) {
      const body = src.slice(data[0].length);
      this.#data.push({
        type: (data[1] ?? "").toLowerCase(),
        base64: /base64/i.test(data[2] ?? "") ? body : Buffer.from(unescaped(body), "utf8").toString("base64"),
      });
    }
    if (this.#images.length >= 500) return;
    const size = (name: string): number | undefined => {
      const value = Number.parseInt(attributes.get(name) ?? "", 10);
      return Number.isFinite(value) ? value : undefined;
    };
    const kind = data !== null ? "data" : /^\s*cid:/i.test(src) ? "inline" : "remote";
    this.#images.push({
      src: data !== null ? `data:${data[1]}` : src.trim().slice(0, 4_096),
      kind,
      width: size("width"),
      height: size("height"),
      alt: (attributes.get("alt") ?? "").slice(0, 300),
    });
  }

  #field(attributes: Map<string, string>): void {
    const form = this.#forms.at(-1);
    if (form === undefined) return;
    form.fields++;
    if (/^password$/i.test(attributes.get("type") ?? "") || /passw|contrase|senha|密码|пароль/i.test(attributes.get("name") ?? "")) form.passwords++;
  }

  #refresh(content: string): void {
    const target = /url\s*=\s*["']?([^"']+)/i.exec(content)?.[1]?.trim();
    if (target === undefined || this.#refreshes.length >= 20) return;
    this.#refreshes.push(target);
    this.#push({ href: target, text: "", kind: "refresh", image: false });
  }

  #cell(name: string, attributes: Map<string, string>, style: string): void {
    if (name === "table") {
      if (this.#tables.length < 100) this.#tables.push({ rows: [], textLength: 0, cells: 0 });
      return;
    }
    const table = this.#tables.at(-1);
    if (table === undefined || table.cells > 100_000) return;
    const ground = /(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)/i.exec(style)?.[1];
    const colour = colourOf(ground) ?? colourOf(attributes.get("bgcolor")) ?? "";
    if (name === "tr") {
      table.rows.push([]);
      return;
    }
    table.cells++;
    const span = Math.min(200, Math.max(1, Number.parseInt(attributes.get("colspan") ?? "1", 10) || 1));
    const down = Math.min(200, Math.max(1, Number.parseInt(attributes.get("rowspan") ?? "1", 10) || 1));
    table.rows.at(-1)?.push({ colour, span, down });
  }
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
