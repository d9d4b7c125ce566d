import { Link, useNavigate } from "@tanstack/react-router";
import type { MailLogRow, MailSummary } from "../../client/types.ts";
import { Shown } from "../../parts/shown.tsx";
import { Time } from "../../parts/time.tsx";
import { byGravity, country, isGrave, readersOf, VERDICTS } from "../../words/mail.ts";
import { counted, score } from "../../words/numbers.ts";

/** Sender, places, tags and score of one mail; of a campaign the same with its counts, and a button that opens it. */
export function MailLine({ row, selected, open, onOpen }: { row: MailLogRow; selected: boolean; open: boolean; onOpen: (() => void) | undefined }) {
  const { mail, campaign } = row;
  return (
    <div className={`mrow${selected ? " sel" : ""}${onOpen === undefined ? "" : " camp"}`} data-id={campaign?.id ?? mail.id}>
      <span className="msc">
        <b className={mail.score >= 50 ? "mk" : "dim"}>{score(campaign?.worst ?? mail.score)}</b>
        <span className="small">{mail.learned ? "learned" : VERDICTS[mail.verdict]}</span>
      </span>
      <span className="mwho">
        {campaign === undefined || onOpen === undefined ? (
          <>
            <b>
              <Shown text={mail.senderName || mail.sender} max={60} />
            </b>
            <span className="small mono clip">
              <Shown text={mail.senderName === "" ? mail.senderDomain : mail.sender} max={70} />
            </span>
          </>
        ) : (
          <>
            <b>
              <button type="button" className="quiet" aria-expanded={open} onClick={onOpen}>
                <span aria-hidden="true">{open ? "▾" : "▸"}</span> {counted(campaign.senders, "sender")}, one campaign
              </button>
            </b>
            <span className="small mono clip">
              <Shown text={campaign.pattern || campaign.topName || mail.senderDomain} max={70} />
            </span>
          </>
        )}
      </span>
      <span className="mwhat">
        {campaign === undefined || onOpen === undefined ? (
          <Link to="/mail/$id" params={{ id: mail.id }} className="read clip">
            <Shown text={mail.subject || "(no subject)"} max={110} />
          </Link>
        ) : (
          <Link to="/campaigns/$id" params={{ id: campaign.id }} className="read clip">
            <Shown text={campaign.topSubject || "(no subject)"} max={110} />
          </Link>
        )}
        <span className="small clip">
          {campaign === undefined || onOpen === undefined ? (
            <>
              to <Shown text={readersOf(mail) || "nobody named"} max={120} />
            </>
          ) : (
            <>
              {counted(campaign.messages, "mail")} to {counted(campaign.readers, "person", "people")} on {counted(campaign.days, "day")}
              {row.matching < campaign.messages ? `, ${row.matching} fit here` : ""}
            </>
          )}
          {mail.attachments.length === 0 ? null : (
            <>
              {" · "}
              <Shown text={mail.attachments.slice(0, 2).join(", ")} max={60} />
            </>
          )}
          {mail.missed ? <span className="mk"> · missed by the gateway</span> : null}
        </span>
      </span>
      <Places mail={mail} />
      <span className="mtags">
        {byGravity(mail.tags)
          .slice(0, 3)
          .map((tag) => (
            <span key={tag} className={isGrave(tag) ? "tag mk" : "tag"}>
              <Shown text={tag} max={40} />
            </span>
          ))}
        {mail.tags.length > 3 ? <span className="small dim">+{mail.tags.length - 3}</span> : null}
      </span>
      <span className="mtime small">
        <Time iso={campaign?.last ?? mail.time} as="minute" />
      </span>
    </div>
  );
}

/** Domain, connecting server, author: marked where author and server differ. */
function Places({ mail }: { mail: MailSummary }) {
  const { domain, connection, author } = mail.places;
  const apart = author !== "" && connection !== "" && author !== connection;
  const title = `Domain ${country(domain)}, connecting server ${country(connection)}, author ${country(author)}`;
  return (
    <span className="mplaces" title={title}>
      <span className="sr">{title}</span>
      {([domain, connection, author] as const).map((code, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the three places do not move
        <span key={i} aria-hidden="true" className={i === 2 && apart ? "mk" : code === "" ? "dim" : ""}>
          {/^[A-Z]{2}$/.test(code) ? code : "–"}
        </span>
      ))}
    </span>
  );
}

/** Opens what the cursor is on. */
export function useOpenRow() {
  const navigate = useNavigate();
  return (row: MailLogRow | undefined): void => {
    if (row === undefined) return;
    if (row.campaign !== undefined) void navigate({ to: "/campaigns/$id", params: { id: row.campaign.id } });
    else void navigate({ to: "/mail/$id", params: { id: row.mail.id } });
  };
}
