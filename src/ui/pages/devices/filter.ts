/** What the address of the device list holds. */
export interface DeviceFilter {
  text?: string;
  sort?: "alerts" | "lastSeen" | "id";
  page?: number;
}

export function readDeviceFilter(search: Record<string, unknown>): DeviceFilter {
  const sort = (["alerts", "lastSeen", "id"] as const).find((s) => s === search.sort);
  const page = Number(search.page);
  return {
    ...(typeof search.text === "string" && search.text !== "" ? { text: search.text.slice(0, 200) } : {}),
    ...(sort === undefined ? {} : { sort }),
    ...(Number.isInteger(page) && page > 1 && page < 10_000 ? { page } : {}),
  };
}
