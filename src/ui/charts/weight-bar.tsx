import { px } from "./scale.ts";

/** Points that a reason brings to the score, as a bar on one scale for the column. */
export function WeightBar({ points, of }: { points: number; of: number }) {
  const width = of <= 0 ? 0 : Math.max(0, (points / of) * 32);
  const step = points >= 30 ? "u4" : points >= 12 ? "u3" : points >= 3 ? "u2" : "peer";
  return (
    <svg width="62" height="12" role="img" aria-label={`${Math.round(points)} points`}>
      <rect className={step} width={px(width)} height="10" y="1" />
      <text className="d lg" x={px(width + 4)} y="10">
        {points < 0.5 ? "0" : `+${Math.round(points)}`}
      </text>
    </svg>
  );
}
