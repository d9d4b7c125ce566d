import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useDecideRole } from "../../actions/decide-role.ts";
import { get } from "../../client/queries.ts";
import type { RoleProposal } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { PreviewBox, usePreview } from "../../parts/preview.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { useMay } from "../../shell/session.ts";
import { entityName } from "../../words/entities.ts";
import { counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

const MOST = 4;
const MOST_DECIDED = 10;

/** Roles that devices seem to have: nothing of it counts until somebody accepts it. Those that were decided stand below, to be taken back. */
export function RoleProposals() {
  const query = useQuery(get("roles", {}));
  useRefetchOn(["roles"], (m) => m.type === "changed" && m.what === "incidents");
  const roles = query.data ?? [];
  const proposed = roles.filter((r) => r.state === "proposed");
  const decided = roles.filter((r) => r.state !== "proposed");
  if (roles.length === 0) return null;
  return (
    <Section title="Roles" sub={proposed.length === 0 ? "none is proposed" : `${proposed.length} proposed, none counts until accepted`}>
      {proposed.slice(0, MOST).map((role) => (
        <Proposed key={role.id} role={role} />
      ))}
      {proposed.length > MOST ? <p className="small dim">and {proposed.length - MOST} more, when these are decided</p> : null}
      {decided.length === 0 ? null : (
        <details className="small">
          <summary>{counted(decided.length, "role")} decided</summary>
          {decided.slice(0, MOST_DECIDED).map((role) => (
            <Decided key={role.id} role={role} />
          ))}
        </details>
      )}
    </Section>
  );
}

function Proposed({ role }: { role: RoleProposal }) {
  const may = useMay("analyst");
  const decide = useDecideRole();
  const [asked, setAsked] = useState(false);
  const preview = usePreview(asked ? { kind: "role", entity: role.entity.id, role: role.role } : undefined);
  const name = entityName(role.entity);
  const words = plain(role.role.replaceAll("-", " "), 60);
  const set = (decision: "accepted" | "declined") => () => decide.mutate({ id: role.id, role: words, decision, before: "proposed" });
  return (
    <div className="bs">
      <div>
        <b>
          <Link to="/devices/$id" params={{ id: role.entity.id }} search={{}}>
            <Shown text={name} max={60} />
          </Link>
          , a {words}?
        </b>
        <span>
          <Shown text={role.reason} max={300} /> <Shown text={role.caution} max={300} />
        </span>
        {asked ? (
          <>
            <ul className="small ef">
              {role.changes.map((text) => (
                <li key={text}>
                  <Shown text={text} max={400} />
                </li>
              ))}
            </ul>
            <PreviewBox preview={preview} />
          </>
        ) : null}
        <div className="btns">
          {asked ? (
            <button type="button" className="btn go" disabled={!may || decide.isPending || !preview.ready} onClick={set("accepted")}>
              Accept as {words}
            </button>
          ) : (
            <button
              type="button"
              className="btn"
              disabled={!may}
              title={may ? undefined : "An analyst decides."}
              onClick={() => setAsked(true)}
              aria-label={`Accept ${name} as ${words}…`}
            >
              Accept…
            </button>
          )}
          <button type="button" className="btn" disabled={!may || decide.isPending} onClick={set("declined")} aria-label={`Decline ${words} for ${name}`}>
            Decline
          </button>
        </div>
      </div>
    </div>
  );
}

function Decided({ role }: { role: RoleProposal }) {
  const may = useMay("analyst");
  const decide = useDecideRole();
  const name = entityName(role.entity);
  const words = plain(role.role.replaceAll("-", " "), 60);
  return (
    <p>
      <Shown text={name} max={60} />: {role.state === "accepted" ? "" : "no "}
      {words}
      {role.decidedBy === undefined ? null : (
        <>
          , says <Shown text={role.decidedBy} max={60} />
        </>
      )}{" "}
      <button
        type="button"
        className="lk"
        disabled={!may || decide.isPending}
        onClick={() => decide.mutate({ id: role.id, role: words, decision: "proposed", before: role.state })}
        aria-label={`Take back the role of ${name}`}
      >
        Take back
      </button>
    </p>
  );
}
