import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { get } from "../../client/queries.ts";
import type { ResponseState } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { ActionCard } from "../../parts/action-card.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { useCursor } from "../../parts/use-cursor.ts";
import { useServerNow } from "../../parts/use-server-now.ts";
import { counted, opening } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { AutonomySection } from "./autonomy-section.tsx";
import { DriversSection } from "./drivers-section.tsx";
import { readResponseFilter, VIEWS, type View } from "./filter.ts";
import { ModesSection } from "./modes-section.tsx";
import { StopSection } from "./stop-section.tsx";

const HINTS = [
  { label: "Next", keys: ["j"] },
  { label: "Activate", keys: ["y"], changes: true as const },
  { label: "Refuse", keys: ["n"], changes: true as const },
  { label: "Extend", keys: ["e"], changes: true as const },
  { label: "Clear", keys: ["x"], changes: true as const },
];

/** Every action: what waits, what is in force, what would have been done; and who decides. */
export function ResponsePage(): ReactNode {
  const filter = useSearch({ from: "/response" });
  const navigate = useNavigate();
  const state = useQuery(get("response", {}));
  const { entity, kind, model } = filter;
  const narrow = { ...(entity === undefined ? {} : { entity }), ...(kind === undefined ? {} : { kind }), ...(model === undefined ? {} : { model }) };
  const all = useQuery(get("actions", { query: { state: "all", limit: 1, ...narrow } }));
  const counts = all.data?.counts ?? {};
  const view: View = filter.state ?? ((counts.proposed ?? 0) > 0 ? "pending" : "active");
  const query = useQuery({ ...get("actions", { query: { state: view, limit: 200, ...narrow } }), enabled: all.data !== undefined });
  useRefetchOn(["actions", "response"], (m) => m.type === "changed" && m.what === "actions");
  const list = query.data?.actions ?? [];
  const cursor = useCursor(list.length);
  const now = useServerNow(query.data?.now, query.dataUpdatedAt);
  const number = (v: View): number =>
    ({
      pending: counts.proposed ?? 0,
      active: (counts.active ?? 0) + (counts.confirmed ?? 0) + (counts.failed ?? 0),
      shadow: counts.shadow ?? 0,
      cleared: (counts.cleared ?? 0) + (counts.refused ?? 0),
      expired: counts.expired ?? 0,
      all: Object.values(counts).reduce((sum, n) => sum + n, 0),
    })[v];
  const go = (more: Record<string, unknown>): void => void navigate({ to: "/response", search: readResponseFilter({ ...filter, ...more }) });
  const kinds = state.data?.autonomy ?? [];
  return (
    <main id="main" tabIndex={-1} className="w">
      <PageHead
        name="Response"
        kick={["Response", state.data?.enabled === false ? "switched off in the configuration" : plain(driverWords(state.data), 80)]}
        headline={all.data === undefined ? waitingFor("the response", all.error) : headline(number("pending"), number("active"), state.data)}
        hints={HINTS}
      />
      <div className="l">
        <Section title="Actions" sub={narrow.entity === undefined ? undefined : plain(`of ${narrow.entity}`, 60)}>
          <div className="filters">
            <fieldset className="seg">
              <legend className="sr">Which</legend>
              {VIEWS.map(([v, words]) => (
                <button key={v} type="button" className={v === view ? "btn on" : "btn"} aria-pressed={v === view} onClick={() => go({ state: v })}>
                  {words} {number(v)}
                </button>
              ))}
            </fieldset>
            <label className="field">
              <span className="sr">Kind of action</span>
              <select value={kind ?? ""} onChange={(event) => go({ kind: event.target.value })}>
                <option value="">every kind</option>
                {kinds.map((k) => (
                  <option key={k.kind} value={k.kind}>
                    {k.label}
                  </option>
                ))}
              </select>
            </label>
            {Object.keys(narrow).length > 0 ? (
              <button type="button" className="btn" onClick={() => go({ entity: undefined, kind: undefined, model: undefined })}>
                Show all
              </button>
            ) : null}
          </div>
          <Answered query={query} what="The actions" rows={5} height={90}>
            {(data) =>
              data.actions.length === 0 ? (
                <Empty sentence={EMPTY[view]} checked={`${counted(number("all"), "action")} in all.`} />
              ) : (
                <div className="acts">
                  {data.actions.map((a, i) => (
                    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: j and k move the cursor as well
                    <div key={a.id} onClick={() => cursor.set(i)}>
                      <ActionCard action={a} now={now} keys={i === cursor.at} />
                    </div>
                  ))}
                </div>
              )
            }
          </Answered>
        </Section>
      </div>
      <div className="r">
        <Answered query={state} what="Who decides" rows={6} height={40}>
          {(s) => (
            <>
              <StopSection state={s} />
              <DriversSection state={s} />
              <AutonomySection state={s} />
              <ModesSection state={s} key={JSON.stringify([s.standard, s.rules])} />
            </>
          )}
        </Answered>
      </div>
    </main>
  );
}

const EMPTY: Readonly<Record<View, string>> = {
  pending: "Nothing waits for a person.",
  active: "Nothing is in force.",
  shadow: "Nothing would have been done.",
  cleared: "Nothing was cleared or refused.",
  expired: "Nothing has ended by its time.",
  all: "No action was ever made.",
};

function headline(pending: number, active: number, state: ResponseState | undefined): string {
  if (state?.stopped !== undefined) return "The stop switch is on: nothing is done.";
  if (state?.enabled === false) return "Response is switched off; alerts go on.";
  const waits = pending === 0 ? "Nothing waits for you" : `${opening(pending, "decision")} ${pending === 1 ? "waits" : "wait"} for you`;
  return `${waits}; ${active === 0 ? "nothing is in force" : `${counted(active, "action")} ${active === 1 ? "is" : "are"} in force`}.`;
}

function driverWords(state: ResponseState | undefined): string {
  if (state === undefined) return "";
  if (state.drivers.length === 0) return "no driver is set up: everything stays in shadow";
  return state.drivers.map((d) => `${d.label}: ${d.state}`).join(", ");
}
