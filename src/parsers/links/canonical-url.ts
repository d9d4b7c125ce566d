import { registrableDomain } from "../../base/domain.ts";
import { parseIp } from "../../base/ip.ts";
import { type Rewriter, unwrapUrl } from "./unwrap.ts";

export interface CanonicalUrl {
  /** As a browser would send it, rewriters taken off; http and https only. */
  url: string;
  /** As it stood; equal to `url` when nothing changed. */
  original: string;
  /** Lower case, ASCII. */
  host: string;
  /** Registrable domain, customers of hosting providers apart; "" for an address or a single label. */
  domain: string;
  unwrapped: string[];
}

const MOST = 4_096;

/**
 * A link as its reader's browser takes it (WHATWG URL): white space and controls inside go, `//host` and `www.` get a scheme, backslashes become slashes,
 * rewriters come off. Undefined for what is no web address (mailto:, cid:, relative paths without a base, single words). Links are cut at 4,096 characters.
 */
export function canonicalUrl(text: string, rewriters: readonly Rewriter[], base?: string): CanonicalUrl | undefined {
  const original = text
    .slice(0, MOST)
    .replace(/\p{Cc}/gu, "")
    .trim();
  if (original === "" || original.startsWith("#")) return undefined;
  const full =
    original.startsWith("//") || original.startsWith("\\\\") ? `http:${original}` : /^www\.[^/]+\./i.test(original) ? `http://${original}` : original;
  const parsed = parse(full, base);
  if (parsed === undefined) return undefined;
  const { url, unwrapped } = unwrapUrl(parsed.href, rewriters);
  const inner = unwrapped.length === 0 ? parsed : (parse(url, undefined) ?? parsed);
  const host = inner.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return { url: inner.href, original, host, domain: parseIp(host) === undefined ? (registrableDomain(host) ?? "") : "", unwrapped };
}

function parse(text: string, base: string | undefined): URL | undefined {
  try {
    const url = new URL(text, base);
    return (url.protocol === "http:" || url.protocol === "https:") && url.hostname !== "" ? url : undefined;
  } catch {
    return undefined;
  }
}

const WEB = /(?:https?:\/\/|hxxps?:\/\/|www\.(?=[a-z0-9-]+\.))[^\s<>"'`{}|\\^\u3000-\u303f\uff00-\uff0f\u201c\u201d\u00a0]{3,2048}/gi;

/** Web addresses that stand in plain text, as written; marks that close the sentence around them are cut off. Linear; at most `most`. */
export function urlsInText(text: string, most = 500): string[] {
  const found: string[] = [];
  for (const [raw] of text.matchAll(WEB)) {
    if (found.length >= most) break;
    found.push(trimmed(raw.replace(/^hxxp/i, "http")));
  }
  return found;
}

function trimmed(text: string): string {
  let url = text.replace(/[.,;:!?*_~]+$/, "");
  // A bracket belongs to the address only when it was opened in it.
  while (/[)\]]$/.test(url)) {
    const [open, close] = url.endsWith(")") ? ["(", ")"] : ["[", "]"];
    if (url.split(open).length > url.split(close).length - 1) break;
    url = url.slice(0, -1).replace(/[.,;:!?]+$/, "");
  }
  return url;
}
