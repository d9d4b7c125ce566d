/** A mapping of a measure to pixels, linear or logarithmic, with round ticks. */
export interface Scale {
  at(value: number): number;
  ticks: number[];
  log: boolean;
}

/** Logarithmic when the largest is more than 100 times the smallest positive value (chart rule 2); zero then sits at the left end. */
export function makeScale(values: readonly number[], from: number, to: number): Scale {
  const finite = values.filter((v) => Number.isFinite(v) && v >= 0);
  const max = Math.max(1, ...finite);
  const positive = finite.filter((v) => v > 0);
  const min = positive.length === 0 ? max : Math.min(...positive);
  if (max / min > 100) return logScale(min, max, from, to);
  const top = niceTop(max);
  const step = top / 4;
  return {
    log: false,
    at: (v) => from + (clamp(v, 0, top) / top) * (to - from),
    ticks: [0, step, 2 * step, 3 * step, top].filter((t) => Number.isInteger(t) || top < 4),
  };
}

function logScale(min: number, max: number, from: number, to: number): Scale {
  const low = Math.floor(Math.log10(min));
  const high = Math.ceil(Math.log10(max) + 0.05);
  const ticks: number[] = [];
  const every = Math.max(1, Math.ceil((high - low) / 4));
  for (let e = low; e <= high; e += every) ticks.push(10 ** e);
  return { log: true, at: (v) => (v <= 0 ? from : from + (clamp((Math.log10(v) - low) / (high - low), 0, 1) || 0) * (to - from)), ticks };
}

/** The next of 1, 2, 4, 5, 8 times a power of ten. */
export function niceTop(max: number): number {
  const power = 10 ** Math.floor(Math.log10(max));
  for (const m of [1, 2, 4, 5, 8, 10]) if (m * power >= max) return m * power;
  return 10 * power;
}

function clamp(v: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, v));
}

/** Figures to a tenth of a pixel: enough for the eye, short in the document. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}
