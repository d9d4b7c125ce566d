import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { type Answer, call } from "../../client/call.ts";
import { get } from "../../client/queries.ts";
import type { AlertSummary } from "../../client/types.ts";
import { useHeld, useRefetchOn } from "../../live/use-held.ts";
import { Fresh } from "../../parts/fresh.tsx";
import { type KeyHint, PageHead } from "../../parts/page-head.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useKeys } from "../../prefs/keys.ts";
import { count, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { AlertList } from "./alert-list.tsx";
import { type AlertFilter, queryOf } from "./filter.ts";
import { FilterBar } from "./filter-bar.tsx";
import { Groups } from "./groups.tsx";

const PAGE = 200;
const HINTS: readonly KeyHint[] = [
  { label: "Next", keys: ["j"] },
  { label: "Open", keys: ["↵"] },
  { label: "Acknowledge", keys: ["a"], changes: true },
  { label: "Snooze", keys: ["s"], changes: true },
];

function idOf(alert: AlertSummary): string {
  return alert.id;
}

export function AlertsPage(): ReactNode {
  const filter = useSearch({ from: "/alerts" });
  const navigate = useNavigate();
  const overview = useQuery(get("overview", {}));
  const known = overview.data !== undefined;
  // "Last 24 h" counts from the newest record when the filter was chosen; it must not slide while the list is read.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const query = useMemo(() => queryOf(filter, overview.data?.eventTime ?? overview.data?.now), [filter, known]);
  const set = (next: AlertFilter): void => void navigate({ to: "/alerts", search: next, replace: true });
  return (
    <main id="main" tabIndex={-1}>
      {filter.group === undefined ? (
        <Flat filter={filter} query={query} ready={known} onChange={set} />
      ) : (
        <Groups filter={filter} query={query} by={filter.group} onChange={set} />
      )}
    </main>
  );
}

interface FlatProps {
  filter: AlertFilter;
  query: ReturnType<typeof queryOf>;
  ready: boolean;
  onChange: (filter: AlertFilter) => void;
}

function Flat({ filter, query, ready, onChange }: FlatProps) {
  const alerts = useInfiniteQuery({
    queryKey: ["alerts", "list", query],
    queryFn: ({ pageParam, signal }) => call("alerts", { query: { ...query, limit: PAGE, offset: pageParam }, signal }),
    initialPageParam: 0,
    getNextPageParam: (_last: Answer<"alerts">, pages) => {
      const have = pages.reduce((sum, page) => sum + page.alerts.length, 0);
      return have < (pages[0]?.total ?? 0) && (pages.at(-1)?.alerts.length ?? 0) > 0 ? have : undefined;
    },
    placeholderData: keepPreviousData,
    enabled: ready,
  });
  useRefetchOn(["alerts"], (m) => m.type === "alert" || (m.type === "changed" && (m.what === "alerts" || m.what === "snoozes")));
  const latest = useMemo(() => alerts.data?.pages.flatMap((page) => page.alerts), [alerts.data]);
  const held = useHeld(alerts.isPlaceholderData ? "waiting" : JSON.stringify(query), latest, idOf);
  useKeys({ ".": held.newer > 0 ? held.release : undefined });
  const total = alerts.data?.pages[0]?.total ?? 0;
  const hidden = alerts.data?.pages[0]?.hiddenBySnooze ?? 0;
  return (
    <>
      <PageHead
        name="Alerts"
        kick={["Alerts", words(filter)]}
        headline={alerts.data === undefined ? waitingFor("the alerts", alerts.error) : headlineOf(total, filter)}
        standfirst={
          hidden === 0
            ? undefined
            : `${count(hidden)} more ${hidden === 1 ? "is" : "are"} hidden by a snooze; choose state “snoozed” to see ${hidden === 1 ? "it" : "them"}.`
        }
        hints={HINTS}
      />
      <FilterBar filter={filter} onChange={onChange} />
      <div className="fresh-bar over">
        <Fresh newer={held.newer} onRelease={held.release} noun="newer alert" />
      </div>
      <Answered query={{ ...alerts, data: latest }} what="The alerts" rows={10} height={46}>
        {() =>
          held.rows.length === 0 ? (
            <Empty
              sentence="No alert fits these filters."
              checked={
                <>
                  Asked at <Time iso={new Date(alerts.dataUpdatedAt).toISOString()} as="time" zone />
                  {hidden === 0 ? "" : `; ${hidden} hidden by a snooze`}.
                </>
              }
            >
              <button type="button" className="btn" onClick={() => onChange({ state: "all" })}>
                Take all filters off
              </button>
            </Empty>
          ) : (
            <AlertList
              rows={held.rows}
              sort={filter.sort ?? "score"}
              onSort={(sort) => {
                const { sort: _sort, ...rest } = filter;
                onChange(sort === "time" ? { ...rest, sort } : rest);
              }}
              onEnd={() => {
                if (alerts.hasNextPage && !alerts.isFetching) void alerts.fetchNextPage();
              }}
            />
          )
        }
      </Answered>
    </>
  );
}

function headlineOf(total: number, filter: AlertFilter): string {
  const open = alone(filter);
  if (total === 0) return open ? "No alert is open." : "No alert fits.";
  const verb = open ? (total === 1 ? "is open" : "are open") : total === 1 ? "fits" : "fit";
  return `${counted(total, "alert")} ${verb}, ${filter.sort === "time" ? "newest" : "strangest"} first.`;
}

/** Nothing is filtered beyond the usual "open". */
function alone(filter: AlertFilter): boolean {
  return Object.keys(filter).every((key) => key === "sort");
}

/** The filter in words, for the line above the headline. */
function words(filter: AlertFilter): string {
  const parts = [
    filter.state ?? "open",
    filter.min === undefined ? "" : `priority ${filter.min} and up`,
    filter.last === undefined ? "" : `last ${filter.last}`,
    filter.model ?? "",
    filter.entity ?? "",
    filter.text === undefined ? "" : `“${filter.text}”`,
  ];
  return plain(parts.filter((p) => p !== "").join(", "), 100);
}
