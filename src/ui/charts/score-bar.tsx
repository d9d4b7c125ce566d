import { ramp } from "../words/numbers.ts";
import { px } from "./scale.ts";

/** Unusualness 0-100 as a number and a bar on the ramp. */
export function ScoreBar({ value, width = 96 }: { value: number | undefined; width?: number }) {
  if (value === undefined) return null;
  const room = width - 34;
  return (
    <svg width={width} height="12" role="img" aria-label={`unusualness ${Math.round(value)} of 100`}>
      <text className={value >= 45 ? "m lg end" : "lg end"} x="24" y="10">
        {Math.round(value)}
      </text>
      <rect className={`u${ramp(value)}`} x="32" y="2.5" width={px(Math.max(1, (value / 100) * room))} height="7" />
    </svg>
  );
}

/** A share 0-1 as a grey bar (likeness, learned): the usual. */
export function ShareBar({ value, label, width = 64 }: { value: number; label: string; width?: number }) {
  return (
    <svg width={width} height="10" role="img" aria-label={`${label} ${value.toFixed(2)}`}>
      <rect className="peer" y="2" width={width} height="6" />
      <rect className="own" y="2" width={px(Math.max(0, Math.min(1, value)) * width)} height="6" />
    </svg>
  );
}
