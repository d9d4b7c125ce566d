import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { get } from "../../client/queries.ts";
import type { Person } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { Field } from "../../parts/field.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useKeys } from "../../prefs/keys.ts";
import { count, counted } from "../../words/numbers.ts";
import { KIND_ORDER, kindWord, personName } from "../../words/people.ts";
import { plain } from "../../words/plain.ts";
import { Late } from "../alerts/filter-bar.tsx";
import type { PeopleFilter } from "./filter.ts";

const PAGE = 100;
const SORTS = ["lastSeen", "alerts", "firstSeen", "days", "name"] as const;
const WORDS = { lastSeen: "Last seen", alerts: "Most alerts", firstSeen: "Newest", days: "Most days", name: "By name" } as const;
const SENTENCE = {
  lastSeen: "last seen first",
  alerts: "most alerts first",
  firstSeen: "newest first",
  days: "most active days first",
  name: "by name",
} as const;

/** Everybody who takes part in cloud services: our own people, guests, and users of other tenants. */
export function PeoplePage(): ReactNode {
  const filter = useSearch({ from: "/people" });
  const navigate = useNavigate();
  const page = filter.page ?? 1;
  const sort = filter.sort ?? ("lastSeen" as const);
  const query = { text: filter.text, kind: filter.kind, sort, limit: PAGE, offset: (page - 1) * PAGE };
  const people = useQuery({ ...get("people", { query }), placeholderData: keepPreviousData });
  useRefetchOn(["people"], (m) => m.type === "alert" && m.entity.kind === "user");
  const set = (change: { [K in keyof PeopleFilter]?: PeopleFilter[K] | undefined }): void => {
    const next = { text: filter.text, kind: filter.kind, sort: filter.sort, ...change };
    void navigate({ to: "/people", search: Object.fromEntries(Object.entries(next).filter(([, v]) => v !== undefined)) as PeopleFilter, replace: true });
  };
  const total = people.data?.total ?? 0;
  const kinds = people.data?.kinds ?? {};
  const known = Object.keys(kinds).sort((a, b) => rank(a) - rank(b));
  return (
    <main id="main" tabIndex={-1}>
      <PageHead
        name="People"
        kick={["People", filter.text === undefined ? "all that were active in cloud services" : `“${plain(filter.text, 60)}”`]}
        headline={
          people.data === undefined
            ? waitingFor("the people", people.error)
            : `${filter.kind === undefined ? counted(total, "user") : `${count(total)} ${kindWord(filter.kind, total)}`}, ${SENTENCE[sort]}.`
        }
        hints={[
          { label: "Next", keys: ["j"] },
          { label: "Open", keys: ["↵"] },
        ]}
      />
      <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label="Filter people">
        <Field label="Name, address or department">
          <Late value={filter.text} onSet={(text) => set({ text, page: undefined })} width={260} placeholder="any" />
        </Field>
        <fieldset className="seg">
          <legend className="sr">Kind</legend>
          <button
            type="button"
            className={filter.kind === undefined ? "btn on" : "btn"}
            aria-pressed={filter.kind === undefined}
            onClick={() => set({ kind: undefined, page: undefined })}
          >
            Everybody
          </button>
          {known.map((kind) => (
            <button
              key={kind}
              type="button"
              className={filter.kind === kind ? "btn on" : "btn"}
              aria-pressed={filter.kind === kind}
              onClick={() => set({ kind: filter.kind === kind ? undefined : kind, page: undefined })}
            >
              {sentenceCase(kindWord(kind, 2))} {count(kinds[kind] ?? 0)}
            </button>
          ))}
        </fieldset>
        <fieldset className="seg">
          <legend className="sr">Order</legend>
          {SORTS.map((s) => (
            <button
              key={s}
              type="button"
              className={sort === s ? "btn on" : "btn"}
              aria-pressed={sort === s}
              onClick={() => set({ sort: s === "lastSeen" ? undefined : s, page: undefined })}
            >
              {WORDS[s]}
            </button>
          ))}
        </fieldset>
      </form>
      <Answered query={people} what="The people" rows={14} height={26}>
        {(data) =>
          data.users.length === 0 ? (
            <Empty
              sentence="No user fits."
              checked={
                filter.text === undefined && filter.kind === undefined
                  ? "No record of a cloud service named a user yet. People come from audit logs, sign-ins and chats; a source of kind “cloud” brings them."
                  : "Names, addresses and departments of everybody who was active were looked through."
              }
            >
              {filter.text === undefined && filter.kind === undefined ? (
                <Link to="/sources" className="btn">
                  To the sources
                </Link>
              ) : (
                <button type="button" className="btn" onClick={() => set({ text: undefined, kind: undefined, page: undefined })}>
                  Show everybody
                </button>
              )}
            </Empty>
          ) : (
            <PeopleTable rows={data.users} />
          )
        }
      </Answered>
      {total > PAGE ? (
        <div className="btns twelve">
          <button type="button" className="btn" disabled={page === 1} onClick={() => set({ page: page === 2 ? undefined : page - 1 })}>
            Previous {PAGE}
          </button>
          <span className="small">
            {count((page - 1) * PAGE + 1)} to {count(Math.min(total, page * PAGE))} of {count(total)}
          </span>
          <button type="button" className="btn" disabled={page * PAGE >= total} onClick={() => set({ page: page + 1 })}>
            Next {PAGE}
          </button>
        </div>
      ) : null}
    </main>
  );
}

function rank(kind: string): number {
  const at = KIND_ORDER.indexOf(kind);
  return at < 0 ? KIND_ORDER.length : at;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function PeopleTable({ rows }: { rows: readonly Person[] }) {
  const cursor = useCursor(rows.length);
  const navigate = useNavigate();
  const current = rows[cursor.at];
  useKeys({ enter: current === undefined ? undefined : () => void navigate({ to: "/people/$id", params: { id: current.id }, search: {} }) });
  return (
    <div className="scroll-x">
      <table className="rows people">
        <colgroup>
          <col style={{ width: 190 }} />
          <col />
          <col style={{ width: 170 }} />
          <col style={{ width: 170 }} />
          <col style={{ width: 64 }} />
          <col style={{ width: 96 }} />
          <col style={{ width: 130 }} />
          <col style={{ width: 130 }} />
        </colgroup>
        <thead>
          <tr>
            <th>Name</th>
            <th>Address</th>
            <th>Kind</th>
            <th>Department</th>
            <th className="n">Alerts</th>
            <th className="n">Days active</th>
            <th>First seen</th>
            <th>Last seen</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((p, i) => (
            <tr key={p.id} className={i === cursor.at ? "sel" : ""} aria-selected={i === cursor.at} onClick={() => cursor.set(i)}>
              <td className="clip">
                <Link to="/people/$id" params={{ id: p.id }} search={{}}>
                  <Shown text={personName(p)} max={80} />
                </Link>
              </td>
              <td className="mono clip">
                <Shown text={p.id} max={100} />
              </td>
              <td className="clip two">{kindWord(p.kind)}</td>
              <td className="clip two">{p.department === undefined ? <span className="dim">—</span> : <Shown text={p.department} max={60} />}</td>
              <td className={p.alerts === 0 ? "n dim" : "n mk"}>{count(p.alerts)}</td>
              <td className="n">{count(p.days)}</td>
              <td>
                <Time iso={p.firstSeen} as="minute" />
              </td>
              <td>
                <Time iso={p.lastSeen} as="minute" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
