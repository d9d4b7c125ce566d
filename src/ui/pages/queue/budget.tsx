import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useSetBudget } from "../../actions/set-budget.ts";
import { DayDots, type Dot } from "../../charts/day-dots.tsx";
import { get } from "../../client/queries.ts";
import type { Overview } from "../../client/types.ts";
import { AsTable } from "../../parts/as-table.tsx";
import { Legend } from "../../parts/legend.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered } from "../../parts/states.tsx";
import { useMay } from "../../shell/session.ts";
import { count, counted } from "../../words/numbers.ts";
import { type BudgetRow, budgetRows } from "./budget-table.ts";

const DAYS = 30;

/** Thirty days of alerts against the budget's line, and what another budget would have shown. */
export function Budget({ overview, line, end }: { overview: Overview; line: number; end: string }) {
  const from = new Date(Math.floor(Date.parse(end) / 86_400_000) * 86_400_000 - (DAYS - 1) * 86_400_000).toISOString();
  const alerts = useQuery(get("alerts", { query: { from, state: "all", sort: "score", limit: 500 } }));
  const incidents = useQuery(get("incidents", { query: { from, state: "all", limit: 200 } }));
  const [preview, setPreview] = useState<number | undefined>(undefined);
  const navigate = useNavigate();
  const rows = budgetRows(incidents.data?.incidents ?? [], DAYS, overview.budgetPerDay, line);
  const now = rows.find((r) => r.perDay === overview.budgetPerDay);
  const seen = rows.find((r) => r.perDay === preview && r.perDay !== overview.budgetPerDay);
  const dots: Dot[] = (alerts.data?.alerts ?? []).map((a) => ({ id: a.id, time: Date.parse(a.time), score: a.score, title: a.title }));
  const drawn = alerts.data !== undefined && alerts.data.total > dots.length ? `, the ${dots.length} highest of ${count(alerts.data.total)} drawn` : "";
  return (
    <Section
      title={`Budget: ${overview.budgetPerDay} incidents a day.`}
      sub={seen === undefined || now === undefined ? `Alerts of the last ${DAYS} days by score${drawn}.` : <Gain seen={seen} now={now} />}
      aside={
        <Legend
          items={[
            ["now", "above the line"],
            ["below", "below it"],
          ]}
        />
      }
    >
      <div className="bud">
        <div>
          <BudgetTable rows={rows} budget={overview.budgetPerDay} preview={preview} onPreview={setPreview} />
          <SetButtons budget={overview.budgetPerDay} preview={seen?.perDay} onDone={() => setPreview(undefined)} />
        </div>
        <div>
          <Answered query={alerts} what="The alerts of 30 days" rows={6} height={26}>
            {() => (
              <DayDots
                dots={dots}
                end={Date.parse(end)}
                days={DAYS}
                line={line}
                preview={
                  seen === undefined ? undefined : { line: seen.line, label: `${seen.perDay} a day, ${seen.line <= 0 ? "no line" : Math.round(seen.line)}` }
                }
                onOpen={(id) => void navigate({ to: "/alerts/$id", params: { id }, search: {} })}
              />
            )}
          </Answered>
          <AsTable
            caption="Alerts a day"
            head={["Day", "Alerts", "Highest score"]}
            rows={overview.perDay.map((d) => [d.day, count(d.alerts), String(Math.round(d.worst))])}
          />
        </div>
      </div>
    </Section>
  );
}

function Gain({ seen, now }: { seen: BudgetRow; now: BudgetRow }) {
  const more = seen.count - now.count;
  return (
    <>
      Preview <b className="hi">{seen.perDay} a day</b>: in the last {DAYS} days you would have been shown{" "}
      {more >= 0 ? `${counted(more, "incident")} more` : `${counted(-more, "incident")} fewer`}.
    </>
  );
}

function BudgetTable({
  rows,
  budget,
  preview,
  onPreview,
}: {
  rows: readonly BudgetRow[];
  budget: number;
  preview: number | undefined;
  onPreview: (perDay: number) => void;
}) {
  const now = rows.find((r) => r.perDay === budget)?.count ?? 0;
  return (
    <table>
      <thead>
        <tr>
          <th className="n">A day</th>
          <th className="n">Line</th>
          <th className="n">Incidents, 30 d</th>
          <th className="n">Difference</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.perDay} className={r.perDay === budget ? "now" : r.perDay === preview ? "pre" : ""}>
            <td className="n">
              <button type="button" onClick={() => onPreview(r.perDay)} aria-label={`Preview a budget of ${r.perDay} a day`}>
                {r.perDay}
              </button>
            </td>
            <td className="n">{r.line <= 0 ? <span className="dim">none</span> : Math.round(r.line)}</td>
            <td className="n">{r.count}</td>
            <td className="n">{r.perDay === budget ? "—" : difference(r.count - now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function difference(by: number): string {
  return by === 0 ? "0" : `${by > 0 ? "+" : "−"}${Math.abs(by)}`;
}

function SetButtons({ budget, preview, onDone }: { budget: number; preview: number | undefined; onDone: () => void }) {
  const admin = useMay("admin");
  const set = useSetBudget();
  if (preview === undefined) return <p className="small dim twelve">Choose a row to see what it would have shown.</p>;
  return (
    <div className="btns twelve">
      <button
        type="button"
        className="btn"
        disabled={!admin || set.isPending}
        title={admin ? undefined : "An administrator sets the budget."}
        onClick={() => set.mutate({ perDay: preview, before: budget }, { onSuccess: onDone })}
      >
        Set {preview} a day
      </button>
      <button type="button" className="btn" onClick={onDone}>
        Keep {budget}
      </button>
      {admin ? null : <span className="small">An administrator sets it.</span>}
    </div>
  );
}
