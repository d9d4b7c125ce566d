import { Link } from "@tanstack/react-router";
import type { AlertDetail } from "../../client/types.ts";
import { EntityLink, ExternalLink } from "../../parts/entity-link.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { Priority } from "../../parts/priority.tsx";
import { Section } from "../../parts/section.tsx";
import { Host, Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { useMay } from "../../shell/session.ts";
import { endpoint, entityName } from "../../words/entities.ts";
import { span } from "../../words/time.ts";

/** Records of cloud services come minutes late; from here on it is worth a word, seconds. */
const LATE = 1_800;

function lateness({ created, time }: AlertDetail): number {
  return (Date.parse(created) - Date.parse(time)) / 1_000;
}

/** Who it is about, and whether somebody has it. */
export function StatePanel({ alert, onToggle, busy }: { alert: AlertDetail; onToggle: () => void; busy: boolean }) {
  const mayAct = useMay("analyst");
  const taken = alert.state === "acknowledged";
  return (
    <Section title="State" sub={alert.state === "new" ? "nobody has it yet" : alert.state}>
      <dl className="kv">
        <dt>{alert.entity.kind.charAt(0).toUpperCase() + alert.entity.kind.slice(1)}</dt>
        <dd>
          <span className="hi">
            <EntityLink entity={alert.entity} max={120} />
          </span>{" "}
          {alert.entity.kind === "user" && alert.entity.id.includes("@") ? (
            <span className="dim">
              of <ExternalLink id={alert.entity.id.slice(alert.entity.id.lastIndexOf("@") + 1)} />
            </span>
          ) : null}
          {alert.entity.ip === undefined || alert.entity.ip === entityName(alert.entity) ? null : (
            <span className="dim">
              <Shown text={alert.entity.ip} />
            </span>
          )}{" "}
          <Kbd k="d" />
        </dd>
        {alert.peers.length === 0 ? null : (
          <>
            <dt>Other end</dt>
            <dd>
              {alert.peers.slice(0, 3).map((peer, i) => (
                <span key={`${peer.ip}${peer.hostname}${peer.port}`}>
                  {i === 0 ? "" : ", "}
                  {peer.hostname === undefined ? null : (
                    <Link to="/external/$id" params={{ id: peer.hostname }} className="hi">
                      <Host name={peer.hostname} />
                    </Link>
                  )}{" "}
                  {peer.ip === undefined ? null : (
                    <Link to="/external/$id" params={{ id: peer.ip }} className={peer.hostname === undefined ? "hi" : "dim"}>
                      <Shown text={endpoint(peer.ip, peer.port)} />
                    </Link>
                  )}
                </span>
              ))}
              {alert.peers.length > 3 ? <span className="dim"> and {alert.peers.length - 3} more</span> : null}
            </dd>
          </>
        )}
        <dt>Priority</dt>
        <dd>
          <Priority value={alert.priority} />
        </dd>
        <dt>Made</dt>
        <dd>
          <Time iso={alert.created} zone />
          {lateness(alert) < LATE ? null : <span className="dim">, seen {span(lateness(alert))} after it happened</span>}
        </dd>
        {alert.acknowledgedBy === undefined ? null : (
          <>
            <dt>Acknowledged</dt>
            <dd>
              by <Shown text={alert.acknowledgedBy} max={60} />
            </dd>
          </>
        )}
      </dl>
      <div className="btns twelve">
        <button type="button" className={taken ? "btn" : "btn go"} disabled={!mayAct || busy} onClick={onToggle}>
          {taken ? "Take back" : "Acknowledge"} <Kbd k="a" />
        </button>
        <span className="small">
          {mayAct ? (taken ? "It goes back to the queue." : "It leaves the queue; nothing is deleted.") : "An analyst can acknowledge it."}
        </span>
      </div>
    </Section>
  );
}
