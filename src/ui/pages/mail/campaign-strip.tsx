import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CampaignDots } from "../../charts/campaign-dots.tsx";
import { get } from "../../client/queries.ts";
import type { MailDetail } from "../../client/types.ts";
import { Section } from "../../parts/section.tsx";
import { Answered } from "../../parts/states.tsx";
import { counted } from "../../words/numbers.ts";

/** The campaign that it belongs to: one row a sender, one mark a mail. */
export function CampaignStrip({ campaign, mail }: { campaign: NonNullable<MailDetail["campaignOf"]>; mail: string }) {
  const query = useQuery(get("mailCampaign", { params: { id: campaign.id } }));
  return (
    <Section
      title="Campaign"
      sub={`${counted(campaign.senders, "sender")}, ${counted(campaign.readers, "person", "people")}, ${counted(campaign.messages, "mail")} on ${counted(campaign.days, "day")}`}
      aside={
        <Link to="/campaigns/$id" params={{ id: campaign.id }} className="hi">
          Open it
        </Link>
      }
    >
      <Answered query={query} what="The campaign" rows={4} height={20}>
        {(data) => <CampaignDots campaign={data} mail={mail} rows={8} />}
      </Answered>
    </Section>
  );
}
