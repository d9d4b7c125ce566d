import { compact } from "../alerts/filter.ts";

/** What the address of a search holds. */
export interface SearchQuery {
  text?: string;
  family?: string;
  address?: string;
  from?: string;
  to?: string;
  /** One event by its id; the rest is then ignored. */
  event?: string;
}

export function readSearch(search: Record<string, unknown>): SearchQuery {
  const text = (value: unknown, max: number): string | undefined =>
    typeof value === "string" || typeof value === "number" ? String(value).slice(0, max) : undefined;
  const time = (value: unknown): string | undefined =>
    typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined;
  return compact<SearchQuery>({
    text: text(search.text, 200),
    family: text(search.family, 20),
    address: text(search.address, 100),
    from: time(search.from),
    to: time(search.to),
    event: text(search.event, 200),
  });
}

export function isAsked(query: SearchQuery): boolean {
  return Object.keys(query).length > 0;
}
