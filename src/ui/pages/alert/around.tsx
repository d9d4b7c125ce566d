import { Link } from "@tanstack/react-router";
import type { AlertDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { counted, score } from "../../words/numbers.ts";
import { span } from "../../words/time.ts";

/** Of an alert on a device: what endpoint products said of it around that time; of such a detection: what our own models said (D13, D14). */
export function Around({ alert }: { alert: AlertDetail }) {
  const { around } = alert;
  if (around === undefined) return null;
  const title = around.of === "detections" ? "Endpoint detections around it" : "Network alerts around it";
  return (
    <Section title={title} sub={`${around.minutes} min before and after, on the same device`}>
      {around.rows.length === 0 ? (
        <p className="small">
          {around.of === "detections"
            ? "None: no product told anything of this device then, or none is connected."
            : "None: no model of ours fired on this device then."}
        </p>
      ) : (
        <table className="dev-row">
          <caption className="sr">{title}: when, what, how strong</caption>
          <colgroup>
            <col style={{ width: 86 }} />
            <col />
            <col style={{ width: 92 }} />
          </colgroup>
          <tbody>
            {around.rows.map((row) => {
              const apart = (Date.parse(row.time) - Date.parse(alert.time)) / 1_000;
              const words = <Shown text={row.title} max={140} />;
              return (
                <tr key={row.id}>
                  <td className="two nw">
                    <Time iso={row.time} as="time" />
                  </td>
                  <td className="wrapline">
                    {row.alert ? (
                      <Link to="/alerts/$id" params={{ id: row.id }} search={{}}>
                        {words}
                      </Link>
                    ) : (
                      <Link to="/search" search={{ event: row.id }}>
                        {words}
                      </Link>
                    )}
                    <span className="small dim">
                      {" "}
                      {span(Math.abs(apart))} {apart < 0 ? "before" : "after"}
                      {row.product === undefined ? null : (
                        <>
                          , <Shown text={row.product} max={40} />
                        </>
                      )}
                    </span>
                  </td>
                  <td className={row.severity === "high" || (row.score ?? 0) >= 45 ? "n mk" : "n two"}>
                    {row.severity ?? (row.score === undefined ? "" : score(row.score))}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {around.more > 0 ? <p className="small dim">and {counted(around.more, "more")}</p> : null}
    </Section>
  );
}
