import { canonicalUrl, urlsInText } from "../links/canonical-url.ts";
import type { Rewriter } from "../links/unwrap.ts";
import { type LimitLog, MAIL_LIMITS } from "./limits.ts";
import type { FoundUrl, HtmlFacts, UrlStage } from "./opened-message.ts";

export interface UrlPlace {
  stage: UrlStage;
  source: string;
  path: readonly string[];
}

/** Collects the links of one message, each once per place. */
export class UrlLog {
  readonly found: FoundUrl[] = [];
  readonly #rewriters: readonly Rewriter[];
  readonly #limits: LimitLog;
  readonly #seen = new Set<string>();

  constructor(rewriters: readonly Rewriter[], limits: LimitLog) {
    this.#rewriters = rewriters;
    this.#limits = limits;
  }

  add(href: string, place: UrlPlace, text?: string, base?: string): void {
    const url = canonicalUrl(href, this.#rewriters, base);
    if (url === undefined) return;
    const key = `${place.stage}\n${place.source}\n${place.path.join("\n")}\n${url.url}\n${text ?? ""}`;
    if (this.#seen.has(key)) return;
    if (this.found.length >= MAIL_LIMITS.urls) {
      this.#limits.hit("url-count");
      return;
    }
    this.#seen.add(key);
    const entry: FoundUrl = { url: url.url, stage: place.stage, source: place.source, path: [...place.path], host: url.host, domain: url.domain };
    if (url.original !== url.url) entry.original = url.original;
    if (text !== undefined && text !== "") entry.text = text;
    if (url.unwrapped.length > 0) entry.unwrapped = url.unwrapped;
    this.found.push(entry);
  }

  addText(text: string, place: UrlPlace): void {
    // One more than are kept, so that leaving out is told.
    for (const url of urlsInText(text, MAIL_LIMITS.urls + 1)) this.add(url, place);
  }

  addHtml(facts: HtmlFacts, visible: string, place: Omit<UrlPlace, "source">, prefix = ""): void {
    for (const link of facts.links) this.add(link.href, { ...place, source: `${prefix}${link.kind === "anchor" ? "html" : link.kind}` }, link.text, facts.base);
    this.addText(visible, { ...place, source: `${prefix}text` });
  }
}
