import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { queryValue } from "../../../schema/query/query.ts";
import { ScoreBar } from "../../charts/score-bar.tsx";
import { call } from "../../client/call.ts";
import { onMessage } from "../../live/stream.ts";
import { Kbd } from "../../parts/kbd.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { usePreferences } from "../../prefs/preferences.ts";
import { zoneName } from "../../words/time.ts";
import { PERSON_KINDS, type PersonFilter, pressKind } from "./log-filter.ts";

const PAGE = 60;
const BY_KIND = new Map(PERSON_KINDS.map(([kind, word, mark]) => [kind as string, { word, mark }]));

/** What the user did and what was done to it, newest first. Newer rows are let in by a press; what is read stays in place. */
export function PersonLog({ id }: { id: string }) {
  const filter = useSearch({ from: "/people/$id" });
  const navigate = useNavigate();
  const { clock } = usePreferences();
  const kinds = filter.kinds?.join(",");
  const log = useInfiniteQuery({
    queryKey: ["personLog", id, kinds],
    queryFn: ({ pageParam, signal }) => call("personLog", { params: { id }, query: { before: pageParam, kinds, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const rows = log.data?.pages.flatMap((p) => p.rows) ?? [];
  const newer = useNewer(id, kinds, rows[0]?.id);
  const release = (): void => void log.refetch();
  const cursor = useCursor(rows.length, -1);
  const current = rows[cursor.at];
  useKeys({
    ".": newer ? release : undefined,
    enter:
      current === undefined
        ? undefined
        : () =>
            void (current.alert === undefined
              ? navigate({ to: "/search", search: { event: current.record ?? current.id } })
              : navigate({ to: "/alerts/$id", params: { id: current.alert }, search: {} })),
  });
  const set = (next: PersonFilter): void => void navigate({ to: "/people/$id", params: { id }, search: next, replace: true });
  return (
    <Section
      title="Event log"
      sub={`newest first, ${zoneName(clock)}`}
      aside={
        <Link to="/search" search={{ q: `user:${queryValue(id)} OR target:${queryValue(id)} OR targets:${queryValue(id)}` }} className="hi">
          Search from here
        </Link>
      }
    >
      <fieldset className="chips">
        <legend className="sr">Kinds shown</legend>
        {PERSON_KINDS.map(([kind, word, mark]) => {
          const on = filter.kinds === undefined || filter.kinds.includes(kind);
          return (
            <button
              key={kind}
              type="button"
              className={on && filter.kinds !== undefined ? "btn on" : "btn"}
              aria-pressed={on}
              onClick={() => set(pressKind(filter, kind))}
            >
              <span aria-hidden="true">{mark}</span> {word}
            </button>
          );
        })}
        {filter.kinds === undefined ? null : (
          <button type="button" className="btn" onClick={() => set({})}>
            All
          </button>
        )}
        {newer ? (
          <button type="button" className="fresh" onClick={release}>
            ↑ newer rows <Kbd k="." />
          </button>
        ) : null}
      </fieldset>
      <Answered query={log} what="The log" rows={16} height={22}>
        {() =>
          rows.length === 0 ? (
            <Empty sentence="No row of these kinds." checked="Everything that the store keeps of this user was looked through." />
          ) : (
            <div className="scroll-x">
              <table className="rows log">
                <caption className="sr">Event log</caption>
                <colgroup>
                  <col style={{ width: 126 }} />
                  <col style={{ width: 84 }} />
                  <col style={{ width: "27%" }} />
                  <col />
                  <col style={{ width: 124 }} />
                  <col style={{ width: 96 }} />
                </colgroup>
                <thead>
                  <tr>
                    <th>Time</th>
                    <th>Kind</th>
                    <th>What</th>
                    <th>Detail</th>
                    <th>From</th>
                    <th>Unusual</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row, i) => (
                    <tr key={row.id} className={i === cursor.at ? "sel" : ""} aria-selected={i === cursor.at} onClick={() => cursor.set(i)}>
                      <td className="t">
                        <Time iso={row.time} />
                      </td>
                      <td className={row.kind === "alert" ? "k-alert" : "two"}>
                        <span className="kindmark" aria-hidden="true">
                          {BY_KIND.get(row.kind)?.mark}
                        </span>{" "}
                        {BY_KIND.get(row.kind)?.word ?? row.kind}
                      </td>
                      <td className="clip">
                        {row.alert === undefined ? (
                          <Link to="/search" search={{ event: row.record ?? row.id }}>
                            <Shown text={row.what} max={140} />
                          </Link>
                        ) : (
                          <Link to="/alerts/$id" params={{ id: row.alert }} search={{}}>
                            <Shown text={row.what} max={140} />
                          </Link>
                        )}
                      </td>
                      <td className="clip two">
                        <Shown text={row.detail} max={160} />
                      </td>
                      <td className="clip mono">
                        <Shown text={row.place ?? ""} max={60} />
                      </td>
                      <td>{row.unusual === undefined ? null : <ScoreBar value={row.unusual} />}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Answered>
      {log.hasNextPage ? (
        <div className="btns twelve">
          <button type="button" className="btn" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {log.isFetchingNextPage ? "Reading…" : "Older ones"}
          </button>
        </div>
      ) : rows.length > 0 ? (
        <p className="small dim">The log begins here.</p>
      ) : null}
    </Section>
  );
}

const LOOK_MS = 15_000;

/** Whether the newest row is another than the one that stands on top; looked at when the stream says that time has passed, at most every 15 s. */
function useNewer(id: string, kinds: string | undefined, top: string | undefined): boolean {
  const [newest, setNewest] = useState<string | undefined>(undefined);
  useEffect(() => {
    let last = Date.now();
    const controller = new AbortController();
    const stop = onMessage((message) => {
      const now = Date.now();
      if (document.visibilityState === "hidden" || (message.type !== "alert" && message.type !== "rate") || now - last < LOOK_MS) return;
      last = now;
      call("personLog", { params: { id }, query: { kinds, limit: 1 }, signal: controller.signal }, { background: true }).then(
        (answer) => setNewest(answer.rows[0]?.id),
        () => undefined,
      );
    });
    return () => {
      stop();
      controller.abort();
    };
  }, [id, kinds]);
  return newest !== undefined && top !== undefined && newest !== top;
}
