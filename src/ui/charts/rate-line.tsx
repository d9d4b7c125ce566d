import { px } from "./scale.ts";

/** The last rates of events, in the masthead: shape only, the number stands beside it. */
export function RateLine({ rates }: { rates: readonly number[] }) {
  const max = Math.max(1, ...rates);
  const points = rates.map((rate, i) => [px((i / Math.max(1, rates.length - 1)) * 44), px(12 - (rate / max) * 10)] as const);
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return null;
  return (
    <svg width="46" height="14" aria-hidden="true">
      <path className="ln" d={`M${points.map(([x, y]) => `${x} ${y}`).join("L")}`} />
      <circle r="2" cx={last[0]} cy={last[1]} fill="var(--ink-2)" />
    </svg>
  );
}
