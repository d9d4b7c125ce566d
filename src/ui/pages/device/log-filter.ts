import type { LogRow } from "../../client/types.ts";

export type Kind = LogRow["kind"];
export const KINDS: readonly (readonly [Kind, string, string])[] = [
  ["connection", "Connection", "–"],
  ["refused", "Refused", "⊣"],
  ["event", "Event", "·"],
  ["notice", "Notice", "△"],
  ["alert", "Alert", "◆"],
  ["sensor-alert", "Sensor's alert", "◇"],
  ["source", "Source", "□"],
  ["response", "Response", "×"],
];

export interface LogFilter {
  /** Kinds that are shown; absent = all. */
  kinds?: Kind[];
}

export function readLogFilter(search: Record<string, unknown>): LogFilter {
  const given: unknown[] = Array.isArray(search.kinds) ? search.kinds : [];
  const kinds = KINDS.map(([kind]) => kind).filter((kind) => given.includes(kind));
  return kinds.length === 0 || kinds.length === KINDS.length ? {} : { kinds };
}

/** A press on a kind: from all, that one alone; else it is added or taken away. */
export function press(filter: LogFilter, kind: Kind): LogFilter {
  if (filter.kinds === undefined) return { kinds: [kind] };
  const next = filter.kinds.includes(kind) ? filter.kinds.filter((k) => k !== kind) : [...filter.kinds, kind];
  return readLogFilter({ kinds: next });
}
