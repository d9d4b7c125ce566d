import { canonicalIp, parseIpv4 } from "../../base/ip.ts";
import { FAMILY_NAMES } from "../families.ts";
import { type Bound, type FieldRef, type FieldTest, QUERY_LIMITS, type Query, type QueryFault, termsOf } from "./query.ts";
import { type FieldKind, fieldNamed, type KnownField, nearestField } from "./query-fields.ts";
import { momentOf, numberOf } from "./query-values.ts";
import { Fault, type Value, type Word, Words } from "./query-words.ts";

export type ParsedQuery = { ok: true; query: Query } | { ok: false; fault: QueryFault };

/**
 * Text to tree. Words side by side are joined by AND, which binds closer than OR; NOT, - and ! take the one behind them. Cost grows with the length of the
 * text, which QUERY_LIMITS bounds. Never throws: what is wrong comes back with its characters.
 */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > QUERY_LIMITS.text)
    return {
      ok: false,
      fault: { at: QUERY_LIMITS.text, end: text.length, reason: `A query may have ${QUERY_LIMITS.text} characters, this one has ${text.length}.` },
    };
  try {
    const query = new Reading(text).whole();
    const terms = termsOf(query);
    const tooMany = terms[QUERY_LIMITS.terms];
    if (tooMany !== undefined) throw new Fault(tooMany.at, tooMany.end, `A query may have ${QUERY_LIMITS.terms} terms.`);
    const anywhere = terms.filter((t) => t.field === undefined)[QUERY_LIMITS.anywhere];
    if (anywhere !== undefined)
      throw new Fault(anywhere.at, anywhere.end, `At most ${QUERY_LIMITS.anywhere} words may stand without a field: each is looked for in every field.`);
    const regex = terms.filter((t) => t.test.kind === "regex")[QUERY_LIMITS.regexes];
    if (regex !== undefined) throw new Fault(regex.at, regex.end, `A query may have ${QUERY_LIMITS.regexes} patterns between slashes.`);
    return { ok: true, query };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault };
    throw error;
  }
}

const known = (name: string): boolean => fieldNamed(name) !== undefined;

class Reading {
  readonly #words: Words;
  #word: Word;
  #depth = 0;

  constructor(text: string) {
    this.#words = new Words(text);
    this.#word = this.#words.next(known);
  }

  whole(): Query {
    if (this.#word.kind === "end") return { kind: "all" };
    const query = this.#or(undefined);
    if (this.#word.kind === "close") throw new Fault(this.#word.at, this.#word.end, "This bracket was never opened.");
    return query;
  }

  #step(): void {
    this.#word = this.#words.next(known);
  }

  #or(field: KnownField | undefined): Query {
    const parts = [this.#and(field)];
    while (this.#word.kind === "or") {
      this.#step();
      parts.push(this.#and(field));
    }
    return joined("or", parts);
  }

  #and(field: KnownField | undefined): Query {
    const parts = [this.#not(field)];
    for (;;) {
      if (this.#word.kind === "and") this.#step();
      else if (this.#word.kind !== "open" && this.#word.kind !== "not" && this.#word.kind !== "value") return joined("and", parts);
      parts.push(this.#not(field));
    }
  }

  #not(field: KnownField | undefined): Query {
    if (this.#word.kind !== "not") return this.#primary(field);
    return this.#deeper(() => {
      this.#step();
      return { kind: "not", part: this.#not(field) };
    });
  }

  #deeper(read: () => Query): Query {
    const { at, end } = this.#word;
    if (++this.#depth > QUERY_LIMITS.depth) throw new Fault(at, end, `Brackets and NOT may lie ${QUERY_LIMITS.depth} deep.`);
    const query = read();
    this.#depth--;
    return query;
  }

  #primary(field: KnownField | undefined): Query {
    const word = this.#word;
    if (word.kind === "open") return this.#brackets(field);
    if (word.kind === "value") return this.#term(word, field);
    const what =
      word.kind === "end"
        ? "The query ends where something should follow."
        : `Something should stand before ${word.kind === "close" ? "this bracket" : `"${word.kind.toUpperCase()}"`}.`;
    throw new Fault(Math.max(0, word.kind === "end" ? word.at - 1 : word.at), word.end, what);
  }

  #brackets(field: KnownField | undefined): Query {
    const open = this.#word;
    return this.#deeper(() => {
      this.#step();
      const query = this.#or(field);
      if (this.#word.kind !== "close") throw new Fault(open.at, open.end, "This bracket is never closed.");
      this.#step();
      return query;
    });
  }

  #term(word: Word & { kind: "value" }, outer: KnownField | undefined): Query {
    let field = outer;
    if (word.field !== undefined) {
      const { text, at, end } = word.field;
      field = fieldNamed(text);
      if (field === undefined) {
        const near = nearestField(text);
        throw new Fault(at, end, `"${text}" is no field. A colon inside a word stands in quotation marks.`, near);
      }
    }
    this.#step();
    if (word.value.kind === "group") {
      if (this.#word.kind !== "open") throw new Fault(word.at, word.end, "A value is missing behind the colon.");
      return this.#brackets(field);
    }
    const test = testOf(word.value, field);
    return { kind: "term", field: field === undefined ? undefined : refOf(field), test, at: word.at, end: word.end };
  }
}

function joined(kind: "and" | "or", parts: readonly Query[]): Query {
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind, parts: parts.flatMap((p) => (p.kind === kind ? p.parts : [p])) };
}

function refOf(field: KnownField): FieldRef {
  return field.family === undefined ? { name: field.name } : { name: field.name, family: field.family };
}

function testOf(value: Value, field: KnownField | undefined): FieldTest {
  switch (value.kind) {
    case "group":
      throw new Fault(value.at, value.end, "A value is missing.");
    case "regex":
      textual(value, field, "A pattern between slashes");
      return { kind: "regex", source: value.source };
    case "pattern": {
      if (value.pieces.every((p) => "any" in p && p.any === "*")) return { kind: "exists" };
      textual(value, field, "A wildcard");
      return { kind: "like", pieces: value.pieces };
    }
    case "compare": {
      const bound: Bound = { text: ordered(value.text, value, field), inclusive: value.sign.endsWith("=") };
      return value.sign.startsWith(">") ? { kind: "range", low: bound } : { kind: "range", high: bound };
    }
    case "between": {
      const low = value.low === "*" ? undefined : { text: ordered(value.low, value, field), inclusive: value.lowIn };
      const high = value.high === "*" ? undefined : { text: ordered(value.high, value, field), inclusive: value.highIn };
      if (low === undefined && high === undefined) return { kind: "exists" };
      return { kind: "range", ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
    }
    default:
      fits(value.text, value, field);
      return { kind: "is", text: value.text };
  }
}

const COMPARED = new Set<FieldKind>(["integer", "real", "time"]);

/** Only numbers and times have an order here. */
function ordered(text: string, value: Value, field: KnownField | undefined): string {
  if (field !== undefined && !field.kinds.some((k) => COMPARED.has(k)))
    throw new Fault(value.at, value.end, `${field.name} is no number and no time: it has no smaller and larger. Wildcards and (a OR b) do it.`);
  fits(text, value, field);
  return text;
}

function textual(value: Value, field: KnownField | undefined, what: string): void {
  if (field === undefined || field.kinds.some((k) => k === "text" || k === "list" || k === "device" || k === "place" || k === "family")) return;
  if (field.kinds.includes("address") && value.kind === "pattern") return;
  throw new Fault(value.at, value.end, `${what} needs text; ${field.name} is ${WORDS[field.kinds[0] ?? "text"]}.`);
}

const WORDS: Readonly<Record<FieldKind, string>> = {
  text: "text",
  list: "a list",
  integer: "a whole number",
  real: "a number",
  flag: "true or false",
  time: "a time",
  address: "an address",
  device: "a device",
  place: "a place",
  family: "a kind of event",
};

/** A value that no family could hold under this name is a slip, not a search without hits. */
function fits(text: string, value: Value, field: KnownField | undefined): void {
  if (field === undefined) return;
  const wrong = (reason: string, suggestion?: string): never => {
    // What was meant and what stands there differ in single letters: point at the first of them.
    const letter = suggestion?.length === text.length && value.end - value.at === text.length ? [...text].findIndex((c, i) => c !== suggestion[i]) : -1;
    const at = letter >= 0 ? value.at + letter : value.kind === "compare" ? value.end - text.length : value.at;
    throw new Fault(Math.max(value.at, at), letter >= 0 ? at + 1 : value.end, reason, suggestion);
  };
  const can = (kind: FieldKind): boolean => {
    switch (kind) {
      case "integer":
      case "real":
        return numberOf(text) !== undefined;
      case "flag":
        return /^(true|false|yes|no)$/i.test(text);
      case "time":
        return momentOf(text) !== undefined;
      case "address":
        return isAddress(text);
      case "family":
        return FAMILY_NAMES.some((f) => f === text.toLowerCase());
      default:
        return true;
    }
  };
  if (field.kinds.some(can)) return;
  const kind = field.kinds[0] ?? "text";
  if (kind === "integer" || kind === "real") {
    const meant = text.replaceAll(/[oO]/g, "0").replaceAll(/[lI]/g, "1");
    wrong(`"${text}" is not a number.`, meant !== text && numberOf(meant) !== undefined ? meant : undefined);
  }
  if (kind === "flag") wrong(`"${text}" is neither true nor false.`);
  if (kind === "time") wrong(`"${text}" is not a time. Times look like 2026-03-14 or 2026-03-14T13:40Z.`);
  if (kind === "address")
    wrong(
      /^[0-9a-f:]+\/\d+$/i.test(text) ? "Networks of IPv6 are not searched yet; a name like 2001:db8:* does it." : `"${text}" is no address and no network.`,
    );
  wrong(
    `"${text}" is no kind of event. Kinds: ${FAMILY_NAMES.join(", ")}.`,
    FAMILY_NAMES.find((f) => f.startsWith(text.toLowerCase().slice(0, 3))),
  );
}

function isAddress(text: string): boolean {
  const slash = text.indexOf("/");
  if (slash < 0) return canonicalIp(text) !== undefined;
  const length = text.slice(slash + 1);
  return parseIpv4(text.slice(0, slash)) !== undefined && /^\d{1,2}$/.test(length) && Number(length) <= 32;
}
