import { useState } from "react";
import { type Judgement as Choice, useJudgeIncident } from "../../actions/judge-incident.ts";
import type { IncidentDetail } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { useMay } from "../../shell/session.ts";
import { counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

const CHOICES = ["attack", "benign", "error"] as const;
const WORDS = { attack: "an attack", benign: "benign", error: "an error of the model" } as const;
const MOST_SHOWN = 8;

/** What was it? The choice says what it changes from now on before it is made, and can be taken back. */
export function Judgement({ incident }: { incident: IncidentDetail }) {
  const may = useMay("analyst");
  const judge = useJudgeIncident();
  const [choice, setChoice] = useState<(typeof CHOICES)[number] | undefined>(undefined);
  const [why, setWhy] = useState("");
  const [undo, setUndo] = useState(true);
  const known = incident.learning?.entities ?? [];
  // The server says all that an attack changes; without the mark below, what is about learning does not happen.
  const off = choice === "attack" && !undo ? new Set(incident.learning?.says) : new Set<string>();
  const changes = choice === undefined ? [] : incident.consequences[choice].filter((text) => !off.has(text));
  const { verdict } = incident;
  const set = (to: Choice): void =>
    judge.mutate(
      { id: incident.id, verdict: to, before: verdict ?? "none", why, undoLearning: undo && known.length > 0 },
      { onSuccess: () => setChoice(undefined) },
    );
  const sub =
    verdict === undefined ? (
      "nobody has said yet"
    ) : (
      <>
        {WORDS[verdict]}
        {incident.verdictBy === undefined ? null : (
          <>
            , says <Shown text={incident.verdictBy} max={60} />
          </>
        )}
      </>
    );
  return (
    <Section title="What was it?" sub={sub}>
      <div className="btns">
        {CHOICES.map((c) => (
          <button
            key={c}
            type="button"
            className={c === choice || (choice === undefined && c === verdict) ? "btn on" : "btn"}
            aria-pressed={c === choice || (choice === undefined && c === verdict)}
            disabled={!may || judge.isPending}
            title={may ? undefined : "An analyst judges incidents."}
            onClick={() => setChoice(c === choice ? undefined : c)}
          >
            {c === "attack" ? "Attack" : c === "benign" ? "Benign" : "Error"}
          </button>
        ))}
        {verdict === undefined ? null : (
          <button type="button" className="btn" disabled={!may || judge.isPending} onClick={() => set("none")}>
            Take back
          </button>
        )}
      </div>
      {choice === undefined && incident.learning?.undone === true ? (
        <p className="small twelve">
          What{" "}
          {known
            .map((d) => d.entity.hostname ?? d.entity.ip ?? d.entity.id)
            .map((n) => plain(n, 60))
            .join(", ")}{" "}
          learned since the first alert is forgotten; taking the judgement back brings it back.
        </p>
      ) : null}
      {choice === undefined ? null : (
        <>
          <p className="small twelve">From now on:</p>
          <ul className="small">
            {changes.slice(0, MOST_SHOWN).map((text) => (
              <li key={text}>
                <Shown text={text} max={300} />
              </li>
            ))}
            {changes.length > MOST_SHOWN ? <li>and {changes.length - MOST_SHOWN} more of the kind</li> : null}
          </ul>
          {choice === "attack" && known.length > 0 ? (
            <label className="small twelve">
              <input type="checkbox" checked={undo} onChange={(event) => setUndo(event.target.checked)} /> Forget what was learned of{" "}
              {known.every((k) => k.entity.kind === "device") ? counted(known.length, "device") : counted(known.length, "device or user", "devices and users")}{" "}
              since the first alert
            </label>
          ) : null}
          <Field label="Why (for the audit log)">
            <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
          </Field>
          <div className="btns">
            <button type="button" className="btn go" disabled={judge.isPending} onClick={() => set(choice)}>
              Call it {WORDS[choice]}
            </button>
          </div>
        </>
      )}
    </Section>
  );
}
