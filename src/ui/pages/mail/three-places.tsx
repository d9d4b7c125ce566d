import type { MailDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { defanged } from "../../words/defanged.ts";
import { country } from "../../words/mail.ts";

/** Where the domain belongs, which server brought it, where its author's program was: three questions, three answers. */
export function ThreePlaces({ mail }: { mail: MailDetail }) {
  const { domain, connection, author } = mail.places;
  const apart = author !== "" && connection !== "" && author !== connection;
  const together = connection !== "" && author === connection;
  const both = domain !== "" && connection !== "";
  const cols = [
    { what: "Domain", where: domain, detail: defanged(mail.senderDomain) },
    { what: "Connecting server", where: connection, detail: mail.addresses.connection },
    { what: "Author", where: author, detail: mail.addresses.author },
  ];
  return (
    <Section title="Three places">
      <svg className="ways" width="100%" height="14" aria-hidden="true">
        <line
          x1="6"
          x2="50%"
          y1="7"
          y2="7"
          stroke={both ? "var(--own)" : "var(--hatch)"}
          strokeWidth="2"
          strokeDasharray={both && domain === connection ? undefined : "2 4"}
        />
        <line
          x1="50%"
          x2="99%"
          y1="7"
          y2="7"
          stroke={apart ? "var(--mark)" : together ? "var(--own)" : "var(--hatch)"}
          strokeWidth="2"
          strokeDasharray={apart ? "5 3" : together ? undefined : "2 4"}
        />
        <circle className={domain === "" ? "paper ln" : "own"} cx="6" cy="7" r="5" />
        <circle className={connection === "" ? "paper ln" : "own"} cx="50%" cy="7" r="5" />
        <svg x="100%" overflow="visible" aria-hidden="true">
          <rect className={apart ? "u5" : author === "" ? "paper ln" : "own"} x="-12" y="1" width="12" height="12" />
        </svg>
      </svg>
      <dl className="three">
        {cols.map((c, i) => (
          <div key={c.what}>
            <dt>{c.what}</dt>
            <dd className={i === 2 && apart ? "mk big" : c.where === "" ? "dim big" : "big"}>{c.where === "" ? "not known" : country(c.where)}</dd>
            <dd className="small mono">{c.detail === "" ? "–" : <Shown text={c.detail} max={60} />}</dd>
          </div>
        ))}
      </dl>
      <p className="small">{sentence(mail, apart)}</p>
    </Section>
  );
}

function sentence(mail: MailDetail, apart: boolean): string {
  const { domain, connection, author } = mail.places;
  if (apart) {
    const spf = mail.authentication.spf === "pass" ? " SPF passes all the same: it knows the server, not who wrote." : "";
    return `It was written in ${country(author)} and sent through a server in ${country(connection)}.${spf}`;
  }
  if (author === "") return "Its headers do not say where its author was.";
  if (domain !== "" && domain !== connection) return `The domain names ${country(domain)}; server and author were in ${country(connection)}.`;
  return "Author and server were in one country.";
}
