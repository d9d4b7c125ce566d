import { unicodeHost } from "../../base/punycode.ts";
import { LetterModel } from "../../stats/letter-model.ts";
import { TailRank } from "../../stats/tail-rank.ts";

const REMEMBERED = 5_000;
/** Letters of a label that are read. */
const MOST = 24;
const LEAST = 6;
/** Beyond this, a name is drawn by lot more likely than not, one name in sixty being so. */
const DRAWN = Math.log(60);
/** Of a name of digits alone: six of them are more likely drawn than not. Which ones they are says nothing. */
const A_DIGIT = 0.7;
const CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ";
const GREEK = "αβγδεζηθικλμνξοπρσςτυφχψω";
/** How names in these letters are written in Latin ones, letter by letter. */
const LATIN: ReadonlyMap<string, string> = new Map([
  ...[...CYRILLIC].map((c, i) => [c, "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i yi ye g".split(" ")[i] ?? ""] as const),
  ...[...GREEK].map((c, i) => [c, "a v g d e z i th i k l m n x o p r s s t y f ch ps o".split(" ")[i] ?? ""] as const),
]);

/** What a name looks like. */
export interface NameLook {
  /** -ln of the share of names seen here that are as unlike words; 0 = nothing unusual, or its script has no pairs to read. */
  nats: number;
  /** Drawn by lot more likely than not. */
  drawn: boolean;
}

const PLAIN: NameLook = { nats: 0, drawn: false };

/**
 * How much a registered name looks drawn by lot, among names of senders and links that honest mail here brought: pairs of letters, learned from those names
 * and from shipped names of honest services, and a rank among them. Names for people abroad (`xn--`) are read as they are shown: accents dropped, Cyrillic and
 * Greek written in Latin letters. Only the registered name is read: what a house draws for hosts below its own name says nothing.
 * Memory 60 kB. Blind: names of words, however they were made; under six characters; Han, Hangul, Kana, Arabic and other scripts, which are never called drawn.
 */
export class DomainNames {
  readonly #letters = new LetterModel();
  readonly #rank = new TailRank(REMEMBERED);
  readonly #shipped: readonly string[];

  /** @param shipped labels of honest names, which stand for those of the organisation until it has its own */
  constructor(shipped: Iterable<string>) {
    this.#shipped = [...new Set(shipped)];
    this.#begin();
  }

  #begin(): void {
    // Twice: names are ranked by what the letters of all of them make of each.
    for (const label of this.#shipped) this.#letters.learnOne(readable(label));
    for (const label of this.#shipped) this.#rank.learnOne(this.#evidence(readable(label)));
  }

  look(label: string): NameLook {
    const text = readable(label);
    if (text.length < LEAST) return PLAIN;
    const evidence = this.#evidence(text);
    return { nats: evidence <= 0 ? 0 : this.#rank.scoreOne(evidence), drawn: evidence > DRAWN };
  }

  /** A name that came for the first time in a mail that was let through. */
  learn(label: string): void {
    const text = readable(label);
    if (text === "") return;
    this.#rank.learnOne(this.#evidence(text));
    this.#letters.learnOne(text);
  }

  #evidence(text: string): number {
    if (/^\d+$/.test(text)) return A_DIGIT * text.length;
    return this.#letters.scoreOne(text.slice(0, MOST)) * Math.min(MOST, text.length);
  }

  save(): unknown {
    return { letters: Buffer.from(this.#letters.save()).toString("base64"), rank: this.#rank.save() };
  }

  /** Takes what `save` gave; nothing begins with the shipped names. */
  load(saved: unknown): void {
    if (saved === undefined) return;
    const s = saved as { letters: string; rank: number[] };
    const read = this.#letters.load(Uint8Array.from(Buffer.from(s.letters, "base64")));
    if (!read.ok) throw read.error;
    this.#rank.load(s.rank);
  }
}

/** A label in Latin letters, digits and hyphens; "" when most of it is in letters of which nothing is known. */
function readable(label: string): string {
  let out = "";
  let unread = 0;
  const shown = unicodeHost(label.toLowerCase())
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .normalize("NFC");
  for (const c of shown) {
    const latin = /[a-z0-9-]/.test(c) ? c : LATIN.get(c);
    if (latin === undefined) unread++;
    else if (latin !== "-" || c === "-") out += latin;
  }
  return unread * 2 > shown.length ? "" : out;
}
