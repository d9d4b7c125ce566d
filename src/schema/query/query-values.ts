const SIZES: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9, t: 1e12, tb: 1e12 };

/** A number as it is written in a query: 8080, 1.5e6, 10MB (decimal). Undefined when it is none. */
export function numberOf(text: string): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?)([kmgt]?b?)$/i.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]) * (SIZES[(match[2] ?? "").toLowerCase()] ?? Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

/** A moment in ms: a day (its start, UTC), or day and time; without a zone it is UTC. Undefined when it is none. */
export function momentOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}(?::\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return undefined;
  let iso = text.replace(" ", "T").replace(/T(\d{2})(Z|[+-]|$)/, "T$1:00$2");
  if (iso.includes("T") && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(iso)) iso += "Z";
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}
