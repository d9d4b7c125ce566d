import { useWidth } from "../parts/use-width.ts";
import { usePreferences } from "../prefs/preferences.ts";
import { ramp } from "../words/numbers.ts";
import { plain } from "../words/plain.ts";
import { dayAndTime, dayShort } from "../words/time.ts";
import { px } from "./scale.ts";

const HOUR = 3_600_000;
const BIN = 4 * HOUR;
const H = 96;
const BASE = 78;
const ROOM = 66;

export interface ActiveHour {
  start: string;
  events: number;
  unusual: number;
}

interface Bin {
  events: number;
  worst: number;
}

/** Records of each four hours as bars (square-root height, so that one record stays visible), in the colour of the most unusual of them. Nothing done is no bar. */
export function ActivityDays({ hours, end, days = 30 }: { hours: readonly ActiveHour[]; end: number; days?: number }) {
  const { ref, width } = useWidth<HTMLDivElement>(820);
  const { clock } = usePreferences();
  const to = Math.ceil(end / BIN) * BIN;
  const from = to - days * 24 * HOUR;
  const bins = new Map<number, Bin>();
  for (const hour of hours) {
    const i = Math.floor((Date.parse(hour.start) - from) / BIN);
    const bin = bins.get(i) ?? { events: 0, worst: 0 };
    bin.events += hour.events;
    bin.worst = Math.max(bin.worst, hour.unusual);
    bins.set(i, bin);
  }
  const count = Math.round((to - from) / BIN);
  const most = Math.max(1, ...[...bins.values()].map((b) => b.events));
  const step = width / count;
  const strange = [...bins.values()].filter((b) => b.worst >= 45).length;
  const label = `Records of ${days} days in parts of 4 hours: active in ${bins.size} of ${count}, at most ${most} records, ${strange} with something unusual`;
  return (
    <div ref={ref}>
      <svg width={width} height={H} role="img" aria-label={label}>
        {[...bins].map(([i, bin]) => {
          const height = Math.max(2, ROOM * Math.sqrt(bin.events / most));
          const start = new Date(from + i * BIN).toISOString();
          return (
            <rect
              key={i}
              className={bin.worst >= 30 ? `u${ramp(bin.worst)}` : "own"}
              x={px(i * step)}
              y={px(BASE - height)}
              width={px(Math.max(1, step - 1))}
              height={px(height)}
            >
              <title>{plain(`${dayAndTime(start, clock)}: ${bin.events} records, most unusual ${Math.round(bin.worst)}`)}</title>
            </rect>
          );
        })}
        <path className="ax" d={`M0 ${BASE + 0.5}H${width}`} />
        {[0, 1, 2, 3, 4, 5].map((n) => (
          <text key={n} className={n === 5 ? "end" : ""} x={px(n === 5 ? width : (n / 5) * width)} y={H - 4}>
            {n === 5 ? "now" : dayShort(from + (n / 5) * (to - from), clock)}
          </text>
        ))}
      </svg>
    </div>
  );
}
