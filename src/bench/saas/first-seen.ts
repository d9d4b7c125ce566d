import type { PlainRecord, Verdict } from "./verdict.ts";

const RULES: readonly { method: string; key: (r: PlainRecord) => string }[] = [
  { method: "first-seen: operation of user", key: (r) => `${r.user} ${r.operation}` },
  { method: "first-seen: operation here", key: (r) => r.operation },
  { method: "first-seen: address of user", key: (r) => `${r.user} ${r.address}` },
  { method: "first-seen: operation of user and address", key: (r) => `${r.user} ${r.operation} ${r.address}` },
];

/** The rule that most detection content is made of: a value not seen before alerts. Learns from history and goes on learning in the data. */
export function firstSeenMethods(history: readonly PlainRecord[], data: readonly PlainRecord[], labelled: ReadonlySet<string>): Verdict[] {
  return RULES.map(({ method, key }) => {
    const seen = new Set(history.map(key));
    const records = new Set<string>();
    const days = new Map<string, number>();
    let offLabel = 0;
    for (const r of data) {
      const value = key(r);
      if (seen.has(value)) continue;
      seen.add(value);
      records.add(r.id);
      const day = `${r.user} ${r.day}`;
      days.set(day, (days.get(day) ?? 0) + 1);
      if (!labelled.has(day)) offLabel++;
    }
    return { method, records, days, offLabel };
  });
}
