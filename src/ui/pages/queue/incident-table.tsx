import { Link, useNavigate } from "@tanstack/react-router";
import { useAcknowledge } from "../../actions/acknowledge.ts";
import { HalfHours, isByTheHour } from "../../charts/half-hours.tsx";
import { RangeStrip } from "../../charts/range-strip.tsx";
import type { Incident, Overview } from "../../client/types.ts";
import { Shown } from "../../parts/shown.tsx";
import { Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { useMay } from "../../shell/session.ts";
import { entityName } from "../../words/entities.ts";
import { counted, score } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { age } from "../../words/time.ts";

const BELOW_SHOWN = 6;

interface Row {
  row: Incident;
  gone: boolean;
}

export function IncidentTable({ rows, line, now, overview }: { rows: readonly Row[]; line: number; now: string; overview: Overview }) {
  const navigate = useNavigate();
  const mayAct = useMay("analyst");
  const acknowledge = useAcknowledge();
  const above = rows.filter((r) => !r.row.overBudget);
  const below = rows.filter((r) => r.row.overBudget);
  const listed = [...above, ...below.slice(0, BELOW_SHOWN)];
  const cursor = useCursor(listed.length);
  const current = listed[cursor.at]?.row;
  const act = (): void => {
    if (current !== undefined) acknowledge.mutate({ ids: current.alerts, acknowledged: current.state === "open" });
  };
  useKeys({
    enter: current === undefined ? undefined : () => void navigate(placeOf(current)),
    a: mayAct ? act : undefined,
    s:
      mayAct && current?.alerts[0] !== undefined
        ? () => void navigate({ to: "/alerts/$id", params: { id: current.alerts[0] ?? "" }, search: { snooze: true } })
        : undefined,
  });
  if (rows.length === 0) {
    return (
      <Empty
        sentence="No incident is open."
        checked={
          <>
            {overview.sourcesLive} of {counted(overview.sources, "source")} heard, {counted(overview.devices, "device")}, records until <Time iso={now} zone />.
          </>
        }
      >
        <Link to="/alerts" search={{ state: "all" }} className="btn">
          Show every alert
        </Link>
      </Empty>
    );
  }
  return (
    <table className="inc">
      <colgroup>
        <col style={{ width: 50 }} />
        <col />
        <col style={{ width: 166 }} />
        <col style={{ width: 126 }} />
        <col style={{ width: 112 }} />
      </colgroup>
      <thead>
        <tr>
          <th>Score</th>
          <th>What happened</th>
          <th>What decides it</th>
          <th>Last 24 h</th>
          <th>State, age</th>
        </tr>
      </thead>
      <tbody>
        {above.map(({ row, gone }, i) => (
          <AboveRow key={row.id} incident={row} gone={gone} now={now} selected={cursor.at === i} onPoint={() => cursor.set(i)} />
        ))}
        <tr className="line">
          <td colSpan={5}>
            {line <= 0 ? "No line: the budget is not used up." : `Line at ${Math.round(line)}.`}{" "}
            {below.length === 0 ? "Nothing is open below it." : `Just below it, ${Math.min(below.length, BELOW_SHOWN)} of ${below.length}`}
          </td>
        </tr>
        {below.slice(0, BELOW_SHOWN).map(({ row }, i) => (
          <BelowRow key={row.id} incident={row} now={now} selected={cursor.at === above.length + i} onPoint={() => cursor.set(above.length + i)} />
        ))}
      </tbody>
    </table>
  );
}

/** Where a row leads: an incident of one alert is that alert. */
export function placeOf(incident: Incident) {
  const only = incident.alerts.length === 1 ? incident.alerts[0] : undefined;
  return only === undefined
    ? ({ to: "/incidents/$id", params: { id: incident.id } } as const)
    : ({ to: "/alerts/$id", params: { id: only }, search: {} } as const);
}

interface RowProps {
  incident: Incident;
  now: string;
  selected: boolean;
  onPoint: () => void;
}

function AboveRow({ incident, gone, now, selected, onPoint }: RowProps & { gone: boolean }) {
  const names = incident.entities.slice(0, 2).map(entityName).join(", ");
  return (
    <tr className={[selected ? "sel" : "", gone ? "gone" : ""].join(" ").trim()} aria-selected={selected} onClick={onPoint}>
      <td className="s">{score(incident.score)}</td>
      <td>
        <Link className="what" {...placeOf(incident)} title={plain(incident.title, 300)}>
          <Shown text={incident.title} />
        </Link>
        <span className="meta">
          <Shown text={names} max={60} />
          {incident.entities.length > 2 ? ` and ${incident.entities.length - 2} more` : ""} · {counted(incident.alerts.length, "alert")} ·{" "}
          {counted(incident.eventCount, "record")}
        </span>
      </td>
      <td>{incident.lead === undefined ? <span className="small dim">no single reason</span> : <RangeStrip why={incident.lead} />}</td>
      <td>
        <LastDay incident={incident} />
      </td>
      <td>
        <span className="nw">{gone ? "Left the queue" : incident.state === "open" ? "Nobody yet" : "Acknowledged"}</span>
        <span className="meta">{age(incident.end, now)}</span>
      </td>
    </tr>
  );
}

function LastDay({ incident, height }: { incident: RowProps["incident"]; height?: number }) {
  if (!isByTheHour(incident)) return <span className="small dim">no device in it</span>;
  return <HalfHours values={incident.last24h} label="unusualness, last 24 hours" {...(height === undefined ? {} : { height })} />;
}

function BelowRow({ incident, now, selected, onPoint }: RowProps) {
  return (
    <tr className={selected ? "below sel" : "below"} aria-selected={selected} onClick={onPoint}>
      <td className="s">{score(incident.score)}</td>
      <td colSpan={2}>
        <Link className="what" {...placeOf(incident)} title={plain(incident.title, 300)}>
          <Shown text={incident.title} />
        </Link>
      </td>
      <td>
        <LastDay incident={incident} height={18} />
      </td>
      <td className="dim nw">{age(incident.end, now)}, no notice</td>
    </tr>
  );
}
