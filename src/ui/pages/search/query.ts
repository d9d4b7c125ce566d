import { queryValue } from "../../../schema/query/query.ts";
import { compact } from "../alerts/filter.ts";

/** What the address of a search holds: it can be sent to a colleague, who sees the same. */
export interface SearchQuery {
  /** In the language of Advanced Search. */
  q?: string;
  from?: string;
  to?: string;
  /** Back from the newest record; `from` and `to` are then ignored. */
  last?: Last;
  /** One event by its id; the rest is then ignored. */
  event?: string;
}

export const LASTS = ["1h", "24h", "7d", "30d"] as const;
export type Last = (typeof LASTS)[number];
const HOURS: Readonly<Record<Last, number>> = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 };

/** Addresses of before the query language held text, kind and address apart: they become one query. */
export function readSearch(search: Record<string, unknown>): SearchQuery {
  const text = (value: unknown, max: number): string | undefined =>
    typeof value === "string" || typeof value === "number" ? String(value).slice(0, max) : undefined;
  const time = (value: unknown): string | undefined =>
    typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined;
  // The router hands what was read back together with what it was read from: a query is then there already.
  const old = (value: unknown, max: number, field: string): string[] => {
    const found = text(value, max);
    return found === undefined || found === "" || search.q !== undefined ? [] : [`${field}${queryValue(found)}`];
  };
  const parts = [
    ...[text(search.q, 2_000)].filter((p): p is string => p !== undefined && p.trim() !== ""),
    ...old(search.text, 200, ""),
    ...old(search.family, 20, "family:"),
    ...old(search.address, 100, "ip:"),
  ];
  const last = LASTS.find((l) => l === search.last);
  return compact<SearchQuery>({
    q: parts.length === 0 ? undefined : parts.join(" ").slice(0, 2_000),
    from: last === undefined ? time(search.from) : undefined,
    to: last === undefined ? time(search.to) : undefined,
    last,
    event: text(search.event, 200),
  });
}

export function isAsked(query: SearchQuery): boolean {
  return Object.keys(query).length > 0;
}

/** The API's times: `last` counts from the newest record, not from the browser's clock. */
export function timesOf(query: SearchQuery, now: string | undefined): { from?: string; to?: string } {
  if (query.last !== undefined) return now === undefined ? {} : { from: new Date(Date.parse(now) - HOURS[query.last] * 3_600_000).toISOString() };
  return { ...(query.from === undefined ? {} : { from: query.from }), ...(query.to === undefined ? {} : { to: query.to }) };
}

/** Examples that the empty page offers: each is a real question. */
export const EXAMPLES: readonly (readonly [query: string, asks: string])[] = [
  ["foreignTenant:true activity:message", "messages in which somebody of another tenant takes part"],
  ['chatName:"New Employee Loyalty Program"', "all chats of one name"],
  ["activity:sign-in success:true -country:(GB OR DE)", "sign-ins from elsewhere"],
  ["family:conn dst:10.20.0.0/16 bytesOut:>100MB", "large transfers into one network"],
  ["userAgent:*python* direction:internal", "a program name, inside"],
  ["family:endpoint severity:high", "what endpoint products called high"],
];
