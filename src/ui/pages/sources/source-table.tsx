import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CoverageStrip } from "../../charts/coverage-strip.tsx";
import { get } from "../../client/queries.ts";
import type { Source } from "../../client/types.ts";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { isBlind, stateWords } from "../../words/sources.ts";
import { span } from "../../words/time.ts";

export function SourceTable({ sources }: { sources: readonly Source[] }) {
  const cursor = useCursor(sources.length);
  const navigate = useNavigate();
  const current = sources[cursor.at];
  useKeys({ enter: current === undefined ? undefined : () => void navigate({ to: "/sources/$id", params: { id: current.id } }) });
  return (
    <table className="rows inc">
      <colgroup>
        <col style={{ width: 240 }} />
        <col />
        <col style={{ width: 216 }} />
        <col style={{ width: 130 }} />
        <col style={{ width: 90 }} />
        <col style={{ width: 96 }} />
        <col style={{ width: 84 }} />
      </colgroup>
      <thead>
        <tr>
          <th>Source</th>
          <th>State</th>
          <th>Last 24 h</th>
          <th>Rate, a minute</th>
          <th className="n">Lag</th>
          <th className="n">Events</th>
          <th className="n">Rejected</th>
        </tr>
      </thead>
      <tbody>
        {sources.map((s, i) => (
          <tr key={s.id} className={i === cursor.at ? "sel" : ""} aria-selected={i === cursor.at} onClick={() => cursor.set(i)}>
            <td>
              <Link to="/sources/$id" params={{ id: s.id }}>
                <b>
                  <Shown text={s.id} max={40} />
                </b>
              </Link>
              <span className="meta" title={plain(s.path)}>
                {s.kind}
                {s.synthetic ? ", synthetic" : ""}, <Shown text={s.path} max={80} />
              </span>
            </td>
            <td>
              <span className={isBlind(s.state) ? "mk" : ""}>{stateWords(s.state)}</span>
              <span className="meta wrapline">
                {s.reason === undefined || s.reason === stateWords(s.state) ? (
                  <>
                    since <Time iso={s.since} as="minute" zone />
                  </>
                ) : (
                  <Shown text={s.reason} max={160} />
                )}
              </span>
            </td>
            <td>
              <Strip id={s.id} />
            </td>
            <td>
              <b>{count(s.rate)}</b>
              <span className="meta">{s.usualRate === undefined ? "usual not learned" : `usual ${count(s.usualRate)}`}</span>
            </td>
            <td className="n">{s.lagSeconds === undefined ? <span className="dim">—</span> : span(s.lagSeconds)}</td>
            <td className="n">{count(s.events)}</td>
            <td className="n">{s.rejected === 0 ? <span className="dim">0</span> : count(s.rejected)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Strip({ id }: { id: string }) {
  const query = useQuery(get("source", { params: { id } }));
  return query.data === undefined ? (
    <span className="skel" style={{ width: 200, height: 24 }} />
  ) : (
    <CoverageStrip history={query.data.history} name={id} width={200} height={24} />
  );
}
