import type { SourceDetail } from "../client/types.ts";
import { count } from "../words/numbers.ts";
import { plain } from "../words/plain.ts";
import { runsOfNull } from "./half-hours.tsx";
import { Hatch } from "./hatch.tsx";
import { px } from "./scale.ts";

/** What a source brought in each quarter hour of a day, square-root heights; where nothing was read it is hatched. */
export function CoverageStrip({
  history,
  name,
  width = 104,
  height = 14,
}: {
  history: SourceDetail["history"];
  name: string;
  width?: number;
  height?: number;
}) {
  const values = history.map((h) => h.events);
  if (values.length === 0) {
    return (
      <svg width={width} height={height} role="img" aria-label={`${plain(name, 40)}: nothing read yet`}>
        <Hatch x={0} width={width} height={height} />
      </svg>
    );
  }
  const step = width / values.length;
  const max = Math.max(1, ...values.map((v) => v ?? 0));
  const unread = values.filter((v) => v === null).length;
  const runs = runsOfNull(values);
  const total = values.reduce((a: number, v) => a + (v ?? 0), 0);
  const points = values.map((v, i) => (v === null ? "" : bar(i * step, step, Math.max(1, Math.sqrt(v / max) * (height - 1)), height))).join("");
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={`${plain(name, 40)}, last ${Math.round(values.length / 4)} hours: ${count(total)} events, ${unread} of ${values.length} quarter hours not read`}
    >
      <path className="peer" d={points} />
      {runs.map(([from, to]) => (
        <Hatch key={from} x={from * step} width={Math.max(3, (to - from) * step)} height={height} frame={runs.length <= 3} />
      ))}
      <path className="ax" d={`M0 ${height}H${width}`} />
    </svg>
  );
}

/** Bars without gaps, so that a steady source is one quiet band. */
function bar(x: number, width: number, h: number, height: number): string {
  return `M${px(x)} ${height}v${px(-h)}h${px(width + 0.1)}v${px(h)}z`;
}
