import { mix32 } from "../../base/hash.ts";

const ROWS = 2;
const COLUMNS = 1_024;
const CELLS = ROWS * COLUMNS;
const FACTOR = 0.5;
const THRESHOLD = 1_000;

/** Counts of one key kind: now (faded), in all, and for the filtering form the score last given. */
class Sketch {
  readonly current = new Float64Array(CELLS);
  readonly total = new Float64Array(CELLS);
  readonly score = new Float64Array(CELLS);
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  cell(row: number, key: number): number {
    return row * COLUMNS + (mix32(mix32(key + this.#seed) + Math.imul(row + 1, 0x9e3779b1)) % COLUMNS);
  }

  least(of: Float64Array, key: number): number {
    return Math.min(of[this.cell(0, key)] ?? 0, of[this.cell(1, key)] ?? 0);
  }

  add(of: Float64Array, key: number): void {
    for (let row = 0; row < ROWS; row++) {
      const cell = this.cell(row, key);
      of[cell] = (of[cell] ?? 0) + 1;
    }
  }
}

/**
 * MIDAS-R and MIDAS-F on an edge stream, in the authors' example settings: sketches of 2 x 1,024, factor 0.5, threshold 1,000. Time is the
 * number of the tick (minutes that have edges). Written from the papers: Bhatia et al., AAAI 2020 (R), TKDD 2022 (F). Score: chi-squared
 * statistic of edge, source and destination, the largest; larger = stranger.
 */
export class Midas {
  readonly #sketches: Sketch[];
  readonly #filtering: boolean;
  #tick = 1;
  #last = Number.NaN;

  constructor(filtering: boolean, seed: number) {
    this.#filtering = filtering;
    this.#sketches = [0, 1, 2].map((i) => new Sketch(mix32(seed + i)));
  }

  edge(source: number, destination: number, minute: number): number {
    if (minute !== this.#last) {
      if (!Number.isNaN(this.#last)) this.#next();
      this.#last = minute;
    }
    const keys = [mix32(source) ^ Math.imul(destination, 0x85ebca6b), source, destination];
    let most = 0;
    for (const [i, sketch] of this.#sketches.entries()) {
      const key = keys[i] ?? 0;
      sketch.add(sketch.current, key);
      if (!this.#filtering) sketch.add(sketch.total, key);
      const score = this.#score(sketch.least(sketch.current, key), sketch.least(sketch.total, key));
      if (this.#filtering) for (let row = 0; row < ROWS; row++) sketch.score[sketch.cell(row, key)] = score;
      if (score > most) most = score;
    }
    return most;
  }

  #score(now: number, all: number): number {
    const t = this.#tick;
    if (all === 0 || t <= 1) return 0;
    const off = this.#filtering ? now + all - now * t : now * t - all;
    return (off * off) / (all * (t - 1));
  }

  #next(): void {
    for (const sketch of this.#sketches) {
      if (this.#filtering) {
        const share = this.#tick > 1 ? 1 / (this.#tick - 1) : 0;
        for (let i = 0; i < CELLS; i++) {
          const all = sketch.total[i] ?? 0;
          // What was strange does not become usual: its place takes what it had on average.
          sketch.total[i] = all + ((sketch.score[i] ?? 0) < THRESHOLD ? (sketch.current[i] ?? 0) : all * share);
        }
      }
      for (let i = 0; i < CELLS; i++) sketch.current[i] = (sketch.current[i] ?? 0) * FACTOR;
    }
    this.#tick++;
  }
}
