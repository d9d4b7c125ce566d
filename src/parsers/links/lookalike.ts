import { registeredDomain, registrableDomain } from "../../base/domain.ts";
import { unicodeHost } from "../../base/punycode.ts";
import { latinOf, skeletonOf } from "./confusables.ts";
import { type EditWeights, editCost } from "./edit-cost.ts";

/** From content/lookups/links/lookalike.yaml. */
export interface LookalikeSettings {
  weights: EditWeights;
  /** Highest cost that still counts, by length of the known label: the last entry whose `from` is not above it. */
  budgets: readonly { from: number; cost: number }[];
  /** Words that are put around a known name: login, secure ... */
  words: ReadonlySet<string>;
  /** As words, but counted between hyphens only. */
  weakWords: ReadonlySet<string>;
  /** What a word around the name costs, and the shortest known label for which that counts. */
  word: { cost: number; shortest: number };
  /** Labels that are words of a language: a word joined to one of them without a hyphen is no sign. */
  ordinary: ReadonlySet<string>;
  /** Registrable domains of well-known names. */
  protected: readonly string[];
  /** Honest registrable domains that look like one of them. */
  owned: ReadonlySet<string>;
}

export type LookalikeKind = "same-skeleton" | "typo" | "added-word" | "typo-and-word" | "in-subdomain" | "other-suffix";

export interface Lookalike {
  /** 0-1; from 0.5 on it is taken for a look-alike, 1 = to the eye the same. */
  score: number;
  /** Registrable domain that it looks like. */
  known: string;
  kind: LookalikeKind;
  /** Weighted edits. */
  cost: number;
}

/** Shorter labels without their first letter are words of their own. */
const LONE_FROM = 7;

/** Letters of a word that may be joined to a name without a hyphen: from "hr" to "authentication". */
const SHORTEST_WORD = 2;
const LONGEST_WORD = 16;

interface KnownName {
  domain: string;
  /** As registered. */
  written: string;
  /** Latin, without hyphens. */
  label: string;
  skeleton: string;
  letters: number;
}

/**
 * Known names against which hosts are compared: brands, the organisation's own, its correspondents. Compared on the registered label, never on the suffix.
 * Memory: about 300 bytes a name. Cost: 20-60 us a host at 10,000 names. When it does not work: labels of up to four letters, names that share no letters
 * with what they imitate, and honest neighbours (unipi, unifi): ask only about hosts never seen before, and treat the answer as one sign among others.
 */
export class LookalikeIndex {
  readonly #settings: LookalikeSettings;
  readonly #byLength = new Map<number, KnownName[]>();
  readonly #domains = new Set<string>();
  readonly #labels = new Map<string, string>();

  constructor(settings: LookalikeSettings, known: Iterable<string> = settings.protected) {
    this.#settings = settings;
    for (const name of known) this.add(name);
  }

  get size(): number {
    return this.#domains.size;
  }

  /** A host or registrable domain that is known from now on. */
  add(name: string): void {
    const parts = partsOf(name);
    if (parts === undefined || this.#domains.has(parts.domain)) return;
    this.#domains.add(parts.domain);
    const latin = latinOf(parts.label).replaceAll("-", "");
    if (!this.#labels.has(parts.label)) this.#labels.set(parts.label, parts.domain);
    if (this.#budget(latin.length) <= 0) return;
    const skeleton = skeletonOf(latin);
    const list = this.#byLength.get(latin.length) ?? [];
    list.push({ domain: parts.domain, written: parts.label, label: latin, skeleton, letters: lettersOf(skeleton) });
    this.#byLength.set(latin.length, list);
  }

  /** The known name that a host looks most like; undefined when it is known itself or looks like none. Scores below 0.5 are hints of weaker kinds. */
  look(host: string): Lookalike | undefined {
    const parts = partsOf(host);
    if (parts === undefined || this.#domains.has(parts.domain) || this.#settings.owned.has(parts.domain)) return undefined;
    let best = this.#closest(parts.label, 0);
    const plain = latinOf(parts.label);
    for (const rest of withoutWords(plain, this.#settings)) {
      if (rest.replaceAll("-", "").length < this.#settings.word.shortest) continue;
      const found = this.#closest(rest, this.#settings.word.cost);
      if (found === undefined || (found.kind === "other-suffix" && this.#settings.ordinary.has(rest) && !parts.label.includes("-"))) continue;
      if (found.score > (best?.score ?? 0)) best = { ...found, kind: found.kind === "other-suffix" ? "added-word" : "typo-and-word" };
    }
    return best ?? this.#inSubdomain(parts);
  }

  #closest(label: string, extra: number): Lookalike | undefined {
    const latin = latinOf(label).replaceAll("-", "");
    const skeleton = skeletonOf(latin);
    const letters = lettersOf(skeleton);
    let best: Lookalike | undefined;
    for (let length = latin.length - 3; length <= latin.length + 3; length++) {
      const budget = this.#budget(length) - (extra > 0 ? extra / 2 : 0);
      if (budget <= 0) continue;
      for (const known of this.#byLength.get(length) ?? []) {
        if (bits(letters ^ known.letters) > 5) continue;
        // A letter too many or too few in front, and nothing else: what it costs more than elsewhere is forgiven where the rest is long enough to be read.
        const most = length >= LONE_FROM && isLoneAtFront(latin, known.label) ? budget + this.#settings.weights.first : budget;
        const cost = editCost(latin, known.label, this.#settings.weights, most);
        if (cost > most) continue;
        const same = cost === 0 && label === known.written;
        const found = this.#judge(cost, most, extra, same, skeleton === known.skeleton, known.domain);
        if (best === undefined || found.score > best.score) best = found;
      }
    }
    return best;
  }

  /** The known label letter by letter under another suffix is common among honest names (google.de): a hint; with words around it, more. */
  #judge(cost: number, budget: number, extra: number, same: boolean, alike: boolean, known: string): Lookalike {
    if (same) return { score: extra > 0 ? 0.8 : 0.3, known, kind: "other-suffix", cost: cost + extra };
    return { score: Math.max(0, 1 - cost / (2 * budget)), known, kind: alike ? "same-skeleton" : "typo", cost: cost + extra };
  }

  #inSubdomain(parts: { domain: string; sub: string }): Lookalike | undefined {
    for (const label of parts.sub.split(".")) {
      const known = this.#labels.get(label);
      if (known !== undefined && label.length >= this.#settings.word.shortest) return { score: 0.4, known, kind: "in-subdomain", cost: 0 };
    }
    return undefined;
  }

  #budget(length: number): number {
    let cost = 0;
    for (const step of this.#settings.budgets) if (length >= step.from) cost = step.cost;
    return cost;
  }
}

function isLoneAtFront(a: string, b: string): boolean {
  return a.length === b.length + 1 ? a.endsWith(b) : b.length === a.length + 1 && b.endsWith(a);
}

/** Best score of one host against some names, 0-1; see LookalikeIndex, which many hosts should share. */
export function lookalikeScore(host: string, known: Iterable<string>, settings: LookalikeSettings): number {
  return new LookalikeIndex(settings, known).look(host)?.score ?? 0;
}

function partsOf(host: string): { domain: string; label: string; sub: string } | undefined {
  // A capital I is an l to the eye; host names are compared without case, so this is the last place that sees it.
  const name = unicodeHost(host.replace(/(?<=[a-z])I(?=[a-z])/g, "l"))
    .toLowerCase()
    .replace(/\.$/, "");
  const domain = registrableDomain(name) ?? registeredDomain(name);
  if (domain === undefined) return undefined;
  return { domain, label: domain.slice(0, domain.indexOf(".")), sub: name.length > domain.length ? name.slice(0, name.length - domain.length - 1) : "" };
}

/** What stays of a label when words at its ends, or whole words between hyphens, go; never the label itself. */
function withoutWords(label: string, { words, weakWords }: LookalikeSettings): Set<string> {
  const rests = new Set<string>();
  const tokens = label.split("-");
  const kept = tokens.filter((token) => !words.has(token) && !weakWords.has(token));
  if (kept.length > 0 && kept.length < tokens.length) rests.add(kept.join("-"));
  const base = kept.join("");
  for (let size = SHORTEST_WORD; size <= LONGEST_WORD && size < base.length - 3; size++) {
    if (words.has(base.slice(0, size))) rests.add(base.slice(size));
    if (words.has(base.slice(-size))) rests.add(base.slice(0, -size));
  }
  return rests;
}

function lettersOf(skeleton: string): number {
  let mask = 0;
  for (let i = 0; i < skeleton.length; i++) {
    const code = skeleton.charCodeAt(i);
    mask |= 1 << (code >= 97 && code <= 122 ? code - 97 : 26 + (code % 6));
  }
  return mask;
}

function bits(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
