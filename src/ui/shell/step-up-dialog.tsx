import { type FormEvent, useState } from "react";
import { confirmPassword, stepUpQuestion } from "../actions/step-up.ts";
import { sentenceOf } from "../client/problem.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { useStore } from "../prefs/store.ts";
import { useReader } from "./session.ts";

/** Asks for the password before a change of rights, secrets or sources; it then counts for ten minutes. */
export function StepUpDialog() {
  const question = useStore(stepUpQuestion);
  return question === undefined ? null : <Ask answer={question.answer} />;
}

function Ask({ answer }: { answer: (confirmed: boolean) => void }) {
  const reader = useReader();
  const [password, setPassword] = useState("");
  const [bad, setBad] = useState<string | undefined>(undefined);
  const [waiting, setWaiting] = useState(false);
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setWaiting(true);
    try {
      await confirmPassword(password);
      answer(true);
    } catch (error) {
      setBad(sentenceOf(error));
      setWaiting(false);
    }
  }
  return (
    <Dialog title="Confirm your password" onClose={() => answer(false)}>
      <form className="form" onSubmit={submit}>
        <p className="small">This change is kept in the audit log under {reader.name}. The password then counts for ten minutes.</p>
        <Field label="Password" bad={bad}>
          <input
            type="password"
            autoComplete="current-password"
            required
            autoFocus
            value={password}
            aria-invalid={bad !== undefined}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <div className="btns">
          <button type="submit" className="btn go" disabled={waiting || password === ""}>
            {waiting ? "Asking…" : "Confirm"}
          </button>
          <button type="button" className="btn" onClick={() => answer(false)}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
