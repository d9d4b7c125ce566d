/** Families cannot each claim more than this many nats before they are combined: one broken family must not decide alone (learning.md §9). */
export const FAMILY_CAP = 6;

/**
 * Harmonic-mean p of several p-values given as surprises (-ln p, nats): k / sum(1/p_i), capped at FAMILY_CAP each.
 * Valid under any dependence up to a small factor (Wilson 2019, PNAS 116:1195). Returns the surprise of the combination, >= 0;
 * 0 for none. Cost: one exp per value.
 */
export function combineHarmonic(surprises: readonly number[] | Float64Array, count = surprises.length): number {
  if (count === 0) return 0;
  let sum = 0;
  let used = 0;
  for (let i = 0; i < count; i++) {
    const s = surprises[i] ?? 0;
    if (Number.isNaN(s)) continue;
    sum += Math.exp(Math.min(FAMILY_CAP, Math.max(0, s)));
    used++;
  }
  return used === 0 ? 0 : Math.max(0, Math.log(sum / used));
}

/** p of the smallest of `m` independent p-values being `p`: 1-(1-p)^m (Šidák 1967). */
export function sidak(p: number, m: number): number {
  if (m <= 1) return p;
  return -Math.expm1(m * Math.log1p(-Math.min(p, 1 - 1e-16)));
}

/** The same in surprises: -ln p in and out. */
export function sidakSurprise(surprise: number, m: number): number {
  if (m <= 1) return surprise;
  // Far in the tail 1-(1-p)^m = m p.
  if (surprise > 30) return Math.max(0, surprise - Math.log(m));
  return -Math.log(sidak(Math.exp(-surprise), m));
}

/**
 * Benjamini-Hochberg q-values (1995): q[i] = expected share of chance among everything at least as strict as p[i].
 * In the order of the input; monotone in p; in [p, 1].
 */
export function qValues(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => (p[a] ?? 1) - (p[b] ?? 1));
  const q = new Array<number>(p.length).fill(1);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const i = order[rank - 1] ?? 0;
    least = Math.min(least, ((p[i] ?? 1) * p.length) / rank);
    q[i] = least;
  }
  return q;
}
