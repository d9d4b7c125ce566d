import { useWidth } from "../parts/use-width.ts";
import { usePreferences } from "../prefs/preferences.ts";
import { count } from "../words/numbers.ts";
import { plain } from "../words/plain.ts";
import { dayAndTime } from "../words/time.ts";
import { px } from "./scale.ts";

const H = 66;
const BASE = 50;
const ROOM = 44;

interface Props {
  /** ms; `width` ms a bar. */
  start: number;
  width: number;
  bars: readonly number[];
  onPick?: (index: number) => void;
}

/** Counts over time as bars of square-root height, so that one event stays visible beside thousands. */
export function CountBars({ start, width: wide, bars, onPick }: Props) {
  const { ref, width } = useWidth<HTMLDivElement>(1_232);
  const { clock } = usePreferences();
  const most = Math.max(1, ...bars);
  const step = width / bars.length;
  const at = (i: number): string => new Date(start + i * wide).toISOString();
  const label = `Events over time in ${bars.length} parts from ${dayAndTime(at(0), clock)} to ${dayAndTime(at(bars.length), clock)}, at most ${count(most)} in one`;
  return (
    <div ref={ref}>
      <svg width={width} height={H} role="img" aria-label={label}>
        {bars.map((n, i) => {
          const height = n === 0 ? 0 : Math.max(2, ROOM * Math.sqrt(n / most));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: parts of the time do not move
            // biome-ignore lint/a11y/noStaticElementInteractions: the table under it and the fields above do the same by keyboard
            <g key={i} onClick={n === 0 || onPick === undefined ? undefined : () => onPick(i)} className={n === 0 || onPick === undefined ? "" : "pick"}>
              <rect className="own" x={px(i * step + 0.5)} y={px(BASE - height)} width={px(Math.max(1, step - 1))} height={px(height)}>
                <title>{plain(`${dayAndTime(at(i), clock)}: ${count(n)}`)}</title>
              </rect>
            </g>
          );
        })}
        <path className="ax" d={`M0 ${BASE + 0.5}H${width}`} />
        <text x="0" y={H - 3}>
          {dayAndTime(at(0), clock)}
        </text>
        <text className="mid" x={width / 2} y={H - 3}>
          {dayAndTime(at(Math.floor(bars.length / 2)), clock)}
        </text>
        <text className="end" x={width} y={H - 3}>
          {dayAndTime(at(bars.length), clock)}
        </text>
      </svg>
    </div>
  );
}
