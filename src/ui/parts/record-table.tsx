import { type ReactNode, useEffect, useRef } from "react";
import type { EventRecord } from "../client/types.ts";
import { endpoint } from "../words/entities.ts";
import { plain } from "../words/plain.ts";
import { recordWords, text } from "../words/records.ts";
import { Raw } from "./raw.tsx";
import { Shown } from "./shown.tsx";
import { Time } from "./time.tsx";

interface TableProps {
  records: readonly EventRecord[];
  selected: number;
  /** Which rows show their fields, and which their bytes. */
  open: ReadonlySet<string>;
  raw: ReadonlySet<string>;
  onPoint: (index: number) => void;
  onToggle: (id: string) => void;
  caption: string;
}

/** Records as their sensors wrote them: time, kind, ends, what, where it stands. A row opens to all its fields; the foot says in which file and line the
 * chosen one stands. */
export function RecordTable({ records, selected, open, raw, onPoint, onToggle, caption }: TableProps) {
  const at = records[selected];
  // Records of services name one address at most: what they say gets the room.
  const ends = records.some((r) => r.dst !== undefined);
  return (
    <table className="rec">
      <caption className="sr">{caption}</caption>
      <colgroup>
        <col style={{ width: 122 }} />
        <col style={{ width: 60 }} />
        <col style={{ width: ends ? 226 : 122 }} />
        <col />
        <col style={{ width: 140 }} />
      </colgroup>
      <thead className="sr">
        <tr>
          <th>Time</th>
          <th>Kind</th>
          <th>From, to</th>
          <th>What</th>
          <th>Result</th>
        </tr>
      </thead>
      <tbody>
        {records.map((record, i) => (
          <RecordRow
            key={record.id}
            record={record}
            selected={i === selected}
            open={open.has(record.id)}
            raw={raw.has(record.id)}
            onPoint={() => onPoint(i)}
            onToggle={() => onToggle(record.id)}
          />
        ))}
      </tbody>
      <tfoot>
        <tr className="plain">
          <td colSpan={5} className="dim">
            {at === undefined ? "" : <Shown text={`${at.source}, ${at.file}:${at.line}`} max={200} />}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

interface RowProps {
  record: EventRecord;
  selected: boolean;
  open: boolean;
  raw: boolean;
  onPoint: () => void;
  onToggle: () => void;
}

function RecordRow({ record, selected, open, raw, onPoint, onToggle }: RowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  const was = useRef(selected);
  useEffect(() => {
    if (selected && !was.current) row.current?.scrollIntoView({ block: "nearest" });
    was.current = selected;
  }, [selected]);
  const words = recordWords(record);
  return (
    <>
      <tr ref={row} className={selected ? "sel" : ""} aria-selected={selected} onClick={onPoint} onDoubleClick={onToggle}>
        <td>
          <button type="button" className="quiet" aria-expanded={open} onClick={onToggle} title="All fields">
            <Time iso={record.time} as="day-time" />
          </button>
        </td>
        <td className="two">
          <Shown text={record.family === "other" ? record.type : record.family} max={12} />
        </td>
        <td className="clip" title={plain(`${endpoint(record.src, record.srcPort)} → ${endpoint(record.dst, record.dstPort)}`)}>
          <Shown text={record.src ?? ""} max={46} />
          {record.dst === undefined ? null : (
            <>
              {" → "}
              <Shown text={endpoint(record.dst, record.dstPort)} max={52} />
            </>
          )}
        </td>
        <td className="clip">
          <Shown text={words.what} max={160} />
        </td>
        <td className="n clip">
          <Shown text={words.result} max={40} />
        </td>
      </tr>
      {open ? (
        <More>
          <Fields record={record} />
        </More>
      ) : null}
      {raw ? (
        <More>
          {record.raw === undefined ? (
            <p className="raw">The bytes were not kept: only those of cited records are copied into the store.</p>
          ) : (
            <Raw text={record.raw} />
          )}
        </More>
      ) : null}
    </>
  );
}

function More({ children }: { children: ReactNode }) {
  return (
    <tr className="more plain">
      <td colSpan={5}>{children}</td>
    </tr>
  );
}

function Fields({ record }: { record: EventRecord }) {
  const pairs: [string, string][] = [
    ["source", `${record.source}, ${record.file}:${record.line}`],
    ["id", record.id],
    ...(record.native === undefined ? [] : ([["native id", record.native]] as [string, string][])),
    ["type", record.type],
    ["direction", record.direction],
    ...(record.srcPort === undefined ? [] : ([["source port", String(record.srcPort)]] as [string, string][])),
    ...(record.proto === undefined ? [] : ([["protocol", record.proto]] as [string, string][])),
    ...(record.duplicateOf === undefined ? [] : ([["also seen as", record.duplicateOf]] as [string, string][])),
    ...Object.entries(record.fields)
      .filter(([, v]) => v !== undefined && v !== null)
      .map(([k, v]): [string, string] => [k, text(v)]),
  ];
  return (
    <dl className="fields">
      {pairs.map(([k, v], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a record's fields do not move
        <Pair key={i} name={k} value={v} />
      ))}
    </dl>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>
        <Shown text={name} max={40} />
      </dt>
      <dd>
        <Shown text={value} max={2_000} />
      </dd>
    </>
  );
}
