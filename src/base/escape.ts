import { unicodeHost } from "./punycode.ts";

/**
 * The one escaper for text that came from outside (S8): screens, terminal, logs, notices, tables. Nothing here decides what is hostile; everything
 * that does not show itself is shown.
 */

/** Controls, formats (bidi, zero-width, tags), line separators, lone surrogates, noncharacters, fillers that look like nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** More marks on one letter than any script needs: text that climbs over the lines around it. */
const PILE = /(\p{M}{4})(\p{M}+)/gu;
/** Scripts written from right to left, roughly by block; only asks for isolation, so too much does no harm. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

const LOOK_AHEAD = 10_000;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

export interface EscapeOptions {
  /** Longest result in code points, the mark of the cut apart. Default 500; 1 or more. */
  max?: number;
  /** Line feeds stay, for places that show several lines. */
  lines?: boolean;
}

/**
 * Text as it may stand on a screen: whatever is invisible or moves what is around it becomes a visible mark (`␛`, `⟨U+202E⟩`), piled-up marks are
 * counted, and what is too long is cut with the number of code points left out (beyond 10,000 characters, of UTF-16 units). Not HTML: React or textContent must still set it, inside `<bdi>`.
 * Idempotent for text that was not cut. Cost: linear; at most 10,000 characters or twice `max` are looked at.
 */
export function visibleText(text: string, options: EscapeOptions = {}): string {
  const max = options.max ?? 500;
  // Looking at little more than could be shown keeps a 100 MB line cheap.
  const ahead = cutAt(text, Math.max(LOOK_AHEAD, max * 2 + 2));
  const marked = ahead
    .replace(PILE, (_all, kept: string, rest: string) => `${kept}⟨+${[...rest].length} marks⟩`)
    .replace(UNSEEN, (character) => mark(character, options.lines === true));
  const points = [...marked];
  if (points.length <= max && ahead.length === text.length) return marked;
  return `${points.slice(0, max).join("")}…(+${left(text, ahead, points.length, max)})`;
}

/** As visibleText, one line, for a terminal: direction is isolated (FSI, PDI: Unicode UAX 9) when the text could turn its neighbours round. */
export function terminalText(text: string, max = 500): string {
  const shown = visibleText(text, { max });
  return RIGHT_TO_LEFT.test(shown) ? `${FIRST_STRONG_ISOLATE}${shown}${POP_ISOLATE}` : shown;
}

/**
 * A finished line of JSON in which every unseen character is written as \uXXXX: the same value when parsed, harmless when shown. The last line feed stays.
 * Only for JSON: between tokens there is nothing to escape, and inside strings \u means itself.
 */
export function escapeJsonText(line: string): string {
  const end = line.endsWith("\n") ? line.length - 1 : line.length;
  return line.slice(0, end).replace(UNSEEN, hexUnits) + line.slice(end);
}

/** A host name as it stands and, when it is an internationalised one, what it looks like: `xn--bcher-kva.example (bücher.example)`. */
export function hostForDisplay(host: string, max = 253): string {
  const unicode = unicodeHost(host);
  const shown = visibleText(host, { max });
  return unicode === host ? shown : `${shown} (${FIRST_STRONG_ISOLATE}${visibleText(unicode, { max })}${POP_ISOLATE})`;
}

/**
 * An indicator (address, host, URL, mail address) that no mail program or chat makes a link of: `hxxp[://]evil[.]example`, `a[@]b[.]example`.
 * Undone by refang, unless the text held brackets of this form before. Not an escaper: pass visibleText over it for showing.
 */
export function defang(indicator: string): string {
  return indicator
    .replace(/h(tt)(ps?)(?=:)/gi, (all: string, tt: string) => all.replace(tt, tt === tt.toUpperCase() ? "XX" : "xx"))
    .replaceAll("://", "[://]")
    .replaceAll(".", "[.]")
    .replaceAll("@", "[@]");
}

export function refang(text: string): string {
  return text
    .replaceAll("[@]", "@")
    .replaceAll("[.]", ".")
    .replaceAll("[://]", "://")
    .replace(/h(xx)(ps?)(?=:)/gi, (all: string, xx: string) => all.replace(xx, xx === xx.toUpperCase() ? "TT" : "tt"));
}

/**
 * A cell of CSV (RFC 4180) that no spreadsheet runs: text that begins as a formula, also after white space or in full-width form, gets a leading `'`
 * (OWASP, CSV injection). Numbers pass as they are. Separators of other locales (`;`, tab) are quoted too.
 */
export function csvCell(value: string | number | boolean | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const guarded = /^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n\0]/u.test(value) ? `'${value}` : value;
  return /[",;\t\r\n\0]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function mark(character: string, lines: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (lines && code === 10) return character;
  if (code < 32) return String.fromCodePoint(0x2400 + code);
  if (code === 127) return "␡";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

function hexUnits(character: string): string {
  let out = "";
  for (let i = 0; i < character.length; i++) out += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return out;
}

/** The first `units` UTF-16 units, not through the middle of a pair. */
function cutAt(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? units - 1 : units);
}

function left(text: string, ahead: string, points: number, max: number): number {
  return Math.max(0, points - max) + (text.length - ahead.length);
}
