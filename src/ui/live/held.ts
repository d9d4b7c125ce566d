/** What a list shows while newer rows wait: the rows as they stood, with the newest values in place, and how many are held back. */
export interface Held<T> {
  rows: { row: T; gone: boolean }[];
  newer: number;
}

/**
 * Rows keep their place; those that the latest answer does not have any more stay, marked gone. Rows that only the latest has are counted when they belong
 * before the last row that is shown, and stand at the end otherwise: there they move nothing (older pages come so). Cost: linear in both lists.
 */
export function hold<T>(shown: readonly T[], latest: readonly T[], idOf: (row: T) => string): Held<T> {
  const place = new Map(latest.map((row, i) => [idOf(row), i]));
  const stands = new Set<string>();
  let last = -1;
  const rows = shown.map((row) => {
    const id = idOf(row);
    const at = place.get(id);
    stands.add(id);
    if (at === undefined) return { row, gone: true };
    last = Math.max(last, at);
    return { row: latest[at] as T, gone: false };
  });
  let newer = 0;
  latest.forEach((row, i) => {
    if (stands.has(idOf(row))) return;
    if (i < last || last === -1) newer++;
    else rows.push({ row, gone: false });
  });
  return { rows, newer };
}
