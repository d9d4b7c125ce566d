import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Role } from "../../../contract/index.ts";
import { useChangeUser } from "../../actions/change-user.ts";
import { useCreateUser } from "../../actions/create-user.ts";
import { get } from "../../client/queries.ts";
import type { User } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { plain } from "../../words/plain.ts";

export const ROLES: readonly Role[] = ["viewer", "analyst", "admin"];

export function Users() {
  const users = useQuery(get("users", {}));
  return (
    <Section title="Users" sub="every change is kept in the audit log">
      <Answered query={users} what="The users" rows={3} height={30} needs="admin">
        {(data) => (
          <table className="rows">
            <colgroup>
              <col />
              <col style={{ width: 120 }} />
              <col style={{ width: 150 }} />
              <col style={{ width: 150 }} />
              <col style={{ width: 110 }} />
            </colgroup>
            <thead>
              <tr>
                <th>Name</th>
                <th>Role</th>
                <th>Since</th>
                <th>Last log-in</th>
                <th>
                  <span className="sr">Disable</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.map((user) => (
                <UserRow key={user.id} user={user} />
              ))}
            </tbody>
          </table>
        )}
      </Answered>
      <NewUser />
    </Section>
  );
}

function UserRow({ user }: { user: User }) {
  const change = useChangeUser();
  return (
    <tr className={user.disabled ? "gone" : ""}>
      <td>
        <Shown text={user.name} max={64} />
        {user.disabled ? <span className="dim"> disabled</span> : null}
      </td>
      <td>
        <select
          aria-label={`Role of ${plain(user.name, 64)}`}
          value={user.role}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ id: user.id, name: user.name, role: event.target.value as Role })}
        >
          {ROLES.map((r) => (
            <option key={r}>{r}</option>
          ))}
        </select>
      </td>
      <td>
        <Time iso={user.created} as="minute" />
      </td>
      <td>{user.lastLogin === undefined ? <span className="dim">never</span> : <Time iso={user.lastLogin} as="minute" />}</td>
      <td>
        <button
          type="button"
          className="btn"
          disabled={change.isPending}
          onClick={() => change.mutate({ id: user.id, name: user.name, disabled: !user.disabled })}
        >
          {user.disabled ? "Enable" : "Disable"}
        </button>
      </td>
    </tr>
  );
}

function NewUser() {
  const create = useCreateUser();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("analyst");
  function submit(event: FormEvent): void {
    event.preventDefault();
    create.mutate(
      { name, password, role },
      {
        onSuccess: () => {
          setName("");
          setPassword("");
        },
      },
    );
  }
  return (
    <form className="filters twelve" onSubmit={submit} aria-label="Add a user">
      <Field label="New user">
        <input required maxLength={64} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label="First password, 12 or more">
        <input type="password" required minLength={12} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
      </Field>
      <Field label="Role">
        <select value={role} onChange={(event) => setRole(event.target.value as Role)}>
          {ROLES.map((r) => (
            <option key={r}>{r}</option>
          ))}
        </select>
      </Field>
      <button type="submit" className="btn" disabled={create.isPending || name === "" || password.length < 12}>
        Add
      </button>
    </form>
  );
}
