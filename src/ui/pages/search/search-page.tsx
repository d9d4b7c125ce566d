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
import { useCursor } from "../../parts/use-cursor.ts";
import { useOpenSet } from "../../parts/use-open-set.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count, counted } from "../../words/numbers.ts";
import { isAsked, type SearchQuery } from "./query.ts";
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
  const { event: _event, ...query } = asked;
  const hits = useInfiniteQuery({
    queryKey: ["search", query],
    // The next page ends where this one did; events of the very same millisecond are told apart by id.
    queryFn: ({ pageParam, signal }) => call("search", { query: { ...query, to: pageParam ?? query.to, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last, _all, lastParam) => {
      const oldest = last.hits.at(-1)?.time;
      return last.more && oldest !== lastParam ? oldest : undefined;
    },
    enabled: isAsked(query),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const rows = useMemo(() => unique(hits.data?.pages.flatMap((p) => p.hits) ?? []), [hits.data]);
  const scanned = hits.data?.pages.reduce((sum, p) => sum + p.scanned, 0) ?? 0;
  return (
    <>
      <PageHead
        name="Search"
        kick={["Search", "events of all sensors"]}
        headline={
          !isAsked(query)
            ? "What do you look for?"
            : hits.data === undefined
              ? waitingFor("the events", hits.error)
              : `${counted(rows.length, "event")}${hits.hasNextPage ? " so far" : ""}, newest first.`
        }
        hints={HINTS}
      />
      <SearchForm query={query} onAsk={onAsk} />
      {!isAsked(query) ? (
        <Empty
          sentence="Any of these alone will do."
          checked="Text finds names, paths, agents and any other field that holds it; an address finds both ends; times narrow it. Nothing was asked yet."
        />
      ) : (
        <Answered query={{ ...hits, data: hits.data }} what="The search" rows={14} height={20}>
          {() =>
            rows.length === 0 ? (
              <Empty sentence="No event fits." checked={`${count(scanned)} events were looked through.`}>
                {query.from === undefined && query.to === undefined ? null : (
                  <button type="button" className="btn" onClick={() => onAsk(withoutTimes(query))}>
                    Look through all times
                  </button>
                )}
              </Empty>
            ) : (
              <Hits rows={rows} scanned={scanned} more={hits.hasNextPage} busy={hits.isFetchingNextPage} onMore={() => void hits.fetchNextPage()} />
            )
          }
        </Answered>
      )}
    </>
  );
}

function Hits({ rows, scanned, more, busy, onMore }: { rows: readonly EventRecord[]; scanned: number; more: boolean; busy: boolean; onMore: () => void }) {
  const cursor = useCursor(rows.length);
  const fields = useOpenSet();
  const raw = useOpenSet();
  const current = rows[cursor.at]?.id;
  useKeys({ enter: () => fields.toggle(current), r: () => raw.toggle(current) });
  return (
    <Section title="Events" sub={`${count(scanned)} looked through`}>
      <RecordTable caption="Events found" records={rows} selected={cursor.at} open={fields.open} raw={raw.open} onPoint={cursor.set} onToggle={fields.toggle} />
      {more ? (
        <div className="btns twelve">
          <button type="button" className="btn" disabled={busy} onClick={onMore}>
            {busy ? "Looking…" : "Older ones"}
          </button>
        </div>
      ) : (
        <p className="small dim twelve">That is all that is kept.</p>
      )}
    </Section>
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
  const { from: _from, to: _to, ...rest } = query;
  return rest;
}

function unique(rows: readonly EventRecord[]): EventRecord[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    if (seen.has(row.id)) return false;
    seen.add(row.id);
    return true;
  });
}
