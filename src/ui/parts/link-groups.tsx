import { useState } from "react";
import { useVisitLink } from "../actions/visit-link.ts";
import type { LinkGroup } from "../client/types.ts";
import { useMay } from "../shell/session.ts";
import { counted } from "../words/numbers.ts";
import { ExternalLink } from "./entity-link.tsx";
import { AgeWords, defanged, VerdictWords, VisitWords } from "./outside.tsx";
import { Section } from "./section.tsx";
import { Host, Shown } from "./shown.tsx";

const SHOWN = 3;

/** Links by registrable domain: how many, what the name looks like, how old it is, what others say, and what a visit found or that there was none (T27-T34). */
export function LinkGroups({ groups, alert }: { groups: readonly LinkGroup[]; alert: string | undefined }) {
  const urls = groups.reduce((sum, g) => sum + g.urls.length, 0);
  return (
    <Section
      title="Links"
      sub={`${counted(urls, "link")} under ${counted(groups.length, "domain")}, in the records that the alert cites`}
      aside="texts that cannot be clicked"
    >
      <ul className="links">
        {groups.map((group) => (
          <Group key={group.domain} group={group} alert={alert} />
        ))}
      </ul>
    </Section>
  );
}

function Group({ group, alert }: { group: LinkGroup; alert: string | undefined }) {
  const [all, setAll] = useState(false);
  const shown = all ? group.urls : group.urls.slice(0, SHOWN);
  // A visit is told once where every link of the domain says the same.
  const same = new Set(group.urls.map((u) => u.visit.text)).size === 1 ? group.urls[0]?.visit : undefined;
  return (
    <li>
      <p>
        <b className="mono">
          <ExternalLink id={group.domain} />
        </b>{" "}
        <span className="two">
          {counted(group.urls.length, "link")} in {counted(group.count, "record")}
        </span>
        {group.imitates === undefined ? null : (
          <>
            ,{" "}
            <em>
              looks like <Host name={group.imitates.of} />
            </em>{" "}
            <span className="two">({likeness(group.imitates.score)} of 100)</span>
          </>
        )}
      </p>
      <p className="small">
        <AgeWords age={group.age} />
      </p>
      {group.verdicts.hits === 0 ? (
        <p className="small dim">
          {group.verdicts.feeds === 0
            ? "No list or feed is set up; the alert does not need one."
            : `None of ${counted(group.verdicts.feeds, "list", "lists and feeds")} names it.`}
        </p>
      ) : (
        <VerdictWords verdicts={group.verdicts} />
      )}
      {same === undefined ? null : <VisitWords visit={same} />}
      <ul>
        {shown.map((u) => (
          <li key={u.url}>
            <span className="url">
              <Shown text={defanged(u.url)} max={300} />
            </span>{" "}
            {u.count > 1 ? <span className="small dim">{counted(u.count, "time")}</span> : null}
            {same === undefined ? <VisitWords visit={u.visit} /> : null}
            {alert === undefined || u.visit.state === "off" ? null : <VisitAgain alert={alert} url={u.url} />}
          </li>
        ))}
      </ul>
      {group.urls.length > SHOWN ? (
        <button type="button" className="quiet hi small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Fewer" : `All ${group.urls.length}`}
        </button>
      ) : null}
    </li>
  );
}

/** The score is 0-1 or 0-100, as the source of it counts. */
function likeness(score: number): number {
  return Math.round(score <= 1 ? score * 100 : score);
}

function VisitAgain({ alert, url }: { alert: string; url: string }) {
  const may = useMay("analyst");
  const visit = useVisitLink();
  return (
    <button
      type="button"
      className="btn"
      disabled={!may || visit.isPending}
      title={may ? undefined : "An analyst may send a visit."}
      onClick={() => visit.mutate({ id: alert, url })}
    >
      {visit.isPending ? "Visiting…" : "Visit again"}
    </button>
  );
}
