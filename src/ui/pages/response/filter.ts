export const VIEWS = [
  ["pending", "Pending"],
  ["active", "In force"],
  ["shadow", "Shadow"],
  ["cleared", "Cleared"],
  ["expired", "Expired"],
  ["all", "All"],
] as const;
export type View = (typeof VIEWS)[number][0];

export interface ResponseFilter {
  state?: View;
  entity?: string;
  kind?: string;
  model?: string;
}

/** What of the address is a filter; anything else is left out. */
export function readResponseFilter(search: Record<string, unknown>): ResponseFilter {
  const out: ResponseFilter = {};
  const view = VIEWS.find(([v]) => v === search.state)?.[0];
  if (view !== undefined) out.state = view;
  for (const key of ["entity", "kind", "model"] as const) {
    const value = search[key];
    if (typeof value === "string" && value !== "") out[key] = value.slice(0, 300);
    else if (typeof value === "number") out[key] = String(value);
  }
  return out;
}
