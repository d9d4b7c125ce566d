import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CodedError } from "../../base/result.ts";
import type { EditWeights } from "./edit-cost.ts";
import type { LookalikeSettings } from "./lookalike.ts";
import type { Rewriter } from "./unwrap.ts";

/** General knowledge that links are read with: content/lookups/links. */
export interface LinkLookups {
  lookalike: LookalikeSettings;
  rewriters: readonly Rewriter[];
}

const WEIGHTS = ["alike", "ligature", "keyboard", "substitute", "transpose", "double", "insert", "remove", "hyphen", "first"] as const;

/** Reads content/lookups/links below a folder of content. Throws CodedError `content-broken` naming the file when one is absent or of another shape. */
export function readLinkLookups(contentFolder: string): LinkLookups {
  const folder = join(contentFolder, "lookups", "links");
  const lookalike = readMap(join(folder, "lookalike.yaml"));
  const weights = mapOf(lookalike.weights, "lookalike.yaml: weights");
  const word = mapOf(lookalike.word, "lookalike.yaml: word");
  return {
    lookalike: {
      weights: Object.fromEntries(WEIGHTS.map((name) => [name, numberOf(weights[name], `lookalike.yaml: weights.${name}`)])) as Record<
        keyof EditWeights,
        number
      >,
      budgets: listOf(lookalike.budgets, "lookalike.yaml: budgets").map((each) => {
        const step = mapOf(each, "lookalike.yaml: budgets");
        return { from: numberOf(step.from, "lookalike.yaml: budgets.from"), cost: numberOf(step.cost, "lookalike.yaml: budgets.cost") };
      }),
      words: new Set(wordsOf(lookalike.words, "lookalike.yaml: words")),
      weakWords: new Set(wordsOf(lookalike.weakWords, "lookalike.yaml: weakWords")),
      word: { cost: numberOf(word.cost, "lookalike.yaml: word.cost"), shortest: numberOf(word.shortest, "lookalike.yaml: word.shortest") },
      ordinary: new Set(wordsOf(lookalike.ordinary, "lookalike.yaml: ordinary")),
      protected: wordsOf(lookalike.protected, "lookalike.yaml: protected"),
      owned: new Set(wordsOf(lookalike.owned, "lookalike.yaml: owned")),
    },
    rewriters: listOf(readMap(join(folder, "rewriters.yaml")).rewriters, "rewriters.yaml: rewriters").map((each) => rewriterOf(mapOf(each, "rewriters.yaml"))),
  };
}

const DECODERS = ["url", "base64url", "proofpoint2", "proofpoint3", "path"] as const;

function rewriterOf(value: Record<string, unknown>): Rewriter {
  const decode = DECODERS.find((d) => d === value.decode);
  if (typeof value.name !== "string" || typeof value.host !== "string" || decode === undefined) throw broken("rewriters.yaml: name, host, decode");
  return {
    name: value.name,
    host: value.host,
    path: typeof value.path === "string" ? value.path : "",
    decode,
    parameters: value.parameters === undefined ? [] : wordsOf(value.parameters, "rewriters.yaml: parameters"),
    redirector: value.redirector === true,
  };
}

function readMap(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new CodedError("content-broken", `${path} cannot be read`, { cause });
  }
  return mapOf(value, path);
}

function mapOf(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw broken(where);
  return value as Record<string, unknown>;
}

function listOf(value: unknown, where: string): unknown[] {
  if (!Array.isArray(value)) throw broken(where);
  return value;
}

function wordsOf(value: unknown, where: string): string[] {
  const list = listOf(value, where);
  if (!list.every((each) => typeof each === "string")) throw broken(where);
  return list as string[];
}

function numberOf(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw broken(where);
  return value;
}

function broken(where: string): CodedError {
  return new CodedError("content-broken", `${where} is not of the expected shape`);
}
