import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { DEFAULT_OWN_NETWORKS, isHostAddress, NetworkSet } from "../base/ip.ts";
import { DAY } from "../base/time.ts";
import { discover } from "../sensors/discover.ts";
import { readMerged } from "../sensors/merge.ts";
import type { PairContacts } from "./others/rita-formula.ts";

export interface Contacts {
  /** "src dst" to its contacts; failed attempts are left out. */
  pairs: Map<string, PairContacts>;
  from: number;
  to: number;
  /** Own addresses that began a connection. */
  devices: Set<string>;
  /** Own devices times days of data. */
  deviceDays: number;
}

/** The organisation file's networks, else the defaults: all that other methods are told. */
export function ownNetworks(org: string | undefined): NetworkSet {
  const networks = org === undefined ? undefined : (parse(readFileSync(org, "utf8")) as { networks?: string[] }).networks;
  return new NetworkSet(networks ?? DEFAULT_OWN_NETWORKS);
}

/** Every answered connection by pair, for methods that look at nothing else. */
export async function readContacts(data: readonly string[], own: NetworkSet): Promise<Contacts> {
  const { inputs } = await discover(data);
  const pairs = new Map<string, PairContacts>();
  const devices = new Set<string>();
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for await (const batch of readMerged(inputs)) {
    for (const event of batch.events) {
      if (event.family !== "conn" || event.src === undefined || event.dst === undefined) continue;
      from = Math.min(from, event.time);
      to = Math.max(to, event.time);
      const src = own.has(event.src) && isHostAddress(event.src);
      if (src) devices.add(event.src);
      if (!(src || own.has(event.dst)) || event.state === "attempt" || event.state === "rejected") continue;
      const key = `${event.src} ${event.dst}`;
      const pair = pairs.get(key) ?? { times: [], bytes: [] };
      pair.times.push(event.time);
      pair.bytes.push(event.bytesOut ?? 0);
      pairs.set(key, pair);
    }
  }
  for (const pair of pairs.values()) pair.times.sort((a, b) => a - b);
  return { pairs, from, to, devices, deviceDays: (devices.size * Math.max(0, to - from)) / DAY };
}
