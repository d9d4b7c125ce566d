import { useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { useAcknowledge } from "../../actions/acknowledge.ts";
import type { AlertSummary } from "../../client/types.ts";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { useMay } from "../../shell/session.ts";
import { AlertRow } from "./alert-row.tsx";

const ROW = 46;

interface ListProps {
  rows: readonly { row: AlertSummary; gone: boolean }[];
  sort: "score" | "time";
  onSort: (sort: "score" | "time") => void;
  onEnd: () => void;
}

/** The list itself: only the rows on the screen exist, ten thousand cost what thirty do. */
export function AlertList({ rows, sort, onSort, onEnd }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(220);
  const cursor = useCursor(rows.length);
  const navigate = useNavigate();
  const mayAct = useMay("analyst");
  const acknowledge = useAcknowledge();
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => ROW, overscan: 8, scrollMargin: top });
  useEffect(() => setTop((box.current?.getBoundingClientRect().top ?? 220) + window.scrollY), []);
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the page behind is asked for when the end comes near
  useEffect(() => {
    if (lastShown >= rows.length - 20) onEnd();
  }, [lastShown, rows.length]);
  useEffect(() => {
    if (cursor.at > 0) virtual.scrollToIndex(cursor.at, { align: "auto" });
  }, [cursor.at, virtual]);
  const current = rows[cursor.at]?.row;
  useKeys({
    enter: current === undefined ? undefined : () => void navigate({ to: "/alerts/$id", params: { id: current.id }, search: {} }),
    a: current === undefined || !mayAct ? undefined : () => acknowledge.mutate({ ids: [current.id], acknowledged: current.state !== "acknowledged" }),
    s: current === undefined || !mayAct ? undefined : () => void navigate({ to: "/alerts/$id", params: { id: current.id }, search: { snooze: true } }),
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtual list, which a table element does not allow
    <div role="table" aria-label="Alerts" aria-rowcount={rows.length}>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="row" tabIndex={-1} className="vhead cols-alerts">
        <Head words="Score" sorted={sort === "score"} onSort={() => onSort("score")} />
        <Head words="What happened" />
        <Head words="What decides it" />
        <Head words="Priority, techniques" />
        <Head words="Time, state" sorted={sort === "time"} onSort={() => onSort("time")} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div role="rowgroup" ref={box} className="vlist" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const entry = rows[item.index];
          return entry === undefined ? null : (
            <AlertRow
              key={entry.row.id}
              alert={entry.row}
              gone={entry.gone}
              index={item.index}
              selected={item.index === cursor.at}
              top={item.start - virtual.options.scrollMargin}
              height={ROW}
              onPoint={() => cursor.set(item.index)}
            />
          );
        })}
      </div>
    </div>
  );
}

function Head({ words, sorted, onSort }: { words: string; sorted?: boolean; onSort?: () => void }) {
  const sort = sorted === undefined ? {} : { "aria-sort": sorted ? ("descending" as const) : ("none" as const) };
  return (
    // biome-ignore lint/a11y/useSemanticElements: see AlertList
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it is
    <span role="columnheader" {...sort}>
      {onSort === undefined ? (
        words
      ) : (
        <button type="button" onClick={onSort}>
          {words}
          {sorted === true ? " ↓" : ""}
        </button>
      )}
    </span>
  );
}
