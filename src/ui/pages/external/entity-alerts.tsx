import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { get } from "../../client/queries.ts";
import type { AlertSummary } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { counted, score } from "../../words/numbers.ts";

/** Of so many users the alerts are looked up; of many it would say nothing. */
const FEW = 5;

/** Alerts that name it: as their entity, or in their words. */
export function EntityAlerts({ id, users }: { id: string; users: readonly string[] }) {
  const alerts = useQuery(get("alerts", { query: { text: id, state: "all", sort: "time", limit: 50 } }));
  const few = users.filter((u) => u !== id).slice(0, FEW);
  const theirs = useQueries({ queries: few.map((entity) => get("alerts", { query: { entity, state: "all" as const, sort: "score" as const, limit: 5 } })) });
  const others = theirs.flatMap((t) => t.data?.alerts ?? []).filter((a) => alerts.data?.alerts.some((b) => b.id === a.id) !== true);
  return (
    <Section title="Alerts that name it" sub={alerts.data === undefined ? undefined : counted(alerts.data.total, "alert")}>
      <Answered query={alerts} what="Its alerts" rows={2} height={26}>
        {(data) =>
          data.alerts.length === 0 ? (
            <p className="small">None. Titles, entities and comments of all alerts were looked through.</p>
          ) : (
            <Rows alerts={data.alerts.slice(0, 10)} />
          )
        }
      </Answered>
      {others.length === 0 ? null : (
        <>
          <p className="small twelve">Alerts on those who had to do with it, worst first:</p>
          <Rows alerts={others.sort((a, b) => b.score - a.score).slice(0, 10)} />
        </>
      )}
    </Section>
  );
}

function Rows({ alerts }: { alerts: readonly AlertSummary[] }) {
  return (
    <table className="rows">
      <caption className="sr">Alerts: score, time, what</caption>
      <colgroup>
        <col style={{ width: 48 }} />
        <col style={{ width: 130 }} />
        <col />
      </colgroup>
      <tbody>
        {alerts.map((a) => (
          <tr key={a.id}>
            <td className={a.score >= 45 ? "s" : "s low"}>{score(a.score)}</td>
            <td>
              <Time iso={a.time} />
            </td>
            <td className="clip">
              <Link to="/alerts/$id" params={{ id: a.id }} search={{}}>
                <Shown text={a.title} max={160} />
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
