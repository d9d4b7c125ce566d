import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CodedError } from "../../../base/result.ts";
import { FEATURE_NAMES, FEATURES } from "./features.ts";
import { foldText } from "./fold-text.ts";
import type { LanguageWords } from "./language.ts";
import { WordFinder } from "./word-finder.ts";

/** General knowledge that evidence of mail is read with; content/lookups/mail. */
export interface MailLookups {
  /** Topics `lure.X`, `department`, `greeting`, `call`, `unsubscribe`, `brand.X`. */
  words: WordFinder;
  lures: readonly string[];
  ambiguousBrands: ReadonlySet<string>;
  /** Names of brands as they stand in host names: letters only. */
  brandLabels: ReadonlySet<string>;
  roles: ReadonlySet<string>;
  freeMail: ReadonlySet<string>;
  shorteners: ReadonlySet<string>;
  hosting: ReadonlySet<string>;
  redirectors: readonly string[];
  languages: LanguageWords;
}

const FILES = ["lures", "names", "services", "languages"] as const;

/** Reads content/lookups/mail below a folder of content. Throws CodedError `content-broken` naming the file when one is absent or of another shape. */
export function readMailLookups(contentFolder: string): MailLookups {
  const [lures, names, services, languages] = FILES.map((name) => readMap(join(contentFolder, "lookups", "mail", `${name}.yaml`)));
  const lists = new Map<string, string[]>();
  const topics: string[] = [];
  for (const [topic, byLanguage] of Object.entries(lures ?? {})) {
    topics.push(topic);
    lists.set(`lure.${topic}`, wordsOf(byLanguage, `lures.yaml: ${topic}`));
  }
  lists.set("department", wordsOf(names?.departments, "names.yaml: departments"));
  lists.set("greeting", wordsOf(names?.greetings, "names.yaml: greetings"));
  lists.set("call", wordsOf(names?.calls, "names.yaml: calls"));
  lists.set("unsubscribe", wordsOf(names?.unsubscribe, "names.yaml: unsubscribe"));
  const brands = wordsOf(services?.brands, "services.yaml: brands");
  for (const brand of brands) lists.set(`brand.${labelOf(brand)}`, [...(lists.get(`brand.${labelOf(brand)}`) ?? []), brand]);
  return {
    words: new WordFinder(lists),
    lures: topics,
    ambiguousBrands: new Set(wordsOf(services?.ambiguous, "services.yaml: ambiguous").map(labelOf)),
    brandLabels: new Set(brands.map(labelOf)),
    roles: new Set(wordsOf(names?.roles, "names.yaml: roles")),
    freeMail: new Set(wordsOf(services?.freeMail, "services.yaml: freeMail")),
    shorteners: new Set(wordsOf(services?.shorteners, "services.yaml: shorteners")),
    hosting: new Set(wordsOf(services?.hosting, "services.yaml: hosting")),
    redirectors: wordsOf(services?.redirectors, "services.yaml: redirectors"),
    languages: new Map(Object.entries(languages ?? {}).map(([language, words]) => [language, new Set(wordsOf(words, `languages.yaml: ${language}`))])),
  };
}

/** The hand-set weights of content/lookups/mail/weights.yaml in the order of FEATURE_NAMES. Throws `content-broken` when one is missing or of the wrong sign. */
export function readMailWeights(contentFolder: string): { bias: number; weights: number[] } {
  const path = join(contentFolder, "lookups", "mail", "weights.yaml");
  const { bias, weights } = readMap(path) as { bias?: unknown; weights?: Record<string, unknown> };
  if (typeof bias !== "number") throw new CodedError("content-broken", `${path}: no bias`);
  const list = FEATURE_NAMES.map((name) => {
    const weight = weights?.[name];
    if (typeof weight !== "number" || weight * FEATURES[name].sign <= 0)
      throw new CodedError("content-broken", `${path}: ${name} needs a weight of its own sign`);
    return weight;
  });
  const unknown = Object.keys(weights ?? {}).find((name) => !(name in FEATURES));
  if (unknown !== undefined) throw new CodedError("content-broken", `${path}: no evidence is called ${unknown}`);
  return { bias, weights: list };
}

/** "Royal Mail" -> "royalmail": how a name looks in a host. */
export function labelOf(name: string): string {
  return foldText(name).replace(/[^\p{L}\p{N}]/gu, "");
}

function readMap(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CodedError("content-broken", `${path}: ${(error as Error).message.split("\n", 1)[0]}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new CodedError("content-broken", `${path}: not a map`);
  return value as Record<string, unknown>;
}

/** A list of words, or a map from language to such lists. */
function wordsOf(value: unknown, what: string): string[] {
  const lists = Array.isArray(value) ? [value] : typeof value === "object" && value !== null ? Object.values(value) : [];
  const words = lists.flatMap((list) => (Array.isArray(list) ? list : [])).map(String);
  if (words.length === 0) throw new CodedError("content-broken", `content/lookups/mail/${what}: no words`);
  return words;
}
