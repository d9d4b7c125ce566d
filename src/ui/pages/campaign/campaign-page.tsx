import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { CampaignDots } from "../../charts/campaign-dots.tsx";
import { isMissing } from "../../client/problem.ts";
import { get } from "../../client/queries.ts";
import type { MailCampaignDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { AsTable } from "../../parts/as-table.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { defanged } from "../../words/defanged.ts";
import { language, VERDICTS } from "../../words/mail.ts";
import { count, counted, opening, score } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { Matches } from "./matches.tsx";

/** A campaign: exact counts, its senders and their shape, what ties it, its mails. */
export function CampaignPage(): ReactNode {
  const { id } = useParams({ from: "/campaigns/$id" });
  const query = useQuery(get("mailCampaign", { params: { id } }));
  useRefetchOn(["mailCampaign"], (m) => m.type === "changed" && m.what === "mails");
  if (query.data !== undefined) return <Campaign campaign={query.data} />;
  return (
    <main id="main" tabIndex={-1} className="mailpage">
      {isMissing(query.error) ? (
        <>
          <PageHead name="Campaign" kick={["Mail", "campaign"]} headline="There is no campaign with this id." />
          <Empty sentence="It may have gone into another one that it turned out to belong to." checked={<Shown text={`Asked for ${id}.`} />}>
            <Link to="/mail" search={{}} className="btn">
              To the mail log
            </Link>
          </Empty>
        </>
      ) : query.error === null ? (
        <Loading rows={10} height={40} label="the campaign" />
      ) : (
        <Failed what="The campaign" error={query.error} onRetry={() => void query.refetch()} />
      )}
    </main>
  );
}

function Campaign({ campaign: c }: { campaign: MailCampaignDetail }) {
  const tied = c.shared.length === 0 ? "" : `tied by the same ${list(c.shared.map((s) => TIES[s] ?? plain(s, 30)))}`;
  return (
    <main id="main" tabIndex={-1} className="mailpage m">
      <PageHead
        name="Campaign"
        score={c.worst}
        below={c.worst < 50}
        kick={[
          <Link key="log" to="/mail" search={{}}>
            Mail
          </Link>,
          "campaign",
          <span key="t">
            <Time iso={c.first} as="minute" /> to <Time iso={c.last} as="minute" zone />
          </span>,
        ]}
        headline={
          <>
            {opening(c.senders, "sender")} wrote {counted(c.messages, "mail")} to {counted(c.readers, "person", "people")} on {counted(c.days, "day")}
            {tied === "" ? "." : ", "}
            {tied === "" ? null : <em>{tied}</em>}
            {tied === "" ? null : "."}
          </>
        }
      />
      <div className="ml">
        <Section title="Counted exactly">
          <dl className="figures">
            {[
              [c.messages, "mails"],
              [c.senders, "senders"],
              [c.readers, "people written to"],
              [c.days, c.days === 1 ? "day (UTC)" : "days (UTC)"],
              [c.held, "to be held"],
              [c.messages - c.held, "marked or let through"],
            ].map(([n, what]) => (
              <div key={what}>
                <dd>{count(Number(n))}</dd>
                <dt className="small">{what}</dt>
              </div>
            ))}
          </dl>
        </Section>
        <Section title="Shape of its senders">
          {c.pattern === "" ? (
            <p className="small">Its senders have no shape in common; they are tied by {list(c.shared.map((s) => TIES[s] ?? plain(s, 30)))}.</p>
          ) : (
            <>
              <p className="mono pattern">
                <Shown text={defanged(c.pattern)} max={120} />
              </p>
              <p className="small">“?” is a digit, “*” another character. The next sender of this shape belongs to it at its first mail, whatever it writes.</p>
            </>
          )}
        </Section>
        <Counted title="Names they use" list={c.names} />
        <Counted title="Subjects" list={c.subjects} />
        <Counted title="Files" list={c.files} />
        <Counted title="Links lead to" list={c.links} mono />
        <Counted title="Languages" list={c.languages.map((l) => ({ ...l, value: l.value === "" ? "too little text" : language(l.value) }))} />
      </div>
      <div className="mr">
        <Section
          title="One row a sender, one mark a mail"
          aside={
            <>
              <span className="key">
                <svg width="9" height="9" aria-hidden="true">
                  <circle className="u4" cx="4.5" cy="4.5" r="3.4" />
                </svg>
                to be held
              </span>
              <span className="key">
                <svg width="9" height="9" aria-hidden="true">
                  <circle cx="4.5" cy="4.5" r="3" fill="none" stroke="var(--mark)" strokeWidth="1.4" />
                </svg>
                marked or let through
              </span>
            </>
          }
        >
          <CampaignDots campaign={c} />
          <AsTable
            caption="Senders of the campaign"
            head={["Sender", "Mails", "First mail", "Joined by its shape"]}
            rows={c.bySender.map((s) => [
              <Shown key="s" text={defanged(s.sender)} max={120} />,
              s.mails,
              s.first === undefined ? "" : <Time key="f" iso={s.first} />,
              s.linked ? "yes, at its first mail" : "no",
            ])}
          />
          <p className="small">{linkedSentence(c)}</p>
        </Section>
        {c.alerts.length === 0 ? null : (
          <Section title="Alerts" aside={counted(c.alerts.length, "alert")}>
            <ul>
              {c.alerts.slice(0, 8).map((a) => (
                <li key={a.id} className="arow">
                  <b className="mk">{score(a.score)}</b>{" "}
                  <Link to="/alerts/$id" params={{ id: a.id }} search={{}}>
                    <Shown text={a.title} max={160} />
                  </Link>
                </li>
              ))}
            </ul>
            {c.alerts.length > 8 ? <p className="small">{count(c.alerts.length - 8)} more, each on the page of its mail.</p> : null}
          </Section>
        )}
        <Section
          title="Its mails"
          sub={c.mails.length < c.messages ? `${count(c.mails.length)} of ${count(c.messages)} are stored` : "in the order in which they came"}
        >
          <table className="rows mtable">
            <thead>
              <tr>
                <th>Time</th>
                <th>Sender</th>
                <th>Advice</th>
                <th className="n">Score</th>
              </tr>
            </thead>
            <tbody>
              {c.mails.slice(0, 300).map((m) => (
                <tr key={m.id}>
                  <td>
                    <Link to="/mail/$id" params={{ id: m.id }}>
                      <Time iso={m.time} />
                    </Link>
                  </td>
                  <td className="mono">
                    <Shown text={defanged(m.sender)} max={80} />
                  </td>
                  <td>{VERDICTS[m.verdict]}</td>
                  <td className={m.score >= 50 ? "n mk" : "n"}>{score(m.score)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {c.mails.length > 300 ? <p className="small">{count(c.mails.length - 300)} more in the mail log.</p> : null}
        </Section>
        <Matches campaign={c} />
      </div>
    </main>
  );
}

const TIES: Readonly<Record<string, string>> = { attachment: "file", link: "link domain", domain: "sender’s domain", text: "text", sender: "shape of sender" };

function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function linkedSentence(c: MailCampaignDetail): string {
  const by = c.bySender.filter((s) => s.linked);
  const last = by.at(-1);
  if (last === undefined) return "";
  return `${opening(by.length, "sender")} ${by.length === 1 ? "was" : "were"} known by ${by.length === 1 ? "its" : "their"} shape before the first mail; the newest is ${plain(defanged(last.sender), 80)}.`;
}

function Counted({ title, list: rows, mono = false }: { title: string; list: readonly { value: string; mails: number }[]; mono?: boolean }) {
  if (rows.length === 0) return null;
  return (
    <Section title={title} aside={rows.length > 6 ? `${rows.length} different` : undefined}>
      <ul className="counted">
        {rows.slice(0, 6).map((r) => (
          <li key={r.value}>
            <span className={mono ? "mono" : ""}>
              {r.value === "" ? (
                <span className="dim">(none)</span>
              ) : mono ? (
                <Link to="/external/$id" params={{ id: r.value }}>
                  <Shown text={defanged(r.value)} max={120} />
                </Link>
              ) : (
                <Shown text={r.value} max={120} />
              )}
            </span>
            <span className="n">{count(r.mails)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
