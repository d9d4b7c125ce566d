/** What the address of the alert list holds. Absent keys are the defaults, so that an address stays short. */
export interface AlertFilter {
  text?: string;
  entity?: string;
  model?: string;
  min?: number;
  state?: "new" | "acknowledged" | "snoozed" | "all";
  /** Time back from the newest record; "all" for everything. */
  last?: "24h" | "7d" | "30d";
  from?: string;
  to?: string;
  sort?: "time";
  group?: "model" | "entity";
}

const STATES = ["new", "acknowledged", "snoozed", "all"] as const;
const LAST = ["24h", "7d", "30d"] as const;

function oneOf<T extends string>(value: unknown, of: readonly T[]): T | undefined {
  return of.find((v) => v === value);
}

function textOf(value: unknown, max: number): string | undefined {
  const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  return text === "" ? undefined : text.slice(0, max);
}

function timeOf(value: unknown): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : undefined;
}

/** Reads an address; what is not understood is left out, never an error. */
export function readAlertFilter(search: Record<string, unknown>): AlertFilter {
  const min = Number(search.min);
  return compact({
    text: textOf(search.text, 200),
    entity: textOf(search.entity, 200),
    model: textOf(search.model, 300),
    min: Number.isInteger(min) && min >= 1 && min <= 5 ? min : undefined,
    state: oneOf(search.state, STATES),
    last: oneOf(search.last, LAST),
    from: timeOf(search.from),
    to: timeOf(search.to),
    sort: oneOf(search.sort, ["time"] as const),
    group: oneOf(search.group, ["model", "entity"] as const),
  });
}

/** Keys without a value stay away. */
export function compact<T extends object>(filter: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== "")) as T;
}

const HOURS = { "24h": 24, "7d": 168, "30d": 720 } as const;

/** The API's query; `now` is the newest record's time, from which "last" counts. */
export function queryOf(filter: AlertFilter, now: string | undefined) {
  const from =
    filter.from ?? (filter.last === undefined || now === undefined ? undefined : new Date(Date.parse(now) - HOURS[filter.last] * 3_600_000).toISOString());
  return {
    text: filter.text,
    entity: filter.entity,
    model: filter.model,
    minPriority: filter.min,
    state: filter.state ?? ("open" as const),
    from,
    to: filter.to,
    sort: filter.sort ?? ("score" as const),
  };
}
