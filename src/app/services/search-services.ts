import type { Download, Services } from "../../api/ports.ts";
import { CodedError } from "../../base/result.ts";
import { DAY, iso } from "../../base/time.ts";
import type { LogKind, SearchInput } from "../../store/requests.ts";
import type { Store } from "../../store/types.ts";
import { ms, recordAnswer } from "./convert.ts";
import { CSV_HEAD, csvRow } from "./csv-row.ts";
import type { LiveView } from "./live-view.ts";

type SearchServices = Pick<Services, "search" | "searchCounts" | "searchExport" | "personLog" | "personHours">;
type Asked = {
  q?: string | undefined;
  text?: string | undefined;
  family?: string | undefined;
  address?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/** Events of one page of an export: one page is in memory at a time. */
const EXPORT_PAGE = 500;
export const USER_LOG_KINDS: readonly LogKind[] = ["event", "sensor-alert", "notice", "alert", "response"];

/** Advanced Search over what the store keeps, its files, and a user's own log. Errors: search-query-invalid, time-invalid, log-kind-invalid, and the store's. */
export function searchServices(store: Store, live: LiveView): SearchServices {
  return {
    async search({ query, signal }) {
      const page = { ...inputOf(query), limit: query.limit, ...(query.after === undefined ? {} : { after: query.after }) };
      const answer = await store.ask("search", page, { signal });
      const { hits, more, scanned, next, until } = answer;
      return {
        hits: hits.map(recordAnswer),
        more,
        scanned,
        ...(next === undefined ? {} : { next }),
        ...(until === undefined ? {} : { until: iso(until) }),
      };
    },
    async searchCounts({ query, signal }) {
      const { until, ...answer } = await store.ask("searchCounts", { ...inputOf(query), bars: query.bars }, { signal });
      return { ...answer, start: iso(answer.start), ...(until === undefined ? {} : { until: iso(until) }) };
    },
    async searchExport({ query, signal }) {
      // The first page is asked for before the answer begins, so that a wrong query is refused and not half a file.
      const input = inputOf(query);
      const first = await store.ask("search", { ...input, limit: Math.min(EXPORT_PAGE, query.most) }, { signal });
      return fileOf(store, input, first, query.format, query.most, signal, live.now());
    },
    async personLog({ params, query }) {
      const kinds = query.kinds?.split(",").filter((k) => k !== "");
      const unknown = kinds?.find((k) => !(USER_LOG_KINDS as readonly string[]).includes(k));
      if (unknown !== undefined)
        throw new CodedError("log-kind-invalid", `"${unknown}" is no kind of log row.`, { hint: `Kinds: ${USER_LOG_KINDS.join(", ")}.` });
      const before = ms(query.before);
      const answer = await store.ask("userLog", {
        user: params.id.toLowerCase(),
        limit: query.limit,
        ...(before === undefined ? {} : { before }),
        ...(kinds === undefined || kinds.length === 0 ? {} : { kinds: kinds as LogKind[] }),
      });
      return { rows: answer.rows.map((r) => ({ ...r, time: iso(r.time) })), ...(answer.next === undefined ? {} : { next: iso(answer.next) }) };
    },
    async personHours({ params, query }) {
      const end = live.eventTime() ?? live.now();
      const rows = await store.ask("userHours", { user: params.id.toLowerCase(), from: end - query.days * DAY, to: end + DAY });
      return { hours: rows.map((h) => ({ start: iso(h.start), events: h.events, unusual: h.unusual })) };
    },
  };
}

function inputOf(query: Asked): SearchInput {
  const from = timeOf(query.from, "from");
  const to = timeOf(query.to, "to");
  return {
    ...(query.q === undefined || query.q.trim() === "" ? {} : { query: query.q }),
    ...(query.text === undefined ? {} : { text: query.text }),
    ...(query.family === undefined ? {} : { family: query.family }),
    ...(query.address === undefined ? {} : { address: query.address }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

function timeOf(text: string | undefined, name: string): number | undefined {
  const time = ms(text);
  if (time !== undefined && Number.isNaN(time)) throw new CodedError("time-invalid", `${name} is not a time.`, { hint: "ISO 8601: 2026-03-14T13:40:00Z." });
  return time;
}

function fileOf(
  store: Store,
  input: SearchInput,
  first: { hits: Parameters<typeof recordAnswer>[0][]; next?: string },
  format: "ndjson" | "csv",
  most: number,
  signal: AbortSignal,
  now: number,
): Download {
  async function* chunks(): AsyncGenerator<string> {
    if (format === "csv") yield CSV_HEAD;
    let page = first;
    let left = most;
    for (;;) {
      const hits = page.hits.slice(0, left).map(recordAnswer);
      left -= hits.length;
      if (hits.length > 0) yield hits.map((h) => (format === "csv" ? csvRow(h) : `${JSON.stringify(h)}\n`)).join("");
      if (page.next === undefined || left <= 0 || signal.aborted) break;
      page = await store.ask("search", { ...input, after: page.next, limit: Math.min(EXPORT_PAGE, left) }, { signal });
    }
    if (format === "ndjson") yield `${JSON.stringify({ end: true, events: most - left, more: page.next !== undefined })}\n`;
  }
  return {
    type: format === "csv" ? "text/csv" : "application/x-ndjson",
    name: `events-${iso(now).slice(0, 19).replaceAll(":", "")}Z.${format}`,
    chunks: chunks(),
  };
}
