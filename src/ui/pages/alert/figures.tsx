import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { queryValue } from "../../../schema/query/query.ts";
import { get } from "../../client/queries.ts";
import type { AlertDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Answered } from "../../parts/states.tsx";
import { count } from "../../words/numbers.ts";
import { runOf } from "../incident/run/run-of.ts";

const WINDOW = 30 * 60_000;

/** Whether the alert is about messages of a user. */
export function isAboutMessages(alert: AlertDetail): boolean {
  return alert.entity.kind === "user" && alert.records.some((r) => r.fields.activity === "message");
}

/** Messages, chats, recipients, links and domains, counted from the stored records of the half hour that ended with this alert (T8, T9, T27). */
export function Figures({ alert }: { alert: AlertDetail }) {
  const to = new Date(Date.parse(alert.time) + 1).toISOString();
  const from = new Date(Date.parse(alert.time) - WINDOW).toISOString();
  const q = `user:${queryValue(alert.entity.id)} activity:(message OR chat-created OR member-added)`;
  const records = useQuery(get("search", { query: { q, from, to, limit: 500 } }));
  return (
    <Section
      title="How much"
      sub="in the half hour that ended with this alert, counted from its records"
      aside={
        <Link to="/search" search={{ q, from, to }} className="hi">
          The records
        </Link>
      }
    >
      <Answered query={records} what="Its messages" rows={1} height={44}>
        {(data) => {
          const run = runOf([...data.hits].reverse(), alert.entity.id);
          const figures: readonly (readonly [number, string])[] = [
            [run.messages, "messages"],
            [run.rows.length, "chats"],
            [run.recipients.length, "recipients"],
            [run.links.length, "different links"],
            [run.domains.length, run.domains.length === 1 ? "link domain" : "link domains"],
          ];
          return (
            <>
              <div className="figures">
                {figures.map(([n, word]) => (
                  <div key={word}>
                    <b>{count(n)}</b>
                    <span>{word}</span>
                  </div>
                ))}
              </div>
              <p className="small">
                {run.rows.length === 0
                  ? "Its records are no longer kept; the alert's own words above stand as they were made."
                  : run.oneToOne === run.rows.length
                    ? "One person of ours in each chat: nobody saw the others."
                    : `${count(run.oneToOne)} of ${count(run.rows.length)} chats have one person of ours in them.`}
                {data.more ? " Only the newest 500 records were counted: the figures are at least these." : ""}
              </p>
            </>
          );
        }}
      </Answered>
    </Section>
  );
}
