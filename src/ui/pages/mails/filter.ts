import { compact } from "../alerts/filter.ts";

/** What the address of the mail log holds. Absent keys are the defaults. */
export interface MailLogFilter {
  text?: string;
  /** Default: what would be held or marked. */
  verdict?: "hold" | "banner" | "deliver" | "all";
  traffic?: "inbound" | "outbound" | "internal";
  tag?: string;
  sender?: string;
  reader?: string;
  missed?: true;
  last?: "24h" | "7d" | "30d";
  sort?: "score";
  flat?: true;
}

const HOURS = { "24h": 24, "7d": 168, "30d": 720 } as const;

function oneOf<T extends string>(value: unknown, of: readonly T[]): T | undefined {
  return of.find((v) => v === value);
}

function textOf(value: unknown, max: number): string | undefined {
  const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
  return text === "" ? undefined : text.slice(0, max);
}

/** Reads an address; what is not understood is left out, never an error. */
export function readMailFilter(search: Record<string, unknown>): MailLogFilter {
  return compact<MailLogFilter>({
    text: textOf(search.text, 200),
    verdict: oneOf(search.verdict, ["hold", "banner", "deliver", "all"]),
    traffic: oneOf(search.traffic, ["inbound", "outbound", "internal"]),
    tag: textOf(search.tag, 60),
    sender: textOf(search.sender, 320),
    reader: textOf(search.reader, 20),
    missed: search.missed === true ? true : undefined,
    last: oneOf(search.last, ["24h", "7d", "30d"]),
    sort: oneOf(search.sort, ["score"]),
    flat: search.flat === true ? true : undefined,
  });
}

/** The API's query; `now` is the newest record's time, from which "last" counts. */
export function mailQueryOf(filter: MailLogFilter, now: string | undefined) {
  const { last, missed, flat, verdict, sort, ...rest } = filter;
  return {
    ...rest,
    verdict: verdict ?? ("acted" as const),
    sort: sort ?? ("time" as const),
    group: flat === true ? ("none" as const) : ("campaign" as const),
    ...(missed === true ? { missed: "true" as const } : {}),
    ...(last === undefined || now === undefined ? {} : { from: new Date(Date.parse(now) - HOURS[last] * 3_600_000).toISOString() }),
  };
}
