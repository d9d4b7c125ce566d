import type { DeviceDetail } from "../client/types.ts";
import { measured } from "../words/numbers.ts";
import { plain } from "../words/plain.ts";
import { hatchPath } from "./hatch.tsx";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LEFT = 36;
const CELL_H = 16;
const TOP = 16;

/** Pattern of life: what is usual by hour of the week (grey), outlined where this week stands apart; hours never learned are hatched. */
export function HeatMap({ pattern, width = 388, zone }: { pattern: DeviceDetail["patternOfLife"]; width?: number; zone: string }) {
  const cell = (width - LEFT) / 24;
  const known = pattern.hours.filter((v): v is number => v !== null);
  const max = Math.max(1e-9, ...known);
  const apart = pattern.thisWeek.filter((v, i) => standsApart(v, pattern.hours[i], max) > 0).length;
  const label = `Usual ${plain(pattern.measure, 40)} by hour of the week on the clock of ${zone}; ${apart} hours of this week stand apart, ${168 - known.length} were never learned`;
  return (
    <svg width={width} height={TOP + 7 * CELL_H + 4} role="img" aria-label={label}>
      {[0, 6, 12, 18].map((h) => (
        <text key={h} x={LEFT + h * cell} y="10">
          {String(h).padStart(2, "0")}
        </text>
      ))}
      <text className="end" x={width} y="10">
        24
      </text>
      {DAYS.map((day, d) => (
        <g key={day}>
          <text className="end" x={LEFT - 8} y={TOP + d * CELL_H + 12}>
            {day}
          </text>
          {Array.from({ length: 24 }, (_, h) => {
            const i = d * 24 + h;
            return (
              <Cell
                key={i}
                x={LEFT + h * cell}
                y={TOP + d * CELL_H}
                width={cell}
                usual={pattern.hours[i]}
                now={pattern.thisWeek[i]}
                max={max}
                unit={pattern.unit}
              />
            );
          })}
        </g>
      ))}
    </svg>
  );
}

interface CellProps {
  x: number;
  y: number;
  width: number;
  usual: number | null | undefined;
  now: number | null | undefined;
  max: number;
  unit: string;
}

function Cell({ x, y, width, usual, now, max, unit }: CellProps) {
  const apart = standsApart(now, usual, max);
  const w = width - 1.2;
  const h = CELL_H - 1.2;
  const seen = typeof usual === "number";
  return (
    <g>
      <title>{seen ? `usual ${measured(usual, unit)}${typeof now === "number" ? `, this week ${measured(now, unit)}` : ""}` : "never learned"}</title>
      {seen ? (
        <rect x={x} y={y} width={w} height={h} fill="var(--own)" fillOpacity={0.08 + 0.92 * Math.sqrt(Math.max(0, usual) / max)} />
      ) : (
        <path className="hatch" d={hatchPath(x, y, w, h)} />
      )}
      {apart === 0 ? null : <rect x={x + 0.75} y={y + 0.75} width={w - 1.5} height={h - 1.5} fill="none" stroke="var(--mark)" strokeWidth="1.5" />}
      {apart < 2 ? null : <rect className="obs" x={x + w / 2 - 2.5} y={y + h / 2 - 2.5} width="5" height="5" />}
    </g>
  );
}

/** 0 within the usual, 1 apart, 2 far apart. Only more than usual counts: an idle hour is no sign. */
function standsApart(now: number | null | undefined, usual: number | null | undefined, max: number): 0 | 1 | 2 {
  if (typeof now !== "number") return 0;
  const base = typeof usual === "number" ? usual : 0;
  const floor = max * 0.05;
  if (now > 10 * (base + floor)) return 2;
  return now > 3 * (base + floor) ? 1 : 0;
}

/** Steps of the legend, from nothing to the most usual. */
export function HeatLegend({ pattern }: { pattern: DeviceDetail["patternOfLife"] }) {
  const max = Math.max(0, ...pattern.hours.map((v) => v ?? 0));
  return (
    <span className="key">
      <svg width="60" height="10" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((s, i) => (
          <rect key={s} x={i * 12} width="11" height="10" fill="var(--own)" fillOpacity={0.08 + 0.92 * Math.sqrt(s)} />
        ))}
      </svg>
      0 to {measured(max, pattern.unit)}
    </span>
  );
}
