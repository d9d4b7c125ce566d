/**
 * Knobs of models carry their unit: `10m`, `1h`, `7d`, `5 MB`. Durations become ms, sizes bytes (decimal: 1 kB = 1000 B), `%` a share of 1.
 * A bare number is a count, a probability or a score; undefined when the text is no knob.
 */
export interface Knob {
  value: number;
  unit: "time" | "bytes" | "share" | "none";
}

const UNITS: Readonly<Record<string, Knob>> = {
  ms: { value: 1, unit: "time" },
  s: { value: 1_000, unit: "time" },
  m: { value: 60_000, unit: "time" },
  h: { value: 3_600_000, unit: "time" },
  d: { value: 86_400_000, unit: "time" },
  B: { value: 1, unit: "bytes" },
  kB: { value: 1e3, unit: "bytes" },
  MB: { value: 1e6, unit: "bytes" },
  GB: { value: 1e9, unit: "bytes" },
  "%": { value: 0.01, unit: "share" },
};

const KNOB = /^(-?\d{1,15}(?:\.\d{1,9})?)\s?(ms|s|m|h|d|B|kB|MB|GB|%)$/;

export function parseKnob(given: unknown): Knob | undefined {
  if (typeof given === "number") return Number.isFinite(given) ? { value: given, unit: "none" } : undefined;
  if (typeof given !== "string") return undefined;
  const match = KNOB.exec(given);
  const unit = match === null ? undefined : UNITS[match[2] ?? ""];
  if (match === null || unit === undefined) return undefined;
  return { value: Number(match[1]) * unit.value, unit: unit.unit };
}

/** 3600000 -> "1 h". Shape: text for people, largest unit that divides evenly or one decimal. */
export function durationText(ms: number): string {
  for (const [unit, size] of [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
  ] as const) {
    if (ms >= size) return `${trim(ms / size)} ${unit}`;
  }
  return `${trim(ms)} ms`;
}

/** 1234567 -> "1.2 MB". */
export function bytesText(bytes: number): string {
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const) {
    if (bytes >= size) return `${trim(bytes / size)} ${unit}`;
  }
  return `${trim(bytes)} B`;
}

/** 1234567.5 -> "1,234,567.5"; small numbers keep two significant digits. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size > 0 && size < 0.01) return value.toPrecision(2);
  const rounded = size >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
  const [whole = "0", rest] = String(rounded).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

function trim(value: number): string {
  return numberText(Math.round(value * 10) / 10);
}
