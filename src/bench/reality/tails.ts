export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Tail exponent by Hill over the largest twentieth: smaller = heavier. NaN below 40 positive values. */
export function hill(values: readonly number[]): number {
  const sorted = values.filter((v) => v > 0).sort((a, b) => b - a);
  const k = Math.floor(sorted.length / 20);
  const floor = sorted[k];
  if (k < 2 || floor === undefined) return Number.NaN;
  const sum = sorted.slice(0, k).reduce((n, v) => n + Math.log(v / floor), 0);
  return sum === 0 ? Number.NaN : k / sum;
}

/** Greatest distance between two distribution functions (Kolmogorov and Smirnov), 0-1: 0 = alike. */
export function distance(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [[...a].sort((p, q) => p - q), [...b].sort((p, q) => p - q)];
  let [i, j, worst] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const next = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    while (i < x.length && (x[i] ?? 0) <= next) i++;
    while (j < y.length && (y[j] ?? 0) <= next) j++;
    worst = Math.max(worst, Math.abs(i / x.length - j / y.length));
  }
  return worst;
}
