import { foldText, scriptOf } from "./fold-text.ts";

export type LanguageWords = ReadonlyMap<string, ReadonlySet<string>>;

const BY_SCRIPT: Readonly<Record<string, string>> = {
  han: "zh",
  kana: "ja",
  hangul: "ko",
  arabic: "ar",
  hebrew: "he",
  thai: "th",
  greek: "el",
  devanagari: "hi",
};
const READ = 3_000;

/** ISO 639-1 code of the language that most of a text is in, for showing and for statistics, never for judging; "" when it cannot be told. */
export function languageOf(text: string, languages: LanguageWords): string {
  const start = text.slice(0, READ);
  const byScript = BY_SCRIPT[scriptOf(start)];
  if (byScript !== undefined) return byScript;
  const words =
    foldText(start)
      .match(/\p{L}+/gu)
      ?.slice(0, 400) ?? [];
  let best = "";
  let most = 0;
  for (const [language, small] of languages) {
    let n = 0;
    for (const word of words) if (small.has(word)) n++;
    if (n > most) {
      best = language;
      most = n;
    }
  }
  return most < 3 || most / words.length < 0.06 ? "" : best;
}
