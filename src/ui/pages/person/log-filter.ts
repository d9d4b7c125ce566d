export type PersonKind = "event" | "sensor-alert" | "notice" | "alert" | "response";
export const PERSON_KINDS: readonly (readonly [PersonKind, string, string])[] = [
  ["event", "Record", "·"],
  ["sensor-alert", "Endpoint", "◇"],
  ["notice", "Notice", "△"],
  ["alert", "Alert", "◆"],
  ["response", "Response", "×"],
];

export interface PersonFilter {
  /** Kinds of rows that are shown; absent = all. */
  kinds?: PersonKind[];
}

export function readPersonFilter(search: Record<string, unknown>): PersonFilter {
  const given: unknown[] = Array.isArray(search.kinds) ? search.kinds : [];
  const kinds = PERSON_KINDS.map(([kind]) => kind).filter((kind) => given.includes(kind));
  return kinds.length === 0 || kinds.length === PERSON_KINDS.length ? {} : { kinds };
}

/** A press on a kind: from all, that one alone; else it is added or taken away. */
export function pressKind(filter: PersonFilter, kind: PersonKind): PersonFilter {
  if (filter.kinds === undefined) return { kinds: [kind] };
  const next = filter.kinds.includes(kind) ? filter.kinds.filter((k) => k !== kind) : [...filter.kinds, kind];
  return readPersonFilter({ kinds: next });
}
