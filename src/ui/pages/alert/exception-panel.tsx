import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useEndException, useExcept } from "../../actions/except.ts";
import { get } from "../../client/queries.ts";
import type { AlertDetail } from "../../client/types.ts";
import { Field } from "../../parts/field.tsx";
import { PreviewBox, usePreview } from "../../parts/preview.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { useMay } from "../../shell/session.ts";
import { entityName } from "../../words/entities.ts";
import { plain } from "../../words/plain.ts";

/** Tells this model not to look at this entity until that is taken back; tried on the stored days and on attacks before it is made. */
export function ExceptionPanel({ alert }: { alert: AlertDetail }) {
  const name = entityName(alert.entity);
  const exceptions = useQuery(get("exceptions", {}));
  const inForce = exceptions.data?.filter((e) => e.model === alert.model && e.entity === alert.entity.id) ?? [];
  const [open, setOpen] = useState(false);
  const may = useMay("analyst");
  return (
    <Section title="Exception" sub={inForce.length === 0 ? "until it is taken back" : "in force"}>
      {inForce.map((e) => (
        <InForce key={e.id} exception={e} />
      ))}
      {open ? (
        <NewException alert={alert} name={name} onDone={() => setOpen(false)} />
      ) : (
        <div className="btns">
          <button type="button" className="btn" disabled={!may} title={may ? undefined : "An analyst makes exceptions."} onClick={() => setOpen(true)}>
            Make an exception…
          </button>
        </div>
      )}
    </Section>
  );
}

export function InForce({ exception }: { exception: { id: string; model: string; entity: string; peer?: string | undefined; why: string; by: string } }) {
  const end = useEndException();
  const may = useMay("analyst");
  const { id, model, entity, peer, why, by } = exception;
  return (
    <p className="small">
      <Shown text={entity} max={80} />
      {peer === undefined ? "" : " with "}
      {peer === undefined ? null : <Shown text={peer} max={80} />} is not looked at, says <Shown text={by} max={60} />: <Shown text={why} max={300} />{" "}
      <button
        type="button"
        className="lk"
        disabled={!may || end.isPending}
        onClick={() => end.mutate({ id, model, entity, peer, why })}
        aria-label={`Take back the exception of ${plain(entity, 60)}`}
      >
        Take back
      </button>
    </p>
  );
}

function NewException({ alert, name, onDone }: { alert: AlertDetail; name: string; onDone: () => void }) {
  const peers = [...new Set(alert.peers.map((p) => p.hostname ?? p.ip).filter((p) => p !== undefined))].slice(0, 10);
  const [peer, setPeer] = useState(peers[0] ?? "");
  const [why, setWhy] = useState("");
  const except = useExcept();
  const preview = usePreview({ kind: "exception", model: alert.model, entity: alert.entity.id, ...(peer === "" ? {} : { peer }) });
  return (
    <div className="snz">
      <Field label="For which other end">
        <select value={peer} onChange={(event) => setPeer(event.target.value)}>
          {peers.map((p) => (
            <option key={p} value={p}>
              {plain(p, 80)} only
            </option>
          ))}
          <option value="">whatever the other end</option>
        </select>
      </Field>
      <PreviewBox preview={preview} />
      <Field label="Why (kept in the audit log)">
        <input value={why} maxLength={500} placeholder="our own monitoring, confirmed with IT" onChange={(event) => setWhy(event.target.value)} />
      </Field>
      <div className="btns">
        <button
          type="button"
          className="btn"
          disabled={why.trim() === "" || except.isPending || !preview.ready}
          onClick={() =>
            except.mutate(
              { model: alert.model, entity: alert.entity.id, entityName: name, peer: peer === "" ? undefined : peer, why: why.trim() },
              { onSuccess: onDone },
            )
          }
        >
          Do not look at <Shown text={name} max={40} />
        </button>
        <button type="button" className="btn" onClick={onDone}>
          Leave it
        </button>
        <span className="small">{why.trim() === "" ? "A reason is needed." : preview.ready ? "What was told stays." : "It is being tried first."}</span>
      </div>
    </div>
  );
}
