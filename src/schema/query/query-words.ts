import { type Piece, QUERY_LIMITS, type QueryFault } from "./query.ts";

/** A word of a query with where it stands. `name` is what precedes a colon; `value` begins behind it. */
export type Word =
  | { kind: "open" | "close" | "and" | "or" | "not" | "end"; at: number; end: number }
  | { kind: "value"; at: number; end: number; field?: { text: string; at: number; end: number }; value: Value };

export type Value =
  | { kind: "plain"; text: string; at: number; end: number }
  | { kind: "quoted"; text: string; at: number; end: number }
  | { kind: "pattern"; pieces: Piece[]; at: number; end: number }
  | { kind: "regex"; source: string; at: number; end: number }
  | { kind: "compare"; sign: ">" | ">=" | "<" | "<="; text: string; at: number; end: number }
  | { kind: "between"; low: string; high: string; lowIn: boolean; highIn: boolean; at: number; end: number }
  /** What stands in brackets behind a field: they are words themselves. */
  | { kind: "group"; at: number; end: number };

export class Fault extends Error {
  readonly fault: QueryFault;
  constructor(at: number, end: number, reason: string, suggestion?: string) {
    super(reason);
    this.fault = suggestion === undefined ? { at, end, reason } : { at, end, reason, suggestion };
  }
}

const SPACE = /\s/;
const ENDS = /[\s()]/;
const FIELD = /^[A-Za-z_@][\w@.-]*$/;

/** Reads one word after the other. Throws Fault with the characters that are wrong. */
export class Words {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(isField: (name: string) => boolean): Word {
    const text = this.#text;
    while (this.#at < text.length && SPACE.test(text.charAt(this.#at))) this.#at++;
    const at = this.#at;
    const c = text.charAt(at);
    if (c === "") return { kind: "end", at, end: at };
    if (c === "(" || c === ")") return { kind: c === "(" ? "open" : "close", at, end: ++this.#at };
    if ((c === "-" || c === "!") && /[^\s)]/.test(text.charAt(at + 1))) return { kind: "not", at, end: ++this.#at };
    if (text.startsWith("&&", at)) return this.#sign("and");
    if (text.startsWith("||", at)) return this.#sign("or");
    const word = /^(AND|OR|NOT)(?=[\s()]|$)/.exec(text.slice(at, at + 4));
    if (word !== null) {
      this.#at += word[0].length;
      return { kind: word[0].toLowerCase() as "and" | "or" | "not", at, end: this.#at };
    }
    const field = this.#field(isField);
    const value = this.#value(field !== undefined);
    return { kind: "value", at, end: value.end, value, ...(field === undefined ? {} : { field }) };
  }

  #sign(kind: "and" | "or"): Word {
    const at = this.#at;
    this.#at += 2;
    return { kind, at, end: this.#at };
  }

  /** A name and its colon. What is no known field and looks like an address, a URL or a path is a value. */
  #field(isField: (name: string) => boolean): { text: string; at: number; end: number } | undefined {
    const rest = this.#text.slice(this.#at);
    const colon = rest.search(/[:\s()"/]/);
    if (colon < 1 || rest.charAt(colon) !== ":") return undefined;
    const name = rest.slice(0, colon);
    if (!FIELD.test(name)) return undefined;
    const behind = rest.slice(colon + 1);
    if (!isField(name)) {
      const whole = /^[^\s()]*/.exec(rest)?.[0] ?? "";
      if (behind.startsWith("//") || /^[0-9a-fA-F:.]+$/.test(whole) || /^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){2,}$/.test(whole)) return undefined;
    }
    const at = this.#at;
    this.#at += colon + 1;
    return { text: name, at, end: at + colon };
  }

  #value(ofField: boolean): Value {
    const text = this.#text;
    const at = this.#at;
    const c = text.charAt(at);
    if (ofField && (c === "" || SPACE.test(c) || c === ")")) throw new Fault(at - 1, at, "A value is missing behind the colon.");
    if (ofField && c === "(") return { kind: "group", at, end: at };
    if (c === '"') return this.#quoted();
    if (c === "/" && /^\/(?:[^/\\\n]|\\.)+\/(?=[\s()]|$)/.test(text.slice(at))) return this.#regex();
    if (ofField && (c === "[" || c === "{")) return this.#between();
    const sign = ofField ? /^[<>]=?/.exec(text.slice(at, at + 2))?.[0] : undefined;
    if (sign !== undefined) {
      this.#at += sign.length;
      const bound = text.charAt(this.#at) === '"' ? this.#quoted().text : this.#run().text;
      if (bound === "") throw new Fault(at, this.#at, `A value is missing behind "${sign}".`);
      return { kind: "compare", sign: sign as ">", text: bound, at, end: this.#at };
    }
    return this.#run();
  }

  #quoted(): Value & { text: string } {
    const at = this.#at;
    let out = "";
    for (let i = at + 1; i < this.#text.length; i++) {
      const c = this.#text.charAt(i);
      if (c === "\\" && i + 1 < this.#text.length) out += this.#text.charAt(++i);
      else if (c === '"') {
        this.#at = i + 1;
        return { kind: "quoted", text: out, at, end: this.#at };
      } else out += c;
    }
    throw new Fault(at, this.#text.length, "This quotation mark is never closed.");
  }

  #regex(): Value {
    const at = this.#at;
    let end = at + 1;
    while (this.#text.charAt(end) !== "/") end += this.#text.charAt(end) === "\\" ? 2 : 1;
    this.#at = end + 1;
    const source = this.#text.slice(at + 1, end);
    if (source.length > QUERY_LIMITS.regexText)
      throw new Fault(at, this.#at, `A pattern between slashes may have ${QUERY_LIMITS.regexText} characters, this one has ${source.length}.`);
    const reason = whyNotRegex(source);
    if (reason !== undefined) throw new Fault(at, this.#at, reason);
    return { kind: "regex", source, at, end: this.#at };
  }

  #between(): Value {
    const at = this.#at;
    const match = /^([[{])\s*("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s+TO\s+("(?:[^"\\]|\\.)*"|[^\s\]}]+)\s*([\]}])/.exec(this.#text.slice(at));
    if (match === null) throw new Fault(at, Math.min(this.#text.length, at + 40), "A range is written [1 TO 10]; * stands for no bound.");
    this.#at += match[0].length;
    return {
      kind: "between",
      low: unquoted(match[2] ?? ""),
      high: unquoted(match[3] ?? ""),
      lowIn: match[1] === "[",
      highIn: match[4] === "]",
      at,
      end: this.#at,
    };
  }

  /** Characters up to a space or bracket; `\` takes the next one as it is. */
  #run(): (Value & { text: string; kind: "plain" }) | (Value & { kind: "pattern"; text: string }) {
    const text = this.#text;
    const at = this.#at;
    const pieces: Piece[] = [];
    let out = "";
    let whole = "";
    while (this.#at < text.length && !ENDS.test(text.charAt(this.#at))) {
      let c = text.charAt(this.#at++);
      if (c === "*" || c === "?") {
        if (out !== "") pieces.push({ text: out });
        pieces.push({ any: c });
        whole += c;
        out = "";
        continue;
      }
      if (c === "\\" && this.#at < text.length && /[\s()*?"\\:/]/.test(text.charAt(this.#at))) c = text.charAt(this.#at++);
      out += c;
      whole += c;
    }
    if (pieces.length === 0) return { kind: "plain", text: out, at, end: this.#at };
    if (out !== "") pieces.push({ text: out });
    if (pieces.filter((p) => "any" in p).length > QUERY_LIMITS.wildcards) throw new Fault(at, this.#at, `A word may have ${QUERY_LIMITS.wildcards} wildcards.`);
    return { kind: "pattern", pieces, text: whole, at, end: this.#at };
  }
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : text;
}

/** RE2 has neither look-around nor back-references; what JavaScript refuses it refuses too. Large repeats are refused: they cost memory. */
function whyNotRegex(source: string): string | undefined {
  if (/\(\?(?:<?[=!])/.test(source) || /\\[1-9k]/.test(source)) return "Look-around and back-references are not known here: a search must end in bounded time.";
  if ([...source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].some((m) => Math.max(Number(m[1]), Number(m[2] || 0)) > 100)) return "A repeat may be {100} at most.";
  if (/[)*+?}]\{\d/.test(source)) return "A repeat of a repeat is not known here.";
  try {
    new RegExp(source, "u");
    return undefined;
  } catch (error) {
    return `This is no pattern: ${error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : "it cannot be read"}.`;
  }
}
