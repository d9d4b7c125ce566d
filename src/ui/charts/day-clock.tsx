import { plain } from "../words/plain.ts";
import { px } from "./scale.ts";

const H = 74;
const BASE = 58;
const ROOM = 48;

/** Hours of the day in which somebody was active: bars of the usual; an hour that is hardly ever used stays visible (square root). */
export function DayClock({ clock, width = 388, zone }: { clock: readonly number[]; width?: number; zone: string }) {
  const most = Math.max(1, ...clock);
  const step = width / 24;
  const total = clock.reduce((sum, n) => sum + n, 0);
  const busy = clock.map((n, h) => ({ n, h })).filter((c) => c.n >= most / 2);
  const words = busy.length === 0 ? "none learned yet" : `most of them between ${pad(busy[0]?.h ?? 0)} and ${pad((busy.at(-1)?.h ?? 0) + 1)}`;
  return (
    <svg width={width} height={H} role="img" aria-label={plain(`${total} active hours by hour of the day on the clock of ${zone}; ${words}`)}>
      {clock.map((n, h) => {
        const height = n === 0 ? 0 : Math.max(2, ROOM * Math.sqrt(n / most));
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: hours of the day do not move
          <rect key={h} className="own" x={px(h * step + 1)} y={px(BASE - height)} width={px(step - 2)} height={px(height)}>
            <title>{`${pad(h)} to ${pad(h + 1)}: ${Math.round(n)} active hours`}</title>
          </rect>
        );
      })}
      <path className="ax" d={`M0 ${BASE + 0.5}H${width}`} />
      {[0, 6, 12, 18].map((h) => (
        <text key={h} x={px(h * step)} y={H - 3}>
          {pad(h)}
        </text>
      ))}
      <text className="end" x={width} y={H - 3}>
        24
      </text>
    </svg>
  );
}

function pad(hour: number): string {
  return String(hour).padStart(2, "0");
}
