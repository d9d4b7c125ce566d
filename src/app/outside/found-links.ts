import { canonicalUrl } from "../../parsers/links/canonical-url.ts";
import type { Rewriter } from "../../parsers/links/unwrap.ts";

export interface FoundLink {
  /** As a browser would send it, rewriters taken off. */
  url: string;
  /** Registrable domain; the host where there is none. */
  domain: string;
  /** Records that carry it. */
  count: number;
}

/** Fields of events in which links stand. */
const FIELDS = ["links", "urls"] as const;
const FAMILIES = new Set(["saas", "mail", "endpoint"]);
const MOST = 2_000;

/** Links of the records of an alert, by how many records carry them. Works on events and on rows of the store, which hold the same fields. */
export function foundLinks(records: Iterable<{ family: string; fields: Readonly<Record<string, unknown>> }>, rewriters: readonly Rewriter[]): FoundLink[] {
  const found = new Map<string, FoundLink>();
  for (const { family, fields } of records) {
    if (!FAMILIES.has(family)) continue;
    const here = new Set<string>();
    for (const field of FIELDS) {
      const list = fields[field];
      if (!Array.isArray(list)) continue;
      for (const text of list) {
        const link = typeof text === "string" ? canonicalUrl(text, rewriters) : undefined;
        if (link === undefined || here.has(link.url)) continue;
        here.add(link.url);
        const known = found.get(link.url);
        if (known !== undefined) known.count++;
        else if (found.size < MOST) found.set(link.url, { url: link.url, domain: link.domain === "" ? link.host : link.domain, count: 1 });
      }
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count || (a.url < b.url ? -1 : 1));
}
