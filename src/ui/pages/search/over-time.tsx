import { useQuery } from "@tanstack/react-query";
import { CountBars } from "../../charts/count-bars.tsx";
import { get } from "../../client/queries.ts";
import { AsTable } from "../../parts/as-table.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { count, counted } from "../../words/numbers.ts";
import type { SearchQuery } from "./query.ts";

interface Props {
  q: string | undefined;
  times: { from?: string; to?: string };
  onNarrow: (change: SearchQuery) => void;
}

/** How many fit, by kind and over time. A press on a kind or a bar narrows the query to it. */
export function OverTime({ q, times, onNarrow }: Props) {
  const counts = useQuery(get("searchCounts", { query: { q, ...times, bars: 96 } }));
  return (
    <Section
      title="Over time"
      sub={
        counts.data === undefined ? undefined : counts.data.until === undefined ? (
          `${counted(counts.data.total, "event")} in all`
        ) : (
          <>
            {counted(counts.data.total, "event")} since <Time iso={counts.data.until} />; older ones were not counted, narrow the query or the time for all
          </>
        )
      }
      aside={
        counts.data === undefined
          ? undefined
          : counts.data.families.slice(0, 8).map((f) => (
              <button
                key={f.family}
                type="button"
                className="quiet hi"
                onClick={() => onNarrow({ q: `${q === undefined ? "" : `(${q}) `}family:${f.family}` })}
              >
                {f.family} {count(f.events)}
              </button>
            ))
      }
    >
      <Answered query={counts} what="The counts" rows={2} height={32}>
        {(data) =>
          data.bars.length === 0 ? null : (
            <>
              <CountBars
                start={Date.parse(data.start)}
                width={data.width}
                bars={data.bars}
                onPick={(i) =>
                  onNarrow({
                    from: new Date(Date.parse(data.start) + i * data.width).toISOString(),
                    to: new Date(Date.parse(data.start) + (i + 1) * data.width).toISOString(),
                  })
                }
              />
              <AsTable
                caption="Events over time"
                head={["From", "Events"]}
                rows={data.bars
                  .map((n, i) => ({ n, at: new Date(Date.parse(data.start) + i * data.width).toISOString() }))
                  .filter((b) => b.n > 0)
                  .map((b) => [<Time key="t" iso={b.at} />, count(b.n)])}
              />
            </>
          )
        }
      </Answered>
    </Section>
  );
}
