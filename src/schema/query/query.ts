/**
 * The query language of Advanced Search, as a tree. Text becomes this in parse-query.ts; the store makes conditions with bound values of it.
 * Nothing of it is SQL, and no name in it is one that the vocabulary does not know.
 */
export type Query = { kind: "all" } | { kind: "and" | "or"; parts: readonly Query[] } | { kind: "not"; part: Query } | Term;

export interface Term {
  kind: "term";
  /** Undefined: any field. */
  field: FieldRef | undefined;
  test: FieldTest;
  /** Where it stands in the text, from 0; `end` is behind it. */
  at: number;
  end: number;
}

/** A field as it was named, with what the vocabulary knows of it. `family` when it was named with one: saas.user. */
export interface FieldRef {
  name: string;
  family?: string;
}

/** A piece of a wildcard pattern: text, or `*` (any characters) or `?` (one). */
export type Piece = { text: string } | { any: "*" | "?" };

export type FieldTest =
  /** The whole value; of any field: contained. Upper and lower case are one. */
  | { kind: "is"; text: string }
  | { kind: "like"; pieces: readonly Piece[] }
  /** RE2 syntax, found anywhere in the value, upper and lower case are one. */
  | { kind: "regex"; source: string }
  | { kind: "range"; low?: Bound; high?: Bound }
  | { kind: "exists" };

export interface Bound {
  text: string;
  /** The bound itself belongs to the range. */
  inclusive: boolean;
}

/** Why a text is no query: which characters, from 0, and what would be right, where that can be told. */
export interface QueryFault {
  at: number;
  end: number;
  reason: string;
  suggestion?: string;
}

/** Limits of one query, so that its cost is bounded: characters of text, terms, depth of brackets, terms that look into every field, wildcards of one pattern. */
export const QUERY_LIMITS = { text: 2_000, terms: 64, depth: 24, anywhere: 8, wildcards: 12, regexes: 4, regexText: 200 } as const;

/** All terms of a tree, from left to right. */
export function termsOf(query: Query): Term[] {
  if (query.kind === "term") return [query];
  if (query.kind === "not") return termsOf(query.part);
  return query.kind === "all" ? [] : query.parts.flatMap(termsOf);
}

/** A word or quoted text that stands for this very value in a query. */
export function queryValue(text: string): string {
  return /^[\p{L}\p{N}_.@+-]+$/u.test(text) && !/^(and|or|not|to)$/i.test(text) && !text.startsWith("-") ? text : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
