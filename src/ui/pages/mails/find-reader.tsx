import { useState } from "react";
import { useFindReader } from "../../actions/mail.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";

/** From an address to its pseudonym: asked with a reason, logged whether or not somebody is found. */
export function FindReader({ onClose, onFound }: { onClose: () => void; onFound: (id: string) => void }) {
  const [address, setAddress] = useState("");
  const [why, setWhy] = useState("");
  const find = useFindReader();
  const ready = address.includes("@") && why.trim().length >= 5;
  return (
    <Dialog title="Find a person’s mail" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          find.mutate(
            { address: address.trim(), why: why.trim() },
            {
              onSuccess: ({ id }) => {
                onFound(id);
                onClose();
              },
            },
          );
        }}
      >
        <Field label="Address">
          <input type="email" value={address} maxLength={320} onChange={(event) => setAddress(event.target.value)} />
        </Field>
        <Field label="Reason" hint="Kept in the audit log with your name, found or not.">
          <input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
        </Field>
        <div className="btns">
          <button type="submit" className="btn go" disabled={!ready || find.isPending}>
            Find
          </button>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
        </div>
        {find.error === null ? null : <p className="mk">{find.error.message}</p>}
      </form>
    </Dialog>
  );
}
