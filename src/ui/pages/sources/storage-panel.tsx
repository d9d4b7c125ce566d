import { useQuery } from "@tanstack/react-query";
import { get } from "../../client/queries.ts";
import type { Storage } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { bytes, count } from "../../words/numbers.ts";

/** What the store holds, what a day costs, how long it lasts. */
export function StoragePanel() {
  const storage = useQuery(get("storage", {}));
  return (
    <Section title="Storage" sub={storage.data === undefined ? undefined : sentence(storage.data)}>
      <Answered query={storage} what="The storage" rows={5} height={22}>
        {(data) => (
          <div className="two-col">
            <Families storage={data} />
            <dl className="kv">
              <dt>Held</dt>
              <dd>
                {bytes(data.bytes)} of {bytes(data.limitBytes)}
              </dd>
              <dt>A day costs</dt>
              <dd>{bytes(data.bytesPerDay)}, measured</dd>
              <dt>Lasts</dt>
              <dd>
                {data.daysLeft === undefined || data.daysLeft > 3_650 ? "longer than anything is kept" : `${Math.floor(data.daysLeft)} more days at this rate`}
              </dd>
              <dt>Free on disk</dt>
              <dd>{bytes(data.freeDisk)}</dd>
            </dl>
          </div>
        )}
      </Answered>
    </Section>
  );
}

function sentence(storage: Storage): string {
  if (storage.full) return "The disk is full: no input is taken until there is room; nothing is lost.";
  if (storage.daysLeft !== undefined && storage.daysLeft < 7) return `Full in about ${Math.floor(storage.daysLeft)} days.`;
  return `${bytes(storage.bytes)} held, ${bytes(storage.bytesPerDay)} a day.`;
}

function Families({ storage }: { storage: Storage }) {
  const rows = [...storage.families].sort((a, b) => b.bytes - a.bytes);
  const most = Math.max(1, ...rows.map((r) => r.bytes));
  return (
    <table className="bars rows">
      <colgroup>
        <col style={{ width: 110 }} />
        <col />
        <col style={{ width: 90 }} />
        <col style={{ width: 110 }} />
        <col style={{ width: 90 }} />
        <col style={{ width: 120 }} />
      </colgroup>
      <thead>
        <tr>
          <th>Kind</th>
          <th>
            <span className="sr">Share</span>
          </th>
          <th className="n">Bytes</th>
          <th className="n">Rows</th>
          <th className="n">Kept</th>
          <th>Oldest</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.family}>
            <td>
              <Shown text={r.family} max={20} />
            </td>
            <td>
              <svg width="100%" height="8" aria-hidden="true">
                <rect className="own" width={`${(r.bytes / most) * 100}%`} height="8" />
              </svg>
            </td>
            <td className="n">{bytes(r.bytes)}</td>
            <td className="n">{count(r.rows)}</td>
            <td className="n">{r.keepDays} d</td>
            <td>{r.oldest === undefined ? <span className="dim">—</span> : <Time iso={r.oldest} as="minute" />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
