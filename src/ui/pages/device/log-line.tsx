import { Link } from "@tanstack/react-router";
import { ScoreBar } from "../../charts/score-bar.tsx";
import type { LogRow } from "../../client/types.ts";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { KINDS } from "./log-filter.ts";

const BY_KIND = new Map(KINDS.map(([kind, word, mark]) => [kind, { word, mark }]));

interface LineProps {
  row: LogRow;
  index: number;
  top: number;
  height: number;
  selected: boolean;
  onPoint: () => void;
}

export function LogLine({ row, index, top, height, selected, onPoint }: LineProps) {
  const kind = BY_KIND.get(row.kind);
  return (
    // biome-ignore lint/a11y/useSemanticElements: placed by the virtual list
    // biome-ignore lint/a11y/useKeyWithClickEvents: j and k move the same cursor
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 1}
      aria-selected={selected}
      className={selected ? "vrow cols-log sel" : "vrow cols-log"}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={onPoint}
    >
      <Cell className="t">
        <Time iso={row.time} as="ms" />
      </Cell>
      <Cell className={row.kind === "alert" ? "k-alert" : "two"}>
        <span className="kindmark" aria-hidden="true">
          {kind?.mark}
        </span>{" "}
        {kind?.word ?? row.kind}
      </Cell>
      <Cell className="clip">
        {row.alert === undefined ? (
          <Shown text={row.what} max={140} />
        ) : (
          <Link to="/alerts/$id" params={{ id: row.alert }} search={{}}>
            <Shown text={row.what} max={140} />
          </Link>
        )}
      </Cell>
      <Cell className="clip two">
        <Shown text={row.detail} max={140} />
      </Cell>
      <Cell className="">{row.unusual === undefined ? null : <ScoreBar value={row.unusual} />}</Cell>
    </div>
  );
}

function Cell({ className, children }: { className: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: placed by the virtual list
    <span role="cell" className={className}>
      {children}
    </span>
  );
}
