import { type RefObject, useState } from "react";
import { flushSync } from "react-dom";
import { parseQuery } from "../../../schema/query/parse-query.ts";
import type { QueryFault } from "../../../schema/query/query.ts";
import { allFields } from "../../../schema/query/query-fields.ts";
import { Shown } from "../../parts/shown.tsx";
import { plain } from "../../words/plain.ts";

/** What is wrong with a text, or undefined; an empty one asks for everything. */
export function faultOf(text: string): QueryFault | undefined {
  const parsed = parseQuery(text);
  return parsed.ok ? undefined : parsed.fault;
}

const MOST = 8;

interface Props {
  value: string;
  field: RefObject<HTMLInputElement | null>;
  onChange: (text: string) => void;
}

/** The line of the query: names of fields are offered while one is typed, Tab or a press takes it. */
export function QueryLine({ value, field, onChange }: Props) {
  const [caret, setCaret] = useState(value.length);
  const [at, setAt] = useState(0);
  const typed = /(?:^|[\s(!-])([A-Za-z][\w.]*)$/.exec(value.slice(0, caret))?.[1];
  const offers =
    typed === undefined || typed.length < 2
      ? []
      : allFields()
          .filter((f) => f.name.toLowerCase().startsWith(typed.toLowerCase()) && f.name !== typed)
          .slice(0, MOST);
  const chosen = offers[Math.min(at, offers.length - 1)];
  const take = (name: string): void => {
    const start = caret - (typed?.length ?? 0);
    const next = start + name.length + 1;
    // At once and not in the next frame: who types on meanwhile would have the caret set back into the middle of it.
    flushSync(() => {
      onChange(`${value.slice(0, start)}${name}:${value.slice(caret)}`);
      setCaret(next);
      setAt(0);
    });
    field.current?.focus();
    field.current?.setSelectionRange(next, next);
  };
  return (
    <span className="query">
      <input
        ref={field}
        className="mono"
        aria-label="Query"
        aria-describedby="query-help"
        maxLength={2_000}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={value}
        placeholder="foreignTenant:true activity:message"
        onChange={(e) => {
          onChange(e.target.value);
          setCaret(e.target.selectionStart ?? e.target.value.length);
          setAt(0);
        }}
        onSelect={(e) => setCaret(e.currentTarget.selectionStart ?? value.length)}
        onKeyDown={(e) => {
          if (chosen === undefined) return;
          if (e.key === "Tab" && !e.shiftKey) {
            e.preventDefault();
            take(chosen.name);
          } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
            e.preventDefault();
            setAt((now) => (now + (e.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length);
          } else if (e.key === "Escape") setCaret(-1);
        }}
      />
      <span className="sr" id="query-help">
        Fields with a colon, AND, OR, NOT, brackets, quotation marks, wildcards, ranges. While a field is typed, Tab takes the offered name.
      </span>
      {offers.length === 0 ? null : (
        <ul className="offers" aria-label="Fields">
          {offers.map((f) => (
            <li key={f.name}>
              <button type="button" tabIndex={-1} className={f === chosen ? "on" : ""} onMouseDown={(e) => e.preventDefault()} onClick={() => take(f.name)}>
                <b className="mono">{f.name}</b> <span>{plain(f.doc, 70)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </span>
  );
}

/** The text with the characters that are wrong, the reason, and what was probably meant. The query is kept as it is. */
export function FaultLine({ text, fault, onFix }: { text: string; fault: QueryFault; onFix: (text: string) => void }) {
  const { suggestion } = fault;
  // One letter may be pointed at while the suggestion is the whole word.
  const word = suggestion === undefined ? undefined : wordAround(text, fault.at);
  return (
    <div className="state" data-kind="error" role="alert">
      <p className="fault mono">
        {plain(text.slice(0, fault.at), 2_000)}
        <em>{text.slice(fault.at, Math.max(fault.end, fault.at + 1)) === "" ? " " : plain(text.slice(fault.at, Math.max(fault.end, fault.at + 1)), 400)}</em>
        {plain(text.slice(Math.max(fault.end, fault.at + 1)), 2_000)}
      </p>
      <p>
        <span className="mk">Character {fault.at + 1}:</span> <Shown text={fault.reason} max={300} />{" "}
        {suggestion === undefined || word === undefined ? null : (
          <>
            Did you mean{" "}
            <button type="button" className="quiet hi" onClick={() => onFix(`${text.slice(0, word.at)}${suggestion}${text.slice(word.end)}`)}>
              {plain(suggestion, 80)}
            </button>
            ?
          </>
        )}
      </p>
    </div>
  );
}

function wordAround(text: string, at: number): { at: number; end: number } {
  let from = at;
  while (from > 0 && !/[\s():<>=[\]{}"]/.test(text.charAt(from - 1))) from--;
  let end = at;
  while (end < text.length && !/[\s():<>=[\]{}"]/.test(text.charAt(end))) end++;
  return { at: from, end };
}
