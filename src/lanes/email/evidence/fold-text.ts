/** Characters that show nothing: zero-width, soft hyphen, joiners, fillers. They split words for filters and not for readers. */
const UNSEEN = /\u034f|[\u00ad\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u2800\u3164\ufeff\uffa0]|[\ufe00-\ufe0f]/g;
/** Nothing above ASCII: needs no folding. */
const ASCII = /^[^\u0080-\uffff]*$/;
const MARKS = /\p{M}+/gu;

/** Letters of other scripts that look Latin; applied only to words that mix scripts, so that Cyrillic and Greek text stays itself. */
const TWINS: Readonly<Record<string, string>> = {
  а: "a",
  е: "e",
  о: "o",
  р: "p",
  с: "c",
  у: "y",
  х: "x",
  і: "i",
  ј: "j",
  ѕ: "s",
  ԁ: "d",
  ɡ: "g",
  һ: "h",
  к: "k",
  м: "m",
  т: "t",
  в: "b",
  н: "h",
  α: "a",
  ο: "o",
  ρ: "p",
  ν: "v",
  ι: "i",
  κ: "k",
  υ: "u",
  τ: "t",
  ε: "e",
  χ: "x",
  γ: "y",
  ı: "i",
  ł: "l",
  ø: "o",
  đ: "d",
  ß: "ss",
};
const FOREIGN = /[\u0370-\u03ff\u0400-\u04ff\u0500-\u052f]/;
const LATIN = /[a-z]/;

/**
 * Text as it is compared: small letters, compatibility forms (𝐩𝐚𝐲, ｐａｙ) undone, accents and unseen characters gone, look-alike letters in
 * words of mixed scripts made Latin, runs of single letters ("p a y p a l") joined. Lists are folded the same way. Cost about 20 ns a character.
 */
export function foldText(text: string): string {
  let out = text;
  if (!ASCII.test(text)) {
    out = text.replace(UNSEEN, "").normalize("NFKD").replace(MARKS, "").normalize("NFC").toLowerCase();
    if (FOREIGN.test(out) && LATIN.test(out)) out = out.replace(/[\p{L}\p{N}]+/gu, (word) => (FOREIGN.test(word) && LATIN.test(word) ? unTwin(word) : word));
    else if (/[ıłøđß]/.test(out)) out = unTwin(out);
    out = out.replace(/[’‘`´]/g, "'").replace(/[‐‑–—]/g, "-");
  } else out = text.toLowerCase();
  return out.replace(/\b(?:[a-z] ){4,}[a-z]\b/g, (run) => run.replaceAll(" ", "")).replace(/[ \t\u00a0\u3000]+/g, " ");
}

function unTwin(word: string): string {
  let out = "";
  for (const c of word) out += TWINS[c] ?? c;
  return out;
}

export function countUnseen(text: string): number {
  return ASCII.test(text) ? 0 : (text.match(UNSEEN)?.length ?? 0);
}

/** Words that mix Latin letters with Greek, Cyrillic or full-width ones, and mathematical letters: disguise, whatever the language. */
export function countMixed(text: string): number {
  if (ASCII.test(text)) return 0;
  let n = 0;
  for (const [word] of text.matchAll(/\p{L}{3,}/gu)) if (/[a-z]/i.test(word) && /[\u0370-\u03ff\u0400-\u04ff\uff21-\uff5a]/.test(word)) n++;
  return n + (text.match(/[\u{1d400}-\u{1d7ff}]/gu)?.length ?? 0);
}

/** 0-4: how much a name looks made by a machine: digits among letters, long runs without a vowel, high entropy. Short names are 0. */
export function randomness(name: string): number {
  const text = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (text.length < 6) return 0;
  const digits = (text.match(/\d/g)?.length ?? 0) / text.length;
  const switches = text.match(/[a-z]\d|\d[a-z]/g)?.length ?? 0;
  const consonants = Math.max(0, ...(text.match(/[bcdfghjklmnpqrstvwxz]+/g) ?? []).map((run) => run.length));
  return (switches >= 2 ? 1 : 0) + (consonants >= 5 ? 1 : 0) + (digits > 0.3 ? 1 : 0) + (text.length > 18 && entropy(text) > 3.6 ? 1 : 0);
}

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  let sum = 0;
  for (const n of counts.values()) sum -= (n / text.length) * Math.log2(n / text.length);
  return sum;
}

export type Script = "latin" | "han" | "kana" | "hangul" | "arabic" | "cyrillic" | "greek" | "hebrew" | "thai" | "devanagari" | "none" | "other";
const SCRIPTS: readonly [Script, RegExp][] = [
  ["kana", /[\u3040-\u30ff]/gu],
  ["han", /\p{Script=Han}/gu],
  ["hangul", /\p{Script=Hangul}/gu],
  ["arabic", /\p{Script=Arabic}/gu],
  ["cyrillic", /\p{Script=Cyrillic}/gu],
  ["greek", /\p{Script=Greek}/gu],
  ["hebrew", /\p{Script=Hebrew}/gu],
  ["thai", /\p{Script=Thai}/gu],
  ["devanagari", /\p{Script=Devanagari}/gu],
];

/** The script that most letters of a text belong to; kana beats Han, since Japanese uses both. */
export function scriptOf(text: string): Script {
  if (ASCII.test(text)) return /[a-z]/i.test(text) ? "latin" : "none";
  let best: Script = "none";
  let most = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (most > 0) best = "latin";
  for (const [script, pattern] of SCRIPTS) {
    const n = (text.match(pattern)?.length ?? 0) * (script === "kana" ? 3 : script === "han" || script === "hangul" ? 2 : 1);
    if (n > most) {
      best = script;
      most = n;
    }
  }
  return best;
}
