import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { get } from "../../client/queries.ts";
import type { Incident, Overview } from "../../client/types.ts";
import { useHeld, useRefetchOn } from "../../live/use-held.ts";
import { Fresh } from "../../parts/fresh.tsx";
import { Legend } from "../../parts/legend.tsx";
import { type KeyHint, PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered, Failed, Loading, waitingFor } from "../../parts/states.tsx";
import { useKeys } from "../../prefs/keys.ts";
import { usePreferences } from "../../prefs/preferences.ts";
import { counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { dayLong } from "../../words/time.ts";
import { FirstWays } from "../first/first-ways.tsx";
import { BlindSpots } from "./blind-spots.tsx";
import { Budget } from "./budget.tsx";
import { chanceWords } from "./chance.ts";
import { ChangedBehaviours } from "./changed-behaviours.tsx";
import { Decisions } from "./decisions.tsx";
import { queueHeadline } from "./headline.ts";
import { IncidentTable } from "./incident-table.tsx";
import { RoleProposals } from "./role-proposals.tsx";

const HINTS: readonly KeyHint[] = [
  { label: "Next", keys: ["j"] },
  { label: "Open", keys: ["↵"] },
  { label: "Acknowledge", keys: ["a"], changes: true },
  { label: "All keys", keys: ["?"] },
];

export function QueuePage(): ReactNode {
  const overview = useQuery(get("overview", {}));
  if (overview.data === undefined) {
    return (
      <main id="main" tabIndex={-1}>
        {overview.error === null ? (
          <Loading rows={12} height={46} label="the queue" />
        ) : (
          <Failed what="The queue" error={overview.error} onRetry={() => void overview.refetch()} />
        )}
      </main>
    );
  }
  if (!overview.data.hasSource && !overview.data.synthetic) return <FirstWays />;
  return <Queue overview={overview.data} />;
}

function idOf(incident: Incident): string {
  return incident.id;
}

function Queue({ overview }: { overview: Overview }) {
  const { clock } = usePreferences();
  const query = useQuery(get("incidents", { query: { state: "open", limit: 200 } }));
  useRefetchOn(["incidents"], (m) => m.type === "alert" || (m.type === "changed" && m.what !== "models"));
  const held = useHeld("queue", query.data?.incidents, idOf);
  useKeys({ ".": held.newer > 0 ? held.release : undefined });
  const now = overview.eventTime ?? overview.now;
  return (
    <main id="main" tabIndex={-1} className="q">
      <PageHead
        name="Queue"
        kick={[
          plain(overview.organisation, 60),
          dayLong(now, clock),
          `${counted(overview.devices, "device")}, ${overview.sourcesLive} of ${counted(overview.sources, "source")} heard`,
        ]}
        headline={
          query.data === undefined
            ? waitingFor("the queue", query.error)
            : queueHeadline(
                held.rows.filter((r) => !r.gone).map((r) => r.row),
                overview,
              )
        }
        hints={HINTS}
      />
      <Section
        title="Incidents by score"
        sub={
          query.data === undefined
            ? undefined
            : `${held.rows.filter((r) => !r.row.overBudget && !r.gone).length} open above the line, budget ${overview.budgetPerDay} a day; ${chanceWords(query.data.falseShare)}`
        }
        aside={
          <>
            <Fresh newer={held.newer} onRelease={held.release} noun="newer incident" />
            <Legend
              items={[
                ["peer", "usual, 5 to 95 %"],
                ["now", "now"],
                ["ramp", "unusualness by half hour"],
              ]}
            />
          </>
        }
      >
        <Answered query={query} what="The incidents" rows={7} height={46}>
          {(data) => <IncidentTable rows={held.rows} line={data.line} now={now} overview={overview} />}
        </Answered>
      </Section>
      <aside className="stack" aria-label="What cannot be seen">
        <Decisions />
        <ChangedBehaviours />
        <RoleProposals />
        <BlindSpots overview={overview} />
      </aside>
      <div className="wide">{query.data === undefined ? null : <Budget overview={overview} line={query.data.line} end={now} />}</div>
    </main>
  );
}
