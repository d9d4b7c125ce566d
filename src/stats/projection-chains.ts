import { CodedError, type Result } from "../base/result.ts";
import { CountedRandom } from "./counted-random.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";
import { type Vector, vectorNumber } from "./vector.ts";

const DEPTH = 12;
const PROJECTIONS = 16;
/** Width of the first cut of a projection; each further cut of the same one halves it. */
const RANGE = 12;

export interface ChainSettings {
  /** Numbers in a vector. */
  width: number;
  seed: number;
  chains?: number;
  /** Counters at a depth of a chain; boxes beyond share them. */
  cells?: number;
  /** Vectors after which an old one counts half. Infinity: never forgets. */
  halfLife?: number;
}

/**
 * How empty the box is that a vector falls into, in random views of it: half-space chains over sparse random projections (xStream).
 * A chain cuts the projected space in halves, 12 times, each time along one projection; its score is the smallest, over the depths,
 * of log2(count of the box) + depth, so that sparse boxes are found at the scale where they are sparse.
 *
 * In: vectors of `width` numbers of like scale (ln(1 + count), nats). Out: log2 units, about 8 = ordinary, larger = stranger; counts are
 * relative to all seen. Order matters only through forgetting; two shards of one seed add. Memory 4 B x chains x 12 x cells (2 MB).
 * Cost about 15 µs a score or a value learned. Blind: single features among many ordinary ones; boxes that share a counter look fuller.
 * Source: Manzoor, Lamba and Akoglu, KDD 2018; learning.md §9.
 */
export class ProjectionChains implements Estimator<Vector> {
  readonly #width: number;
  readonly #chains: number;
  readonly #cells: number;
  readonly #growth: number;
  readonly #seed: number;
  /** PROJECTIONS rows of `width` weights. */
  readonly #weights: Float64Array;
  /** By chain and depth: projection cut, width of its halves, shift. */
  readonly #cut: Uint8Array;
  readonly #half: Float64Array;
  readonly #shift: Float64Array;
  readonly #counts: Float32Array;
  readonly #projected = new Float64Array(PROJECTIONS);
  #unit = 1;
  #total = 0;

  constructor(settings: ChainSettings) {
    this.#width = settings.width;
    this.#chains = settings.chains ?? 40;
    this.#cells = settings.cells ?? 1_024;
    this.#growth = 2 ** (1 / (settings.halfLife ?? 20_000));
    this.#seed = settings.seed | 0;
    const random = new CountedRandom(this.#seed);
    this.#weights = new Float64Array(PROJECTIONS * this.#width);
    for (let i = 0; i < this.#weights.length; i++) if (random.next() < 1 / 3) this.#weights[i] = (random.next() < 0.5 ? -1 : 1) * Math.sqrt(3 / PROJECTIONS);
    const levels = this.#chains * DEPTH;
    this.#cut = new Uint8Array(levels);
    this.#half = new Float64Array(levels);
    this.#shift = new Float64Array(levels);
    this.#counts = new Float32Array(levels * this.#cells);
    for (let c = 0; c < this.#chains; c++) {
      const times = new Uint8Array(PROJECTIONS);
      for (let level = c * DEPTH; level < (c + 1) * DEPTH; level++) {
        const p = random.below(PROJECTIONS);
        this.#cut[level] = p;
        this.#half[level] = RANGE / 2 ** (times[p] ?? 0);
        this.#shift[level] = random.next() * RANGE;
        times[p] = (times[p] ?? 0) + 1;
      }
    }
  }

  get ready(): boolean {
    return this.#total > 0;
  }

  get bytes(): number {
    return this.#counts.byteLength;
  }

  learnOne(vector: Vector, weight = 1): void {
    if (!(weight > 0)) return;
    this.#unit *= this.#growth;
    this.#total += this.#unit * weight;
    this.#project(vector);
    const add = this.#unit * weight;
    for (let c = 0; c < this.#chains; c++) {
      let h = 7;
      for (let level = c * DEPTH; level < (c + 1) * DEPTH; level++) {
        h = this.#box(h, level);
        const at = level * this.#cells + ((h >>> 0) % this.#cells);
        this.#counts[at] = (this.#counts[at] ?? 0) + add;
      }
    }
    if (this.#unit > 1e24) this.#rescale();
  }

  scoreOne(vector: Vector): number {
    this.#project(vector);
    let sum = 0;
    for (let c = 0; c < this.#chains; c++) {
      let h = 7;
      let least = Number.POSITIVE_INFINITY;
      for (let depth = 0; depth < DEPTH; depth++) {
        const level = c * DEPTH + depth;
        h = this.#box(h, level);
        const v = Math.log2((this.#counts[level * this.#cells + ((h >>> 0) % this.#cells)] ?? 0) / this.#unit + 0.5) + depth + 1;
        if (v < least) least = v;
      }
      sum += least;
    }
    return Math.log2(this.#total / this.#unit + 1) + 8 - sum / this.#chains;
  }

  #project(vector: Vector): void {
    for (let p = 0; p < PROJECTIONS; p++) {
      let sum = 0;
      for (let i = 0; i < this.#width; i++) {
        const w = this.#weights[p * this.#width + i] ?? 0;
        if (w !== 0) sum += w * vectorNumber(vector[i]);
      }
      this.#projected[p] = sum;
    }
  }

  /** Hash of the box so far with the next cut. */
  #box(before: number, level: number): number {
    const p = this.#cut[level] ?? 0;
    const side = Math.floor(((this.#projected[p] ?? 0) + (this.#shift[level] ?? 0)) / (this.#half[level] ?? 1));
    const h = Math.imul(before ^ ((side + p * 7919) | 0), 0x9e3779b1);
    return h ^ (h >>> 15);
  }

  merge(other: Estimator<Vector>): void {
    if (!(other instanceof ProjectionChains) || other.#seed !== this.#seed || other.#counts.length !== this.#counts.length)
      throw new TypeError("chains merge with chains of the same seed and settings");
    const scale = this.#unit / other.#unit;
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] = (this.#counts[i] ?? 0) + (other.#counts[i] ?? 0) * scale;
    this.#total += other.#total * scale;
  }

  save(): Uint8Array {
    const out = stateWriter("projection-chains", 1);
    out.f64(this.#seed);
    out.u32(this.#width);
    out.f64(this.#unit);
    out.f64(this.#total);
    out.array(this.#counts);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "projection-chains", 1, (reader) => {
      if (reader.f64() !== this.#seed || reader.u32() !== this.#width) throw new CodedError("state-size", "the saved chains have another seed or width");
      const unit = reader.f64();
      const total = reader.f64();
      const counts = new Float32Array(this.#counts.length);
      if (reader.arrayInto(counts) !== counts.length) throw new CodedError("state-size", "the saved chains have other settings");
      this.#unit = unit;
      this.#total = total;
      this.#counts.set(counts);
    });
  }

  #rescale(): void {
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i] = (this.#counts[i] ?? 0) / this.#unit;
    this.#total /= this.#unit;
    this.#unit = 1;
  }
}
