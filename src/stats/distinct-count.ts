import { hash32, mix32 } from "../base/hash.ts";
import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";

/** Words of one state in a packed Uint32Array: [how many exact hashes, or SKETCH], then 16 hashes or 64 one-byte registers. */
export const DISTINCT_STRIDE = 17;
const EXACT = 16;
const SKETCH = 0xffff_ffff;
const REGISTERS = 64;

/** Adds a hash (uint32, 0 allowed). Returns true when it was certainly or probably not there before. */
export function addDistinct(words: Uint32Array, at: number, hash: number): boolean {
  const count = words[at] ?? 0;
  if (count === SKETCH) return raise(words, at, hash);
  for (let i = 1; i <= count; i++) if (words[at + i] === hash) return false;
  if (count < EXACT) {
    words[at + 1 + count] = hash;
    words[at] = count + 1;
    return true;
  }
  const old = words.slice(at + 1, at + 1 + EXACT);
  words.fill(0, at + 1, at + DISTINCT_STRIDE);
  words[at] = SKETCH;
  for (const value of old) raise(words, at, value);
  raise(words, at, hash);
  return true;
}

/** Raises the register of a hash; true when it rose. */
function raise(words: Uint32Array, at: number, hash: number): boolean {
  const mixed = mix32(hash ^ 0x9e3779b9);
  const register = mixed & (REGISTERS - 1);
  const rank = Math.clz32((mixed >>> 6) << 6 || 0x20) + 1;
  const word = at + 1 + (register >> 2);
  const shift = (register & 3) * 8;
  const stands = ((words[word] ?? 0) >>> shift) & 255;
  if (rank <= stands) return false;
  words[word] = (((words[word] ?? 0) & ~(255 << shift)) | (rank << shift)) >>> 0;
  return true;
}

/** Estimate of how many distinct hashes were added: exact up to 16. */
export function distinctEstimate(words: Uint32Array, at: number): number {
  const count = words[at] ?? 0;
  if (count !== SKETCH) return count;
  let sum = 0;
  let zeros = 0;
  for (let i = 0; i < REGISTERS; i++) {
    const rank = ((words[at + 1 + (i >> 2)] ?? 0) >>> ((i & 3) * 8)) & 255;
    sum += 2 ** -rank;
    if (rank === 0) zeros++;
  }
  const raw = (0.709 * REGISTERS * REGISTERS) / sum;
  if (raw <= 2.5 * REGISTERS && zeros > 0) return Math.max(EXACT + 1, REGISTERS * Math.log(REGISTERS / zeros));
  return Math.max(EXACT + 1, raw);
}

/**
 * How many different values: exact to 16, then HyperLogLog with 64 registers (Flajolet et al. 2007), standard error 13 %.
 *
 * In: a text. Out of `scoreOne`: 1 when adding it would raise the estimate, else 0. Memory 68 B. Cost 10-30 ns. Independent of order,
 * merging is exact (as if all had been seen by one). Blind: an adversary who knows the hash can hide values.
 */
export class DistinctCount implements Estimator<string> {
  readonly #words = new Uint32Array(DISTINCT_STRIDE);

  learnOne(value: string, weight = 1): void {
    if (weight > 0) addDistinct(this.#words, 0, hash32(value));
  }

  scoreOne(value: string): number {
    const copy = this.#words.slice();
    return addDistinct(copy, 0, hash32(value)) ? 1 : 0;
  }

  get estimate(): number {
    return distinctEstimate(this.#words, 0);
  }

  merge(other: Estimator<string>): void {
    if (!(other instanceof DistinctCount)) throw new TypeError("distinct counts merge with distinct counts");
    const theirs = other.#words;
    const count = theirs[0] ?? 0;
    if (count !== SKETCH) {
      for (let i = 1; i <= count; i++) addDistinct(this.#words, 0, theirs[i] ?? 0);
      return;
    }
    const own = this.#words;
    if (own[0] !== SKETCH) {
      const exact = own.slice(1, 1 + (own[0] ?? 0));
      own.set(theirs);
      for (const hash of exact) addDistinct(own, 0, hash);
      return;
    }
    for (let i = 1; i < DISTINCT_STRIDE; i++) {
      let word = 0;
      for (let shift = 0; shift < 32; shift += 8) word |= Math.max(((own[i] ?? 0) >>> shift) & 255, ((theirs[i] ?? 0) >>> shift) & 255) << shift;
      own[i] = word >>> 0;
    }
  }

  save(): Uint8Array {
    const out = stateWriter("distinct-count", 1);
    out.array(this.#words);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "distinct-count", 1, (reader) => {
      const words = new Uint32Array(DISTINCT_STRIDE);
      reader.arrayInto(words);
      this.#words.set(words);
    });
  }
}
