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
  const [office, setOffice] = useState(false);
  const add = (): void => {
    onAdd({
      mode,
      ...(kind === "" ? {} : { kind }),
      ...(model.trim() === "" ? {} : { model: model.trim() }),
      ...(tag.trim() === "" ? {} : { tag: tag.trim().toLowerCase() }),
      ...(office ? { hours: { days: [0, 1, 2, 3, 4], from: 8, to: 18 } } : {}),
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
          <input type="checkbox" checked={office} onChange={(event) => setOffice(event.target.checked)} /> Monday to Friday, 8 to 18 h only
        </label>
        <button type="button" className="btn" onClick={add}>
          Add it
        </button>
      </div>
    </details>
  );
}
