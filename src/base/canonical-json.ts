/**
 * JSON in the one form of RFC 8785 (JCS): keys sorted by UTF-16 units, no white space, numbers as ECMAScript prints them,
 * so that equal values have equal bytes and a hash over them means something. `undefined` members are left out, as JSON.stringify does.
 * Throws TypeError for what JSON cannot hold: NaN, infinities, bigint, functions, a lone surrogate, a cycle or nesting beyond 100.
 * Not for input of unknown size: it recurses and builds the whole text.
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

const MAX_DEPTH = 100;

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError("canonical JSON: nested deeper than 100 levels, or a cycle");
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") return text(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value} is not a JSON number`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => write(item === undefined ? null : item, depth + 1)).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`canonical JSON: cannot hold a ${typeof value}`);
  const members: string[] = [];
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record).sort()) {
    const member = record[key];
    if (member !== undefined) members.push(`${text(key)}:${write(member, depth + 1)}`);
  }
  return `{${members.join(",")}}`;
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError("canonical JSON: a string with a lone surrogate has no UTF-8 form");
  return JSON.stringify(value);
}
