import type { DuckDBValue } from "@duckdb/node-api";
import { canonicalIp, parseIpv4 } from "../base/ip.ts";
import { CodedError } from "../base/result.ts";
import { parseQuery } from "../schema/query/parse-query.ts";
import type { Bound, FieldTest, Piece, Query, Term } from "../schema/query/query.ts";
import { COMMON_FIELDS, type CommonField } from "../schema/query/query-fields.ts";
import { momentOf, numberOf } from "../schema/query/query-values.ts";
import { type FamilyTable, isCoded, quoted, type StoredColumn } from "./event-columns.ts";

/** Values of one statement: `$n` for each, a value used twice is bound once. */
export class Values {
  readonly list: DuckDBValue[] = [];
  add(value: DuckDBValue): string {
    const at = this.list.indexOf(value);
    if (at >= 0) return `$${at + 1}`;
    this.list.push(value);
    return `$${this.list.length}`;
  }

  /** The statement with the values that it still uses, numbered anew: conditions that turned out true or false anyway leave theirs behind. */
  bound(sql: string): [sql: string, values: DuckDBValue[]] {
    const used = new Map<string, string>();
    const out: DuckDBValue[] = [];
    const text = sql.replaceAll(/\$(\d+)/g, (name, index: string) => {
      let now = used.get(name);
      if (now === undefined) {
        out.push(this.list[Number(index) - 1] ?? null);
        now = `$${out.length}`;
        used.set(name, now);
      }
      return now;
    });
    return [text, out];
  }
}

/** The tree of a query's text. Error: search-query-invalid, which names the character, counted from 1. */
export function queryOf(text: string): Query {
  const parsed = parseQuery(text);
  if (parsed.ok) return parsed.query;
  const { at, reason, suggestion } = parsed.fault;
  throw new CodedError("search-query-invalid", `Character ${at + 1}: ${reason}`, suggestion === undefined ? {} : { hint: `Did you mean ${suggestion}?` });
}

/** Codes that fit: a few of them, or the name of an expression that holds all as bits up to the largest code. */
export type Codes = readonly number[] | { name: string; largest: number };

/**
 * Codes of texts and files that a test fits, found before the tables are asked, so that a dictionary is looked through once a test and not once a column.
 * The first walk over a query (nothing found yet) names what is wanted; the second writes the conditions. No IN: DuckDB makes a hash table of megabytes of
 * each, and a word that may stand in any of 40 columns would need 40 of them.
 */
export class Lookups {
  readonly wanted = new Map<string, { from: "texts" | "files"; where: (values: Values) => string }>();
  readonly found = new Map<string, Codes>();

  /** One of the columns holds one of the codes that fit. */
  in(columns: readonly string[], from: "texts" | "files", key: string, where: (values: Values) => string, values: Values): string {
    const codes = this.found.get(key);
    if (codes === undefined) {
      this.wanted.set(key, { from, where });
      return "pending";
    }
    const fits = (column: string): string =>
      "name" in codes
        ? `CASE WHEN ${column} <= ${values.add(codes.largest)} THEN get_bit(${codes.name}.bits, CAST(${column} AS INTEGER)) = 1 ELSE false END`
        : joined(
            "or",
            codes.map((code) => `${column} = ${values.add(code)}`),
          );
    return joined("or", columns.map(fits));
  }
}

/**
 * A query as a condition on one family's table. Names are ours (event-columns.ts), everything that was typed is a bound value (S12). Matching is linear in
 * the bytes looked at: wildcards in the middle and patterns run as RE2. What a family does not have does not fit, so NOT of it does.
 */
export function conditionOf(query: Query, table: FamilyTable, values: Values, codes: Lookups): string {
  switch (query.kind) {
    case "all":
      return "true";
    case "not":
      return negated(conditionOf(query.part, table, values, codes));
    case "term":
      return termCondition(query, table, values, codes);
    default:
      return joined(
        query.kind,
        query.parts.map((part) => conditionOf(part, table, values, codes)),
      );
  }
}

/** AND and OR of conditions, with what is true or false anyway left out. */
function joined(kind: "and" | "or", parts: readonly string[]): string {
  const decides = kind === "and" ? "false" : "true";
  if (parts.includes(decides)) return decides;
  const rest = parts.filter((p) => p !== "true" && p !== "false");
  if (rest.length === 0) return kind === "and" ? "true" : "false";
  return rest.length === 1 ? (rest[0] ?? decides) : `(${rest.join(kind === "and" ? " AND " : " OR ")})`;
}

/** Null (a field without a value) counts as: does not fit. */
function negated(condition: string): string {
  if (condition === "true" || condition === "false") return condition === "true" ? "false" : "true";
  return `NOT coalesce(${condition}, false)`;
}

function termCondition(term: Term, table: FamilyTable, values: Values, codes: Lookups): string {
  const { field, test } = term;
  if (field === undefined) return anywhere(test, table, values, codes);
  if (field.family !== undefined && field.family !== table.family) return "false";
  if (field.name === "family") return familyFits(test, table.family) ? "true" : "false";
  const common = Object.hasOwn(COMMON_FIELDS, field.name) && field.family === undefined ? COMMON_FIELDS[field.name as CommonField] : undefined;
  if (common?.kind === "place") return placeCondition(field.name as "source" | "path", test, values, codes);
  const properties: readonly string[] = common?.of ?? [field.name];
  const columns = table.columns.filter((c) => properties.includes(c.field) && (common !== undefined || c.name.startsWith("f_")));
  return joined(
    "or",
    columns.map((column) => columnCondition(column, test, values, codes)),
  );
}

function familyFits(test: FieldTest, family: string): boolean {
  switch (test.kind) {
    case "is":
      return test.text.toLowerCase() === family;
    case "like":
      return new RegExp(`^${wildcardSource(test.pieces)}$`, "s").test(family);
    case "regex":
      return new RegExp(test.source, "i").test(family);
    default:
      return test.kind === "exists";
  }
}

function placeCondition(name: "source" | "path", test: FieldTest, values: Values, codes: Lookups): string {
  if (test.kind === "exists") return "true";
  return codes.in(["file_code"], "files", `${name} ${keyOf(test)}`, (v) => textTest(name, test, v), values);
}

function keyOf(test: FieldTest): string {
  return JSON.stringify(test);
}

function columnCondition(column: StoredColumn, test: FieldTest, values: Values, codes: Lookups): string {
  const name = quoted(column.name);
  if (test.kind === "exists") return `${name} IS NOT NULL`;
  switch (column.storage) {
    case "micros":
      return ordered(name, test, values, (text) => scaled(momentOf(text), 1_000));
    case "whole":
    case "port":
      return ordered(name, test, values, numberOf);
    case "real":
      return ordered(name, test, values, numberOf);
    case "flag":
      return test.kind === "is" ? (/^(true|yes)$/i.test(test.text) ? name : /^(false|no)$/i.test(test.text) ? `NOT ${name}` : "false") : "false";
    case "v4":
      return v4Condition(name, test, values);
    case "v6": {
      const address = test.kind === "is" ? canonicalIp(test.text) : undefined;
      return test.kind === "is" && address === undefined ? "false" : textTest(name, address === undefined ? test : { kind: "is", text: address }, values);
    }
    case "list":
      return codes.in([name], "texts", `list ${keyOf(test)}`, (v) => listTest("text", test, v), values);
    case "json":
      return listTest(name, test, values);
    case "file":
      return "false";
    case "code":
    case "device":
      return codes.in([name], "texts", `text ${keyOf(test)}`, (v) => textTest("text", test, v), values);
    default:
      return textTest(name, test, values);
  }
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value * by;
}

/** Values are compared as doubles: exact up to 2^53, which times in microseconds stay below until 2255. */
function ordered(name: string, test: FieldTest, values: Values, read: (text: string) => number | undefined): string {
  const side = (sign: string, bound: Bound | undefined): string => {
    if (bound === undefined) return "true";
    const value = read(bound.text);
    return value === undefined ? "false" : `${name} ${sign}${bound.inclusive ? "=" : ""} ${number(value, values)}`;
  };
  if (test.kind === "is") {
    const value = read(test.text);
    return value === undefined ? "false" : `${name} = ${number(value, values)}`;
  }
  return test.kind === "range" ? joined("and", [side(">", test.low), side("<", test.high)]) : "false";
}

function number(value: number, values: Values): string {
  return values.add(Number.isSafeInteger(value) ? BigInt(value) : value);
}

const LAST_V4 = 4_294_967_295;

function v4Condition(name: string, test: FieldTest, values: Values): string {
  if (test.kind === "is") {
    const slash = test.text.indexOf("/");
    const address = parseIpv4(slash < 0 ? test.text : test.text.slice(0, slash));
    if (address === undefined) return "false";
    if (slash < 0) return `${name} = ${values.add(address)}`;
    const size = 2 ** (32 - Number(test.text.slice(slash + 1)));
    const low = Math.floor(address / size) * size;
    return `${name} BETWEEN ${values.add(low)} AND ${values.add(Math.min(LAST_V4, low + size - 1))}`;
  }
  if (test.kind !== "like") return "false";
  // 10.20.* and 10.20.4.* are whole networks; other patterns are looked for in the dotted text.
  const [first, second] = test.pieces;
  const head = first !== undefined && "text" in first ? /^(\d{1,3}\.){1,3}$/.exec(first.text)?.[0] : undefined;
  if (head !== undefined && test.pieces.length === 2 && second !== undefined && "any" in second && second.any === "*") {
    const parts = head.split(".").slice(0, -1);
    const low = parseIpv4([...parts, ...new Array<string>(4 - parts.length).fill("0")].join("."));
    return low === undefined ? "false" : `${name} BETWEEN ${values.add(low)} AND ${values.add(low + 2 ** (8 * (4 - parts.length)) - 1)}`;
  }
  const dotted = `concat_ws('.', ${name} >> 24, (${name} >> 16) & 255, (${name} >> 8) & 255, ${name} & 255)`;
  return `(${name} IS NOT NULL AND ${textTest(dotted, test, values)})`;
}

/** Text of one value. */
function textTest(name: string, test: FieldTest, values: Values): string {
  switch (test.kind) {
    case "is":
      return `lower(${name}) = ${values.add(test.text.toLowerCase())}`;
    case "like":
      return likeTest(name, test.pieces, values);
    case "regex":
      return `regexp_matches(${name}, ${values.add(test.source)}, 'i')`;
    default:
      return "false";
  }
}

function likeTest(name: string, pieces: readonly Piece[], values: Values): string {
  const texts = pieces.filter((p) => "text" in p);
  const only = texts[0];
  const stars = pieces.every((p) => "text" in p || p.any === "*");
  if (stars && texts.length === 1 && only !== undefined) {
    const value = values.add(only.text.toLowerCase());
    const starts = "any" in (pieces[0] ?? { text: "" });
    const ends = "any" in (pieces[pieces.length - 1] ?? { text: "" });
    return `${starts && ends ? "contains" : starts ? "suffix" : "prefix"}(lower(${name}), ${value})`;
  }
  return `regexp_full_match(lower(${name}), ${values.add(wildcardSource(pieces))}, 's')`;
}

/** A wildcard pattern as RE2 and JavaScript both read it, in lower case. */
function wildcardSource(pieces: readonly Piece[], anything = "."): string {
  return pieces.map((p) => ("text" in p ? escaped(p.text.toLowerCase()) : p.any === "*" ? `${anything}*` : anything)).join("");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** One element of a list, which is stored as a JSON array of texts: a quotation mark inside an element never stands without its backslash. */
function listTest(name: string, test: FieldTest, values: Values): string {
  switch (test.kind) {
    case "is":
      return `contains(lower(${name}), ${values.add(JSON.stringify(test.text).toLowerCase())})`;
    case "like": {
      const inside = test.pieces.map((p) => ("text" in p ? { text: JSON.stringify(p.text).slice(1, -1) } : p));
      return `regexp_matches(lower(${name}), ${values.add(`"${wildcardSource(inside, '(?:[^"\\\\]|\\\\.)')}"`)}, 's')`;
    }
    case "regex":
      return `regexp_matches(${name}, ${values.add(test.source)}, 'i')`;
    default:
      return "false";
  }
}

/** Any field of text, and both addresses. */
function anywhere(test: FieldTest, table: FamilyTable, values: Values, codes: Lookups): string {
  if (test.kind === "exists") return "true";
  if (test.kind === "range") return "false";
  const inside = (name: string, v: Values): string => {
    if (test.kind === "is") return `contains(lower(${name}), ${v.add(test.text.toLowerCase())})`;
    return test.kind === "like" ? `regexp_matches(lower(${name}), ${v.add(wildcardSource(test.pieces))}, 's')` : textTest(name, test, v);
  };
  const coded = table.columns.filter((c) => isCoded(c.storage)).map((c) => quoted(c.name));
  const or = [codes.in(coded, "texts", `inside ${keyOf(test)}`, (v) => inside("text", v), values)];
  for (const column of table.columns)
    if (column.storage === "plain" || column.storage === "json" || column.storage === "v6") or.push(inside(quoted(column.name), values));
  const v4 = test.kind === "is" ? parseIpv4(test.text) : undefined;
  if (v4 !== undefined) or.push(`src4 = ${values.add(v4)}`, `dst4 = ${values.add(v4)}`);
  return joined("or", or);
}
