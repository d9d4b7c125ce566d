import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { queryValue } from "../../../schema/query/query.ts";
import { countryName } from "../../charts/world/places.ts";
import { WorldMap } from "../../charts/world/world-map.tsx";
import { get } from "../../client/queries.ts";
import type { External } from "../../client/types.ts";
import { ExternalLink } from "../../parts/entity-link.tsx";
import { AgeWords, VerdictWords, VisitWords } from "../../parts/outside.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Host, Shown } from "../../parts/shown.tsx";
import { Answered, Empty, waitingFor } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { count, counted } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";
import { DeviceResponse } from "../device/device-response.tsx";
import { EntityAlerts } from "./entity-alerts.tsx";

const KIND = { address: "Address", domain: "Domain", user: "Outside user", asn: "Network", tenant: "Tenant" } as const;

/** What is known of something outside: who used it, since when, from where, how rare, what others say of it (T14, T16-T18, T29, X5). */
export function ExternalPage(): ReactNode {
  const { id } = useParams({ from: "/external/$id" });
  const query = useQuery(get("external", { params: { id } }));
  const data = query.data;
  return (
    <main id="main" tabIndex={-1} className="dev external">
      <PageHead
        name={plain(id, 80)}
        kick={["Outside", data === undefined ? "…" : KIND[data.kind], <Shown key="id" className="mono" text={id} max={90} />]}
        headline={data === undefined ? waitingFor("what is known of it", query.error) : <Sentence external={data} />}
        hints={[{ label: "Back", keys: ["esc"] }]}
      />
      {data === undefined ? (
        <Answered query={query} what="What is known of it" rows={8} height={40}>
          {() => null}
        </Answered>
      ) : (
        <Known external={data} />
      )}
    </main>
  );
}

function Sentence({ external: e }: { external: External }) {
  const name = e.kind === "domain" ? <Host name={e.id} /> : <Shown text={e.id} max={120} />;
  if (!e.known && e.users.length === 0 && e.devices.length === 0) return <>{name} was never seen here.</>;
  const who = [...(e.users.length > 0 ? [counted(e.users.length, "user")] : []), ...(e.devices.length > 0 ? [counted(e.devices.length, "device")] : [])].join(
    " and ",
  );
  return (
    <>
      {who === "" ? "Nobody of ours" : sentenceCase(who)} had to do with {name}
      {e.days === undefined ? "" : e.days <= 1 ? ", on one day only" : `, on ${count(e.days)} days`}
      {e.imitates === undefined ? (
        "."
      ) : (
        <>
          ;{" "}
          <em>
            it looks like <Host name={e.imitates.of} />.
          </em>
        </>
      )}
    </>
  );
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function searchOf(e: External): string {
  const value = queryValue(e.id);
  if (e.kind === "address") return `ip:${value}`;
  if (e.kind === "user") return `user:${value} OR target:${value} OR sender:${value}`;
  if (e.kind === "tenant") return `tenants:${value} OR userTenant:${value}`;
  if (e.kind === "domain") return `linkDomains:${value} OR domains:${value} OR query:*${e.id} OR serverName:*${e.id} OR host:*${e.id}`;
  return value;
}

function Known({ external: e }: { external: External }) {
  return (
    <>
      <div className="stack">
        <Section title="What it is" aside={KIND[e.kind].toLowerCase()}>
          <dl className="kv">
            <dt>First seen</dt>
            <dd>{e.firstSeen === undefined ? <span className="dim">never</span> : <Time iso={e.firstSeen} zone />}</dd>
            <dt>Last seen</dt>
            <dd>{e.lastSeen === undefined ? <span className="dim">not kept</span> : <Time iso={e.lastSeen} zone />}</dd>
            <dt>Days seen</dt>
            <dd>{e.days === undefined ? <span className="dim">not counted</span> : <b className={e.days <= 1 ? "mk" : ""}>{count(e.days)}</b>}</dd>
            <dt>Rarity</dt>
            <dd>
              <b className={e.rarity >= 85 ? "mk" : ""}>{Math.round(e.rarity)}</b> of 100
              <span className="dim">{e.rarity >= 100 ? "; one user at most" : ""}</span>
            </dd>
            {e.country === undefined ? null : (
              <>
                <dt>Country</dt>
                <dd>
                  <Shown text={countryName(e.country)} max={60} />
                </dd>
              </>
            )}
            {e.asn === undefined ? null : (
              <>
                <dt>Network</dt>
                <dd>
                  <ExternalLink id={`AS${e.asn}`} />
                  {e.operator === undefined ? null : (
                    <>
                      , <Shown text={e.operator} max={80} />
                    </>
                  )}
                </dd>
              </>
            )}
            {e.imitates === undefined ? null : (
              <>
                <dt>Looks like</dt>
                <dd>
                  <b className="mk">
                    <Host name={e.imitates.of} />
                  </b>
                  , {Math.round(e.imitates.score * (e.imitates.score <= 1 ? 100 : 1))} of 100
                </dd>
              </>
            )}
            {e.age === undefined ? null : (
              <>
                <dt>Age</dt>
                <dd>
                  <AgeWords age={e.age} />
                </dd>
              </>
            )}
          </dl>
          {e.country === undefined ? null : (
            <WorldMap
              label={plain(`Place: ${countryName(e.country)}`)}
              marks={[{ country: e.country, weight: 1, apart: e.rarity >= 85, words: counted(e.days ?? 1, "day") }]}
            />
          )}
        </Section>
        <Section
          title="What others say"
          sub={e.verdicts.feeds === 0 ? "no list or feed is set up" : `${counted(e.verdicts.feeds, "list", "lists and feeds")} looked into`}
        >
          <VerdictWords verdicts={e.verdicts} />
        </Section>
        {e.kind === "domain" ? (
          <Section title="Its page">
            {e.visit === undefined ? (
              <p className="small">Destination not visited: no link to it was looked at.</p>
            ) : (
              <>
                <p className="mono wrapline">
                  <Shown text={e.visit.url} max={300} />
                </p>
                <VisitWords visit={e.visit} />
              </>
            )}
          </Section>
        ) : null}
      </div>
      <div className="stack">
        <Section
          title="Who had to do with it"
          sub={`${counted(e.users.length, "user")}${e.users.length >= 200 ? " at least" : ""}, ${counted(e.devices.length, "device")}`}
          aside={
            <Link to="/search" search={{ q: searchOf(e) }} className="hi">
              Its records
            </Link>
          }
        >
          {e.users.length + e.devices.length === 0 ? (
            <Empty
              sentence="Nobody of ours, as far as is known."
              checked="What users were learned with, and what devices spoke to, was looked through. Records that are no longer kept may have told more."
            />
          ) : (
            <table className="rows">
              <caption className="sr">Users and devices: name, first time, hours</caption>
              <colgroup>
                <col />
                <col style={{ width: 90 }} />
                <col style={{ width: 150 }} />
                <col style={{ width: 110 }} />
              </colgroup>
              <thead>
                <tr>
                  <th>Who</th>
                  <th>Kind</th>
                  <th>First time</th>
                  <th className="n">Hours of use</th>
                </tr>
              </thead>
              <tbody>
                {e.users.map((u) => (
                  <tr key={u.id}>
                    <td className="clip">
                      <Link to="/people/$id" params={{ id: u.id }} search={{}}>
                        <Shown text={u.id} max={100} />
                      </Link>
                    </td>
                    <td className="two">user</td>
                    <td>
                      <Time iso={u.first} as="minute" />
                    </td>
                    <td className="n">{u.hours}</td>
                  </tr>
                ))}
                {e.devices.map((d) => (
                  <tr key={d.id}>
                    <td className="clip">
                      <Link to="/devices/$id" params={{ id: d.id }} search={{}}>
                        <Shown text={d.hostname ?? d.id} max={100} />
                      </Link>
                    </td>
                    <td className="two">device</td>
                    <td>{d.first === undefined ? <span className="dim">—</span> : <Time iso={d.first} as="minute" />}</td>
                    <td className="n">{d.hours}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Section>
        {e.members.length === 0 ? null : (
          <Section title={e.kind === "asn" ? "Its addresses" : e.kind === "tenant" ? "Its users" : "Its hosts"} sub="as far as seen here">
            <table className="rows">
              <tbody>
                {e.members.map((m) => (
                  <tr key={m.id}>
                    <td className="clip mono">
                      <ExternalLink id={m.id} max={120} />
                    </td>
                    <td className="two" style={{ width: 150 }}>
                      <Time iso={m.first} as="minute" />
                    </td>
                    <td className="n" style={{ width: 110 }}>
                      {counted(m.users, "user")}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Section>
        )}
        <EntityAlerts id={e.id} users={e.users.length > 5 ? [] : e.users.map((u) => u.id)} />
        {e.kind === "user" || e.kind === "address" ? <DeviceResponse id={e.id} /> : null}
      </div>
    </>
  );
}
