import { Link } from "@tanstack/react-router";
import { px } from "../../charts/scale.ts";
import type { MailDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Shown } from "../../parts/shown.tsx";
import { byGravity, INDICATORS, isGrave } from "../../words/mail.ts";
import { counted, ramp } from "../../words/numbers.ts";
import { plain } from "../../words/plain.ts";

/** Seven indicators with scores of their own, ordinary ones too; then the tags and what the correspondence was. */
export function Indicators({ mail }: { mail: MailDetail }) {
  const rows = mail.indicators.toSorted((a, b) => b.score - a.score);
  return (
    <Section
      title="What made it unusual"
      sub="each with its own score: 40 is one in a hundred, 75 one in ten thousand"
      aside={`together ${Math.round(mail.score)}`}
    >
      {rows.length === 0 ? (
        <p className="small">Nothing about it is unusual here.</p>
      ) : (
        <table className="ind">
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <td className={row.score < 20 ? "dim" : ""}>{INDICATORS[row.name] ?? plain(row.name, 40)}</td>
                <td>
                  <svg width="112" height="11" role="img" aria-label={`${row.score} of 100`}>
                    <rect className="peer" opacity=".55" width="80" height="7" y="2" />
                    <rect className={row.score < 20 ? "own" : `u${ramp(row.score)}`} width={px(Math.max(1, row.score * 0.8))} height="7" y="2" />
                    <text className="d end" x="110" y="10" style={{ fontSize: 12 }}>
                      {row.score}
                    </text>
                  </svg>
                </td>
                <td className={row.score < 20 ? "dim" : "two"}>
                  {row.says.length === 0 ? "usual" : <Shown text={row.says.slice(0, 4).join(" ")} max={260} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="tags">
        {byGravity(mail.tags).map((tag) => (
          <Link key={tag} to="/mail" search={{ verdict: "all", tag }} className={isGrave(tag) ? "tag mk" : "tag"}>
            <Shown text={tag} max={60} />
          </Link>
        ))}
      </p>
      <p className="small">{history(mail)}</p>
      {mail.alerts.length === 0 ? null : (
        <ul className="small">
          {mail.alerts.slice(0, 5).map((a) => (
            <li key={a.id}>
              Alert{" "}
              <Link to="/alerts/$id" params={{ id: a.id }} search={{}} className="hi">
                <Shown text={a.title} max={140} />
              </Link>
              , {Math.round(a.score)}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function history({ before, traffic }: MailDetail): string {
  if (traffic !== "inbound") return `${counted(before.sender, "mail")} of this sender stored before, in ${counted(before.days, "day")}.`;
  const parts = [
    `${counted(before.sender, "mail")} from this address`,
    `${before.domain} from its domain`,
    before.sentTo === 0 ? "nobody here ever wrote to it" : `${counted(before.sentTo, "mail")} of ours went to it`,
  ];
  return `Stored before it, in ${counted(before.days, "day")}: ${parts.join(", ")}. No list of known bad senders, links or files was asked.`;
}
