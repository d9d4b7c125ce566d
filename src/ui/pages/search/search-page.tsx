import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { call } from "../../client/call.ts";
import { get } from "../../client/queries.ts";
import type { EventRecord } from "../../client/types.ts";
import { type KeyHint, PageHead } from "../../parts/page-head.tsx";
import { RecordTable } from "../../parts/record-table.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useOpenSet } from "../../parts/use-open-set.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count, counted } from "../../words/numbers.ts";
import { OverTime } from "./over-time.tsx";
import { EXAMPLES, isAsked, type SearchQuery, timesOf } from "./query.ts";
import { faultOf } from "./query-line.tsx";
import { SearchForm } from "./search-form.tsx";

const PAGE = 200;
const HINTS: readonly KeyHint[] = [
  { label: "Next", keys: ["j"] },
  { label: "Fields", keys: ["↵"] },
  { label: "Raw bytes", keys: ["r"] },
];

export function SearchPage(): ReactNode {
  const asked = useSearch({ from: "/search" });
  const navigate = useNavigate();
  const set = (next: SearchQuery): void => void navigate({ to: "/search", search: next });
  return (
    <main id="main" tabIndex={-1}>
      {asked.event === undefined ? <Found asked={asked} onAsk={set} /> : <One id={asked.event} onAsk={set} />}
    </main>
  );
}

function Found({ asked, onAsk }: { asked: SearchQuery; onAsk: (query: SearchQuery) => void }) {
  const overview = useQuery(get("overview", {}));
  const now = overview.data?.eventTime ?? overview.data?.now;
  const times = timesOf(asked, now);
  const { q } = asked;
  const fits = q === undefined || faultOf(q) === undefined;
  const ready = isAsked(asked) && fits && (asked.last === undefined || now !== undefined);
  const hits = useInfiniteQuery({
    queryKey: ["search", q, times],
    queryFn: ({ pageParam, signal }) => call("search", { query: { q, ...times, after: pageParam, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    enabled: ready,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const rows = useMemo(() => unique(hits.data?.pages.flatMap((p) => p.hits) ?? []), [hits.data]);
  const scanned = hits.data?.pages[0]?.scanned ?? 0;
  const until = hits.data?.pages.at(-1)?.until;
  const narrow = (change: SearchQuery): void => onAsk({ ...withoutTimes(asked), ...(change.from === undefined ? timesKept(asked) : {}), ...change });
  return (
    <>
      <PageHead
        name="Search"
        kick={["Search", "records of all sensors and services"]}
        headline={
          !isAsked(asked)
            ? "What do you look for?"
            : !fits
              ? "This cannot be asked as it stands."
              : hits.data === undefined
                ? waitingFor("the events", hits.error)
                : `${counted(rows.length, "event")}${hits.hasNextPage ? " so far" : ""}, newest first.`
        }
        hints={HINTS}
      />
      <SearchForm query={asked} onAsk={onAsk} />
      {!isAsked(asked) ? (
        <Examples onAsk={onAsk} />
      ) : !fits ? null : (
        <Answered query={{ ...hits, data: hits.data }} what="The search" rows={14} height={20}>
          {() =>
            rows.length === 0 && until !== undefined ? (
              <NotYet until={until} busy={hits.isFetchingNextPage} onMore={() => void hits.fetchNextPage()} />
            ) : rows.length === 0 ? (
              <Empty sentence="No event fits." checked={`${count(scanned)} events were looked through.`}>
                {times.from === undefined && times.to === undefined ? null : (
                  <button type="button" className="btn" onClick={() => onAsk(withoutTimes(asked))}>
                    Look through all times
                  </button>
                )}
              </Empty>
            ) : (
              <>
                <OverTime q={q} times={times} onNarrow={narrow} />
                <Hits
                  rows={rows}
                  scanned={scanned}
                  until={until}
                  more={hits.hasNextPage}
                  busy={hits.isFetchingNextPage}
                  onMore={() => void hits.fetchNextPage()}
                  aside={<Files q={q} times={times} />}
                />
              </>
            )
          }
        </Answered>
      )}
    </>
  );
}

function Examples({ onAsk }: { onAsk: (query: SearchQuery) => void }) {
  return (
    <Section title="Ask like this" sub="a word alone is looked for in every field; fields narrow it; what is asked stands in the address of the page">
      <table className="rows">
        <caption className="sr">Examples of queries</caption>
        <colgroup>
          <col style={{ width: "52%" }} />
          <col />
        </colgroup>
        <tbody>
          {EXAMPLES.map(([query, asks]) => (
            <tr key={query}>
              <td className="mono">
                <button type="button" className="quiet hi mono" onClick={() => onAsk({ q: query })}>
                  {query}
                </button>
              </td>
              <td className="two">{asks}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="small dim twelve">
        AND, OR, NOT and brackets · &quot;several words&quot; · user:*@partner.example · bytesOut:&gt;10MB · dstPort:[1024 TO 2000] · src:10.0.0.0/8 · risk:*
        (has a value) · uri:/\.php$/ (a pattern). Names of fields are offered as you type; Tab takes one.
      </p>
    </Section>
  );
}

/** The same search as a file, all of it and not only what is on the page. */
function Files({ q, times }: { q: string | undefined; times: { from?: string; to?: string } }) {
  const address = (format: string): string => {
    const search = new URLSearchParams({ ...(q === undefined ? {} : { q }), ...times, format });
    return `/api/v1/search/export?${search.toString()}`;
  };
  return (
    <>
      Save all as{" "}
      <a className="hi" href={address("ndjson")} download>
        NDJSON
      </a>
      <a className="hi" href={address("csv")} download>
        CSV
      </a>
    </>
  );
}

interface HitsProps {
  rows: readonly EventRecord[];
  scanned: number;
  until: string | undefined;
  more: boolean;
  busy: boolean;
  onMore: () => void;
  aside: ReactNode;
}

function Hits({ rows, scanned, until, more, busy, onMore, aside }: HitsProps) {
  const cursor = useCursor(rows.length);
  const fields = useOpenSet();
  const raw = useOpenSet();
  const current = rows[cursor.at]?.id;
  useKeys({ enter: () => fields.toggle(current), r: () => raw.toggle(current) });
  return (
    <Section title="Events" sub={until === undefined ? `${count(scanned)} looked through` : <LookedBack until={until} />} aside={aside}>
      <RecordTable caption="Events found" records={rows} selected={cursor.at} open={fields.open} raw={raw.open} onPoint={cursor.set} onToggle={fields.toggle} />
      {more ? (
        <div className="btns twelve">
          <button type="button" className="btn" disabled={busy} onClick={onMore}>
            {busy ? "Looking…" : until === undefined ? "Older ones" : "Look further back"}
          </button>
        </div>
      ) : (
        <p className="small dim twelve">That is all that is kept.</p>
      )}
    </Section>
  );
}

/** The time for one search was used up before a page was full. */
function LookedBack({ until }: { until: string }) {
  return (
    <>
      looked back to <Time iso={until} /> in the time that one search has; what is older was not looked at yet
    </>
  );
}

function NotYet({ until, busy, onMore }: { until: string; busy: boolean; onMore: () => void }) {
  return (
    <Empty sentence="No event fits so far." checked={<LookedBack until={until} />}>
      <button type="button" className="btn" disabled={busy} onClick={onMore}>
        {busy ? "Looking…" : "Look further back"}
      </button>
    </Empty>
  );
}

function One({ id, onAsk }: { id: string; onAsk: (query: SearchQuery) => void }) {
  const query = useQuery(get("event", { params: { id } }));
  const raw = useOpenSet();
  useKeys({ r: () => raw.toggle(id) });
  return (
    <>
      <PageHead name="Event" kick={["Search", "one event"]} headline="One event, all its fields." hints={[{ label: "Raw bytes", keys: ["r"] }]} />
      <SearchForm query={{}} onAsk={onAsk} />
      <Answered query={query} what="The event" rows={8} height={20}>
        {(record) => (
          <RecordTable
            caption="The event"
            records={[record]}
            selected={0}
            open={new Set([record.id])}
            raw={raw.open}
            onPoint={() => undefined}
            onToggle={() => undefined}
          />
        )}
      </Answered>
    </>
  );
}

function withoutTimes(query: SearchQuery): SearchQuery {
  return query.q === undefined ? {} : { q: query.q };
}

function timesKept(query: SearchQuery): SearchQuery {
  const { q: _q, event: _event, ...times } = query;
  return times;
}

/** What comes in while pages are read may stand in two of them. */
function unique(rows: readonly EventRecord[]): EventRecord[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
