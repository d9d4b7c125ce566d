import type { MailCampaignDetail } from "../client/types.ts";
import { useWidth } from "../parts/use-width.ts";
import { usePreferences } from "../prefs/preferences.ts";
import { plain } from "../words/plain.ts";
import { dayShort } from "../words/time.ts";
import { px } from "./scale.ts";

const LEFT = 118;
const RIGHT = 44;
const ROW = 12;
const TOP = 18;
const DAY = 86_400_000;

/** One row a sender, one mark a mail: filled what should be held, hollow what was let through; the mail that is read in blue. */
export function CampaignDots({ campaign, mail, rows = 30 }: { campaign: MailCampaignDetail; mail?: string; rows?: number }) {
  const { ref, width } = useWidth<HTMLDivElement>(600);
  const { clock } = usePreferences();
  const senders = campaign.bySender.slice(0, rows);
  const at = new Map(senders.map((s, i) => [s.sender, TOP + i * ROW]));
  const from = Date.parse(campaign.first);
  const to = Math.max(Date.parse(campaign.last), from + 3_600_000);
  const x = (ms: number): number => LEFT + 8 + ((width - LEFT - RIGHT - 16) * (ms - from)) / (to - from);
  const days: number[] = [];
  for (let day = Math.ceil(from / DAY) * DAY; day <= to && days.length < 40; day += DAY) days.push(day);
  const height = TOP + senders.length * ROW + 4;
  return (
    <div ref={ref}>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`${campaign.messages} mails from ${campaign.senders} senders on ${campaign.days} days, one row a sender`}
      >
        <text x={px(x(from))} y="8">
          {dayShort(campaign.first, clock)}
        </text>
        {days.map((day) => (
          <g key={day}>
            <path className="ax" d={`M${px(x(day))} 2V${height - 4}`} />
            {x(day) - x(from) > 50 ? (
              <text x={px(x(day) + 4)} y="8">
                {dayShort(day, clock)}
              </text>
            ) : null}
          </g>
        ))}
        <text className="end" x={width - 4} y="8">
          mails
        </text>
        {senders.map((s, i) => (
          <g key={s.sender}>
            <text className="dense" x="0" y={TOP + i * ROW + 3.5} style={{ fontFamily: "var(--mono)" }}>
              {plain(`${s.sender.slice(0, Math.max(1, s.sender.lastIndexOf("@")))}@`, 17)}
            </text>
            <path className="axl" d={`M${LEFT} ${TOP + i * ROW}H${width - RIGHT}`} />
            <text className="d end" x={width - 4} y={TOP + i * ROW + 3.5}>
              {s.mails}
            </text>
          </g>
        ))}
        {campaign.mails.map((m) => {
          const y = at.get(m.sender);
          if (y === undefined) return null;
          const cx = px(x(Date.parse(m.time)));
          if (m.id === mail) return <circle key={m.id} className="act" cx={cx} cy={y} r="4" />;
          return m.verdict === "hold" ? (
            <circle key={m.id} className="u4" cx={cx} cy={y} r="2.8" />
          ) : (
            <circle key={m.id} cx={cx} cy={y} r="2.5" fill="var(--paper)" stroke="var(--mark)" strokeWidth="1.3" />
          );
        })}
      </svg>
      {campaign.bySender.length > senders.length ? (
        <p className="small">{campaign.bySender.length - senders.length} more senders on the campaign’s page.</p>
      ) : null}
    </div>
  );
}
