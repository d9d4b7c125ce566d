/**
 * The most that the mean of a Poisson count can be with 95 of 100, one-sided, when `seen` were counted: 3.0 for none (the rule of three), 4.7 for one.
 * Found by halving; exact for counts up to some hundreds, beyond that by the normal approximation of the square root.
 */
export function mostOf(seen: number): number {
  if (seen > 300) return (Math.sqrt(seen + 1) + 1.645 / 2) ** 2;
  let low = seen;
  let high = seen + 10 + 5 * Math.sqrt(seen + 1);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (atMost(seen, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance of `count` or fewer where the mean is `mean`. */
function atMost(count: number, mean: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= count; k++) {
    term *= mean / k;
    sum += term;
  }
  return sum;
}
