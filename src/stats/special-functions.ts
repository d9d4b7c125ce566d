/**
 * Tails of the distributions that learning needs, as natural logarithms so that the far tail does not underflow.
 * Accuracy about 1e-7 relative (Lanczos g = 7; continued fraction of Numerical Recipes §6.4). Pure; about 0.2-1 µs each.
 */
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905, -0.13857109526572012, 9.984369578019572e-6,
  1.5056327351493116e-7,
];
const HALF_LN_2PI = 0.9189385332046727;
/** Smallest logarithm we return: e^-745 is the smallest double. */
export const LOG_TINY = -745;

/** ln of the gamma function. x > 0; for x <= 0 by reflection (poles give Infinity). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const y = x - 1;
  let sum = 0.9999999999998099;
  const t = y + 7.5;
  for (let i = 0; i < 8; i++) sum += (LANCZOS[i] ?? 0) / (y + i + 1);
  return HALF_LN_2PI + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-30;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  if (Math.abs(d) < tiny) d = tiny;
  d = 1 / d;
  let h = d;
  for (let m = 1; m <= 400; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    if (Math.abs(d) < tiny) d = tiny;
    c = 1 + even / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    if (Math.abs(d) < tiny) d = tiny;
    c = 1 + odd / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-10) break;
  }
  return h;
}

/** ln of the regularised incomplete beta function I_x(a, b). a, b > 0; x clamped to [0, 1]. In [LOG_TINY, 0]. */
export function logIncompleteBeta(a: number, b: number, x: number): number {
  if (!(x > 0)) return LOG_TINY;
  if (x >= 1) return 0;
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  if (x < (a + 1) / (a + b + 2)) return Math.max(LOG_TINY, Math.min(0, front + Math.log(betaFraction(a, b, x) / a)));
  const upper = (Math.exp(front) * betaFraction(b, a, 1 - x)) / b;
  return upper >= 1 ? LOG_TINY : Math.log1p(-upper);
}

/** ln P(T >= t) of Student's t with `nu` > 0 degrees of freedom. */
export function studentTLogTail(t: number, nu: number): number {
  if (Number.isNaN(t)) return 0;
  if (t <= 0) {
    const other = t === 0 ? 0.5 : Math.min(0.5, Math.exp(studentTLogTail(-t, nu)));
    return Math.log1p(-other);
  }
  if (t === Number.POSITIVE_INFINITY) return LOG_TINY;
  return Math.max(LOG_TINY, -Math.LN2 + logIncompleteBeta(nu / 2, 0.5, nu / (nu + t * t)));
}

/**
 * t with P(T >= t) = `tail`, by bisection; tail in (0, 1). About 40 µs: for words and display, never in the event path.
 */
export function studentTQuantile(tail: number, nu: number): number {
  if (tail >= 0.5) return tail >= 1 ? Number.NEGATIVE_INFINITY : tail === 0.5 ? 0 : -studentTQuantile(1 - tail, nu);
  const target = Math.log(tail);
  let low = 0;
  let high = 1;
  while (studentTLogTail(high, nu) > target && high < 1e12) high *= 4;
  for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
    const mid = (low + high) / 2;
    if (studentTLogTail(mid, nu) > target) low = mid;
    else high = mid;
  }
  return (low + high) / 2;
}

/** ln P(X >= k) of a negative binomial with mean `mu` > 0 and shape `r` > 0 (variance mu + mu²/r). */
export function negativeBinomialLogTail(k: number, r: number, mu: number): number {
  if (!(k > 0)) return 0;
  if (!(mu > 0)) return LOG_TINY;
  return logIncompleteBeta(k, r, mu / (mu + r));
}

/** ln P(Z >= z) of the standard normal. Relative error of the tail below 1.2e-7 at any z (Numerical Recipes erfc, kept in logs). */
export function normalLogTail(z: number): number {
  if (Number.isNaN(z)) return 0;
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const series =
    -1.26551223 +
    t *
      (1.00002368 +
        t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const logTail = -Math.LN2 + Math.log(t) - x * x + series;
  return z >= 0 ? Math.max(LOG_TINY, logTail) : Math.log1p(-Math.exp(logTail));
}
