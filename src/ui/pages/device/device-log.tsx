import { useNavigate, useSearch } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { Kbd } from "../../parts/kbd.tsx";
import { Section } from "../../parts/section.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { usePreferences } from "../../prefs/preferences.ts";
import { counted } from "../../words/numbers.ts";
import { zoneName } from "../../words/time.ts";
import { KINDS, type LogFilter, press } from "./log-filter.ts";
import { LogLine } from "./log-line.tsx";
import { useDeviceLog } from "./use-device-log.ts";

const ROW = 21;

/** One log of connections, notices and alerts in time order. New rows wait behind a button; older ones come as the list is scrolled. */
export function DeviceLogSection({ id }: { id: string }) {
  const filter = useSearch({ from: "/devices/$id" });
  const navigate = useNavigate();
  const log = useDeviceLog(id, filter);
  const { clock } = usePreferences();
  const set = (next: LogFilter): void => void navigate({ to: "/devices/$id", params: { id }, search: next, replace: true });
  return (
    <Section title="Event log" sub={`newest first, ${zoneName(clock)}`} aside={log.newer === 0 ? "live" : undefined}>
      <fieldset className="chips">
        <legend className="sr">Kinds shown</legend>
        {KINDS.map(([kind, word, mark]) => {
          const on = filter.kinds === undefined || filter.kinds.includes(kind);
          return (
            <button
              key={kind}
              type="button"
              className={on && filter.kinds !== undefined ? "btn on" : "btn"}
              aria-pressed={on}
              onClick={() => set(press(filter, kind))}
            >
              <span aria-hidden="true">{mark}</span> {word}
            </button>
          );
        })}
        {filter.kinds === undefined ? null : (
          <button type="button" className="btn" onClick={() => set({})}>
            All
          </button>
        )}
      </fieldset>
      <div className="fresh-bar" role="status">
        {log.newer === 0 ? (
          <span className="small dim">Newer rows wait here, so that what you read stays in place.</span>
        ) : (
          <button type="button" className="fresh" onClick={log.release}>
            ↑ {log.newerAtLeast ? "at least " : ""}
            {counted(log.newer, "newer row")} <Kbd k="." />
          </button>
        )}
      </div>
      {log.state === "loading" ? <Loading rows={18} height={ROW} label="the log" /> : null}
      {log.state === "failed" ? <Failed what="The log" error={log.error} onRetry={log.retry} /> : null}
      {log.state === "there" && log.rows.length === 0 ? (
        <Empty sentence="No row of these kinds." checked="Everything that the store keeps of this device was looked through." />
      ) : null}
      {log.state === "there" && log.rows.length > 0 ? <Rows log={log} /> : null}
    </Section>
  );
}

function Rows({ log }: { log: ReturnType<typeof useDeviceLog> }) {
  const box = useRef<HTMLDivElement>(null);
  const cursor = useCursor(log.rows.length, -1);
  const navigate = useNavigate();
  const first = useRef(log.rows[0]?.id);
  const virtual = useVirtualizer({ count: log.rows.length, estimateSize: () => ROW, overscan: 12, getScrollElement: () => box.current });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: older rows are asked for when the end comes near
  useEffect(() => {
    if (last >= log.rows.length - 20) log.older();
  }, [last, log.rows.length]);
  // Rows that are let in stand above: begin at the top again, where they are.
  useEffect(() => {
    if (first.current === log.rows[0]?.id) return;
    first.current = log.rows[0]?.id;
    box.current?.scrollTo({ top: 0 });
  }, [log.rows]);
  useEffect(() => {
    if (cursor.at >= 0) virtual.scrollToIndex(cursor.at, { align: "auto" });
  }, [cursor.at, virtual]);
  const current = log.rows[cursor.at];
  useKeys({
    ".": log.newer > 0 ? log.release : undefined,
    enter:
      current === undefined
        ? undefined
        : () =>
            void (current.alert === undefined
              ? navigate({ to: "/search", search: { event: current.id } })
              : navigate({ to: "/alerts/$id", params: { id: current.alert }, search: {} })),
  });
  return (
    <div className="log">
      <div className="vhead cols-log" aria-hidden="true">
        <span>Time</span>
        <span>Kind</span>
        <span>What</span>
        <span>Detail</span>
        <span>Unusual</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section ref={box} className="log-box" tabIndex={0} aria-label="Event log rows">
        {/* biome-ignore lint/a11y/useSemanticElements: rows are placed by the virtual list */}
        <div role="table" aria-label="Event log" aria-rowcount={log.rows.length} className="vlist" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = log.rows[item.index];
            return row === undefined ? null : (
              <LogLine
                key={row.id}
                row={row}
                index={item.index}
                top={item.start}
                height={ROW}
                selected={item.index === cursor.at}
                onPoint={() => cursor.set(item.index)}
              />
            );
          })}
        </div>
        {log.more ? null : <p className="small dim">The log begins here.</p>}
      </section>
    </div>
  );
}
