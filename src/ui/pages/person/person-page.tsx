import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ActivityDays } from "../../charts/activity-days.tsx";
import { DayClock } from "../../charts/day-clock.tsx";
import { countryName } from "../../charts/world/places.ts";
import { isMissing } from "../../client/problem.ts";
import { get } from "../../client/queries.ts";
import type { PersonDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { AsTable } from "../../parts/as-table.tsx";
import { ExternalLink } from "../../parts/entity-link.tsx";
import { Legend } from "../../parts/legend.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Answered, Empty } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { count, counted } from "../../words/numbers.ts";
import { kindWord, personName } from "../../words/people.ts";
import { plain } from "../../words/plain.ts";
import { DeviceResponse } from "../device/device-response.tsx";
import { PersonLog } from "./person-log.tsx";
import { Places } from "./places.tsx";
import { Standing } from "./standing.tsx";
import { isNews, UsedTable } from "./used-table.tsx";
import { Volumes } from "./volumes.tsx";
import { PersonLink, WhoPanel } from "./who-panel.tsx";

/** Who it is and what is usual (left), what it did (right). */
export function PersonPage(): ReactNode {
  const { id } = useParams({ from: "/people/$id" });
  const query = useQuery(get("person", { params: { id } }));
  useRefetchOn(["person", "personHours"], (m) => m.type === "alert" && m.entity.id === id);
  if (query.data !== undefined) return <Person person={query.data} key={query.data.id} />;
  return (
    <main id="main" tabIndex={-1}>
      {isMissing(query.error) ? (
        <>
          <PageHead name="User" kick={["People"]} headline="There is no user with this address." />
          <Empty sentence="No record of a cloud service has named it, or it is known under another address." checked={<Shown text={`Asked for ${id}.`} />}>
            <Link to="/people" search={{}} className="btn">
              To the people
            </Link>
            <Link to="/external/$id" params={{ id }} className="btn">
              What is known of it outside
            </Link>
          </Empty>
        </>
      ) : (
        <Answered query={query} what="The user" rows={10} height={44}>
          {() => null}
        </Answered>
      )}
    </main>
  );
}

function Person({ person }: { person: PersonDetail }) {
  const overview = useQuery(get("overview", {}));
  const end = Date.parse(overview.data?.eventTime ?? person.lastSeen);
  const zone = plain(overview.data?.timezone ?? "the organisation", 40);
  const of = person.compared?.organisation ?? 0;
  const table = { of, days: person.days };
  return (
    <main id="main" tabIndex={-1} className="dev person">
      <PageHead
        name={plain(personName(person), 80)}
        kick={[
          <Link key="l" to="/people" search={{}}>
            People
          </Link>,
          <Shown key="id" className="mono" text={person.id} max={80} />,
          kindWord(person.kind),
          <span key="f">
            first seen <Time iso={person.firstSeen} as="minute" />, last <Time iso={person.lastSeen} as="minute" zone />
          </span>,
          person.alerts === 0 ? (
            "no alert"
          ) : (
            <Link key="a" to="/alerts" search={{ entity: person.id, state: "all" }} className="hi">
              {counted(person.alerts, "alert")}
            </Link>
          ),
        ]}
        headline={
          <>
            <Shown text={personName(person)} max={120} />
            {sentence(person)}
          </>
        }
        hints={[
          { label: "Log", keys: ["j", "k"] },
          { label: "Open", keys: ["↵"] },
          { label: "Back", keys: ["esc"] },
        ]}
      />
      <div className="stack">
        <WhoPanel person={person} />
        <Section title="Hours" sub={`active hours by hour of the day, ${zone}`}>
          {person.activeHours === 0 ? <p className="small">Nothing learned yet.</p> : <DayClock clock={person.clock} zone={zone} />}
          <AsTable
            caption="Active hours by hour of the day"
            head={["Hour", "Active hours"]}
            rows={person.clock.map((n, h) => [`${String(h).padStart(2, "0")} to ${String(h + 1).padStart(2, "0")}`, count(Math.round(n))])}
          />
        </Section>
        <Places person={person} />
        <UsedTable marks title="Networks" noun="network" rows={person.networks} {...table} value={(v) => <ExternalLink id={v} />} />
        <UsedTable marks title="Addresses" noun="address" rows={person.addresses} {...table} value={(v) => <ExternalLink id={v} max={46} />} />
        <UsedTable marks title="Applications" noun="application" rows={person.apps} {...table} />
        <UsedTable title="Programs" noun="program" rows={person.clients} {...table} />
        <UsedTable title="Operations" noun="operation" rows={person.operations} {...table} />
        <UsedTable title="Correspondents" noun="correspondent" rows={person.correspondents} {...table} value={(v) => <PersonLink id={v} />} />
        {person.tenants.length === 0 ? null : (
          <UsedTable title="Other tenants" noun="tenant" rows={person.tenants} {...table} value={(v) => <ExternalLink id={v} />} />
        )}
        <Volumes person={person} />
      </div>
      <div className="stack">
        <Activity id={person.id} end={end} />
        <Standing id={person.id} />
        <DeviceResponse id={person.id} />
        <PersonLog id={person.id} />
      </div>
    </main>
  );
}

function sentence(person: PersonDetail): string {
  const news = person.countries.filter((c) => isNews(c, person.days)).map((c) => countryName(c.value));
  if (person.kind === "foreign" && person.days <= 2)
    return `, of another tenant, was first seen on ${person.firstSeen.slice(0, 10)} and on ${counted(person.days, "day")} only.`;
  if (news.length > 0) return ` was seen in ${plain(news.join(" and "), 80)} for the first time.`;
  if (person.days < 5) return ` is still being learned: ${counted(person.days, "active day")} so far.`;
  return ` is known from ${counted(person.days, "active day")}.`;
}

function Activity({ id, end }: { id: string; end: number }) {
  const hours = useQuery(get("personHours", { params: { id }, query: { days: 30 } }));
  return (
    <Section
      title="Activity"
      sub="30 days, records of each 4 h"
      aside={
        <Legend
          items={[
            ["usual", "records"],
            ["ramp", "with something unusual"],
          ]}
        />
      }
    >
      <Answered query={hours} what="Its activity" rows={3} height={32}>
        {(data) =>
          data.hours.length === 0 ? (
            <Empty sentence="No record of these 30 days is kept." checked="What was learned stays; records go after their retention." />
          ) : (
            <>
              <ActivityDays hours={data.hours} end={end} />
              <AsTable
                caption="Hours with something unusual"
                head={["Hour", "Records", "Most unusual"]}
                rows={data.hours
                  .filter((h) => h.unusual >= 45)
                  .map((h) => [<Time key="t" iso={h.start} as="minute" />, count(h.events), String(Math.round(h.unusual))])}
              />
            </>
          )
        }
      </Answered>
    </Section>
  );
}
