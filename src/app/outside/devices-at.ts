import { HOUR } from "../../base/time.ts";
import type { Store } from "../../store/types.ts";

const MOST_RECORDS = 500;
const MOST = 200;
/** Fields of the network's records that name a host. */
const HOSTS = ["host", "query", "sni", "serverName", "hostname"];

export interface DeviceAt {
  id: string;
  first: number;
  last: number;
  hours: number;
}

/** Own devices in the newest 500 stored records that name an address or a host of a domain: older ones are not looked at. */
export async function devicesAt(store: Store, id: string, kind: "address" | "domain", signal: AbortSignal): Promise<DeviceAt[]> {
  const { hits } = await store.ask("search", { limit: MOST_RECORDS, ...(kind === "address" ? { address: id } : { text: id }) }, { signal });
  const found = new Map<string, { first: number; last: number; hours: Set<number> }>();
  for (const hit of hits) {
    const device = kind === "address" && hit.src === id ? hit.dstDevice : hit.srcDevice;
    if (device === undefined || (kind === "domain" && !namesHost(hit.fields, id))) continue;
    const known = found.get(device) ?? { first: hit.time, last: hit.time, hours: new Set<number>() };
    known.first = Math.min(known.first, hit.time);
    known.last = Math.max(known.last, hit.time);
    known.hours.add(Math.floor(hit.time / HOUR));
    found.set(device, known);
  }
  return [...found]
    .map(([device, { first, last, hours }]) => ({ id: device, first, last, hours: hours.size }))
    .sort((a, b) => b.hours - a.hours || (a.id < b.id ? -1 : 1))
    .slice(0, MOST);
}

function namesHost(fields: Readonly<Record<string, unknown>>, domain: string): boolean {
  return HOSTS.some((name) => {
    const value = fields[name];
    return typeof value === "string" && (value.toLowerCase() === domain || value.toLowerCase().endsWith(`.${domain}`));
  });
}
