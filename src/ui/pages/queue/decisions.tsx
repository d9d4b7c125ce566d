import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { get } from "../../client/queries.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { ActionCard } from "../../parts/action-card.tsx";
import { Section } from "../../parts/section.tsx";
import { useServerNow } from "../../parts/use-server-now.ts";

const SHOWN = 3;

/** What waits for a person, beside the incidents; absent while nothing does. `y` and `n` answer the first. */
export function Decisions() {
  const query = useQuery(get("actions", { query: { state: "pending", limit: 50 } }));
  useRefetchOn(["actions"], (m) => m.type === "changed" && m.what === "actions");
  const now = useServerNow(query.data?.now, query.dataUpdatedAt);
  const list = query.data?.actions ?? [];
  if (list.length === 0) return null;
  return (
    <Section
      title="Waits for a decision"
      aside={
        <Link to="/response" search={{ state: "pending" }} className="hi">
          All {list.length}
        </Link>
      }
    >
      <div className="acts">
        {list.slice(0, SHOWN).map((a, i) => (
          <ActionCard key={a.id} action={a} now={now} keys={i === 0} />
        ))}
      </div>
    </Section>
  );
}
