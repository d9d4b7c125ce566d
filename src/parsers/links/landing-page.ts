import { registrableDomain } from "../../base/domain.ts";
import { decodeText } from "../mail/charset.ts";
import { decodeEntities, scanHtml, type TagToken } from "../mail/html-scan.ts";

export interface PageForm {
  action: string;
  method: string;
  fields: number;
  password: boolean;
  /** Sends to another registrable domain than the page's. */
  elsewhere: boolean;
}

/** What a landing page shows, as markup: nothing is run, so a page that scripts build shows what its markup holds. */
export interface PageFacts {
  title: string;
  language: string | undefined;
  forms: PageForm[];
  credentialFields: number;
  /** Names that the page speaks of where pages say who they are, while its domain is not theirs. */
  brands: { word: string; of: string }[];
  /** Distinct words of the visible text, at most 5,000: for comparing two looks. */
  words: string[];
}

export interface PageLookups {
  /** Names worth imitating: the word, and the domain that it belongs to. */
  brands: readonly { word: string; of: string }[];
  credentialFields: ReadonlySet<string>;
}

const MOST_FORMS = 20;
const MOST_WORDS = 5_000;
const HEADINGS = new Set(["h1", "h2"]);
const NAMING = /^(?:og:site_name|og:title|application-name|apple-mobile-web-app-title|twitter:title|author)$/i;
const TYPED = new Set(["text", "email", "tel", "number", "search", "url", "password", ""]);

/** Reads markup of at most a few MB in one pass; linear. Content of another type gives an empty page. `url` is where it stood. */
export function readLandingPage(bytes: Uint8Array, type: string, url: string, lookups: PageLookups): PageFacts {
  const reader = new PageReader(url, lookups);
  if (/html|xml|^\s*$|text\/plain/i.test(type)) scanHtml(decodeText(bytes, charsetOf(type, bytes)), reader);
  return reader.facts();
}

function charsetOf(type: string, bytes: Uint8Array): string | undefined {
  const said = /charset\s*=\s*["']?([\w-]{1,40})/i.exec(type);
  if (said !== null) return said[1];
  return /<meta\b[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})/i.exec(Buffer.from(bytes.subarray(0, 4_096)).toString("latin1"))?.[1];
}

class PageReader {
  readonly #url: string;
  readonly #domain: string | undefined;
  readonly #lookups: PageLookups;
  readonly #forms: PageForm[] = [];
  readonly #words = new Set<string>();
  /** Where a page says who it is: title, site name, headings, pictures' texts. */
  readonly #naming: string[] = [];
  #title = "";
  #language: string | undefined;
  #credentials = 0;
  #heading = false;
  #open = false;

  constructor(url: string, lookups: PageLookups) {
    this.#url = url;
    this.#lookups = lookups;
    this.#domain = domainOf(url);
  }

  tag({ name, closing, attributes }: TagToken): void {
    if (HEADINGS.has(name)) this.#heading = !closing;
    if (name === "form") this.#form(closing, attributes);
    if (closing) return;
    if (name === "html") this.#language ??= attributes.get("lang")?.slice(0, 20);
    else if (name === "meta" && NAMING.test(attributes.get("property") ?? attributes.get("name") ?? "")) this.#name(attributes.get("content"));
    else if (name === "img") this.#name(attributes.get("alt"));
    else if (name === "input") this.#input(attributes);
  }

  text(text: string): void {
    const plain = decodeEntities(text);
    if (this.#heading) this.#name(plain);
    for (const [word] of plain.matchAll(/[\p{L}\p{N}]{2,40}/gu)) {
      if (this.#words.size >= MOST_WORDS) return;
      this.#words.add(word.toLowerCase());
    }
  }

  comment(): void {
    // Nobody sees it.
  }

  raw(name: string, text: string): void {
    if (name !== "title" || this.#title !== "") return;
    this.#title = decodeEntities(text).replace(/\s+/g, " ").trim().slice(0, 300);
    this.#name(this.#title);
  }

  facts(): PageFacts {
    return {
      title: this.#title,
      language: this.#language,
      forms: this.#forms,
      credentialFields: this.#credentials,
      brands: this.#brands(),
      words: [...this.#words],
    };
  }

  #form(closing: boolean, attributes: ReadonlyMap<string, string>): void {
    this.#open = !closing && this.#forms.length < MOST_FORMS;
    if (!this.#open) return;
    const action = absolute(attributes.get("action") ?? "", this.#url).slice(0, 500);
    const to = domainOf(action);
    const method = (attributes.get("method") ?? "get").toLowerCase().slice(0, 10);
    this.#forms.push({ action, method, fields: 0, password: false, elsewhere: to !== undefined && to !== this.#domain });
  }

  #input(attributes: ReadonlyMap<string, string>): void {
    const type = (attributes.get("type") ?? "").toLowerCase();
    if (!TYPED.has(type)) return;
    const form = this.#open ? this.#forms.at(-1) : undefined;
    if (form !== undefined) form.fields++;
    const names = ["name", "id", "autocomplete", "placeholder"].map((key) => plainName(attributes.get(key) ?? ""));
    const secret = type === "password" || names.some((name) => this.#lookups.credentialFields.has(name));
    if (!secret) return;
    this.#credentials++;
    if (form !== undefined && type === "password") form.password = true;
  }

  #name(text: string | undefined): void {
    if (text !== undefined && this.#naming.length < 200) this.#naming.push(text.slice(0, 500));
  }

  #brands(): { word: string; of: string }[] {
    const said = new Set(this.#naming.flatMap((text) => text.toLowerCase().match(/[\p{L}\p{N}-]{2,63}/gu) ?? []));
    const found = new Map<string, string>();
    for (const { word, of } of this.#lookups.brands) if (said.has(word) && !found.has(word) && !this.#belongs(word)) found.set(word, of);
    return [...found].slice(0, 20).map(([word, of]) => ({ word, of }));
  }

  /** The page's own domain bears the word as its label (microsoft.de): then it is not on a stranger's page. */
  #belongs(word: string): boolean {
    const domain = this.#domain;
    return domain !== undefined && (domain.slice(0, domain.indexOf(".")) === word || this.#lookups.brands.some((b) => b.word === word && b.of === domain));
  }
}

function plainName(text: string): string {
  return text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace(/[^a-z]+/g, " ")
    .trim();
}

function absolute(text: string, base: string): string {
  try {
    return new URL(text, base).href;
  } catch {
    return text;
  }
}

function domainOf(url: string): string | undefined {
  try {
    const host = new URL(url).hostname;
    return registrableDomain(host) ?? (host === "" ? undefined : host);
  } catch {
    return undefined;
  }
}

/** What a look came to, for comparing. */
export interface SeenPage {
  state: string;
  status: number | undefined;
  /** Where it ended. */
  url: string;
  facts: PageFacts | undefined;
}

/** Shares of common words below which two pages are two. */
const ALIKE = 0.4;

/** Does the second visitor see something else? Says what. Pages that change at every call differ in words, not in kind: only large differences count. */
export function comparePages(first: SeenPage, second: SeenPage): { differs: boolean; text: string } {
  const differ = (text: string) => ({ differs: true, text });
  if (first.state !== second.state) return differ(`The second look, as another browser, ended otherwise: ${second.state} instead of ${first.state}.`);
  const [a, b] = [domainOf(first.url), domainOf(second.url)];
  if (a !== b) return differ(`Another browser is sent elsewhere: ${b ?? "nowhere"} instead of ${a ?? "nowhere"}.`);
  if (Math.floor((first.status ?? 0) / 100) !== Math.floor((second.status ?? 0) / 100))
    return differ(`Another browser gets status ${second.status ?? "none"} instead of ${first.status ?? "none"}.`);
  const [x, y] = [first.facts, second.facts];
  if (x === undefined || y === undefined) return { differs: false, text: "Another browser sees the same." };
  if (x.credentialFields > 0 !== y.credentialFields > 0) return differ("Only one of two browsers is asked for a password or code.");
  const share = commonShare(x.words, y.words);
  if (share < ALIKE) return differ(`Another browser sees another page: ${Math.round(share * 100)} % of the words are common.`);
  return { differs: false, text: "Another browser sees the same." };
}

function commonShare(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 && b.length === 0) return 1;
  const set = new Set(a);
  const common = b.filter((w) => set.has(w)).length;
  return common / Math.max(1, Math.min(a.length, b.length));
}
