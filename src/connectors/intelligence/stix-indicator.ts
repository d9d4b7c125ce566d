/** One observable of a STIX 2.1 indicator. */
export interface StixValue {
  /** As STIX names it: ipv4-addr, ipv6-addr, domain-name, url, email-addr, file. */
  type: string;
  value: string;
}
export interface StixIndicator {
  id: string;
  values: StixValue[];
  verdict: "malicious" | "suspicious" | "benign" | "unknown";
  confidence: number | undefined;
  since: number | undefined;
  until: number | undefined;
  revoked: boolean;
  name: string | undefined;
}

const COMPARISON =
  /^\s*(ipv4-addr:value|ipv6-addr:value|domain-name:value|url:value|email-addr:value|file:hashes\.(?:'[^']{1,20}'|"[^"]{1,20}"|[\w-]{1,20}))\s*=\s*'((?:[^'\\]|\\.){1,4096})'\s*$/;
const MOST_PATTERN = 65_536;
const MOST_VALUES = 500;

/**
 * An indicator (STIX 2.1 section 4.7) whose pattern (section 9) is one equality, or equalities joined by OR: each of those values alone is what it names.
 * Undefined for other objects, other pattern languages, and for patterns that need more than one value (AND, FOLLOWEDBY, LIKE, qualifiers).
 */
export function stixIndicator(object: unknown): StixIndicator | undefined {
  const o = object as Record<string, unknown> | null;
  if (typeof o !== "object" || o === null || o.type !== "indicator" || typeof o.id !== "string" || typeof o.pattern !== "string") return undefined;
  if (o.pattern_type !== undefined && o.pattern_type !== "stix") return undefined;
  const values = valuesOf(o.pattern);
  if (values === undefined) return undefined;
  return {
    id: o.id.slice(0, 100),
    values,
    verdict: verdictOf(o.indicator_types),
    confidence: typeof o.confidence === "number" && o.confidence >= 0 && o.confidence <= 100 ? o.confidence : undefined,
    since: timeOf(o.valid_from),
    until: timeOf(o.valid_until),
    revoked: o.revoked === true,
    name: typeof o.name === "string" ? o.name.slice(0, 300) : undefined,
  };
}

function valuesOf(pattern: string): StixValue[] | undefined {
  const text = pattern.trim();
  if (text.length > MOST_PATTERN || !text.startsWith("[") || !text.endsWith("]")) return undefined;
  const values: StixValue[] = [];
  for (const part of alternatives(text)) {
    const match = COMPARISON.exec(part);
    if (match === null || values.length >= MOST_VALUES) return undefined;
    values.push({ type: (match[1] ?? "").split(":", 1)[0] ?? "", value: (match[2] ?? "").replace(/\\(.)/g, "$1") });
  }
  return values.length === 0 ? undefined : values;
}

/** Comparisons between ORs, within one observation or several; quotes are respected. */
function alternatives(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") i++;
    else if (c === "'") quoted = !quoted;
    else if (!quoted && /^\s*\]?\s+OR\s+\[?/i.test(text.slice(i, i + 12)) && /[\s\]]/.test(c ?? "")) {
      const gap = /^\s*\]?\s+OR\s+\[?/i.exec(text.slice(i, i + 12))?.[0] ?? "";
      parts.push(text.slice(from, i));
      i += gap.length - 1;
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.replace(/^\s*\[/, "").replace(/\]\s*$/, ""));
}

/** STIX 2.1 section 10.7, indicator-type-ov. */
function verdictOf(types: unknown): StixIndicator["verdict"] {
  const list = Array.isArray(types) ? types : [];
  if (list.includes("malicious-activity") || list.includes("compromised") || list.includes("attribution")) return "malicious";
  if (list.includes("anomalous-activity") || list.includes("anonymization")) return "suspicious";
  return list.includes("benign") ? "benign" : "unknown";
}

function timeOf(text: unknown): number | undefined {
  const time = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isFinite(time) ? time : undefined;
}
