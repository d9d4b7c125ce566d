import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { get } from "../../client/queries.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { counted, score } from "../../words/numbers.ts";

const SHOWN = 6;

/** Alerts on this user, worst first, and the incidents that they are part of. */
export function Standing({ id }: { id: string }) {
  const alerts = useQuery(get("alerts", { query: { entity: id, state: "all", sort: "score", limit: 100 } }));
  const incidents = useQuery(get("incidents", { query: { state: "all", limit: 200 } }));
  const mine = incidents.data?.incidents.filter((i) => i.entities.some((e) => e.id === id)) ?? [];
  return (
    <Section
      title="Alerts and incidents"
      sub={
        alerts.data === undefined ? undefined : alerts.data.total === 0 ? "none" : `${counted(alerts.data.total, "alert")}, ${counted(mine.length, "incident")}`
      }
      aside={
        <Link to="/alerts" search={{ entity: id, state: "all" }} className="hi">
          All its alerts
        </Link>
      }
    >
      <Answered query={alerts} what="Its alerts" rows={2} height={26}>
        {(data) => (
          <table className="rows">
            <caption className="sr">Alerts and incidents: score, time, what</caption>
            <colgroup>
              <col style={{ width: 48 }} />
              <col style={{ width: 130 }} />
              <col />
            </colgroup>
            <tbody>
              {mine.map((i) => (
                <tr key={i.id}>
                  <td className="s">{score(i.score)}</td>
                  <td>
                    <Time iso={i.start} />
                  </td>
                  <td className="clip">
                    <Link to="/incidents/$id" params={{ id: i.id }}>
                      <b>Incident: </b>
                      <Shown text={i.title} max={160} />
                    </Link>
                  </td>
                </tr>
              ))}
              {data.alerts.slice(0, SHOWN).map((a) => (
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
        )}
      </Answered>
    </Section>
  );
}
