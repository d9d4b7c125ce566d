import { skeletonOf } from "./confusables.ts";

/** What one slip of the eye or hand costs; from content. All 0-2, 0 = no difference. */
export interface EditWeights {
  /** A letter for one drawn alike (l/1/i, o/0, e/c). */
  alike: number;
  /** Two letters for one drawn alike (rn/m, vv/w). */
  ligature: number;
  /** A neighbouring key. */
  keyboard: number;
  substitute: number;
  transpose: number;
  /** A doubled letter, or one of a pair left out. */
  double: number;
  insert: number;
  remove: number;
  hyphen: number;
  /** Added when the slip is at the first letter, which readers see best. */
  first: number;
}

/** Not in one skeleton class, yet close in small type. */
const NEAR = new Set("ec ce ao oa nu un uv vu nm mn hn nh ce gq qg ij ji yv vy rt tr sz zs dc cd ft tf bh hb ea ae oe eo tl lt fl lf il".split(" "));
const LIGATURES: readonly (readonly [pair: string, one: string])[] = [
  ["rn", "m"],
  ["vv", "w"],
  ["cl", "d"],
  ["nn", "m"],
  ["ll", "u"],
  ["uu", "w"],
];
const ROWS = ["1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"];

function neighbours(): Set<string> {
  const found = new Set<string>();
  ROWS.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      for (const [dx, dy] of [
        [1, 0],
        [0, 1],
        [-1, 1],
      ] as const) {
        const other = ROWS[y + dy]?.[x + dx];
        if (other === undefined) continue;
        found.add(`${row[x]}${other}`);
        found.add(`${other}${row[x]}`);
      }
    }
  });
  return found;
}
const KEYS = neighbours();

/**
 * Weighted distance of two labels (Damerau-Levenshtein, restricted transpositions, with edges of two letters against one): the cost of the cheapest way
 * to mistake `known` for `seen`. Both lower case Latin (confusables.latinOf). 0 = equal; Infinity as soon as it must exceed `most`.
 * Cost: product of the lengths; at most 63 each are read.
 */
export function editCost(seen: string, known: string, weights: EditWeights, most = Number.POSITIVE_INFINITY): number {
  const a = seen.slice(0, 63);
  const b = known.slice(0, 63);
  const sa = skeletonOf(a);
  const sb = skeletonOf(b);
  const rows: Float64Array[] = [];
  for (let i = 0; i <= a.length; i++) {
    const row = new Float64Array(b.length + 1).fill(Number.POSITIVE_INFINITY);
    rows.push(row);
    let best = Number.POSITIVE_INFINITY;
    for (let j = 0; j <= b.length; j++) {
      let cost = i === 0 && j === 0 ? 0 : Number.POSITIVE_INFINITY;
      if (i > 0) cost = Math.min(cost, at(rows, i - 1, j) + insertion(a, i - 1, weights, i === 1 && j === 0));
      if (j > 0) cost = Math.min(cost, at(rows, i, j - 1) + removal(b, j - 1, weights, j === 1 && i === 0));
      if (i > 0 && j > 0) cost = Math.min(cost, at(rows, i - 1, j - 1) + change(a, b, sa, sb, i - 1, j - 1, weights));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && a[i - 1] !== a[i - 2])
        cost = Math.min(cost, at(rows, i - 2, j - 2) + weights.transpose + (i === 2 ? weights.first / 2 : 0));
      for (const [pair, one] of LIGATURES) {
        if (i > 1 && j > 0 && b[j - 1] === one && a.startsWith(pair, i - 2)) cost = Math.min(cost, at(rows, i - 2, j - 1) + weights.ligature);
        if (i > 0 && j > 1 && a[i - 1] === one && b.startsWith(pair, j - 2)) cost = Math.min(cost, at(rows, i - 1, j - 2) + weights.ligature);
      }
      row[j] = cost;
      if (cost < best) best = cost;
    }
    // Two rows, since a transposition or a pair of letters reaches over one.
    if (best > most && i > 0 && Math.min(...(rows[i - 1] as Float64Array)) > most) return Number.POSITIVE_INFINITY;
    if (i > 1) rows[i - 2] = rows[i - 2] as Float64Array;
  }
  const cost = at(rows, a.length, b.length);
  return cost > most ? Number.POSITIVE_INFINITY : cost;
}

function at(rows: readonly Float64Array[], i: number, j: number): number {
  return rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
}

function insertion(a: string, i: number, weights: EditWeights, first: boolean): number {
  if (a[i] === "-") return weights.hyphen;
  if (a[i] === a[i - 1]) return weights.double;
  return weights.insert + (first ? weights.first : 0);
}

function removal(b: string, j: number, weights: EditWeights, first: boolean): number {
  if (b[j] === "-") return weights.hyphen;
  if (b[j] === b[j - 1] || b[j] === b[j + 1]) return weights.double;
  return weights.remove + (first ? weights.first : 0);
}

function change(a: string, b: string, sa: string, sb: string, i: number, j: number, weights: EditWeights): number {
  const x = a[i] as string;
  const y = b[j] as string;
  if (x === y) return 0;
  const first = i === 0 && j === 0 ? weights.first : 0;
  if (sa[i] === sb[j]) return weights.alike;
  if (NEAR.has(x + y)) return weights.alike * 1.5 + first;
  return (KEYS.has(x + y) ? weights.keyboard : weights.substitute) + first;
}
