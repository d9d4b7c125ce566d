import { type FormEvent, useState } from "react";
import { useSetUp } from "../../actions/set-up.ts";
import { sentenceOf } from "../../client/problem.ts";
import { Field } from "../../parts/field.tsx";
import { Mark } from "../../shell/brand.tsx";

const SHORTEST = 12;

/** The first visit: the one-time code of the terminal makes the administrator. */
export function SetUp() {
  const setUp = useSetUp();
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const short = password !== "" && password.length < SHORTEST;
  const different = again !== "" && again !== password;
  const ready = code.trim() !== "" && name !== "" && password.length >= SHORTEST && again === password;
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (ready) setUp.mutate({ code: code.trim(), name, password });
  }
  return (
    <main className="enter" id="main">
      <p className="brand">
        <Mark />
        Wonted
      </p>
      <h1>Wonted runs and waits for its first administrator.</h1>
      <p className="small">The terminal in which it was started shows a one-time code. It works once, for 15 minutes, with five tries.</p>
      <form className="form" onSubmit={submit}>
        <Field label="One-time code" bad={setUp.error === null ? undefined : sentenceOf(setUp.error)}>
          <input
            className="mono"
            autoComplete="off"
            spellCheck={false}
            required
            value={code}
            aria-invalid={setUp.error !== null}
            onChange={(event) => setCode(event.target.value)}
          />
        </Field>
        <Field label="Your name">
          <input autoComplete="username" required maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label="Password"
          hint={`At least ${SHORTEST} characters; a sentence is good.`}
          bad={short ? `${SHORTEST - password.length} more characters.` : undefined}
        >
          <input
            type="password"
            autoComplete="new-password"
            required
            value={password}
            aria-invalid={short}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Field label="Password again" bad={different ? "The two differ." : undefined}>
          <input
            type="password"
            autoComplete="new-password"
            required
            value={again}
            aria-invalid={different}
            onChange={(event) => setAgain(event.target.value)}
          />
        </Field>
        <button type="submit" className="btn go" disabled={!ready || setUp.isPending}>
          {setUp.isPending ? "Making…" : "Make the administrator"}
        </button>
      </form>
    </main>
  );
}
