import { type FormEvent, useEffect, useRef, useState } from "react";
import { Field } from "../../parts/field.tsx";
import { usePreferences } from "../../prefs/preferences.ts";
import { fromField, toField, zoneName } from "../../words/time.ts";
import { compact } from "../alerts/filter.ts";
import { isAsked, LASTS, type Last, type SearchQuery } from "./query.ts";
import { FaultLine, faultOf, QueryLine } from "./query-line.tsx";

const WORDS: Readonly<Record<Last, string>> = { "1h": "1 h", "24h": "24 h", "7d": "7 d", "30d": "30 d" };

/** The query and its time. What is no query is not sent: its characters are shown instead. */
export function SearchForm({ query, onAsk }: { query: SearchQuery; onAsk: (query: SearchQuery) => void }) {
  const { clock } = usePreferences();
  const first = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<SearchQuery>(query);
  const [told, setTold] = useState(false);
  const key = JSON.stringify(query);
  useEffect(() => {
    const asked = JSON.parse(key) as SearchQuery;
    setDraft(asked);
    setTold(asked.q !== undefined);
    if (!isAsked(asked)) first.current?.focus();
  }, [key]);
  const set = (change: { [K in keyof SearchQuery]?: SearchQuery[K] | undefined }): SearchQuery => {
    const next = compact<SearchQuery>({ ...NOTHING, ...draft, ...change });
    setDraft(next);
    return next;
  };
  const fault = told && draft.q !== undefined ? faultOf(draft.q) : undefined;
  const ask = (next: SearchQuery): void => {
    const q = next.q?.trim();
    setTold(true);
    if (q === undefined || faultOf(q) === undefined) onAsk(compact<SearchQuery>({ ...NOTHING, ...next, q, event: undefined }));
  };
  function submit(event: FormEvent): void {
    event.preventDefault();
    ask(draft);
  }
  return (
    <search>
      <form className="filters" onSubmit={submit} aria-label="Search events">
        <div className="field wide">
          <span>Query</span>
          <QueryLine
            value={draft.q ?? ""}
            field={first}
            onChange={(q) => {
              set({ q });
              setTold(false);
            }}
          />
        </div>
        <fieldset className="seg">
          <legend className="sr">Time</legend>
          <button
            type="button"
            className={draft.last === undefined && draft.from === undefined && draft.to === undefined ? "btn on" : "btn"}
            aria-pressed={draft.last === undefined && draft.from === undefined && draft.to === undefined}
            onClick={() => ask(set({ last: undefined, from: undefined, to: undefined }))}
          >
            All
          </button>
          {LASTS.map((l) => (
            <button
              key={l}
              type="button"
              className={draft.last === l ? "btn on" : "btn"}
              aria-pressed={draft.last === l}
              onClick={() => ask(set({ last: l, from: undefined, to: undefined }))}
            >
              {WORDS[l]}
            </button>
          ))}
        </fieldset>
        <Field label={`From (${zoneName(clock)})`}>
          <input
            type="datetime-local"
            value={draft.from === undefined ? "" : toField(draft.from, clock)}
            onChange={(e) => set({ from: fromField(e.target.value, clock), last: undefined })}
          />
        </Field>
        <Field label="To">
          <input
            type="datetime-local"
            value={draft.to === undefined ? "" : toField(draft.to, clock)}
            onChange={(e) => set({ to: fromField(e.target.value, clock), last: undefined })}
          />
        </Field>
        <button type="submit" className="btn go" disabled={!isAsked(draft)}>
          Look
        </button>
      </form>
      {fault === undefined ? null : <FaultLine text={draft.q ?? ""} fault={fault} onFix={(q) => ask(set({ q }))} />}
    </search>
  );
}

const NOTHING = { q: undefined, from: undefined, to: undefined, last: undefined, event: undefined };
