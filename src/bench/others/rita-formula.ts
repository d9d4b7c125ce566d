import { HOUR } from "../../base/time.ts";

/** Contacts of one initiator and responder: times in ms, in order, and bytes that the initiator sent. */
export interface PairContacts {
  times: number[];
  bytes: number[];
}

/**
 * The beacon score of RITA 5 as its authors publish it (activecm/rita, analysis/beacons.go), written anew: the mean of four
 * parts, each 0-1. Timestamps and sizes: mean of 1 - |Bowley skewness| and (median - MAD) / median. Histogram of 24 bars:
 * the better of evenness (1 - coefficient of variation) and of how much two bar heights cover. Duration: the better of the span's share and of
 * the longest run of hours over 12. Without its modifiers. Undefined below four contacts at three different gaps.
 */
export function ritaScore(pair: PairContacts, from: number, to: number): number | undefined {
  const seconds = pair.times.map((t) => Math.floor(t / 1_000));
  const gaps: number[] = [];
  for (let i = 1; i < seconds.length; i++) gaps.push((seconds[i] ?? 0) - (seconds[i - 1] ?? 0));
  const used = gaps.filter((g) => g > 0).sort((a, b) => a - b);
  if (seconds.length < 4 || used.length < 3 || to <= from) return undefined;
  const sizes = [...pair.bytes].sort((a, b) => a - b);
  const bars = histogram(pair.times, from, to);
  return (evenness(used, 1) + evenness(sizes, 0) + histogramScore(bars) + durationScore(pair.times, bars, from, to)) / 4;
}

function evenness(sorted: readonly number[], withoutMedian: number): number {
  const [q1, q2, q3] = quartiles(sorted);
  const skew = q3 - q1 >= 10 && q2 !== q1 && q2 !== q3 ? (q1 + q3 - 2 * q2) / (q3 - q1) : 0;
  const mad = median(sorted.map((x) => Math.abs(x - q2)).sort((a, b) => a - b));
  const tight = q2 >= 1 ? Math.max(0, (q2 - mad) / q2) : withoutMedian;
  return (1 - Math.abs(skew) + tight) / 2;
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Medians of the halves, the middle value in neither: as the statistics library that RITA uses has it. */
function quartiles(sorted: readonly number[]): [number, number, number] {
  const half = sorted.length >> 1;
  const upper = sorted.length % 2 === 1 ? half + 1 : half;
  return [median(sorted.slice(0, half)), median(sorted), median(sorted.slice(upper))];
}

function histogram(times: readonly number[], from: number, to: number): number[] {
  const start = Math.max(from, to - 24 * HOUR);
  const width = (to - start) / 24;
  const bars = new Array<number>(24).fill(0);
  for (const t of times) {
    if (t < start) continue;
    const i = Math.min(23, Math.floor((t - start) / width));
    bars[i] = (bars[i] ?? 0) + 1;
  }
  return bars;
}

function histogramScore(bars: readonly number[]): number {
  const mean = bars.reduce((a, b) => a + b, 0) / bars.length;
  if (mean === 0) return 0;
  const deviation = Math.sqrt(bars.reduce((sum, b) => sum + (b - mean) ** 2, 0) / bars.length);
  const even = Math.max(0, 1 - deviation / mean);
  const seen = bars.filter((b) => b > 0);
  if (seen.length < 11) return even;
  const step = Math.max(1, Math.ceil(Math.max(...seen) * 0.05));
  const heights = new Map<number, number>();
  for (const b of seen) heights.set(Math.floor(b / step), (heights.get(Math.floor(b / step)) ?? 0) + 1);
  const [first = 0, second = 0] = [...heights.values()].sort((a, b) => b - a);
  return Math.max(even, Math.min(1, (first + second) / Math.max(1, seen.length - 1)));
}

function durationScore(times: readonly number[], bars: readonly number[], from: number, to: number): number {
  const filled = bars.filter((b) => b > 0).length;
  if (filled < 6) return 0;
  const coverage = Math.min(1, ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (to - from));
  let longest = 0;
  let run = 0;
  // Twice around: a run may go over the end of the day.
  for (let i = 0; i < 48; i++) {
    run = (bars[i % 24] ?? 0) > 0 ? run + 1 : 0;
    longest = Math.max(longest, Math.min(run, 24));
  }
  return Math.max(coverage, Math.min(1, longest / 12));
}
