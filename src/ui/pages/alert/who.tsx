import type { AlertDetail } from "../../client/types.ts";
import { EntityLink, ExternalLink } from "../../parts/entity-link.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { Section } from "../../parts/section.tsx";

const SHOWN = 6;

/** Whom it is about and who is at the other end, each leading to what is known of it (T18). */
export function Who({ alert }: { alert: AlertDetail }) {
  const { entity } = alert;
  const peers = [...new Set(alert.peers.map((p) => p.hostname ?? p.ip).filter((p): p is string => p !== undefined && p !== entity.id && p !== entity.ip))];
  return (
    <Section title="Who and where" aside={<Kbd k="d" />}>
      <dl className="kv">
        <dt>{entity.kind === "external" ? "Outside" : entity.kind.charAt(0).toUpperCase() + entity.kind.slice(1)}</dt>
        <dd>
          <b>
            <EntityLink entity={entity} />
          </b>
          {entity.kind === "user" ? (
            <span className="small">
              {" "}
              · <ExternalLink id={entity.id.includes("@") ? entity.id.slice(entity.id.lastIndexOf("@") + 1) : entity.id} />
            </span>
          ) : null}
        </dd>
        {peers.length === 0 ? null : (
          <>
            <dt>Other end</dt>
            <dd>
              {peers.slice(0, SHOWN).map((peer) => (
                <span key={peer} className="line mono">
                  <ExternalLink id={peer} max={60} />
                </span>
              ))}
              {peers.length > SHOWN ? <span className="small dim">and {peers.length - SHOWN} more</span> : null}
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}
