import { Link } from "@tanstack/react-router";
import type { AlertDetail } from "../../client/types.ts";
import { RecordTable } from "../../parts/record-table.tsx";
import { Section } from "../../parts/section.tsx";
import { Empty } from "../../parts/states.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useOpenSet } from "../../parts/use-open-set.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count } from "../../words/numbers.ts";

/** The records that prove it, with the file and line of each, all fields and the very bytes on demand. */
export function Records({ alert }: { alert: AlertDetail }) {
  const cursor = useCursor(alert.records.length);
  const fields = useOpenSet();
  const raw = useOpenSet();
  const current = alert.records[cursor.at]?.id;
  useKeys({ r: () => raw.toggle(current), enter: () => fields.toggle(current) });
  const address = alert.entity.ip;
  return (
    <Section
      title="Triggering records"
      sub={`${count(alert.records.length)} of ${count(alert.eventCount)}; times as the source gave them`}
      aside={
        address === undefined ? undefined : (
          <Link to="/search" search={{ q: `ip:${address}`, to: alert.time }} className="hi">
            Open all in the search
          </Link>
        )
      }
    >
      {alert.records.length === 0 ? (
        <Empty sentence="The records are no longer kept." checked={`${count(alert.eventCount)} matched when the alert was made.`} />
      ) : (
        <RecordTable
          caption="Triggering records"
          records={alert.records}
          selected={cursor.at}
          open={fields.open}
          raw={raw.open}
          onPoint={cursor.set}
          onToggle={fields.toggle}
        />
      )}
    </Section>
  );
}
