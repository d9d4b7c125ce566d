import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Role } from "../../../contract/index.ts";
import { useCreateToken } from "../../actions/create-token.ts";
import { useDeleteToken } from "../../actions/delete-token.ts";
import { get } from "../../client/queries.ts";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { ROLES } from "./users.tsx";

export function Tokens() {
  const tokens = useQuery(get("tokens", {}));
  const remove = useDeleteToken();
  return (
    <Section title="API tokens" sub="for programs; sent as Authorization: Bearer">
      <Answered query={tokens} what="The tokens" rows={2} height={30} needs="admin">
        {(data) =>
          data.length === 0 ? (
            <Empty sentence="No program has a token." checked="Secrets are shown once, when a token is made." />
          ) : (
            <table className="rows">
              <colgroup>
                <col />
                <col style={{ width: 90 }} />
                <col style={{ width: 150 }} />
                <col style={{ width: 150 }} />
                <col style={{ width: 110 }} />
              </colgroup>
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Role</th>
                  <th>Ends</th>
                  <th>Last used</th>
                  <th>
                    <span className="sr">Revoke</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.map((t) => (
                  <tr key={t.id}>
                    <td>
                      <Shown text={t.name} max={64} />
                    </td>
                    <td>{t.role}</td>
                    <td>
                      <Time iso={t.expires} as="minute" />
                    </td>
                    <td>{t.lastUsed === undefined ? <span className="dim">never</span> : <Time iso={t.lastUsed} as="minute" />}</td>
                    <td>
                      <button type="button" className="btn" disabled={remove.isPending} onClick={() => remove.mutate({ id: t.id, name: t.name })}>
                        Revoke
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Answered>
      <NewToken />
    </Section>
  );
}

function NewToken() {
  const create = useCreateToken();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [days, setDays] = useState(90);
  function submit(event: FormEvent): void {
    event.preventDefault();
    create.mutate({ name, role, days }, { onSuccess: () => setName("") });
  }
  return (
    <>
      <form className="filters twelve" onSubmit={submit} aria-label="Make a token">
        <Field label="New token">
          <input required maxLength={64} autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Role">
          <select value={role} onChange={(event) => setRole(event.target.value as Role)}>
            {ROLES.map((r) => (
              <option key={r}>{r}</option>
            ))}
          </select>
        </Field>
        <Field label="Days">
          <input type="number" min={1} max={365} style={{ width: 72 }} value={days} onChange={(event) => setDays(Number(event.target.value))} />
        </Field>
        <button type="submit" className="btn" disabled={create.isPending || name === "" || !(days >= 1 && days <= 365)}>
          Make
        </button>
      </form>
      {create.data === undefined ? null : (
        <div role="status">
          <p className="small">The secret of “{create.data.name}”. It is shown this once; copy it now.</p>
          <p className="secret">{create.data.secret}</p>
        </div>
      )}
    </>
  );
}
