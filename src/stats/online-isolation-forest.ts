import { CodedError, type Result } from "../base/result.ts";
import { CountedRandom } from "./counted-random.ts";
import type { Estimator } from "./estimator.ts";
import { growTree, ISOLATION_SAMPLE, type IsolationTrees, makeTrees, pathLength } from "./isolation-tree.ts";
import { loadState, stateWriter } from "./load-state.ts";
import { type Vector, vectorNumber } from "./vector.ts";

export interface OnlineForestSettings {
  /** Numbers in a vector, at most 127. */
  width: number;
  seed: number;
  trees?: number;
  /** Vectors kept to grow trees from. */
  reservoir?: number;
  /** Vectors learned between two trees grown anew. */
  every?: number;
}

/**
 * How easily a vector is set apart from the recent ones: an isolation forest that never stops. A reservoir holds vectors, each new one
 * taking the place of a random old one (so their age fades exponentially); every 20 vectors the oldest tree is grown anew from it.
 *
 * In: vectors of `width` numbers of like scale (ln(1 + count), nats). Out: 10 x 2^(-mean relative depth), in (0, 10), larger = stranger,
 * about 5 = ordinary; 0 until 256 vectors were seen (`ready`): a placeholder, not for calibrators. Depends on order and on its seed, not on
 * a clock. Merging draws from both reservoirs by what each has seen, and grows all trees anew: not the same as one that saw everything.
 * Memory 0.2 MB (60 trees) + 4 B x width x reservoir. Cost about 4 µs a score; a value learned 10 µs on average (a tree is 0.1 ms, every 20th).
 * Blind: strangeness that lies only in a combination of features; attacks that fill the reservoir (a twentieth of it is enough to matter).
 * Source: Liu, Ting and Zhou, ICDM 2008; the biased reservoir of Aggarwal, VLDB 2006; learning.md §9.
 */
export class OnlineIsolationForest implements Estimator<Vector> {
  readonly #width: number;
  readonly #every: number;
  readonly #count: number;
  readonly #rows: Float32Array;
  readonly #trees: IsolationTrees;
  readonly #random: CountedRandom;
  #held = 0;
  #learned = 0;
  #grown = false;

  constructor(settings: OnlineForestSettings) {
    this.#width = settings.width;
    this.#every = settings.every ?? 20;
    this.#count = settings.trees ?? 60;
    this.#rows = new Float32Array((settings.reservoir ?? 4_096) * settings.width);
    this.#trees = makeTrees(this.#count);
    this.#random = new CountedRandom(settings.seed);
  }

  /** False until there are trees: scores are 0 and mean nothing. */
  get ready(): boolean {
    return this.#grown;
  }

  get bytes(): number {
    const { feature, cut, size, norm } = this.#trees;
    return this.#rows.byteLength + feature.byteLength + cut.byteLength + size.byteLength + norm.byteLength;
  }

  learnOne(vector: Vector, weight = 1): void {
    if (!(weight > 0)) return;
    // A vector of little weight is held with that chance.
    if (weight < 1 && this.#random.next() >= weight) return;
    const reservoir = this.#rows.length / this.#width;
    const at = this.#held < reservoir ? this.#held++ : this.#random.below(reservoir);
    for (let i = 0; i < this.#width; i++) this.#rows[at * this.#width + i] = vectorNumber(vector[i]);
    this.#learned++;
    if (this.#held < ISOLATION_SAMPLE) return;
    if (!this.#grown) this.#growAll();
    else if (this.#learned % this.#every === 0) this.#grow((this.#learned / this.#every) % this.#count);
  }

  scoreOne(vector: Vector): number {
    if (!this.#grown) return 0;
    let sum = 0;
    for (let t = 0; t < this.#count; t++) sum += pathLength(this.#trees, t, vector);
    return 10 * 2 ** (-sum / this.#count);
  }

  merge(other: Estimator<Vector>): void {
    if (!(other instanceof OnlineIsolationForest) || other.#width !== this.#width) throw new TypeError("a forest merges with a forest of the same width");
    const total = this.#learned + other.#learned;
    if (other.#learned === 0) return;
    const mine = this.#rows.slice(0, this.#held * this.#width);
    const room = this.#rows.length / this.#width;
    const held = Math.min(room, this.#held + other.#held);
    const share = this.#learned / total;
    let a = 0;
    let b = 0;
    for (let i = 0; i < held; i++) {
      const own = b >= other.#held || (a < this.#held && this.#random.next() < share);
      const from = own ? mine.subarray(a * this.#width, (a + 1) * this.#width) : other.#rows.subarray(b * this.#width, (b + 1) * this.#width);
      if (own) a++;
      else b++;
      this.#rows.set(from, i * this.#width);
    }
    this.#held = held;
    this.#learned = total;
    if (held >= ISOLATION_SAMPLE) this.#growAll();
  }

  #growAll(): void {
    for (let t = 0; t < this.#count; t++) this.#grow(t);
    this.#grown = true;
  }

  #grow(t: number): void {
    growTree(this.#trees, t, this.#rows, this.#held, this.#width, this.#random);
  }

  save(): Uint8Array {
    const out = stateWriter("online-isolation-forest", 1);
    out.u32(this.#width);
    out.u32(this.#count);
    out.u32(this.#held);
    out.f64(this.#learned);
    out.u8(this.#grown ? 1 : 0);
    out.u32(this.#random.drawn);
    out.array(this.#rows, this.#held * this.#width);
    out.array(this.#trees.feature);
    out.array(this.#trees.cut);
    out.array(this.#trees.size);
    out.array(this.#trees.norm);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "online-isolation-forest", 1, (reader) => {
      if (reader.u32() !== this.#width || reader.u32() !== this.#count) throw new CodedError("state-size", "the saved forest has other settings");
      const held = reader.u32();
      const learned = reader.f64();
      const grown = reader.u8() === 1;
      const drawn = reader.u32();
      const rows = new Float32Array(this.#rows.length);
      reader.arrayInto(rows);
      const trees = makeTrees(this.#count);
      reader.arrayInto(trees.feature);
      reader.arrayInto(trees.cut);
      reader.arrayInto(trees.size);
      reader.arrayInto(trees.norm);
      this.#held = held;
      this.#learned = learned;
      this.#grown = grown;
      this.#random.drawn = drawn;
      this.#rows.set(rows);
      this.#trees.feature.set(trees.feature);
      this.#trees.cut.set(trees.cut);
      this.#trees.size.set(trees.size);
      this.#trees.norm.set(trees.norm);
    });
  }
}
