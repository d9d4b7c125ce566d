import { type FormEvent, useState } from "react";
import { useAddSource } from "../../actions/add-source.ts";
import { CallError, sentenceOf } from "../../client/problem.ts";
import { Field } from "../../parts/field.tsx";

const ID = /^[a-z0-9][a-z0-9-]{0,31}$/;

const WORDS = {
  zeek: "Zeek folder",
  suricata: "Suricata EVE file",
  cloud: "Cloud and endpoint records",
  mail: "Mail folder",
  imap: "Mailbox on a server",
} as const;
const KINDS = ["zeek", "suricata", "cloud", "mail", "imap"] as const;
type Kind = (typeof KINDS)[number];
const EXAMPLES: Readonly<Record<Kind, string>> = {
  zeek: "/opt/zeek/logs",
  suricata: "/var/log/suricata/eve.json",
  cloud: "/var/log/cloud",
  mail: "/var/vmail",
  imap: "imaps://name%40example.com@mail.example.com/INBOX",
};

export function AddSourceForm({ onAdded, onClose }: { onAdded?: () => void; onClose?: () => void }) {
  const add = useAddSource();
  const [kind, setKind] = useState<Kind>("zeek");
  const [id, setId] = useState("");
  const [path, setPath] = useState("");
  const [passwordFile, setPasswordFile] = useState("");
  const badId = id !== "" && !ID.test(id);
  const refused = add.error === null || (add.error instanceof CallError && add.error.code === "cancelled") ? undefined : sentenceOf(add.error);
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!badId && id !== "" && path !== "")
      add.mutate({ id, kind, path: path.trim(), ...(kind === "imap" ? { passwordFile: passwordFile.trim() } : {}) }, { onSuccess: () => onAdded?.() });
  }
  return (
    <form className="form" onSubmit={submit}>
      <fieldset className="seg">
        <legend className="sr">Kind of source</legend>
        {KINDS.map((k) => (
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
      <Field
        label={
          kind === "imap"
            ? "Address of the mailbox"
            : kind === "suricata"
              ? "File or glob"
              : kind === "mail"
                ? "Folder, Maildir or mailbox file"
                : "Folder or glob"
        }
        bad={refused}
      >
        <input
          className="mono"
          required
          spellCheck={false}
          autoComplete="off"
          placeholder={EXAMPLES[kind]}
          value={path}
          aria-invalid={refused !== undefined}
          onChange={(event) => setPath(event.target.value)}
        />
      </Field>
      {kind === "imap" ? (
        <Field label="File with the password" hint="Name of a file in the folder passwords of the data folder. The password itself is entered nowhere here.">
          <input
            className="mono"
            required
            spellCheck={false}
            autoComplete="off"
            value={passwordFile}
            onChange={(event) => setPasswordFile(event.target.value)}
          />
        </Field>
      ) : null}
      <div className="btns">
        <button
          type="submit"
          className="btn go"
          disabled={add.isPending || badId || id === "" || path.trim() === "" || (kind === "imap" && passwordFile.trim() === "")}
        >
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
