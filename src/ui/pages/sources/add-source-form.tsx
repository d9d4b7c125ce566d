import { type FormEvent, useState } from "react";
import { useAddSource } from "../../actions/add-source.ts";
import { CallError, sentenceOf } from "../../client/problem.ts";
import { Field } from "../../parts/field.tsx";

const ID = /^[a-z0-9][a-z0-9-]{0,31}$/;

const WORDS = { zeek: "Zeek folder", suricata: "Suricata EVE file", cloud: "Cloud and endpoint records" } as const;

export function AddSourceForm({ onAdded, onClose }: { onAdded?: () => void; onClose?: () => void }) {
  const add = useAddSource();
  const [kind, setKind] = useState<"zeek" | "suricata" | "cloud">("zeek");
  const [id, setId] = useState("");
  const [path, setPath] = useState("");
  const badId = id !== "" && !ID.test(id);
  const refused = add.error === null || (add.error instanceof CallError && add.error.code === "cancelled") ? undefined : sentenceOf(add.error);
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!badId && id !== "" && path !== "") add.mutate({ id, kind, path: path.trim() }, { onSuccess: () => onAdded?.() });
  }
  return (
    <form className="form" onSubmit={submit}>
      <fieldset className="seg">
        <legend className="sr">Kind of source</legend>
        {(["zeek", "suricata", "cloud"] as const).map((k) => (
          <button key={k} type="button" className={k === kind ? "btn on" : "btn"} aria-pressed={k === kind} onClick={() => setKind(k)}>
            {WORDS[k]}
          </button>
        ))}
      </fieldset>
      <Field
        label="Name of the source"
        hint="Small letters, digits and hyphens, as zeek-oslo-1. It stands beside every record."
        bad={badId ? "Small letters, digits and hyphens only, at most 32." : undefined}
      >
        <input
          className="mono"
          required
          spellCheck={false}
          autoComplete="off"
          value={id}
          aria-invalid={badId}
          onChange={(event) => setId(event.target.value)}
        />
      </Field>
      <Field label={kind === "suricata" ? "File or glob" : "Folder or glob"} bad={refused}>
        <input
          className="mono"
          required
          spellCheck={false}
          autoComplete="off"
          placeholder={kind === "zeek" ? "/opt/zeek/logs" : "/var/log/suricata/eve.json"}
          value={path}
          aria-invalid={refused !== undefined}
          onChange={(event) => setPath(event.target.value)}
        />
      </Field>
      <div className="btns">
        <button type="submit" className="btn go" disabled={add.isPending || badId || id === "" || path.trim() === ""}>
          {add.isPending ? "Connecting…" : "Watch it from now on"}
        </button>
        {onClose === undefined ? null : (
          <button type="button" className="btn" onClick={onClose}>
            Close
          </button>
        )}
      </div>
    </form>
  );
}
