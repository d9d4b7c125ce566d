import { type FormEvent, useEffect, useRef, useState } from "react";
import { FAMILY_NAMES } from "../../../schema/families.ts";
import { Field } from "../../parts/field.tsx";
import { usePreferences } from "../../prefs/preferences.ts";
import { fromField, toField, zoneName } from "../../words/time.ts";
import { compact } from "../alerts/filter.ts";
import { isAsked, type SearchQuery } from "./query.ts";

export function SearchForm({ query, onAsk }: { query: SearchQuery; onAsk: (query: SearchQuery) => void }) {
  const { clock } = usePreferences();
  const first = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<SearchQuery>(query);
  const key = JSON.stringify(query);
  useEffect(() => setDraft(JSON.parse(key) as SearchQuery), [key]);
  useEffect(() => {
    if (!isAsked(JSON.parse(key) as SearchQuery)) first.current?.focus();
  }, [key]);
  const set = (change: { [K in keyof SearchQuery]?: SearchQuery[K] | undefined }): void => setDraft(compact<SearchQuery>({ ...NOTHING, ...draft, ...change }));
  function submit(event: FormEvent): void {
    event.preventDefault();
    onAsk(compact<SearchQuery>({ ...NOTHING, ...draft, text: draft.text?.trim(), address: draft.address?.trim() }));
  }
  return (
    <search>
      <form className="filters" onSubmit={submit} aria-label="Search events">
        <Field label="Text">
          <input
            ref={first}
            style={{ width: 300 }}
            maxLength={200}
            value={draft.text ?? ""}
            placeholder="python-requests"
            onChange={(e) => set({ text: e.target.value })}
          />
        </Field>
        <Field label="Address">
          <input
            className="mono"
            style={{ width: 190 }}
            maxLength={100}
            value={draft.address ?? ""}
            placeholder="10.20.4.12"
            onChange={(e) => set({ address: e.target.value })}
          />
        </Field>
        <Field label="Kind">
          <select value={draft.family ?? ""} onChange={(e) => set({ family: e.target.value })}>
            <option value="">any</option>
            {FAMILY_NAMES.map((f) => (
              <option key={f} value={f}>
                {f}
              </option>
            ))}
          </select>
        </Field>
        <Field label={`From (${zoneName(clock)})`}>
          <input
            type="datetime-local"
            value={draft.from === undefined ? "" : toField(draft.from, clock)}
            onChange={(e) => set({ from: fromField(e.target.value, clock) })}
          />
        </Field>
        <Field label="To">
          <input
            type="datetime-local"
            value={draft.to === undefined ? "" : toField(draft.to, clock)}
            onChange={(e) => set({ to: fromField(e.target.value, clock) })}
          />
        </Field>
        <button type="submit" className="btn go" disabled={!isAsked(draft)}>
          Look
        </button>
      </form>
    </search>
  );
}

const NOTHING = { text: undefined, family: undefined, address: undefined, from: undefined, to: undefined, event: undefined };
