import { useEffect, useState } from "react";
import { Field } from "../../parts/field.tsx";
import { count } from "../../words/numbers.ts";
import { compact } from "../alerts/filter.ts";
import type { MailLogFilter } from "./filter.ts";

interface Counts {
  hold: number;
  banner: number;
  deliver: number;
  missed: number;
}

const EMPTY: { [K in keyof Required<MailLogFilter>]: undefined } = {
  text: undefined,
  verdict: undefined,
  traffic: undefined,
  tag: undefined,
  sender: undefined,
  reader: undefined,
  missed: undefined,
  last: undefined,
  sort: undefined,
  flat: undefined,
};

/** Filters of the mail log; text acts when it is left or on Enter. */
export function MailFilterBar({ filter, counts, onChange }: { filter: MailLogFilter; counts: Counts | undefined; onChange: (next: MailLogFilter) => void }) {
  const set = (change: { [K in keyof MailLogFilter]?: MailLogFilter[K] | undefined }): void =>
    onChange(compact<MailLogFilter>({ ...EMPTY, ...filter, ...change }));
  const views = [
    [undefined, "To act on", counts === undefined ? undefined : counts.hold + counts.banner],
    ["hold", "Hold", counts?.hold],
    ["banner", "Warn", counts?.banner],
    ["deliver", "Deliver", counts?.deliver],
    ["all", "All", counts === undefined ? undefined : counts.hold + counts.banner + counts.deliver],
  ] as const;
  return (
    <search>
      <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label="Filter mail">
        <Field label="Text">
          <Late value={filter.text} onSet={(text) => set({ text })} placeholder="sender, subject, file, link" />
        </Field>
        <fieldset className="seg">
          <legend className="sr">Advice</legend>
          {views.map(([verdict, name, n]) => (
            <button
              key={name}
              type="button"
              className={filter.verdict === verdict ? "btn on" : "btn"}
              aria-pressed={filter.verdict === verdict}
              onClick={() => set({ verdict })}
            >
              {name} {n === undefined ? "" : count(n)}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          className={filter.missed === true ? "btn on" : "btn"}
          aria-pressed={filter.missed === true}
          onClick={() => set({ missed: filter.missed === true ? undefined : true })}
        >
          Missed by the gateway {counts === undefined ? "" : count(counts.missed)}
        </button>
        <Field label="Direction">
          <select
            value={filter.traffic ?? ""}
            onChange={(event) => set({ traffic: event.target.value === "" ? undefined : (event.target.value as NonNullable<MailLogFilter["traffic"]>) })}
          >
            <option value="">any</option>
            <option value="inbound">inbound</option>
            <option value="outbound">outbound</option>
            <option value="internal">internal</option>
          </select>
        </Field>
        <Field label="Time">
          <select
            value={filter.last ?? ""}
            onChange={(event) => set({ last: event.target.value === "" ? undefined : (event.target.value as NonNullable<MailLogFilter["last"]>) })}
          >
            <option value="">all</option>
            <option value="24h">last 24 h</option>
            <option value="7d">last 7 days</option>
            <option value="30d">last 30 days</option>
          </select>
        </Field>
        <Field label="Order">
          <select value={filter.sort ?? "time"} onChange={(event) => set({ sort: event.target.value === "score" ? "score" : undefined })}>
            <option value="time">newest</option>
            <option value="score">strangest</option>
          </select>
        </Field>
        <button
          type="button"
          className={filter.flat === true ? "btn" : "btn on"}
          aria-pressed={filter.flat !== true}
          onClick={() => set({ flat: filter.flat === true ? undefined : true })}
        >
          Campaigns as one row
        </button>
        {(["tag", "sender", "reader"] as const).map((key) =>
          filter[key] === undefined ? null : (
            <button key={key} type="button" className="btn on" onClick={() => set({ [key]: undefined })} aria-label={`Take off the ${key}`}>
              {key}: <bdi>{filter[key]}</bdi> ×
            </button>
          ),
        )}
      </form>
    </search>
  );
}

function Late({ value, onSet, placeholder }: { value: string | undefined; onSet: (value: string | undefined) => void; placeholder: string }) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const keep = (): void => {
    if (text !== (value ?? "")) onSet(text.trim() === "" ? undefined : text.trim());
  };
  return (
    <input
      type="search"
      value={text}
      placeholder={placeholder}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (event.key === "Enter") keep();
      }}
    />
  );
}
