import { defang } from "../../base/escape.ts";
import { harmlessStyle } from "./harmless-style.ts";
import { decodeEntities, scanHtml } from "./html-scan.ts";

export interface HarmlessHtml {
  /** Markup of a body: no script, link, form, frame, or address of anything that could be loaded. */
  html: string;
  /** Pictures, styles and backgrounds from elsewhere that were left out. */
  remote: number;
  /** Scripts, forms, fields, frames, objects, refreshes and the like that were taken out. */
  removed: number;
}

const KEPT = new Set(
  "p div span br hr table tbody thead tfoot tr td th caption col colgroup h1 h2 h3 h4 h5 h6 ul ol li dl dt dd b strong i em u s strike small big sub sup center font blockquote pre code tt address abbr cite q mark bdi bdo".split(
    " ",
  ),
);
const VOID = new Set(["br", "hr", "col"]);
const SILENT = new Set(["html", "head", "body", "meta", "title", "style", "link", "!doctype", "o:p", "tbody"]);
const WORDS = new Set(["align", "valign", "dir", "lang"]);
const NUMBERS = new Set(["width", "height", "colspan", "rowspan", "border", "cellpadding", "cellspacing", "size"]);
const COLOURS = new Set(["bgcolor", "color"]);
const FIELDS = new Set(["input", "textarea", "select", "button"]);
const MOST_IN = 524_288;
const MOST_OUT = 1_048_576;
const MOST_DEPTH = 200;

/**
 * A message's markup written anew for a reviewer: only elements and attributes of a short list, styles by property, everything else dropped with its
 * addresses. A link becomes its text with the defanged host behind it; a picture a box with its alternative text; a field a box that says so.
 * What is written is balanced. Second belt: it is shown only in a sandboxed frame whose policy loads nothing (security.md S7).
 * At most 512 Ki characters are read, 1 Mi written. Cost: linear.
 */
export function harmlessHtml(source: string): HarmlessHtml {
  const out: string[] = [];
  let length = 0;
  const open: string[] = [];
  const targets: string[] = [];
  let remote = 0;
  let removed = 0;
  const write = (text: string): void => {
    if (length > MOST_OUT) return;
    out.push(text);
    length += text.length;
  };
  scanHtml(source.slice(0, MOST_IN), {
    tag({ name, closing, attributes }) {
      if (name === "a") {
        if (!closing) {
          targets.push(attributes.get("href") ?? "");
          write('<span class="to">');
          open.push("a");
        } else if (open.includes("a")) closeTo("a");
        return;
      }
      if (closing) {
        if (KEPT.has(name) && open.includes(name)) closeTo(name);
        return;
      }
      if (attributes.has("background") || attributes.has("poster") || attributes.has("srcset")) remote++;
      if (name === "img" || name === "image") {
        const src = attributes.get("src") ?? "";
        if (/^\s*(?:https?:)?\/\//i.test(src)) remote++;
        write(`<span class="box">picture${note(attributes.get("alt"))}</span>`);
        return;
      }
      if (FIELDS.has(name)) {
        removed++;
        write(
          `<span class="box">${name === "button" ? "button" : `field${note(attributes.get("type"))}`}${note(attributes.get("placeholder") ?? attributes.get("value"))}</span>`,
        );
        return;
      }
      if (name === "link") remote++;
      if (name === "meta" && attributes.has("http-equiv")) removed++;
      if (!KEPT.has(name)) {
        if (!SILENT.has(name)) removed++;
        return;
      }
      if (open.length >= MOST_DEPTH) return;
      for (const key of attributes.keys()) if (key.startsWith("on")) removed++;
      const style = harmlessStyle(attributes.get("style") ?? "");
      remote += style.remote;
      write(`<${name}${attributesOf(attributes)}${style.text === "" ? "" : ` style="${escaped(style.text)}"`}>`);
      if (!VOID.has(name)) open.push(name);
    },
    text: (text) => write(escaped(decodeEntities(text))),
    comment: () => undefined,
    raw(name, text) {
      if (name === "style") remote += text.match(/url\s*\(|@import/gi)?.length ?? 0;
      else if (name === "textarea" || name === "xmp") write(escaped(text));
    },
  });
  while (open.length > 0) closeTo(open.at(-1) ?? "");
  return { html: out.join(""), remote, removed };

  function closeTo(name: string): void {
    for (;;) {
      const top = open.pop();
      if (top === undefined) return;
      if (top === "a") {
        const host = hostOf(targets.pop() ?? "");
        write(`</span>${host === "" ? "" : `<span class="host">[${escaped(host)}]</span>`}`);
      } else write(`</${top}>`);
      if (top === name) return;
    }
  }
}

function attributesOf(attributes: ReadonlyMap<string, string>): string {
  let out = "";
  for (const [key, value] of attributes) {
    const sound =
      (WORDS.has(key) && /^[a-z-]{1,20}$/i.test(value)) ||
      (NUMBERS.has(key) && /^\d{1,4}%?$/.test(value)) ||
      (COLOURS.has(key) && /^#?[a-z0-9]{1,20}$/i.test(value));
    if (sound) out += ` ${key}="${value}"`;
  }
  return out;
}

/** Host of a web link, whole address of a mail link, scheme of anything else; defanged. */
function hostOf(href: string): string {
  const web = /^\s*(?:https?:)?\/\/([^/?#\s\\]{1,253})/i.exec(href)?.[1];
  if (web !== undefined) return defang(web.slice(web.lastIndexOf("@") + 1));
  const mail = /^\s*mailto:([^?\s]{1,200})/i.exec(href)?.[1];
  if (mail !== undefined) return defang(mail);
  const scheme = /^\s*([a-z][a-z0-9+.-]{1,20}):/i.exec(href)?.[1];
  return scheme === undefined ? "" : `${scheme.toLowerCase()}:`;
}

function note(text: string | undefined): string {
  const short = (text ?? "").trim().slice(0, 120);
  return short === "" ? "" : `: ${escaped(short)}`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (c) => ENTITIES[c] ?? c);
}
