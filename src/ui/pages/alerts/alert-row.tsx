import { Link } from "@tanstack/react-router";
import { RangeStrip } from "../../charts/range-strip.tsx";
import type { AlertSummary } from "../../client/types.ts";
import { Priority } from "../../parts/priority.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { entityName } from "../../words/entities.ts";
import { counted, score } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

interface RowProps {
  alert: AlertSummary;
  gone: boolean;
  index: number;
  selected: boolean;
  top: number;
  height: number;
  onPoint: () => void;
}

export function AlertRow({ alert, gone, index, selected, top, height, onPoint }: RowProps) {
  const classes = ["vrow", "cols-alerts", selected ? "sel" : "", gone ? "gone" : ""].filter((c) => c !== "").join(" ");
  return (
    // biome-ignore lint/a11y/useSemanticElements: placed by the virtual list
    // biome-ignore lint/a11y/useKeyWithClickEvents: j and k move the same cursor
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 1}
      aria-selected={selected}
      className={classes}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={onPoint}
    >
      <Cell>
        <span className={alert.score >= 45 ? "s" : "s low"}>{score(alert.score)}</span>
      </Cell>
      <Cell>
        <Link className="what" to="/alerts/$id" params={{ id: alert.id }} search={{}} title={plain(alert.title, 300)}>
          <Shown text={alert.title} />
        </Link>
        <span className="meta">
          <Shown text={alert.model} max={80} /> · <Shown text={entityName(alert.entity)} max={60} /> · {counted(alert.eventCount, "record")}
          {alert.comments === 0 ? "" : ` · ${counted(alert.comments, "comment")}`}
        </span>
      </Cell>
      <Cell>{alert.lead === undefined ? null : <RangeStrip why={alert.lead} />}</Cell>
      <Cell>
        <Priority value={alert.priority} />
        <span className="meta">
          {plain(alert.mitre.slice(0, 2).join(", "), 30)}
          {alert.mitre.length > 2 ? ` and ${alert.mitre.length - 2}` : ""}
          {alert.compliance ? " compliance" : ""}
        </span>
      </Cell>
      <Cell>
        <Time iso={alert.time} as="minute" />
        <span className="meta">{gone ? "left this list" : alert.state === "new" ? "new" : alert.state}</span>
      </Cell>
    </div>
  );
}

function Cell({ children }: { children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: placed by the virtual list
    <div role="cell" style={{ minWidth: 0 }}>
      {children}
    </div>
  );
}
