import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { get } from "../../client/queries.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { counted, score } from "../../words/numbers.ts";

/** Alerts that name it: as their entity, or in their words. */
export function EntityAlerts({ id }: { id: string }) {
  const alerts = useQuery(get("alerts", { query: { text: id, state: "all", sort: "time", limit: 50 } }));
  return (
    <Section title="Alerts that name it" sub={alerts.data === undefined ? undefined : counted(alerts.data.total, "alert")}>
      <Answered query={alerts} what="Its alerts" rows={2} height={26}>
        {(data) =>
          data.alerts.length === 0 ? (
            <p className="small">None. Titles, entities and comments of all alerts were looked through.</p>
          ) : (
            <table className="rows">
              <colgroup>
                <col style={{ width: 48 }} />
                <col style={{ width: 130 }} />
                <col />
              </colgroup>
              <tbody>
                {data.alerts.slice(0, 10).map((a) => (
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
          )
        }
      </Answered>
    </Section>
  );
}
