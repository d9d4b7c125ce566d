import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { get } from "../../client/queries.ts";
import type { Action, AlertDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { ActionCard } from "../../parts/action-card.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { ManualAction } from "../../parts/manual-action.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered } from "../../parts/states.tsx";
import { useServerNow } from "../../parts/use-server-now.ts";
import { useKeys } from "../../prefs/keys.ts";

const ORDER: readonly Action["state"][] = ["active", "confirmed", "failed", "proposed", "shadow"];

/** What is done, or could be, about this alert: in force first, then what waits for a person, then what can be done by hand (T25). */
export function ResponsePanel({ alert }: { alert: AlertDetail }) {
  const query = useQuery(get("actions", { query: { alert: alert.id, state: "all", limit: 20 } }));
  useRefetchOn(["actions"], (m) => m.type === "changed" && m.what === "actions");
  const now = useServerNow(query.data?.now, query.dataUpdatedAt);
  const [manual, setManual] = useState(false);
  const byHand = alert.entity.kind !== "sender";
  useKeys({ q: byHand ? () => setManual(true) : undefined });
  return (
    <Section
      title="Response"
      sub={query.data === undefined ? undefined : subOf(query.data.actions)}
      aside={
        <Link to="/response" search={{ entity: alert.entity.id }} className="hi">
          All of it
        </Link>
      }
    >
      <Answered query={query} what="The response" rows={2} height={40}>
        {(data) => {
          const open = data.actions.filter((a) => ORDER.includes(a.state)).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
          const ended = data.actions.filter((a) => !ORDER.includes(a.state));
          const first = open[0]?.id;
          return (
            <div className="acts">
              {open.map((a) => (
                <ActionCard key={a.id} action={a} now={now} keys={a.id === first} link={false} />
              ))}
              {open.length === 0 ? (
                <p className="small">{ended.length === 0 ? "Nothing is proposed about it." : "Nothing is open about it any more."}</p>
              ) : null}
              {ended.slice(0, 3).map((a) => (
                <ActionCard key={a.id} action={a} now={now} link={false} />
              ))}
            </div>
          );
        }}
      </Answered>
      {byHand ? (
        manual ? (
          <ManualAction entity={alert.entity.id} alert={alert.id} />
        ) : (
          <div className="btns twelve">
            <button type="button" className="btn" onClick={() => setManual(true)}>
              Act by hand… <Kbd k="q" />
            </button>
            <span className="small">Each shows its cost before it is done.</span>
          </div>
        )
      ) : null}
    </Section>
  );
}

function subOf(actions: readonly Action[]): string {
  const active = actions.filter((a) => a.state === "active").length;
  const pending = actions.filter((a) => a.state === "proposed").length;
  if (active > 0) return `${active} in force`;
  if (pending > 0) return pending === 1 ? "waits for you" : `${pending} wait for you`;
  return actions.some((a) => a.state === "shadow") ? "in shadow" : "";
}
