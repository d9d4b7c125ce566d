import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { get } from "../../client/queries.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { ActionCard } from "../../parts/action-card.tsx";
import { Kbd } from "../../parts/kbd.tsx";
import { ManualAction } from "../../parts/manual-action.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered } from "../../parts/states.tsx";
import { useServerNow } from "../../parts/use-server-now.ts";
import { useKeys } from "../../prefs/keys.ts";

/** What is in force on this device, what waits, and what can be done to it by hand (D42). */
export function DeviceResponse({ id }: { id: string }) {
  const query = useQuery(get("actions", { query: { entity: id, state: "open", limit: 20 } }));
  useRefetchOn(["actions"], (m) => m.type === "changed" && m.what === "actions");
  const now = useServerNow(query.data?.now, query.dataUpdatedAt);
  const [manual, setManual] = useState(false);
  useKeys({ q: () => setManual(true) });
  return (
    <Section
      title="Response"
      sub={query.data === undefined || query.data.actions.length > 0 ? undefined : "nothing is open"}
      aside={
        <Link to="/response" search={{ entity: id, state: "all" }} className="hi">
          Its history
        </Link>
      }
    >
      <Answered query={query} what="The response" rows={1} height={40}>
        {(data) => (
          <div className="acts">
            {data.actions.map((a) => (
              <ActionCard key={a.id} action={a} now={now} />
            ))}
          </div>
        )}
      </Answered>
      {manual ? (
        <ManualAction entity={id} />
      ) : (
        <div className="btns twelve">
          <button type="button" className="btn" onClick={() => setManual(true)}>
            Act by hand… <Kbd k="q" />
          </button>
        </div>
      )}
    </Section>
  );
}
