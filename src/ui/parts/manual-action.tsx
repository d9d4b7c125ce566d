import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useMakeAction } from "../actions/make-action.ts";
import { get } from "../client/queries.ts";
import type { ActionOption } from "../client/types.ts";
import { useMay } from "../shell/session.ts";
import { costSentence } from "../words/actions.ts";
import { durationWords } from "../words/duration.ts";
import { Field } from "./field.tsx";
import { Shown } from "./shown.tsx";
import { Answered } from "./states.tsx";

const TIMES: readonly (readonly [number, string])[] = [
  [900, "15 min"],
  [3_600, "1 h"],
  [7_200, "2 h"],
  [28_800, "8 h"],
  [86_400, "24 h"],
];

/** Every action that could be done to an entity by hand, with its cost; what cannot be done says why before the click (D42). */
export function ManualAction({ entity, alert }: { entity: string; alert?: string }) {
  const options = useQuery(get("actionOptions", { query: { entity, ...(alert === undefined ? {} : { alert }) } }));
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  return (
    <Answered query={options} what="What could be done" rows={3} height={30}>
      {(list) => (
        <div className="acts">
          {list.map((option) => (
            <Option key={option.kind} option={option} open={chosen === option.kind} onOpen={() => setChosen(chosen === option.kind ? undefined : option.kind)}>
              <ManualForm option={option} entity={entity} {...(alert === undefined ? {} : { alert })} onDone={() => setChosen(undefined)} />
            </Option>
          ))}
        </div>
      )}
    </Answered>
  );
}

function Option({ option, open, onOpen, children }: { option: ActionOption; open: boolean; onOpen: () => void; children: React.ReactNode }) {
  const mayAct = useMay("analyst");
  return (
    <div className="opt">
      <button type="button" className={open ? "btn on" : "btn"} aria-expanded={open} disabled={!mayAct || !option.able} onClick={onOpen}>
        {option.label}…
      </button>
      <span className="small">{option.able ? costSentence(option.cost) : <Shown text={option.why ?? "It cannot be done."} max={250} />}</span>
      {open ? children : null}
    </div>
  );
}

function ManualForm({ option, entity, alert, onDone }: { option: ActionOption; entity: string; alert?: string; onDone: () => void }) {
  const make = useMakeAction();
  const [seconds, setSeconds] = useState(option.seconds);
  const [why, setWhy] = useState("");
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (why.trim() === "" || make.isPending) return;
    make.mutate({ kind: option.kind, entity, seconds, why: why.trim(), ...(alert === undefined ? {} : { alert }) }, { onSuccess: onDone });
  }
  return (
    <form className="snz" onSubmit={submit}>
      <p className="read">
        <Shown text={option.title} max={200} />.
      </p>
      {[option.byHand === undefined ? undefined : `By hand: ${option.byHand}`, option.limits].map((text) =>
        text === undefined ? null : (
          <p key={text} className="small">
            <Shown text={text} max={350} />
          </p>
        ),
      )}
      <fieldset className="seg">
        <legend className="sr">For how long</legend>
        {TIMES.map(([value, words]) => (
          <button key={value} type="button" className={seconds === value ? "btn on" : "btn"} aria-pressed={seconds === value} onClick={() => setSeconds(value)}>
            {words}
          </button>
        ))}
      </fieldset>
      <Field label="Why (kept in the audit log)">
        <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} placeholder="seen on the phone with its owner" />
      </Field>
      <div className="btns">
        <button type="submit" className="btn go" disabled={why.trim() === "" || make.isPending}>
          {option.byHand === undefined ? `${option.label} for ${durationWords(seconds)}` : `Done by hand, for ${durationWords(seconds)}`}
        </button>
        <span className="small">{option.undo}</span>
      </div>
    </form>
  );
}
