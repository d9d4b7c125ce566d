import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useDecideChange } from "../../actions/decide-change.ts";
import { get } from "../../client/queries.ts";
import type { ChangedBehaviour } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { PreviewBox, usePreview } from "../../parts/preview.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay } from "../../shell/session.ts";
import { entityName } from "../../words/entities.ts";

const MOST = 6;

/** Devices that took another level for good: told once each, and the new usual until somebody takes it back. */
export function ChangedBehaviours() {
  const query = useQuery(get("changedBehaviours", {}));
  useRefetchOn(["changedBehaviours"], (m) => m.type === "alert" || (m.type === "changed" && m.what === "incidents"));
  const open = (query.data ?? []).filter((c) => c.state === "open");
  if (open.length === 0) return null;
  return (
    <Section title="Changed behaviour" sub="the new usual, until you take it back">
      {open.slice(0, MOST).map((change) => (
        <Change key={change.id} change={change} />
      ))}
      {open.length > MOST ? <p className="small dim">and {open.length - MOST} more</p> : null}
    </Section>
  );
}

function Change({ change }: { change: ChangedBehaviour }) {
  const may = useMay("analyst");
  const decide = useDecideChange();
  const set = (decision: "accepted" | "reversed") => () => decide.mutate({ id: change.id, decision });
  const name = entityName(change.entity);
  const [asked, setAsked] = useState(false);
  const preview = usePreview(asked ? { kind: "level", entity: change.entity.id, change: change.id } : undefined);
  return (
    <div className="bs">
      <div>
        <b>
          <Link to="/devices/$id" params={{ id: change.entity.id }} search={{}}>
            <Shown text={name} max={60} />
          </Link>
        </b>
        <span>
          <Shown text={change.text} max={200} />, since <Time iso={change.time} as="minute" zone />
        </span>
        {asked ? <PreviewBox preview={preview} /> : null}
        <div className="btns">
          <button
            type="button"
            className={asked ? "btn go" : "btn"}
            disabled={!may || decide.isPending || (asked && !preview.ready)}
            title={may ? undefined : "An analyst decides."}
            onClick={asked ? set("accepted") : () => setAsked(true)}
            aria-label={asked ? `Accept the change of ${name}` : `Accept the change of ${name}…`}
          >
            {asked ? "Accept it" : "Accept…"}
          </button>
          <button type="button" className="btn" disabled={!may || decide.isPending} onClick={set("reversed")} aria-label={`Take back the change of ${name}`}>
            Take back
          </button>
        </div>
      </div>
    </div>
  );
}
