/** Hashed character pieces of a text with their weights (term frequency, log-damped); indexes ascend. */
export interface TextVector {
  indexes: Uint32Array;
  values: Float32Array;
}

export const TEXT_BITS = 18;
const SIZE = 1 << TEXT_BITS;
const LEAST = 2;
const MOST = 5;

/**
 * Character pieces of 2 to 5 within words (a blank at either end of a word counts as a character), hashed into 2^18 places.
 * Language-blind: works on any script. Cost about 0.1 µs a piece, four pieces a character. Two pieces may share a place.
 */
export function textVector(text: string, most = 4_000): TextVector {
  const counts = new Map<number, number>();
  const words = text.slice(0, most).toLowerCase().split(/\s+/);
  for (const word of words) {
    if (word === "") continue;
    const padded = ` ${word.slice(0, 60)} `;
    for (let i = 0; i < padded.length; i++) {
      let h = 0x811c9dc5;
      for (let k = 0; k < MOST && i + k < padded.length; k++) {
        h = Math.imul(h ^ padded.charCodeAt(i + k), 0x01000193);
        if (k + 1 >= LEAST) {
          const at = (h ^ (h >>> 15)) & (SIZE - 1);
          counts.set(at, (counts.get(at) ?? 0) + 1);
        }
      }
    }
  }
  const indexes = Uint32Array.from(counts.keys()).sort();
  const values = new Float32Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) values[i] = 1 + Math.log(counts.get(indexes[i] ?? 0) ?? 1);
  return { indexes, values };
}

export interface TextSettings {
  passes?: number;
  /** Penalty on each weight as a share of the step. */
  decay?: number;
}

/**
 * Linear classifier on character pieces, learned on site from an organisation's own honest mail and its own reported phish: such a model
 * does not travel and is never shipped. Logistic loss, AdaGrad steps, balanced classes, weights by inverse document frequency.
 * In: vectors of `textVector`, labels 0/1. Out of `logOdds`: larger = more like label 1. Memory 4 MB. Cost: ten passes over all pieces.
 * Deterministic: the order of rows is shuffled by a fixed congruence. When it does not work: it learns the topic of the honest mail as much as
 * guilt, so mail of a kind that it never saw is judged by accident (mail-scoring.md §2); never let it decide alone.
 */
export class TextClassifier {
  readonly #weights = new Float32Array(SIZE);
  readonly #idf = new Float32Array(SIZE);
  #bias = 0;

  constructor(rows: readonly TextVector[], labels: readonly number[], settings: TextSettings = {}) {
    const seen = new Uint32Array(SIZE);
    for (const row of rows) for (const at of row.indexes) seen[at] = (seen[at] ?? 0) + 1;
    for (let i = 0; i < SIZE; i++) this.#idf[i] = Math.log((1 + rows.length) / (1 + (seen[i] ?? 0))) + 1;
    const ones = labels.reduce((sum, l) => sum + l, 0);
    if (ones === 0 || ones === labels.length) return;
    const classWeight = [labels.length / (2 * (labels.length - ones)), labels.length / (2 * ones)];
    const squares = new Float32Array(SIZE).fill(1e-4);
    const scales = rows.map((row) => this.#scale(row));
    let biasSquare = 1e-4;
    const n = rows.length;
    const stride = strideOf(n);
    const decay = settings.decay ?? 1e-6;
    for (let pass = 0; pass < (settings.passes ?? 10); pass++) {
      for (let k = 0, i = pass % n; k < n; k++, i = (i + stride) % n) {
        const row = rows[i] as TextVector;
        const scale = scales[i] ?? 0;
        const margin = this.#margin(row, scale);
        const label = labels[i] ?? 0;
        const g = (1 / (1 + Math.exp(-margin)) - label) * (classWeight[label] ?? 1);
        biasSquare += g * g;
        this.#bias -= (0.1 * g) / Math.sqrt(biasSquare);
        if (Math.abs(g) < 1e-4) continue;
        for (let j = 0; j < row.indexes.length; j++) {
          const at = row.indexes[j] ?? 0;
          const d = g * (row.values[j] ?? 0) * (this.#idf[at] ?? 0) * scale + decay * (this.#weights[at] ?? 0);
          squares[at] = (squares[at] ?? 0) + d * d;
          this.#weights[at] = (this.#weights[at] ?? 0) - (0.3 * d) / Math.sqrt(squares[at] ?? 1);
        }
      }
    }
  }

  logOdds(row: TextVector): number {
    return this.#margin(row, this.#scale(row));
  }

  #margin(row: TextVector, scale: number): number {
    let sum = 0;
    for (let j = 0; j < row.indexes.length; j++) {
      const at = row.indexes[j] ?? 0;
      sum += (this.#weights[at] ?? 0) * (row.values[j] ?? 0) * (this.#idf[at] ?? 0);
    }
    return sum * scale + this.#bias;
  }

  /** One over the length of the weighted vector. */
  #scale(row: TextVector): number {
    let sum = 0;
    for (let j = 0; j < row.indexes.length; j++) sum += ((row.values[j] ?? 0) * (this.#idf[row.indexes[j] ?? 0] ?? 0)) ** 2;
    return sum > 0 ? 1 / Math.sqrt(sum) : 0;
  }
}

/** A step that visits every row once. */
function strideOf(n: number): number {
  for (let s = Math.max(1, Math.floor(n * 0.618)); s < n + 1; s++) if (gcd(s, n) === 1) return s;
  return 1;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
