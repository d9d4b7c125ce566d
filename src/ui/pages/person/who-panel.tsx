import { Link } from "@tanstack/react-router";
import type { PersonDetail } from "../../client/types.ts";
import { ExternalLink } from "../../parts/entity-link.tsx";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { count, counted } from "../../words/numbers.ts";
import { kindWord } from "../../words/people.ts";

const ENOUGH_DAYS = 5;

/** Who it is, under which names, and what its numbers are set against. */
export function WhoPanel({ person }: { person: PersonDetail }) {
  const { compared } = person;
  const domain = person.id.includes("@") ? person.id.slice(person.id.lastIndexOf("@") + 1) : undefined;
  return (
    <Section title="Who it is" aside={person.identities.length === 0 ? "one name" : `${person.identities.length + 1} names, one person`}>
      <dl className="kv">
        <dt>Address</dt>
        <dd className="mono">
          <Shown text={person.id} max={120} />
        </dd>
        <dt>Kind</dt>
        <dd>
          {kindWord(person.kind)}
          {person.kind === "member" || domain === undefined ? null : (
            <>
              , of <ExternalLink id={domain} />
            </>
          )}
        </dd>
        {person.identities.length === 0 ? null : (
          <>
            <dt>Also known as</dt>
            <dd className="mono">
              {person.identities.map((name) => (
                <span key={name} className="line">
                  <Shown text={name} max={80} />
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>Department</dt>
        <dd>{person.department === undefined ? <span className="dim">no directory told it</span> : <Shown text={person.department} max={80} />}</dd>
        {person.title === undefined ? null : (
          <>
            <dt>Title</dt>
            <dd>
              <Shown text={person.title} max={80} />
            </dd>
          </>
        )}
        {person.manager === undefined ? null : (
          <>
            <dt>Manager</dt>
            <dd>
              <PersonLink id={person.manager} />
            </dd>
          </>
        )}
        <dt>Learned</dt>
        <dd>
          {counted(person.days, "active day")}, {counted(Math.round(person.activeHours), "active hour")}
          {person.days < ENOUGH_DAYS ? <span className="dim">; from {ENOUGH_DAYS} days on what is new counts</span> : null}
        </dd>
        {compared === undefined ? null : (
          <>
            <dt>Compared with</dt>
            <dd>
              itself; {compared.department === 0 ? "nobody of its department" : `${count(compared.department)} of its department`};{" "}
              {counted(compared.organisation, "other user")}
              {compared.since === undefined ? null : (
                <>
                  {" "}
                  since <Time iso={compared.since} as="minute" />
                </>
              )}
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}

export function PersonLink({ id }: { id: string }) {
  return (
    <Link to="/people/$id" params={{ id }} search={{}}>
      <Shown text={id} max={90} />
    </Link>
  );
}
