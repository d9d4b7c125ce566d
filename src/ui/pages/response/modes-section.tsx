import { useState } from "react";
import { useSetModes } from "../../actions/set-modes.ts";
import type { ModeRule, ResponseState } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { useMay } from "../../shell/session.ts";
import { plain } from "../../words/plain.ts";

const MODES = [
  ["autonomous", "acts by itself, if earned"],
  ["confirm", "asks a person"],
  ["shadow", "only counts"],
  ["off", "does nothing"],
] as const;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The standard mode and the rules over it: by kind, model, tag of the entity and hours of the week. The first rule that holds decides. */
export function ModesSection({ state }: { state: ResponseState }) {
  const set = useSetModes();
  const admin = useMay("admin");
  const before = { standard: state.standard, rules: state.rules };
  const [standard, setStandard] = useState(state.standard);
  const [rules, setRules] = useState<ModeRule[]>(state.rules);
  const [why, setWhy] = useState("");
  const changed = JSON.stringify({ standard, rules }) !== JSON.stringify(before);
  return (
    <Section title="Modes" sub="the first rule that holds decides">
      <div className="snz">
        <Field label="Without a rule">
          <select value={standard} disabled={!admin} onChange={(event) => setStandard(event.target.value as ResponseState["standard"])}>
            <option value="content">as the response's file says</option>
            {MODES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </Field>
        <ol className="rules">
          {rules.map((rule, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules are told apart by their place
            <li key={i}>
              <Shown text={sentence(rule, state)} max={250} />{" "}
              <button
                type="button"
                className="btn"
                disabled={!admin}
                aria-label={`Take away rule ${i + 1}`}
                onClick={() => setRules(rules.filter((_, j) => j !== i))}
              >
                Take away
              </button>
            </li>
          ))}
        </ol>
        {admin ? <NewRule state={state} onAdd={(rule) => setRules([...rules, rule])} /> : null}
        {changed ? (
          <>
            <Field label="Why (kept in the audit log)">
              <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
            </Field>
            <div className="btns">
              <button
                type="button"
                className="btn go"
                disabled={why.trim() === "" || set.isPending}
                onClick={() => set.mutate({ standard, rules, why: why.trim(), before })}
              >
                Set the modes
              </button>
            </div>
          </>
        ) : null}
      </div>
    </Section>
  );
}

function sentence(rule: ModeRule, state: ResponseState): string {
  const parts = [
    rule.kind === undefined ? "every action" : (state.autonomy.find((a) => a.kind === rule.kind)?.label ?? rule.kind),
    rule.model === undefined ? "" : `for ${rule.model}`,
    rule.tag === undefined ? "" : `on entities with the tag ${rule.tag}`,
    rule.hours === undefined ? "" : `${rule.hours.days.map((d) => DAYS[d]).join(", ")} ${rule.hours.from} to ${rule.hours.to} h`,
  ];
  return plain(`${parts.filter((p) => p !== "").join(", ")}: ${MODES.find(([m]) => m === rule.mode)?.[1] ?? rule.mode}`, 300);
}

function NewRule({ state, onAdd }: { state: ResponseState; onAdd: (rule: ModeRule) => void }) {
  const [mode, setMode] = useState<ModeRule["mode"]>("confirm");
  const [kind, setKind] = useState("");
  const [model, setModel] = useState("");
  const [tag, setTag] = useState("");
  const [hours, setHours] = useState<Hours | undefined>(undefined);
  const add = (): void => {
    onAdd({
      mode,
      ...(kind === "" ? {} : { kind }),
      ...(model.trim() === "" ? {} : { model: model.trim() }),
      ...(tag.trim() === "" ? {} : { tag: tag.trim().toLowerCase() }),
      ...(hours === undefined ? {} : { hours }),
    });
    setModel("");
    setTag("");
  };
  return (
    <details>
      <summary>One more rule</summary>
      <div className="form">
        <Field label="Mode">
          <select value={mode} onChange={(event) => setMode(event.target.value as ModeRule["mode"])}>
            {MODES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Kind of action">
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">every kind</option>
            {state.autonomy.map((a) => (
              <option key={a.kind} value={a.kind}>
                {a.label}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Model, or a folder of them ending in /">
          <input value={model} maxLength={300} onChange={(event) => setModel(event.target.value)} placeholder="Compromise /" />
        </Field>
        <Field label="Role or tag of the entity">
          <input value={tag} maxLength={60} onChange={(event) => setTag(event.target.value)} placeholder="server" />
        </Field>
        <label className="check">
          <input type="checkbox" checked={hours !== undefined} onChange={(event) => setHours(event.target.checked ? OFFICE : undefined)} /> Only at some hours
          of the week
        </label>
        {hours === undefined ? null : <WeekHours hours={hours} onChange={setHours} />}
        <button type="button" className="btn" disabled={hours !== undefined && (hours.days.length === 0 || hours.from === hours.to)} onClick={add}>
          Add it
        </button>
      </div>
    </details>
  );
}

type Hours = NonNullable<ModeRule["hours"]>;
const OFFICE: Hours = { days: [0, 1, 2, 3, 4], from: 8, to: 18 };

/** Days and a span of hours on the organisation's clock; a span over midnight belongs to the day on which it begins. */
function WeekHours({ hours, onChange }: { hours: Hours; onChange: (hours: Hours) => void }) {
  const bounded = (text: string): number => Math.max(0, Math.min(24, Math.trunc(Number(text) || 0)));
  const toggled = (day: number): number[] => (hours.days.includes(day) ? hours.days.filter((d) => d !== day) : [...hours.days, day].sort((a, b) => a - b));
  return (
    <>
      <fieldset className="seg">
        <legend className="sr">Days</legend>
        {DAYS.map((name, day) => (
          <button
            key={name}
            type="button"
            className={hours.days.includes(day) ? "btn on" : "btn"}
            aria-pressed={hours.days.includes(day)}
            onClick={() => onChange({ ...hours, days: toggled(day) })}
          >
            {name}
          </button>
        ))}
      </fieldset>
      <Field label="From hour">
        <input type="number" min={0} max={23} value={hours.from} onChange={(event) => onChange({ ...hours, from: bounded(event.target.value) })} />
      </Field>
      <Field label="To hour">
        <input type="number" min={0} max={24} value={hours.to} onChange={(event) => onChange({ ...hours, to: bounded(event.target.value) })} />
      </Field>
      <p className="small">{hours.from > hours.to ? "Over midnight: the hours after it belong to the day before." : "On the organisation's clock."}</p>
    </>
  );
}
