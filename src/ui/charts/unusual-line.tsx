import type { HourScore } from "../client/types.ts";
import { useWidth } from "../parts/use-width.ts";
import { usePreferences } from "../prefs/preferences.ts";
import { plain } from "../words/plain.ts";
import { dayAndTime, dayShort } from "../words/time.ts";
import { Hatch } from "./hatch.tsx";
import { px } from "./scale.ts";

const HOUR = 3_600_000;
const BIN = 4 * HOUR;
const H = 118;
const TOP = 12;
const BASE = 96;
const LEFT = 28;

interface Bin {
  start: number;
  worst: number;
  feature: string;
  iso: string;
}

/** The worst of each four hours; a bin without any scored hour is no zero but a gap. */
export function binned(hours: readonly HourScore[], from: number, to: number): (Bin | null)[] {
  const bins: (Bin | null)[] = Array.from({ length: Math.ceil((to - from) / BIN) }, () => null);
  for (const hour of hours) {
    const t = Date.parse(hour.start);
    const i = Math.floor((t - from) / BIN);
    const old = bins[i];
    if (i < 0 || i >= bins.length || (old !== undefined && old !== null && old.worst >= hour.unusual)) continue;
    bins[i] = { start: from + i * BIN, worst: hour.unusual, feature: hour.why[0]?.text ?? "", iso: hour.start };
  }
  return bins;
}

/** Unusualness over 30 days: own usual range as a band, the budget's line dotted, what crossed it labelled, gaps hatched and not joined. */
export function UnusualLine({ hours, line, end, days = 30 }: { hours: readonly HourScore[]; line: number; end: number; days?: number }) {
  const { ref, width } = useWidth<HTMLDivElement>(820);
  const { clock } = usePreferences();
  const to = Math.ceil(end / BIN) * BIN;
  const from = to - days * 24 * HOUR;
  const bins = binned(hours, from, to);
  const x = (t: number): number => LEFT + ((t - from) / (to - from)) * (width - LEFT - 4);
  const y = (v: number): number => BASE - (v / 100) * (BASE - TOP);
  const seen = bins.filter((b): b is Bin => b !== null);
  const usualTop = quantile(
    seen.map((b) => b.worst),
    0.95,
  );
  // Without a line (a budget that is not used up) what is unusual by itself is marked.
  const limit = line > 0 ? line : 45;
  const crossed = seen.filter((b) => b.worst >= limit).sort((a, b) => b.worst - a.worst);
  const label = `Unusualness over ${days} days, worst of each 4 hours: ${crossed.length} at ${Math.round(limit)} or more, usually below ${Math.round(usualTop)}, ${bins.length - seen.length} of ${bins.length} bins not seen`;
  return (
    <div ref={ref}>
      <svg width={width} height={H} role="img" aria-label={label}>
        {[0, 50, 100].map((v) => (
          <g key={v}>
            <path className="axl" d={`M${LEFT} ${y(v)}H${width}`} />
            <text className="end" x={LEFT - 6} y={y(v) + 4}>
              {v}
            </text>
          </g>
        ))}
        <rect className="peer" x={LEFT} y={px(y(usualTop))} width={width - LEFT - 4} height={px(BASE - y(usualTop))} opacity=".55" />
        {gaps(bins).map(([a, b]) => (
          <Hatch key={a} x={x(from + a * BIN)} y={TOP} width={x(from + b * BIN) - x(from + a * BIN)} height={BASE - TOP} frame={false} />
        ))}
        {line <= 0 ? null : (
          <>
            <path className="link" strokeDasharray="2 3" d={`M${LEFT} ${px(y(line))}H${width - 4}`} />
            <text className="halo" x={LEFT + 4} y={px(y(line) - 4)}>
              line {Math.round(line)}
            </text>
          </>
        )}
        <path className="ln" strokeWidth="1.3" strokeLinejoin="round" d={pathOf(bins, (b) => `${px(x(b.start + BIN / 2))} ${px(y(b.worst))}`)} />
        {crossed.map((b) => (
          <circle key={b.start} className="obs" cx={px(x(b.start + BIN / 2))} cy={px(y(b.worst))} r="3">
            <title>{`${dayAndTime(b.iso, clock)}: ${Math.round(b.worst)}. ${plain(b.feature)}`}</title>
          </circle>
        ))}
        {labelled(crossed, x).map((b) => (
          <text
            key={b.start}
            className={`m halo ${x(b.start) > width - 60 ? "end" : "mid"}`}
            x={px(x(b.start + BIN / 2) - (x(b.start) > width - 60 ? 8 : 0))}
            y={px(y(b.worst) - 6)}
          >
            {Math.round(b.worst)}
          </text>
        ))}
        {Array.from({ length: 6 }, (_, i) => from + (i * (to - from)) / 6).map((t, i) => (
          <text key={t} className={i === 0 ? "" : "mid"} x={px(x(t))} y={H - 6}>
            {dayShort(t, clock)}
          </text>
        ))}
        <text className="end" x={width - 4} y={H - 6}>
          {dayShort(end, clock)}
        </text>
      </svg>
    </div>
  );
}

/** The highest first, none nearer than 30 px to one that is labelled already. */
function labelled(bins: readonly Bin[], x: (t: number) => number): Bin[] {
  const chosen: Bin[] = [];
  for (const bin of bins) if (chosen.length < 8 && chosen.every((other) => Math.abs(x(other.start) - x(bin.start)) > 30)) chosen.push(bin);
  return chosen;
}

function pathOf(bins: readonly (Bin | null)[], point: (bin: Bin) => string): string {
  let d = "";
  let pen = "M";
  for (const bin of bins) {
    if (bin === null) pen = "M";
    else {
      d += `${pen}${point(bin)}`;
      pen = "L";
    }
  }
  return d;
}

function gaps(bins: readonly (Bin | null)[]): [number, number][] {
  const runs: [number, number][] = [];
  bins.forEach((bin, i) => {
    if (bin !== null) return;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === i) last[1] = i + 1;
    else runs.push([i, i + 1]);
  });
  return runs;
}

function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
