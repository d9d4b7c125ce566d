/** What the address of the list of people holds. */
export interface PeopleFilter {
  text?: string;
  kind?: string;
  sort?: "alerts" | "firstSeen" | "days" | "name";
  page?: number;
}

const SORTS = ["alerts", "firstSeen", "days", "name"] as const;

export function readPeopleFilter(search: Record<string, unknown>): PeopleFilter {
  const sort = SORTS.find((s) => s === search.sort);
  const page = Number(search.page);
  return {
    ...(typeof search.text === "string" && search.text !== "" ? { text: search.text.slice(0, 200) } : {}),
    ...(typeof search.kind === "string" && /^[a-z]{1,20}$/.test(search.kind) ? { kind: search.kind } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(Number.isInteger(page) && page > 1 && page < 10_000 ? { page } : {}),
  };
}
