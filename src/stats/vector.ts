/** A row of numbers, all of like scale. Estimators read it and keep a copy. */
export type Vector = ArrayLike<number>;

const MOST = 1e6;

/** The number as estimators take it: not a number counts as 0, infinities as a million. */
export function vectorNumber(value: number | undefined): number {
  if (value === undefined || Number.isNaN(value)) return 0;
  return value > MOST ? MOST : value < -MOST ? -MOST : value;
}
