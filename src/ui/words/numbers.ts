import { plain } from "./plain.ts";

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

/** 1,180 */
export function count(value: number): string {
  return whole.format(value);
}

/** "1 device", "1,180 devices" */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${whole.format(value)} ${value === 1 ? noun : plural}`;
}

const SMALL = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
/** A count inside a sentence: words below ten. */
export function numberWord(value: number): string {
  return (SMALL[value] ?? count(value)).toLowerCase();
}

/** A count that opens a sentence: words below ten. */
export function opening(value: number, noun: string, plural = `${noun}s`): string {
  return `${SMALL[value] ?? whole.format(value)} ${value === 1 ? noun : plural}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];
/** 38.4 MB, decimal. */
export function bytes(value: number): string {
  let v = Math.abs(value);
  let unit = 0;
  while (v >= 1_000 && unit < UNITS.length - 1) {
    v /= 1_000;
    unit++;
  }
  const text = unit === 0 || v >= 100 ? whole.format(v) : one.format(v);
  return `${value < 0 ? "−" : ""}${text} ${UNITS[unit]}`;
}

/** A measured value in few digits; with "B" as unit in decimal multiples. */
export function measured(value: number, unit?: string): string {
  if (unit === "B" || unit === "bytes") return bytes(value);
  const text = Math.abs(value) >= 100 || Number.isInteger(value) ? whole.format(value) : String(Number(value.toPrecision(3)));
  return unit === undefined || unit === "" ? text : `${text} ${plain(unit, 16)}`;
}

/** 0.62, 0.0004, 1 in 10^9 */
export function probability(p: number): string {
  if (p >= 0.0995) return p.toFixed(2);
  if (p >= 0.00001) return String(Number(p.toPrecision(1)));
  return `1e−${Math.round(-Math.log10(Math.max(p, 1e-300)))}`;
}

/** Score on the page: whole, never rounded up to 100. */
export function score(value: number): string {
  return String(Math.min(value >= 100 ? 100 : 99, Math.round(value)));
}

/** Step of the unusual ramp, 0 (usual) to 5. */
export function ramp(value: number): 0 | 1 | 2 | 3 | 4 | 5 {
  if (value >= 85) return 5;
  if (value >= 60) return 4;
  if (value >= 45) return 3;
  if (value >= 30) return 2;
  return value >= 20 ? 1 : 0;
}
