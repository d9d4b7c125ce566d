import { ramp } from "../words/numbers.ts";
import { Hatch, hatchPath } from "./hatch.tsx";
import { px } from "./scale.ts";

/** Unusualness by half hour over 24 h: usual ones are low and grey, unusual ones stand on the ramp, unseen ones are hatched. */
export function HalfHours({ values, height = 26, label, width = 112 }: { values: readonly (number | null)[]; height?: number; label: string; width?: number }) {
  if (values.length === 0) return <NotMeasured width={width} height={height} label={label} />;
  const step = width / values.length;
  const base = height - 1;
  const worst = Math.max(0, ...values.map((v) => v ?? 0));
  return (
    <svg width={width} height={height} role="img" aria-label={`${label}: highest ${Math.round(worst)} of 100`}>
      <path className="ax" d={`M0 ${base + 0.5}H${width}`} />
      {runsOfNull(values).map(([from, to]) => (
        <path key={from} className="hatch" d={hatchPath(px(from * step), 2, (to - from) * step, height - 3)} />
      ))}
      {values.map((v, i) => {
        if (v === null) return null;
        const h = Math.max(0.8, (v / 100) * (height - 4));
        // biome-ignore lint/suspicious/noArrayIndexKey: a place in time
        return <rect key={i} className={`u${ramp(v)}`} x={px(i * step)} width={px(Math.max(0.8, step - 0.6))} y={px(base - h)} height={px(h)} />;
      })}
    </svg>
  );
}

/** Only devices are measured by the hour: a sender or a user of the cloud has no such line, which is not the same as a device that was not heard. */
export function isByTheHour({ last24h, entities }: { last24h: readonly (number | null)[]; entities: readonly { kind: string }[] }): boolean {
  return entities.some((e) => e.kind === "device") || last24h.some((v) => v !== null);
}

function NotMeasured({ width, height, label }: { width: number; height: number; label: string }) {
  return (
    <svg width={width} height={height} role="img" aria-label={`${label}: not measured`}>
      <Hatch x={0} y={4} width={width} height={height - 5} />
    </svg>
  );
}

/** Half-open index ranges of consecutive nulls. */
export function runsOfNull(values: readonly (unknown | null)[]): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === i) last[1] = i + 1;
    else runs.push([i, i + 1]);
  }
  return runs;
}
