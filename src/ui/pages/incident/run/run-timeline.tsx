import { px } from "../../../charts/scale.ts";
import { useWidth } from "../../../parts/use-width.ts";
import { usePreferences } from "../../../prefs/preferences.ts";
import { counted } from "../../../words/numbers.ts";
import { plain } from "../../../words/plain.ts";
import { timeOfDay } from "../../../words/time.ts";
import type { ChatRun } from "./run-of.ts";

const LEFT = 112;
const TOP = 18;
const MOST_ROWS = 40;

interface Props {
  run: ChatRun;
  /** Who followed a link, and when. */
  followed: ReadonlyMap<string, number>;
  /** Which part the chosen sentence is about: links, or all. */
  lit: "all" | "links" | "followed";
}

/** One row a person: dots are messages, squares those with a link, bars a link that was followed. */
export function RunTimeline({ run, followed, lit }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>(408);
  const { clock } = usePreferences();
  const rows = run.rows.slice(0, MOST_ROWS);
  const step = rows.length > 24 ? 9 : 11;
  const late = [...followed.values()].filter((t) => t >= run.start && t < run.end + 2 * (run.end - run.start) + 600_000);
  const to = Math.max(run.end, ...late, run.start + 60_000);
  const x = (t: number): number => LEFT + 6 + ((Math.min(t, to) - run.start) / (to - run.start)) * (width - LEFT - 16);
  const height = TOP + rows.length * step + 8;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((f) => run.start + f * (to - run.start));
  const label = `${counted(run.messages, "message")} in ${counted(run.rows.length, "chat")} from ${timeOfDay(new Date(run.start).toISOString(), clock)} to ${timeOfDay(new Date(run.end).toISOString(), clock)}, one row a person; ${counted(followed.size, "person", "people")} followed a link`;
  const faint = (part: Props["lit"]): string => (lit === "all" || lit === part ? "" : " lit-not");
  return (
    <div ref={ref}>
      <svg width={width} height={height} role="img" aria-label={plain(label, 300)}>
        {ticks.map((t, i) => (
          <g key={t}>
            <path className="axl" d={`M${px(x(t))} ${TOP - 4}V${height - 6}`} />
            <text className={i === 4 ? "end" : i === 0 ? "" : "mid"} x={px(x(t))} y="9">
              {timeOfDay(new Date(t).toISOString(), clock)}
            </text>
          </g>
        ))}
        {rows.map((row, i) => {
          const y = TOP + i * step + 5;
          const [who = row.chat] = row.people;
          const at = followed.get(who);
          return (
            <g key={row.chat}>
              <text className={`dense ${at === undefined ? "" : "m"}`} x="0" y={y + 3}>
                {plain(who.split("@")[0] ?? who, 18)}
                {row.people.length > 1 ? ` +${row.people.length - 1}` : ""}
              </text>
              <path className="axl" d={`M${LEFT} ${y}H${width}`} />
              {row.messages.map((m) =>
                m.links.length > 0 ? (
                  <rect key={m.id} className={`obs${faint("links")}`} x={px(x(m.time) - 2.5)} y={y - 2.5} width="5" height="5" />
                ) : (
                  <circle key={m.id} className={`obs${faint("all")}`} cx={px(x(m.time))} cy={y} r="2" />
                ),
              )}
              {at === undefined || at > to ? null : <rect className={`u5${faint("followed")}`} x={px(x(at))} y={y - 5} width="2.5" height="10" />}
            </g>
          );
        })}
      </svg>
      {run.rows.length > MOST_ROWS ? <p className="small dim">and {counted(run.rows.length - MOST_ROWS, "more chat")}</p> : null}
    </div>
  );
}
