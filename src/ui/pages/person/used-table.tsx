import type { ReactNode } from "react";
import { ShareBar } from "../../charts/score-bar.tsx";
import type { PersonDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { count } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

type Used = PersonDetail["countries"][number];
const SHOWN = 8;

interface Props {
  title: string;
  rows: readonly Used[];
  /** What one row is: "application". */
  noun: string;
  of: number;
  days: number;
  /** Of places and networks, what is new is unusual; a new correspondent is everyday. */
  marks?: boolean;
  value?: (text: string) => ReactNode;
}

/** What a user uses of one kind: how much of its time, on how many days, since when, and how many others do. New and alone is marked. */
export function UsedTable({ title, rows, noun, of, days, marks = false, value = (text) => <Shown text={text} max={90} /> }: Props) {
  const most = Math.max(0.1, ...rows.map((r) => r.hours));
  return (
    <Section title={title} aside={rows.length === 0 ? undefined : `share of use, days, others of ${count(of)}`}>
      {rows.length === 0 ? (
        <p className="small">No {noun} was told by its records.</p>
      ) : (
        <table className="dev-row">
          <caption className="sr">
            {title}: {noun}, share of use, days, others
          </caption>
          <colgroup>
            <col />
            <col style={{ width: 62 }} />
            <col style={{ width: 52 }} />
            <col style={{ width: 40 }} />
          </colgroup>
          <tbody>
            {rows.slice(0, SHOWN).map((r) => (
              <Row key={r.value} row={r} most={most} days={days} marks={marks} value={value} />
            ))}
          </tbody>
        </table>
      )}
      {rows.length > SHOWN ? (
        <details>
          <summary className="small hi">All {rows.length}</summary>
          <table className="dev-row">
            <caption className="sr">All: {title}</caption>
            <tbody>
              {rows.slice(SHOWN).map((r) => (
                <tr key={r.value}>
                  <td className="clip">{value(r.value)}</td>
                  <td className="n nw">
                    {count(r.days)} d, since <Time iso={r.first} as="minute" />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ) : null}
    </Section>
  );
}

/** First seen on one day, by somebody who is known for many. */
export function isNews(row: Used, days: number): boolean {
  return row.days <= 1 && days >= 5;
}

function Row({ row, most, days, marks, value }: { row: Used; most: number; days: number; marks: boolean; value: (text: string) => ReactNode }) {
  const news = marks && isNews(row, days);
  return (
    <tr title={plain(`first ${row.first.slice(0, 16).replace("T", " ")} UTC, ${row.hours} hours of use, ${row.days} days, ${row.others} others`)}>
      <td className="clip">{value(row.value)}</td>
      <td>
        <ShareBar value={row.hours / most} label="share of use" width={54} />
      </td>
      <td className={news ? "n mk" : "n"}>{news ? "new" : `${count(row.days)} d`}</td>
      <td className={row.others === 0 && news ? "n mk" : "n two"}>{count(row.others)}</td>
    </tr>
  );
}
