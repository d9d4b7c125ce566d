import type { UsualRange, Why } from "../client/types.ts";

const FACTOR: Readonly<Record<string, number>> = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, k: 1e3 };
const NUMBER = String.raw`(\d[\d,]*(?:\.\d+)?)\s*([a-zA-Z]{0,12})`;
const RANGE = new RegExp(String.raw`^\s*${NUMBER}\s*(?:-|–|to)\s*${NUMBER}`);
const WITH_MAX = new RegExp(String.raw`^\s*${NUMBER}\s*\(max\.?\s*${NUMBER}\)`);
const AT_MOST = new RegExp(String.raw`^\s*(?:at most|up to|<=|≤)\s*${NUMBER}`, "i");
const FEWER = new RegExp(String.raw`^\s*(?:fewer than|less than|below|under|<)\s*${NUMBER}`, "i");
const ONE = new RegExp(String.raw`^\s*${NUMBER}`);

/** The number that a text begins with, in base units: "38.4 MB" is 38400000. Undefined for anything else ("never", names, addresses). */
export function numberIn(value: string | number): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const match = new RegExp(String.raw`^\s*${NUMBER}(?![\d.:/])`).exec(value);
  if (match === null || /^\s*\d+\.\d+\.\d+/.test(value)) return undefined;
  return scaled(match[1], match[2]);
}

/** Where the usual lies, as far as a text of the learner says it: "0-4", "4 (max 31)", "at most 12 kB", "fewer than 25", "18 kB". "never in 412 uses" is no range. */
export function rangeIn(expected: string | number): UsualRange | undefined {
  if (typeof expected === "number") return Number.isFinite(expected) ? { low: expected, mid: expected, high: expected } : undefined;
  const range = RANGE.exec(expected);
  if (range !== null) return ordered(scaled(range[1], range[2] || range[4]), scaled(range[3], range[4]), range[4]);
  const withMax = WITH_MAX.exec(expected);
  if (withMax !== null) {
    const mid = scaled(withMax[1], withMax[2]);
    return { low: Math.min(mid, scaled(withMax[3], withMax[4])), mid, high: scaled(withMax[3], withMax[4]), ...unitOf(withMax[4]) };
  }
  const most = AT_MOST.exec(expected);
  if (most !== null) return { low: 0, high: scaled(most[1], most[2]), ...unitOf(most[2]) };
  const fewer = FEWER.exec(expected);
  if (fewer !== null) {
    const limit = scaled(fewer[1], fewer[2]);
    // The limit itself is not usual any more.
    return { low: 0, high: Number.isInteger(limit) ? Math.max(0, limit - 1) : limit, ...unitOf(fewer[2]) };
  }
  const one = ONE.exec(expected);
  if (one === null || /^\s*\d+(?:\.\d+){2,}|^\s*\d+\s+of\s/.test(expected)) return undefined;
  const value = scaled(one[1], one[2]);
  return { low: value, mid: value, high: value, ...unitOf(one[2]) };
}

/** Bytes are shown in decimal multiples; other units stay in the learner's own words. */
function unitOf(unit: string | undefined): { unit: "B" } | undefined {
  return /^[kmgt]?b$/i.test(unit ?? "") ? { unit: "B" } : undefined;
}

export function usualOf(why: Why): UsualRange | undefined {
  return why.usual ?? rangeIn(why.expected);
}

export function peerUsualOf(why: Why): UsualRange | undefined {
  return why.peerUsual ?? (why.peers === undefined ? undefined : rangeIn(why.peers));
}

function scaled(digits: string | undefined, unit: string | undefined): number {
  return Number((digits ?? "0").replaceAll(",", "")) * (FACTOR[(unit ?? "").toLowerCase()] ?? 1);
}

function ordered(a: number, b: number, unit: string | undefined): UsualRange {
  return { low: Math.min(a, b), high: Math.max(a, b), ...unitOf(unit) };
}
