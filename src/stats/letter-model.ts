import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { loadState, stateWriter } from "./load-state.ts";

/** Classes of characters: a-z, digit, hyphen, edge of the label, anything else (other scripts). */
const CLASSES = 30;
const DIGIT = 26;
const HYPHEN = 27;
const EDGE = 28;
const OTHER = 29;
const VOWELS = "aeiouy";
const LIQUIDS = "lrnmsh";

/**
 * Prior weight of a pair: what pronounceable writing in most alphabetic languages shares, stated as a rule rather than counted
 * from anybody's list: vowels and consonants alternate; l, r, n, m, s, h stand beside consonants; q, x, j, z, w, k are scarce;
 * digits come in runs at an end.
 */
function priorWeight(a: number, b: number): number {
  const letterA = String.fromCharCode(97 + a);
  const letterB = String.fromCharCode(97 + b);
  const vowelA = a < 26 && VOWELS.includes(letterA);
  const vowelB = b < 26 && VOWELS.includes(letterB);
  const scarce = (c: number): number =>
    c >= 26 ? 1 : "qxjz".includes(String.fromCharCode(97 + c)) ? 0.12 : "wkvy".includes(String.fromCharCode(97 + c)) ? 0.45 : 1;
  if (a === OTHER || b === OTHER) return 0.6;
  if (a === DIGIT) return b === DIGIT ? 5 : b === EDGE ? 4 : b === HYPHEN ? 1 : 0.25;
  if (b === DIGIT) return a === EDGE ? 0.4 : a === HYPHEN ? 1.5 : 0.35;
  if (a === HYPHEN || b === HYPHEN) return 0.8;
  if (a === EDGE) return b < 26 ? (vowelB ? 0.9 : 1.2 * scarce(b)) : 0.1;
  if (b === EDGE) return vowelA ? 1.4 : LIQUIDS.includes(letterA) || "tdk".includes(letterA) ? 1.3 : 0.45 * scarce(a);
  if (vowelA && vowelB) return "yu".includes(letterB) ? 0.4 : 0.7;
  if (vowelA) return 1.6 * scarce(b);
  if (vowelB) return (letterB === "y" || letterB === "u" ? 1.2 : 2.4) * scarce(a);
  if (a === b) return 0.5 * scarce(a);
  if (LIQUIDS.includes(letterB) || LIQUIDS.includes(letterA) || letterB === "t") return 0.55 * scarce(a) * scarce(b);
  return 0.12 * scarce(a) * scarce(b);
}

/** Letters that a pair's prior counts for: an organisation's own names take over after a few thousand letters. */
const PRIOR_LETTERS = 60;

/**
 * How unlike customary names a label is: log-likelihood ratio of "letters drawn at random" against pairs of characters as this
 * organisation's names have them, back-off to a rule-made prior.
 *
 * In: one label (no dots), lower case; `xn--` labels count as other scripts and are never called random. Out: nats per character,
 * about -0.5 for words to +0.8 for random letters, larger = stranger. Memory 14 kB in all. Cost 20 ns a character.
 * Independent of order. Blind: names made of dictionary words; labels under six letters. Source: our own; learning.md §4.14 (DGA score).
 */
export class LetterModel implements Estimator<string> {
  readonly #pairs = new Float64Array(CLASSES * CLASSES);
  readonly #rows = new Float64Array(CLASSES);
  static readonly #prior = makePrior();

  learnOne(label: string, weight = 1): void {
    if (!(weight > 0) || label.startsWith("xn--")) return;
    let before = EDGE;
    for (let i = 0; i <= label.length; i++) {
      const c = i === label.length ? EDGE : classOf(label.charCodeAt(i));
      const at = before * CLASSES + c;
      this.#pairs[at] = (this.#pairs[at] ?? 0) + weight;
      this.#rows[before] = (this.#rows[before] ?? 0) + weight;
      before = c;
    }
  }

  scoreOne(label: string): number {
    if (label.length === 0 || label.startsWith("xn--")) return 0;
    let before = EDGE;
    let sum = 0;
    let digits = 0;
    let others = 0;
    for (let i = 0; i <= label.length; i++) {
      const c = i === label.length ? EDGE : classOf(label.charCodeAt(i));
      if (c === DIGIT) digits++;
      if (c === OTHER) others++;
      const row = (this.#rows[before] ?? 0) + PRIOR_LETTERS;
      const p = ((this.#pairs[before * CLASSES + c] ?? 0) + PRIOR_LETTERS * (LetterModel.#prior[before * CLASSES + c] ?? 0)) / row;
      sum -= Math.log(Math.max(1e-6, p));
      before = c;
    }
    if (others * 2 > label.length) return 0;
    // Random letters cost ln 26 each, random letters and digits ln 36; the edge costs what the length of names makes it.
    const alphabet = digits > 0 ? Math.log(36) : Math.log(26);
    return sum / (label.length + 1) - alphabet * (label.length / (label.length + 1)) + 0.6;
  }

  /** 0-1: the chance that the label was drawn at random, were one name in three so. Needs six characters to say anything. */
  generated(label: string): number {
    const length = label.length;
    if (length < 6) return 0;
    const evidence = (this.scoreOne(label) - 0.25) * Math.min(24, length);
    return 1 / (1 + 2 * Math.exp(-Math.max(-40, Math.min(40, evidence))));
  }

  merge(other: Estimator<string>): void {
    if (!(other instanceof LetterModel)) throw new TypeError("letters merge with letters");
    for (let i = 0; i < this.#pairs.length; i++) this.#pairs[i] = (this.#pairs[i] ?? 0) + (other.#pairs[i] ?? 0);
    for (let i = 0; i < CLASSES; i++) this.#rows[i] = (this.#rows[i] ?? 0) + (other.#rows[i] ?? 0);
  }

  save(): Uint8Array {
    const out = stateWriter("letter-model", 1);
    out.array(this.#pairs);
    out.array(this.#rows);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "letter-model", 1, (reader) => {
      const pairs = new Float64Array(CLASSES * CLASSES);
      const rows = new Float64Array(CLASSES);
      reader.arrayInto(pairs);
      reader.arrayInto(rows);
      this.#pairs.set(pairs);
      this.#rows.set(rows);
    });
  }
}

function classOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 45 || code === 95) return HYPHEN;
  return OTHER;
}

function makePrior(): Float64Array {
  const table = new Float64Array(CLASSES * CLASSES);
  for (let a = 0; a < CLASSES; a++) {
    let sum = 0;
    for (let b = 0; b < CLASSES; b++) sum += priorWeight(a, b);
    for (let b = 0; b < CLASSES; b++) table[a * CLASSES + b] = priorWeight(a, b) / sum;
  }
  return table;
}
