import { type FormEvent, useState } from "react";
import { useLogIn } from "../../actions/log-in.ts";
import { sentenceOf } from "../../client/problem.ts";
import { Field } from "../../parts/field.tsx";
import { Mark } from "../../shell/brand.tsx";

export function LogIn() {
  const logIn = useLogIn();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  function submit(event: FormEvent): void {
    event.preventDefault();
    logIn.mutate({ name, password });
  }
  const elsewhere = location.pathname !== "/";
  return (
    <main className="enter" id="main">
      <p className="brand">
        <Mark />
        Wonted
      </p>
      <h1>Log in to see what is not as usual.</h1>
      {elsewhere ? <p className="small">After it you go on to {location.pathname}, the page that you asked for.</p> : null}
      <form className="form" onSubmit={submit}>
        <Field label="Name">
          <input autoComplete="username" required value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Password" bad={logIn.error === null ? undefined : sentenceOf(logIn.error)}>
          <input
            type="password"
            autoComplete="current-password"
            required
            value={password}
            aria-invalid={logIn.error !== null}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <button type="submit" className="btn go" disabled={logIn.isPending}>
          {logIn.isPending ? "Asking…" : "Log in"}
        </button>
      </form>
      <p className="small">A forgotten password is set again by an administrator on the Account page.</p>
    </main>
  );
}
