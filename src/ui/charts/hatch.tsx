import { px } from "./scale.ts";

/** Not seen: diagonal lines in a frame, never zero. */
export function Hatch({ x, y = 0, width, height, frame = true }: { x: number; y?: number; width: number; height: number; frame?: boolean }) {
  return (
    <g>
      <path className="hatch" d={hatchPath(x, y, width, height)} />
      {frame ? <rect className="hatch" x={px(x + 0.5)} y={y + 0.5} width={px(Math.max(1, width - 1))} height={height - 1} /> : null}
    </g>
  );
}

export function hatchPath(x: number, y: number, width: number, height: number, gap = 4): string {
  let d = "";
  for (let c = gap; c < width + height; c += gap) {
    const x0 = Math.max(0, c - height);
    const y0 = Math.min(height, c);
    const x1 = Math.min(width, c);
    const y1 = Math.max(0, c - width);
    d += `M${px(x + x0)} ${px(y + y0)}L${px(x + x1)} ${px(y + y1)}`;
  }
  return d;
}
