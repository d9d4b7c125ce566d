/** Pieces of markup as a browser's tokenizer would cut them, roughly (WHATWG HTML 13.2.5): enough to see links, forms, images and text, never to render. */
export interface TagToken {
  name: string;
  closing: boolean;
  attributes: Map<string, string>;
}

export interface HtmlVisitor {
  tag(token: TagToken): void;
  text(text: string): void;
  comment(length: number): void;
  /** Content of script or style. */
  raw(name: string, text: string): void;
}

const RAW = new Set(["script", "style", "textarea", "title", "xmp", "noembed", "iframe"]);
const ATTRIBUTE = /([^\s"'<>/=]{1,100})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;
const MOST_TAGS = 50_000;

/** One pass, linear; at most 50,000 tags, beyond which the rest counts as text. Attributes without end run to the next `>`. */
export function scanHtml(html: string, visitor: HtmlVisitor): void {
  let at = 0;
  let tags = 0;
  const length = html.length;
  while (at < length) {
    const open = tags < MOST_TAGS ? html.indexOf("<", at) : -1;
    if (open < 0) {
      visitor.text(html.slice(at));
      return;
    }
    if (open > at) visitor.text(html.slice(at, open));
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      const stop = end < 0 ? length : end;
      visitor.comment(stop - open - 4);
      at = end < 0 ? length : end + 3;
      continue;
    }
    const next = html.charCodeAt(open + 1) | 32;
    const closing = html[open + 1] === "/";
    if (!closing && !(next >= 97 && next <= 122)) {
      if (html[open + 1] === "!" || html[open + 1] === "?") {
        const end = html.indexOf(">", open);
        at = end < 0 ? length : end + 1;
      } else {
        visitor.text("<");
        at = open + 1;
      }
      continue;
    }
    const end = tagEnd(html, open + 1);
    tags++;
    const inner = html.slice(open + (closing ? 2 : 1), end);
    const name = /^[^\s/>]{0,50}/.exec(inner)?.[0].toLowerCase() ?? "";
    visitor.tag({ name, closing, attributes: closing ? EMPTY : attributesOf(inner.slice(name.length, name.length + 200_000)) });
    at = end + 1;
    if (!closing && RAW.has(name) && !inner.endsWith("/")) {
      const stop = endOfRaw(html, at, name);
      if (stop > at) visitor.raw(name, html.slice(at, stop));
      at = stop;
    }
  }
}

const EMPTY = new Map<string, string>();

/** The `>` that ends a tag, quotes respected; a quote without end ends at the next `>`. */
function tagEnd(html: string, from: number): number {
  let at = from;
  for (let rounds = 0; rounds < 500; rounds++) {
    const close = html.indexOf(">", at);
    if (close < 0) return html.length;
    const quote = /=\s*(["'])/g;
    quote.lastIndex = at;
    const match = quote.exec(html.slice(0, close));
    if (match === null) return close;
    const end = html.indexOf(match[1] as string, quote.lastIndex);
    if (end < 0) return close;
    at = end + 1;
  }
  return html.indexOf(">", at) < 0 ? html.length : html.indexOf(">", at);
}

function endOfRaw(html: string, from: number, name: string): number {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, "gi");
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
}

function attributesOf(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, a, b, c] of text.matchAll(ATTRIBUTE)) {
    const key = (name ?? "").toLowerCase();
    if (!attributes.has(key) && attributes.size < 50) attributes.set(key, decodeEntities(a ?? b ?? c ?? ""));
  }
  return attributes;
}

const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  reg: "®",
  trade: "™",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  bull: "•",
  middot: "·",
  laquo: "«",
  raquo: "»",
  euro: "€",
  pound: "£",
  yen: "¥",
  cent: "¢",
  deg: "°",
  shy: "\u00ad",
  zwnj: "\u200c",
  zwj: "\u200d",
  zerowidthspace: "\u200b",
  nobreak: "\u2060",
  auml: "ä",
  ouml: "ö",
  uuml: "ü",
  szlig: "ß",
  eacute: "é",
  egrave: "è",
  agrave: "à",
  ccedil: "ç",
  ntilde: "ñ",
  aacute: "á",
  iacute: "í",
  oacute: "ó",
  uacute: "ú",
  atilde: "ã",
  otilde: "õ",
  acirc: "â",
  ecirc: "ê",
  ocirc: "ô",
  ensp: "\u2002",
  emsp: "\u2003",
  thinsp: "\u2009",
  zwsp: "\u200b",
  colon: ":",
  period: ".",
  sol: "/",
  commat: "@",
  tab: "\t",
  newline: "\n",
  rarr: "→",
  larr: "←",
  times: "×",
  block: "█",
  uhblk: "▀",
  lhblk: "▄",
};

export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,20}));?/gi, (all, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : "\ufffd";
  });
}
