import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAcknowledge } from "../../actions/acknowledge.ts";
import { HalfHours, isByTheHour } from "../../charts/half-hours.tsx";
import { RangeStrip } from "../../charts/range-strip.tsx";
import { get } from "../../client/queries.ts";
import type { AlertDetail, IncidentDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { EntityLink } from "../../parts/entity-link.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { MailLinks } from "../../parts/mail-links.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Loading } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { useMay } from "../../shell/session.ts";
import { entityName } from "../../words/entities.ts";
import { counted, score } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { Judgement } from "./judgement.tsx";
import { ChatRunStory } from "./run/chat-run.tsx";
import { actorOf } from "./run/run-of.ts";
import { Shape } from "./shape.tsx";

/** Alerts of an incident that are read one by one; an incident of more says so. */
const MOST = 40;

/** What belongs together: the sentence, its alerts in time order, who takes part. */
export function IncidentPage(): ReactNode {
  const { id } = useParams({ from: "/incidents/$id" });
  const query = useQuery(get("incident", { params: { id } }));
  useRefetchOn(["incident"], (m) => m.type === "alert" || (m.type === "changed" && m.what !== "models"));
  return query.data === undefined ? (
    <main id="main" tabIndex={-1}>
      <Answered query={query} what="The incident" rows={8} height={46}>
        {() => null}
      </Answered>
    </main>
  ) : (
    <Story incident={query.data} />
  );
}

function Story({ incident }: { incident: IncidentDetail }) {
  const alerts = useQueries({ queries: incident.alerts.slice(0, MOST).map((id) => get("alert", { params: { id } })) });
  const known = alerts
    .map((a) => a.data)
    .filter((a): a is AlertDetail => a !== undefined)
    .sort((a, b) => (a.time < b.time ? -1 : 1));
  const waiting = alerts.some((a) => a.isPending);
  const actor = actorOf(incident, known);
  const acknowledge = useAcknowledge();
  const mayAct = useMay("analyst");
  const open = incident.state === "open";
  const toggle = (): void => acknowledge.mutate({ ids: incident.alerts, acknowledged: open });
  useKeys({ a: mayAct ? toggle : undefined });
  return (
    <main id="main" tabIndex={-1} className="q">
      <PageHead
        name={plain(incident.title, 80)}
        score={incident.score}
        below={incident.overBudget}
        kick={[
          `Incident, ${incident.category}`,
          <span key="t">
            <Time iso={incident.start} zone /> to <Time iso={incident.end} zone />
          </span>,
          `${counted(incident.alerts.length, "alert")}, ${counted(incident.eventCount, "record")}`,
          incident.mitre.length === 0 ? "no technique named" : plain(incident.mitre.slice(0, 5).join(", "), 80),
        ]}
        headline={<Shown text={incident.title} max={300} />}
        standfirst={incident.summary === incident.title ? undefined : <Shown text={incident.summary} max={800} />}
        hints={[
          { label: "Next", keys: ["j"] },
          { label: "Open", keys: ["↵"] },
          { label: "Acknowledge", keys: ["a"], changes: true },
          { label: "Back", keys: ["esc"] },
        ]}
      />
      {actor === undefined ? null : <ChatRunStory incident={incident} actor={actor} alerts={known} />}
      <Section
        title={actor === undefined ? "What happened, in time order" : "Its alerts, in time order"}
        sub={incident.alerts.length > MOST ? `the first ${MOST} of ${incident.alerts.length} alerts` : undefined}
      >
        {waiting && known.length === 0 ? <Loading rows={Math.min(8, incident.alerts.length)} height={46} label="the alerts" /> : <AlertsOf alerts={known} />}
      </Section>
      <aside className="stack" aria-label="About this incident">
        <Section title="State" sub={open ? "nobody has it yet" : incident.verdict === undefined ? "acknowledged" : "judged"}>
          <div className="btns">
            <button type="button" className={open ? "btn go" : "btn"} disabled={!mayAct || acknowledge.isPending} onClick={toggle}>
              {open ? `Acknowledge all ${incident.alerts.length}` : "Take back"} <Kbd k="a" />
            </button>
          </div>
        </Section>
        <Judgement incident={incident} />
        <Shape incident={incident} alerts={known} />
        <MailLinks records={known.flatMap((a) => a.records)} />
        <Section title="Who takes part" sub={counted(incident.entities.length, "entity", "entities")}>
          <ul>
            {incident.entities.slice(0, 20).map((e) => (
              <li key={`${e.kind}${e.id}`} className="comment">
                <EntityLink entity={e} />{" "}
                <span className="dim">
                  {e.kind}
                  {e.ip === undefined || e.ip === entityName(e) ? "" : `, ${plain(e.ip, 46)}`}
                </span>
              </li>
            ))}
          </ul>
        </Section>
        {isByTheHour(incident) ? (
          <Section title="Last 24 h" sub="unusualness by half hour">
            <HalfHours values={incident.last24h} width={336} height={60} label="unusualness of the main entity, last 24 hours" />
          </Section>
        ) : null}
      </aside>
    </main>
  );
}

function AlertsOf({ alerts }: { alerts: readonly AlertDetail[] }) {
  const cursor = useCursor(alerts.length);
  const navigate = useNavigate();
  const current = alerts[cursor.at];
  useKeys({ enter: current === undefined ? undefined : () => void navigate({ to: "/alerts/$id", params: { id: current.id }, search: {} }) });
  return (
    <table className="inc">
      <colgroup>
        <col style={{ width: 50 }} />
        <col style={{ width: 130 }} />
        <col />
        <col style={{ width: 166 }} />
      </colgroup>
      <thead>
        <tr>
          <th>Score</th>
          <th>Time</th>
          <th>What happened</th>
          <th>What decides it</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert, i) => (
          <tr key={alert.id} className={i === cursor.at ? "sel" : ""} aria-selected={i === cursor.at} onClick={() => cursor.set(i)}>
            <td className="s">{score(alert.score)}</td>
            <td>
              <Time iso={alert.time} />
            </td>
            <td>
              <Link className="what" to="/alerts/$id" params={{ id: alert.id }} search={{}} title={plain(alert.title, 300)}>
                <Shown text={alert.title} />
              </Link>
              <span className="meta">
                <Shown text={alert.model} max={80} /> · {counted(alert.eventCount, "record")} · {alert.state}
              </span>
            </td>
            <td>{(alert.lead ?? alert.why[0]) === undefined ? null : <RangeStrip why={(alert.lead ?? alert.why[0]) as NonNullable<typeof alert.lead>} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
