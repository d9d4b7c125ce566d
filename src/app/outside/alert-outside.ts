import type { z } from "zod";
import { iso, MINUTE } from "../../base/time.ts";
import type { alertDetail, verdicts } from "../../contract/index.ts";
import type { IntelHit } from "../../enrich/intelligence.ts";
import type { AlertDetailRow, AlertRow } from "../../store/requests.ts";
import type { Store, StoredEvent } from "../../store/types.ts";
import { type FoundLink, foundLinks } from "./found-links.ts";
import type { Outside } from "./set-up.ts";

type Detail = z.infer<typeof alertDetail>;
type Verdicts = z.infer<typeof verdicts>;
type Row = NonNullable<Detail["around"]>["rows"][number];

const MOST_GROUPS = 30;
const MOST_URLS = 20;
const MOST_ROWS = 50;
/** Looked this far before and after: the window in which detections and our own models are taken to agree. */
const AROUND_MINUTES = 30;
const DETECTIONS = "Security Integration / ";

export interface AlertOutsideParts {
  outside: Outside;
  store: Store;
  imitates(domain: string): { of: string; score: number } | undefined;
  now(): number;
}

/** What stands beside an alert: its links with what is known of them, and what the other kind of sensor said of the device around that time. */
export async function alertOutside(row: AlertDetailRow, parts: AlertOutsideParts): Promise<Pick<Detail, "links" | "around">> {
  const [links, around] = await Promise.all([linksOf(row, parts), aroundOf(row, parts.store)]);
  return { ...(links.length === 0 ? {} : { links }), ...(around === undefined ? {} : { around }) };
}

export function linksOfAlert(row: AlertDetailRow, outside: Outside): FoundLink[] {
  return foundLinks(row.records, outside.rewriters);
}

async function linksOf(row: AlertDetailRow, { outside, imitates, now }: AlertOutsideParts): Promise<NonNullable<Detail["links"]>> {
  const groups = new Map<string, FoundLink[]>();
  for (const link of linksOfAlert(row, outside)) {
    const group = groups.get(link.domain);
    if (group === undefined) groups.set(link.domain, [link]);
    else group.push(link);
  }
  const of = async ([domain, links]: [string, FoundLink[]]) => {
    const like = imitates(domain);
    const urls = await Promise.all(links.slice(0, MOST_URLS).map(async ({ url, count }) => ({ url, count, visit: await outside.visits.visitOf(url) })));
    const hits = dedupe([domain, ...links.map((l) => l.url)].flatMap((value) => outside.intelligence.look(value, now())));
    return {
      domain,
      count: links.reduce((sum, l) => sum + l.count, 0),
      urls,
      ...(like === undefined ? {} : { imitates: like }),
      age: outside.ages.ageOf(domain, row.time),
      verdicts: verdictsOf(outside, hits),
    };
  };
  const largest = [...groups].sort((a, b) => b[1].length - a[1].length).slice(0, MOST_GROUPS);
  return (await Promise.all(largest.map(of))).sort((a, b) => b.count - a.count || (a.domain < b.domain ? -1 : 1));
}

function dedupe(hits: readonly IntelHit[]): IntelHit[] {
  return [...new Map(hits.map((hit) => [`${hit.feed} ${hit.kind} ${hit.value}`, hit])).values()];
}

export function verdictsOf(outside: Outside, hits: readonly IntelHit[]): Verdicts {
  return {
    feeds: outside.intelligence.feeds,
    hits: hits.length,
    list: hits.slice(0, 50).map(({ feed, value, verdict, confidence, since, until, description }) => ({
      feed,
      value,
      verdict,
      ...(confidence === undefined ? {} : { confidence }),
      ...(since === undefined ? {} : { since: iso(since) }),
      ...(until === undefined ? {} : { until: iso(until) }),
      ...(description === undefined ? {} : { description }),
    })),
  };
}

async function aroundOf(row: AlertDetailRow, store: Store): Promise<Detail["around"]> {
  if (row.entity.kind !== "device") return undefined;
  const from = row.time - AROUND_MINUTES * MINUTE;
  const to = row.time + AROUND_MINUTES * MINUTE + 1;
  const ofDetections = !row.model.startsWith(DETECTIONS);
  const [{ alerts }, { hits }] = await Promise.all([
    store.ask("alerts", { entity: row.entity.id, from, to, state: "all", sort: "time", limit: 500 }),
    ofDetections ? store.ask("search", { family: "endpoint", from, to, limit: 500 }) : { hits: [] as StoredEvent[] },
  ]);
  const here = alerts.filter((a) => a.id !== row.id && a.model.startsWith(DETECTIONS) === ofDetections);
  const rows: Row[] = here.map(rowOfAlert);
  // Detections of a type that alerted a moment before raise no alert of their own; their records are detections all the same.
  const told = new Set(here.map((a) => a.time));
  for (const event of hits) if (isOn(event, row) && !told.has(event.time) && event.duplicateOf === undefined) rows.push(rowOfRecord(event));
  const distance = (r: Row): number => Math.abs(Date.parse(r.time) - row.time);
  rows.sort((a, b) => distance(a) - distance(b) || (a.id < b.id ? -1 : 1));
  return {
    device: row.entity.id,
    of: ofDetections ? "detections" : "alerts",
    minutes: AROUND_MINUTES,
    rows: rows.slice(0, MOST_ROWS),
    more: Math.max(0, rows.length - MOST_ROWS),
  };
}

function isOn(event: StoredEvent, { entity }: AlertDetailRow): boolean {
  if (event.srcDevice !== undefined) return event.srcDevice === entity.id;
  const { host, addresses } = event.fields;
  if (typeof host === "string" && host === entity.hostname) return true;
  return entity.ip !== undefined && Array.isArray(addresses) && addresses.includes(entity.ip);
}

function rowOfAlert(alert: AlertRow): Row {
  return { id: alert.id, alert: true, time: iso(alert.time), title: alert.title, model: alert.model, priority: alert.priority, score: alert.score };
}

function rowOfRecord({ id, time, fields }: StoredEvent): Row {
  const text = (name: string): Record<string, string> => (typeof fields[name] === "string" ? { [name]: fields[name] } : {});
  return { id, alert: false, time: iso(time), title: typeof fields.title === "string" ? fields.title : "Detection", ...text("product"), ...text("severity") };
}
