import type { ReactNode } from "react";
import { useWidth } from "../parts/use-width.ts";
import { usePreferences } from "../prefs/preferences.ts";
import { plain } from "../words/plain.ts";
import { dayShort } from "../words/time.ts";
import { px } from "./scale.ts";

const DAY = 86_400_000;
const H = 176;
const TOP = 8;
const BASE = 150;
const LEFT = 28;
const RIGHT = 96;
/** Scores below are not drawn, nor is a line that lies there: the budget is then not used up. */
const LOWEST = 25;

export interface Dot {
  id: string;
  time: number;
  score: number;
  title: string;
}

/** Each alert of 30 days as a dot at its score; the ink line is the budget's, the blue one a preview. Below the line the dots are grey. */
export function DayDots({
  dots,
  end,
  days,
  line,
  preview,
  onOpen,
}: {
  dots: readonly Dot[];
  end: number;
  days: number;
  line: number;
  preview: { line: number; label: string } | undefined;
  onOpen: (id: string) => void;
}): ReactNode {
  const { ref, width } = useWidth<HTMLDivElement>(880);
  const { clock } = usePreferences();
  const start = Math.floor(end / DAY) * DAY - (days - 1) * DAY;
  const right = width - RIGHT;
  const x = (t: number): number => LEFT + ((t - start) / (days * DAY)) * (right - LEFT);
  const y = (score: number): number => BASE - ((Math.max(0, Math.min(100, score)) - 25) / 75) * (BASE - TOP);
  const shown = dots.filter((d) => d.time >= start && d.score >= LOWEST - 5);
  const above = shown.filter((d) => d.score >= line).length;
  const weeks = Array.from({ length: Math.ceil(days / 7) }, (_, i) => start + i * 7 * DAY);
  return (
    <div ref={ref}>
      <svg
        width={width}
        height={H}
        role="img"
        aria-label={`${shown.length} alerts in ${days} days, ${above} ${line < LOWEST ? "and no line" : `above the line at ${Math.round(line)}`}`}
      >
        {[25, 50, 75, 100].map((s) => (
          <g key={s}>
            <path className="axl" d={`M${LEFT} ${px(y(s))}H${right}`} />
            <text className="end" x={LEFT - 6} y={px(y(s) + 4)}>
              {s}
            </text>
          </g>
        ))}
        {weeks.map((t) => (
          <text key={t} className={t === start ? "" : "mid"} x={px(x(t))} y={H - 8}>
            {dayShort(t, clock)}
          </text>
        ))}
        {preview === undefined || preview.line < LOWEST ? null : (
          <PreviewBand from={y(Math.max(line, LOWEST))} to={y(preview.line)} left={LEFT} right={right} label={preview.label} />
        )}
        {line < LOWEST ? null : (
          <>
            <path className="link" strokeWidth="1.5" d={`M${LEFT} ${px(y(line))}H${width}`} />
            <text className="d lg end" x={width} y={px(y(line) - 5)}>
              line {Math.round(line)}
            </text>
          </>
        )}
        {shown.map((d) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: a short way for the mouse; by keyboard the list of alerts leads there
          <circle
            key={d.id}
            className={d.score >= line ? "obs" : "peer"}
            cx={px(x(d.time))}
            cy={px(y(d.score))}
            r={d.score >= line ? 3 : 2.2}
            onClick={() => onOpen(d.id)}
          >
            <title>{`${Math.round(d.score)}: ${plain(d.title, 120)}`}</title>
          </circle>
        ))}
      </svg>
    </div>
  );
}

function PreviewBand({ from, to, left, right, label }: { from: number; to: number; left: number; right: number; label: string }) {
  return (
    <g>
      <rect x={left} y={px(Math.min(from, to))} width={right - left} height={px(Math.abs(to - from))} fill="var(--act-wash)" />
      <path className="lact" strokeDasharray="4 3" d={`M${left} ${px(to)}H${right}`} />
      <rect className="act" x={right} y={px(to - 9)} width={RIGHT} height="18" rx="2" />
      <text className="lg mid" x={right + RIGHT / 2} y={px(to + 4)} style={{ fill: "var(--act-on)", fontWeight: 600 }}>
        {label}
      </text>
    </g>
  );
}
