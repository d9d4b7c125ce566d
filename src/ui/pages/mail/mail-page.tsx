import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { isMissing } from "../../client/problem.ts";
import { get } from "../../client/queries.ts";
import type { MailDetail } from "../../client/types.ts";
import { useRefetchOn } from "../../live/use-held.ts";
import { type KeyHint, PageHead } from "../../parts/page-head.tsx";
import { Shown } from "../../parts/shown.tsx";
import { Empty, Failed, Loading } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { useKeys } from "../../prefs/keys.ts";
import { whatIsStrange, whoWrote } from "../../words/mail.ts";
import { plain } from "../../words/plain.ts";
import { Authentication } from "./authentication.tsx";
import { CampaignStrip } from "./campaign-strip.tsx";
import { FoundInside } from "./found-inside.tsx";
import { Indicators } from "./indicators.tsx";
import { Letter } from "./letter.tsx";
import { MailBar } from "./mail-bar.tsx";
import type { Known } from "./people.ts";
import { Stages } from "./stages.tsx";
import { ThreePlaces } from "./three-places.tsx";
import { UsualMail } from "./usual-mail.tsx";

const HINTS: readonly KeyHint[] = [
  { label: "Campaign", keys: ["c"] },
  { label: "Names", keys: ["p"], changes: true },
  { label: "Back", keys: ["esc"] },
];

/** One mail: the letter made harmless, its three places, who vouches for it, its layers, what made it unusual. */
export function MailPage(): ReactNode {
  const { id } = useParams({ from: "/mail/$id" });
  const query = useQuery(get("mail", { params: { id } }));
  useRefetchOn(["mail"], (m) => m.type === "changed" && m.what === "mails");
  if (query.data !== undefined) return <Message mail={query.data} key={query.data.id} />;
  return (
    <main id="main" tabIndex={-1} className="mailpage">
      {isMissing(query.error) ? (
        <>
          <PageHead name="Mail" kick={["Mail"]} headline="There is no mail with this id." />
          <Empty sentence="It may have been kept no longer than its retention allows." checked={<Shown text={`Asked for ${id}.`} />}>
            <Link to="/mail" search={{}} className="btn">
              To the mail log
            </Link>
          </Empty>
        </>
      ) : query.error === null ? (
        <Loading rows={12} height={40} label="the mail" />
      ) : (
        <Failed what="The mail" error={query.error} onRetry={() => void query.refetch()} />
      )}
    </main>
  );
}

function Message({ mail }: { mail: MailDetail }) {
  const [people, setPeople] = useState<Known>(new Map());
  const [asking, setAsking] = useState<"names" | "raw" | undefined>(undefined);
  const navigate = useNavigate();
  const campaign = mail.campaignOf;
  useKeys({
    c: campaign === undefined ? undefined : () => void navigate({ to: "/campaigns/$id", params: { id: campaign.id } }),
    p: () => (people.size > 0 ? setPeople(new Map()) : setAsking("names")),
  });
  const strange = whatIsStrange(mail);
  const acted = mail.verdict !== "deliver";
  return (
    <main id="main" tabIndex={-1} className="mailpage m">
      <PageHead
        name={plain(mail.subject || "Mail", 80)}
        score={mail.score}
        below={!acted}
        kick={[
          <Link key="log" to="/mail" search={{}}>
            Mail
          </Link>,
          <Time key="t" iso={mail.time} zone />,
          campaign === undefined ? (
            mail.traffic || "direction unknown"
          ) : (
            <span key="c">
              <Link to="/campaigns/$id" params={{ id: campaign.id }} className="hi">
                campaign
              </Link>
              , mail {campaign.place} of {campaign.messages}
            </span>
          ),
          ...(mail.missed
            ? [
                <span key="g" className="mk">
                  missed by the gateway
                </span>,
              ]
            : []),
        ]}
        headline={
          <>
            {whoWrote(mail)}
            {strange === "" ? "; nothing in it stands out" : acted ? ", " : " "}
            {strange === "" ? null : acted ? <em>{strange}</em> : strange}.
          </>
        }
        hints={HINTS}
      />
      <div className="ml">
        <Letter mail={mail} people={people} onReveal={() => setAsking("names")} onHide={() => setPeople(new Map())} />
        <ThreePlaces mail={mail} />
        <Authentication mail={mail} />
        {mail.usual === undefined ? null : <UsualMail mail={mail} usual={mail.usual} />}
      </div>
      <div className="mr">
        <Stages mail={mail} />
        <Indicators mail={mail} />
        {campaign === undefined ? null : <CampaignStrip campaign={campaign} mail={mail.id} />}
        <FoundInside mail={mail} />
      </div>
      <MailBar mail={mail} asking={asking} onAsk={setAsking} onPeople={setPeople} />
    </main>
  );
}
