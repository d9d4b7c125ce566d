import type { Result } from "../base/result.ts";
import type { Estimator } from "./estimator.ts";
import { PRIOR_WORDS } from "./letter-prior.ts";
import { loadState, stateWriter } from "./load-state.ts";

/** Classes of characters: a-z, digit, hyphen, edge of the label, anything else (other scripts). */
const CLASSES = 30;
const DIGIT = 26;
const HYPHEN = 27;
const EDGE = 28;
const OTHER = 29;
/** Letters that back-off to single characters counts for. */
const BACK_OFF = 12;
/** Of a pair of words run together in a name: how often, beside the ends of the words as they stand. */
const JOINT = 0.5;
const LEAST_LETTERS = 6;
const MOST_LETTERS = 24;
/** One name in so many that are looked at is drawn by lot. */
const ODDS = 60;

/**
 * How unlike customary names a label is: pairs of characters as this organisation's names and a general prior have them, against
 * characters drawn by lot.
 *
 * In: one label (no dots), lower case; `xn--` labels and other scripts are never called random. Out of `scoreOne`: nats a character,
 * about -0.8 for words, above +0.5 for letters drawn by lot, larger = stranger; `generated` makes 0-1 of it. Memory 15 kB in all.
 * Cost 20 ns a character. Independent of order. Blind: names made of words; labels under six characters; digits only.
 * Source: our own; Yadav et al., IMC 2010 for the idea of letter pairs.
 */
export class LetterModel implements Estimator<string> {
  readonly #pairs = Float64Array.from(PRIOR.pairs);
  readonly #rows = Float64Array.from(PRIOR.rows);
  readonly #single = Float64Array.from(PRIOR.single);
  #total = PRIOR.total;

  learnOne(label: string, weight = 1): void {
    if (!(weight > 0) || label.length === 0 || label.length > 63 || label.startsWith("xn--")) return;
    let before = EDGE;
    for (let i = 0; i <= label.length; i++) {
      const c = i === label.length ? EDGE : classOf(label.charCodeAt(i));
      this.#add(before, c, weight);
      before = c;
    }
  }

  scoreOne(label: string): number {
    if (label.length === 0 || isBeyondLetters(label)) return 0;
    const n = Math.min(label.length, 63);
    let before = EDGE;
    let sum = 0;
    let digits = 0;
    for (let i = 0; i < n; i++) {
      const c = classOf(label.charCodeAt(i));
      const single = ((this.#single[c] ?? 0) + 0.5) / (this.#total + 15);
      let p = ((this.#pairs[before * CLASSES + c] ?? 0) + BACK_OFF * single) / ((this.#rows[before] ?? 0) + BACK_OFF);
      if (c === DIGIT) {
        digits++;
        // Digits come as years and versions; which one of the ten says nothing.
        p /= 10;
      }
      sum -= Math.log(Math.max(1e-7, p));
      before = c;
    }
    return sum / n - (digits > 0 ? Math.log(36) : Math.log(26));
  }

  /** 0-1: the probability that the label was drawn by lot, one name in sixty being so. 0 for fewer than six characters. */
  generated(label: string): number {
    const length = Math.min(MOST_LETTERS, label.length);
    if (length < LEAST_LETTERS || isBeyondLetters(label)) return 0;
    const evidence = this.scoreOne(label) * length;
    return 1 / (1 + ODDS * Math.exp(-Math.max(-40, Math.min(40, evidence))));
  }

  merge(other: Estimator<string>): void {
    if (!(other instanceof LetterModel)) throw new TypeError("letters merge with letters");
    // Both hold the prior: it counts once.
    for (let i = 0; i < this.#pairs.length; i++) this.#pairs[i] = (this.#pairs[i] ?? 0) + (other.#pairs[i] ?? 0) - (PRIOR.pairs[i] ?? 0);
    for (let i = 0; i < CLASSES; i++) {
      this.#rows[i] = (this.#rows[i] ?? 0) + (other.#rows[i] ?? 0) - (PRIOR.rows[i] ?? 0);
      this.#single[i] = (this.#single[i] ?? 0) + (other.#single[i] ?? 0) - (PRIOR.single[i] ?? 0);
    }
    this.#total += other.#total - PRIOR.total;
  }

  save(): Uint8Array {
    const out = stateWriter("letter-model", 1);
    out.array(this.#pairs);
    out.array(this.#rows);
    out.array(this.#single);
    out.f64(this.#total);
    return out.finish();
  }

  load(bytes: Uint8Array): Result<void> {
    return loadState(bytes, "letter-model", 1, (reader) => {
      const pairs = new Float64Array(CLASSES * CLASSES);
      const rows = new Float64Array(CLASSES);
      const single = new Float64Array(CLASSES);
      reader.arrayInto(pairs);
      reader.arrayInto(rows);
      reader.arrayInto(single);
      this.#total = reader.f64();
      this.#pairs.set(pairs);
      this.#rows.set(rows);
      this.#single.set(single);
    });
  }

  #add(a: number, b: number, weight: number): void {
    const at = a * CLASSES + b;
    this.#pairs[at] = (this.#pairs[at] ?? 0) + weight;
    this.#rows[a] = (this.#rows[a] ?? 0) + weight;
    if (b === EDGE) return;
    this.#single[b] = (this.#single[b] ?? 0) + weight;
    this.#total += weight;
  }
}

/** Other scripts, encoded or plain, and plain numbers: letter pairs say nothing about them. */
function isBeyondLetters(label: string): boolean {
  if (label.startsWith("xn--")) return true;
  let others = 0;
  let digits = 0;
  const n = Math.min(63, label.length);
  for (let i = 0; i < n; i++) {
    const c = classOf(label.charCodeAt(i));
    if (c === OTHER) others++;
    else if (c === DIGIT) digits++;
  }
  return others * 2 > n || digits === n;
}

function classOf(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 45 || code === 95) return HYPHEN;
  return OTHER;
}

interface Prior {
  pairs: Float64Array;
  rows: Float64Array;
  single: Float64Array;
  total: number;
}

const PRIOR = makePrior();

/** Pairs of the prior's words, of words run together, and a few of digits and hyphens as names have them. */
function makePrior(): Prior {
  const prior: Prior = { pairs: new Float64Array(CLASSES * CLASSES), rows: new Float64Array(CLASSES), single: new Float64Array(CLASSES), total: 0 };
  const add = (a: number, b: number, weight: number): void => {
    prior.pairs[a * CLASSES + b] = (prior.pairs[a * CLASSES + b] ?? 0) + weight;
    prior.rows[a] = (prior.rows[a] ?? 0) + weight;
    if (b === EDGE) return;
    prior.single[b] = (prior.single[b] ?? 0) + weight;
    prior.total += weight;
  };
  const words = PRIOR_WORDS.split(/\s+/).filter((word) => word !== "");
  for (let w = 0; w < words.length; w++) {
    const word = words[w] ?? "";
    let before = EDGE;
    for (let i = 0; i <= word.length; i++) {
      const c = i === word.length ? EDGE : classOf(word.charCodeAt(i));
      add(before, c, 1);
      before = c;
    }
    // The next word of another place in the list, since the list is in alphabetical order.
    const next = words[(w * 7 + 3) % words.length] ?? "";
    add(classOf(word.charCodeAt(word.length - 1)), classOf(next.charCodeAt(0)), JOINT);
    if (w % 10 === 0) {
      add(classOf(word.charCodeAt(word.length - 1)), DIGIT, 1);
      add(DIGIT, DIGIT, 2);
      add(DIGIT, classOf(next.charCodeAt(0)), 1);
      add(classOf(word.charCodeAt(word.length - 1)), HYPHEN, 1);
      add(HYPHEN, classOf(next.charCodeAt(0)), 1);
      if (w % 40 === 0) add(EDGE, DIGIT, 1);
    }
  }
  return prior;
}
