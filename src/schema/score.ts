import type { EntityRef } from "./entity.ts";

/** One reason of a score or an alert: numbers come from the learned state itself. */
export interface Why {
  /** Feature id, e.g. "userAgent", "bytesOut". */
  feature: string;
  observed: string | number;
  /** What was usual for this entity, e.g. "0-4" or "never in 412 uses". */
  expected: string | number;
  /** Calibrated tail probability in (0, 1]; smaller is stranger. Undefined for a fact that carries no probability. */
  p?: number;
  /** The same in one plain sentence, with history length and peers. */
  text: string;
  /** What was usual for peers, in words; shown beside `expected`. */
  peers?: string;
  /** For drawing: 5 to 95 % of the usual on the scale of `observed`, own and peers'. */
  usual?: UsualRange;
  peerUsual?: UsualRange;
  /** Points of the score that this reason brings. */
  weight?: number;
  /** Score that the alert would have without this reason alone, and without it and all reasons before it: 0 = there would be no alert. */
  without?: number;
  withoutAll?: number;
}

export interface UsualRange {
  low: number;
  mid?: number;
  high: number;
  unit?: string;
}

/** One scored hour of one entity. */
export interface HourScore {
  entity: EntityRef;
  start: number;
  end: number;
  /** 0-100, higher is stranger; U = 100 (1 - exp(-0.188 L^1.44)), L = -log10 p. */
  unusual: number;
  p: number;
  why: Why[];
}

/** One initiator and responder with at least six contacts. */
export interface PairScore {
  src: string;
  dst: string;
  hostname?: string;
  contacts: number;
  /** Regularity 0-1, 1 = clockwork. */
  beacon: number;
  /** 0-100, 100 = nobody else uses it. */
  rarity: number;
  /** 0-100: what ranks the pairs. */
  score: number;
}

/** Unusualness from a calibrated p: 1e-2 -> 40, 1e-4 -> 75, 1e-6 -> 92 (learning.md §4.6). */
export function unusualFromP(p: number): number {
  const l = -Math.log10(Math.min(1, Math.max(p, 1e-300)));
  return 100 * (1 - Math.exp(-0.188 * l ** 1.44));
}
