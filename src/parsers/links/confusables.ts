/**
 * Letters that are drawn alike, folded to one of them. Source of the classes: Unicode UTS 39 confusables, cut to what may stand in a host name
 * (IDNA 2008), and what fonts of mail programs make alike (I, l, 1). Lossy on purpose: for comparing, never for showing.
 */

/** Two characters each: looks like, is taken for. */
const PAIRS =
  "аa ɑa αa еe єe ҽe εe оo οo օo σo ӧo ðo рp ρp сc ϲc ƈc уy γy үy ʏy хx χx ѕs ꜱs ꓢs іi ιi ıi јj ϳj ԁd ɗd ԛq ԝw ѡw ωw ɯw һh հh հh ӏl ƖI ոn ηn пn ռn սu υu ʋu цu νv ѵv ѴV κk кk қk тt τt ţt гr ɡg ցg ɢg мm ʍm вb Ьb ьb ƅb ßb зz ʐz ƶz нh łl øo đd ħh ŧt ŋn ʀr ɾr ꭰd ʙb ʜh ʟl ɪi ᴀa ᴄc ᴏo ᴜu ᴠv ᴡw ᴢz ᴋk ᴍm ᴛt ᴘp ᴇe ᴅd ᴊj";
const SINGLE = new Map<string, string>(PAIRS.split(" ").map((pair) => [[...pair][0] as string, ([...pair][1] as string).toLowerCase()]));
/** Within ASCII: a class each, named by its first member. */
const ASCII = new Map<string, string>([
  ["1", "l"],
  ["i", "l"],
  ["|", "l"],
  ["0", "o"],
  ["5", "s"],
  ["3", "e"],
  ["4", "a"],
  ["9", "g"],
  ["6", "b"],
]);

/** Letters of other scripts and with marks to the Latin letter that they look like; others stay. Lower case. `unchanged` when nothing was folded. */
export function latinOf(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  let out = "";
  // A capital I of another script must not become an l here; only what has no case trick is lowered.
  for (const character of text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}+/gu, ""))
    out += SINGLE.get(character) ?? character;
  return out.toLowerCase();
}

/** As latinOf, and i, l, 1 as one letter, o and 0 as one, and so on: `sharcpoInte` and `sharcpolnte` fold alike. Same number of characters as latinOf. */
export function skeletonOf(text: string): string {
  let out = "";
  for (const character of latinOf(text)) out += ASCII.get(character) ?? character;
  return out;
}

const SCRIPTS = (
  [
    "Latin",
    "Cyrillic",
    "Greek",
    "Han",
    "Hiragana",
    "Katakana",
    "Hangul",
    "Arabic",
    "Hebrew",
    "Thai",
    "Devanagari",
    "Armenian",
    "Georgian",
    "Bengali",
    "Tamil",
    "Telugu",
    "Kannada",
    "Malayalam",
    "Gujarati",
    "Gurmukhi",
    "Sinhala",
    "Khmer",
    "Lao",
    "Myanmar",
    "Ethiopic",
    "Cherokee",
    "Mongolian",
    "Tibetan",
  ] as const
).map((name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, "u") }));
const OTHER_LETTER = /\p{L}/u;
const cache = new Map<number, string>();

/** Script of one letter; undefined for what is no letter. */
export function scriptOf(character: string): string | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? "Latin" : undefined;
  // Scripts come in blocks, but not purely: 16 code points share one only where both ends agree, so each is looked up and kept.
  const known = cache.get(code);
  if (known !== undefined) return known === "" ? undefined : known;
  const name = SCRIPTS.find((s) => s.pattern.test(character))?.name ?? (OTHER_LETTER.test(character) ? "Other" : "");
  if (cache.size < 70_000) cache.set(code, name);
  return name === "" ? undefined : name;
}
