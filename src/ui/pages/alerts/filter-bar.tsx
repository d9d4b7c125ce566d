import { useEffect, useState } from "react";
import { Field } from "../../parts/field.tsx";
import { usePreferences } from "../../prefs/preferences.ts";
import { fromField, toField, zoneName } from "../../words/time.ts";
import { type AlertFilter, compact } from "./filter.ts";

type Set = (filter: AlertFilter) => void;

/** Filters of the list. Text fields act when they are left or on Enter, so that the address does not change with every letter. */
export function FilterBar({ filter, onChange }: { filter: AlertFilter; onChange: Set }) {
  const { clock } = usePreferences();
  const set = (change: { [K in keyof AlertFilter]?: AlertFilter[K] | undefined }): void => onChange(compact<AlertFilter>({ ...EMPTY, ...filter, ...change }));
  return (
    <search>
      <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label="Filter alerts">
        <Field label="Text">
          <Late value={filter.text} onSet={(text) => set({ text })} width={170} placeholder="title, name, address" />
        </Field>
        <Field label="Entity">
          <Late value={filter.entity} onSet={(entity) => set({ entity })} width={130} placeholder="any" />
        </Field>
        <Field label="Model">
          <Late value={filter.model} onSet={(model) => set({ model })} width={170} placeholder="any" />
        </Field>
        <Field label="Priority">
          <select value={filter.min ?? ""} onChange={(event) => set({ min: event.target.value === "" ? undefined : Number(event.target.value) })}>
            <option value="">any</option>
            {[1, 2, 3, 4, 5].map((p) => (
              <option key={p} value={p}>
                {p === 5 ? "5" : `${p} and up`}
              </option>
            ))}
          </select>
        </Field>
        <Field label="State">
          <select
            value={filter.state ?? "open"}
            onChange={(event) => set({ state: event.target.value === "open" ? undefined : (event.target.value as AlertFilter["state"]) })}
          >
            <option value="open">open</option>
            <option value="new">new</option>
            <option value="acknowledged">acknowledged</option>
            <option value="snoozed">snoozed</option>
            <option value="all">all</option>
          </select>
        </Field>
        <Field label="Time">
          <select
            value={filter.from !== undefined || filter.to !== undefined ? "custom" : (filter.last ?? "")}
            onChange={(event) => onChange(timeChoice(filter, event.target.value))}
          >
            <option value="">all</option>
            <option value="24h">last 24 h</option>
            <option value="7d">last 7 days</option>
            <option value="30d">last 30 days</option>
            <option value="custom">from, to…</option>
          </select>
        </Field>
        {filter.from === undefined && filter.to === undefined ? null : (
          <>
            <Field label={`From (${zoneName(clock)})`}>
              <input
                type="datetime-local"
                value={filter.from === undefined ? "" : toField(filter.from, clock)}
                onChange={(event) => set({ from: fromField(event.target.value, clock) })}
              />
            </Field>
            <Field label="To">
              <input
                type="datetime-local"
                value={filter.to === undefined ? "" : toField(filter.to, clock)}
                onChange={(event) => set({ to: fromField(event.target.value, clock) })}
              />
            </Field>
          </>
        )}
        <fieldset className="seg">
          <legend className="sr">Group</legend>
          {([undefined, "model", "entity"] as const).map((g) => (
            <button
              key={g ?? "none"}
              type="button"
              className={filter.group === g ? "btn on" : "btn"}
              aria-pressed={filter.group === g}
              onClick={() => set({ group: g })}
            >
              {g === undefined ? "No groups" : g === "model" ? "By model" : "By entity"}
            </button>
          ))}
        </fieldset>
      </form>
    </search>
  );
}

const EMPTY = {
  text: undefined,
  entity: undefined,
  model: undefined,
  min: undefined,
  state: undefined,
  last: undefined,
  from: undefined,
  to: undefined,
  sort: undefined,
  group: undefined,
};

function timeChoice(filter: AlertFilter, choice: string): AlertFilter {
  const { last: _last, from: _from, to: _to, ...rest } = filter;
  if (choice === "") return rest;
  if (choice === "custom") return { ...rest, from: new Date(Date.now() - 7 * 86_400_000).toISOString() };
  return { ...rest, last: choice as NonNullable<AlertFilter["last"]> };
}

/** A text field that speaks when it is left or on Enter. */
export function Late({
  value,
  onSet,
  width,
  placeholder,
}: {
  value: string | undefined;
  onSet: (text: string | undefined) => void;
  width: number;
  placeholder: string;
}) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const say = (): void => {
    const trimmed = text.trim();
    if (trimmed !== (value ?? "")) onSet(trimmed === "" ? undefined : trimmed);
  };
  return (
    <input
      style={{ width }}
      value={text}
      placeholder={placeholder}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onBlur={say}
      onKeyDown={(event) => {
        if (event.key === "Enter") say();
        if (event.key === "Escape") setText(value ?? "");
      }}
    />
  );
}
