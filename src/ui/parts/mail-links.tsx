import { Link } from "@tanstack/react-router";
import type { EventRecord } from "../client/types.ts";
import { counted } from "../words/numbers.ts";
import { Section } from "./section.tsx";
import { Shown } from "./shown.tsx";
import { Time } from "./time.tsx";

const MOST = 6;

/** From an alert or an incident to the mails that it cites and to the campaigns that these belong to; nothing where no mail is cited. */
export function MailLinks({ records }: { records: readonly EventRecord[] }) {
  const mails = [...new Map(records.filter((r) => r.family === "mail").map((r) => [r.id, r])).values()];
  if (mails.length === 0) return null;
  const campaigns = [...new Set(mails.map((m) => m.fields.campaign).filter((c): c is string => typeof c === "string" && c !== ""))];
  return (
    <Section title="The mail" aside={counted(mails.length, "mail")}>
      <ul>
        {campaigns.slice(0, 3).map((id) => (
          <li key={id} className="comment">
            <Link to="/campaigns/$id" params={{ id }} className="hi">
              Campaign
            </Link>{" "}
            <span className="dim">counts, senders and their shape, all its mails</span>
          </li>
        ))}
        {mails.slice(0, MOST).map((m) => (
          <li key={m.id} className="comment">
            <Link to="/mail/$id" params={{ id: m.id }} className="hi">
              <Shown text={typeof m.fields.subject === "string" && m.fields.subject !== "" ? m.fields.subject : "(no subject)"} max={80} />
            </Link>{" "}
            <span className="dim">
              <Time iso={m.time} as="minute" />
            </span>
          </li>
        ))}
      </ul>
      {mails.length > MOST ? <p className="small">{mails.length - MOST} more, in the records.</p> : null}
    </Section>
  );
}
