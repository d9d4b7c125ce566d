/** A figure and what a bootstrap says of it. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** The middle 95 % of a figure drawn anew many times (percentile bootstrap); both ends are `none` where nothing was drawn. */
export function middle95(drawn: readonly number[], none: number): { low: number; high: number } {
  const sorted = [...drawn].sort((a, b) => a - b);
  return { low: sorted[Math.floor(sorted.length * 0.025)] ?? none, high: sorted[Math.floor(sorted.length * 0.975)] ?? none };
}

/** Area under the receiver's curve: the share of pairs in which the guilty one scores higher; ties count half. */
export function aucOf(scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let rank = 0;
  let sum = 0;
  let ones = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && scores[order[j] ?? 0] === scores[order[i] ?? 0]) j++;
    const middle = rank + (j - i + 1) / 2;
    for (let k = i; k < j; k++) {
      if (labels[order[k] ?? 0] === 1) {
        sum += middle;
        ones++;
      }
    }
    rank += j - i;
    i = j;
  }
  const zeros = order.length - ones;
  return ones === 0 || zeros === 0 ? Number.NaN : (sum - (ones * (ones + 1)) / 2) / (ones * zeros);
}
