import { Link } from "@tanstack/react-router";
import type { AlertDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Time } from "../../parts/time.tsx";
import { counted, score } from "../../words/numbers.ts";

const SHOWN = 5;

/** Alerts of the same model and entity before this one: their scores fall on repeats. */
export function Earlier({ alert }: { alert: AlertDetail }) {
  const list = alert.earlier.slice(0, SHOWN);
  return (
    <Section
      title="Before"
      sub="same model, same entity"
      aside={
        alert.earlier.length === 0 ? undefined : (
          <Link to="/alerts" search={{ model: alert.model, entity: alert.entity.id, state: "all", sort: "time" }} className="hi">
            All {alert.earlier.length}
          </Link>
        )
      }
    >
      {list.length === 0 ? (
        <p className="small">The first of its kind here.</p>
      ) : (
        <ul>
          {list.map((e) => (
            <li key={e.id} className="comment">
              <Link to="/alerts/$id" params={{ id: e.id }} search={{}}>
                <b className={e.score >= 45 ? "mk" : "two"}>{score(e.score)}</b> <Time iso={e.time} zone />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {alert.earlier.length > SHOWN ? <p className="small dim">and {counted(alert.earlier.length - SHOWN, "earlier one")}</p> : null}
    </Section>
  );
}
