import type { Random } from "../base/random.ts";

const ALIKE: readonly (readonly [string, string])[] = [
  ["l", "1"],
  ["l", "i"],
  ["i", "l"],
  ["i", "1"],
  ["o", "0"],
  ["m", "rn"],
  ["w", "vv"],
  ["e", "c"],
  ["c", "e"],
  ["a", "o"],
  ["s", "5"],
  ["d", "cl"],
  ["u", "v"],
  ["n", "m"],
  ["g", "q"],
];
const FOREIGN: readonly (readonly [string, string])[] = [
  ["a", "а"],
  ["e", "е"],
  ["o", "о"],
  ["p", "р"],
  ["c", "с"],
  ["i", "і"],
  ["s", "ѕ"],
  ["y", "у"],
  ["x", "х"],
  ["a", "á"],
  ["e", "ė"],
  ["o", "ö"],
  ["u", "ü"],
  ["l", "ł"],
];
const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

export const TYPO_KINDS = [
  "alike",
  "foreign letter",
  "key beside",
  "left out",
  "doubled",
  "turned",
  "key added",
  "hyphen",
  "word added",
  "alike and word",
] as const;
export type TypoKind = (typeof TYPO_KINDS)[number];

/**
 * A registrable name that imitates another one, made by the slips that typosquatting studies list (character omission, permutation, replacement by a key beside,
 * doubling, look-alike letters; Moore and Edelman 2010, Nikiforakis et al. 2013 for combined names). Undefined when the kind cannot be done to this name.
 */
export function madeTypo(domain: string, kind: TypoKind, words: readonly string[], random: Random): string | undefined {
  const dot = domain.indexOf(".");
  const label = domain.slice(0, dot);
  const made = labelOf(label, kind, words, random);
  return made === undefined || made === label ? undefined : made + domain.slice(dot);
}

function labelOf(label: string, kind: TypoKind, words: readonly string[], random: Random): string | undefined {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const at = Math.floor(random() * label.length);
  const letter = label[at] ?? "";
  if (kind === "alike" || kind === "foreign letter") {
    const table = kind === "alike" ? ALIKE : FOREIGN;
    const swap = pick(table.filter(([from]) => label.includes(from)));
    if (swap === undefined) return undefined;
    const place = pick([...label].flatMap((c, i) => (c === swap[0] ? [i] : [])));
    return place === undefined ? undefined : label.slice(0, place) + swap[1] + label.slice(place + 1);
  }
  if (kind === "key beside" || kind === "key added") {
    const beside = pick(besideOf(letter));
    if (beside === undefined) return undefined;
    return label.slice(0, at) + beside + label.slice(kind === "key beside" ? at + 1 : at);
  }
  if (kind === "left out") return label.slice(0, at) + label.slice(at + 1);
  if (kind === "doubled") return label.slice(0, at) + letter + label.slice(at);
  if (kind === "turned") return at === 0 ? undefined : label.slice(0, at - 1) + letter + (label[at - 1] ?? "") + label.slice(at + 1);
  if (kind === "hyphen") return at === 0 ? undefined : `${label.slice(0, at)}-${label.slice(at)}`;
  const word = pick(words) ?? "login";
  const base = kind === "alike and word" ? labelOf(label, "alike", words, random) : label;
  if (base === undefined) return undefined;
  const joined = random() < 0.5 ? "-" : "";
  return random() < 0.5 ? word + joined + base : base + joined + word;
}

function besideOf(letter: string): string[] {
  const row = ROWS.find((r) => r.includes(letter));
  if (row === undefined || letter === "") return [];
  const x = row.indexOf(letter);
  return [row[x - 1], row[x + 1]].filter((c) => c !== undefined);
}
